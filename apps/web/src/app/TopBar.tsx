import { useState } from 'react';

import { useText } from '../text/text.js';
import { Button } from '../ui/controls.js';
import { Icon } from '../ui/icon.js';
import { Menu } from '../ui/menu.js';
import styles from './Frame.module.css';
import { LanguagePicker } from './LanguagePicker.js';
import { Overlays } from './Overlays.js';
import { applyScheme, keptScheme, SCHEMES } from './scheme.js';
import type { Scheme } from './scheme.js';
import { useSession } from './session.js';

/** What is at hand everywhere: how the screen looks and speaks, and the way out. */
export function TopBar() {
  const { desk } = useSession();
  const text = useText();
  return (
    <div className={styles['bar']}>
      <strong className={styles['name']}>{text('name')}</strong>
      <Overlays />
      <LanguagePicker />
      <SchemeMenu />
      <Button
        onPress={() => {
          void desk.opening.lock();
        }}
      >
        <Icon name="lock" />
        <span className={styles['words']}>{text('frame.lock')}</span>
      </Button>
    </div>
  );
}

function SchemeMenu() {
  const text = useText();
  const [scheme, setScheme] = useState(keptScheme);
  return (
    <Menu
      label={text('frame.scheme')}
      items={SCHEMES.map((id) => ({ id, text: text(`frame.scheme.${id}`) }))}
      chosen={scheme}
      onAction={(id) => {
        applyScheme(id as Scheme);
        setScheme(id as Scheme);
      }}
    >
      <Icon name="scheme" />
    </Menu>
  );
}
