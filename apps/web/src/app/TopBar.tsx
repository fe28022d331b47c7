import { useText } from '../text/text.js';
import { Button } from '../ui/controls.js';
import { Icon } from '../ui/icon.js';
import { AppearanceMenu } from './AppearanceMenu.js';
import styles from './Frame.module.css';
import { LanguagePicker } from './LanguagePicker.js';
import { lock } from './locking.js';
import { Overlays } from './Overlays.js';
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
      <AppearanceMenu />
      <Button
        onPress={() => {
          void lock(desk);
        }}
      >
        <Icon name="lock" />
        <span className={styles['words']}>{text('frame.lock')}</span>
      </Button>
    </div>
  );
}
