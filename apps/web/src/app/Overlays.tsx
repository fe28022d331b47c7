import { lazy, Suspense, useState } from 'react';
import { useLocation } from 'wouter';

import { useText } from '../text/text.js';
import { Button } from '../ui/controls.js';
import { Icon } from '../ui/icon.js';
import { useCommands } from './commands.js';
import styles from './Frame.module.css';
import { focusSearch, SEARCH } from './focusSearch.js';

const Palette = lazy(() => import('./palette/Palette.js'));
const Sheet = lazy(() => import('./palette/Sheet.js'));

/** The way to everything else: a button and keys that open the palette, the sheet of shortcuts, and the search. */
export function Overlays() {
  const text = useText();
  const [, go] = useLocation();
  const [open, setOpen] = useState<'palette' | 'sheet'>();
  const close = (): void => {
    setOpen(undefined);
  };
  const openPalette = (): void => {
    setOpen('palette');
  };
  useCommands([
    { id: 'palette', keys: 'Mod+k', text: text('command.palette'), run: openPalette },
    {
      ...{ id: 'search', keys: '/', text: text('command.search') },
      run: () => {
        focusSearch(() => {
          go(SEARCH);
        });
      },
    },
    {
      ...{ id: 'shortcuts', keys: '?', text: text('shortcuts.title') },
      run: () => {
        setOpen('sheet');
      },
    },
  ]);
  return (
    <>
      <Button onPress={openPalette}>
        <Icon name="search" />
        <span className={styles['words']}>{text('command.palette')}</span>
        <kbd aria-hidden="true" className={styles['keys']}>
          Ctrl K
        </kbd>
      </Button>
      <Suspense>
        {open === 'palette' && <Palette onClose={close} />}
        {open === 'sheet' && <Sheet onClose={close} />}
      </Suspense>
    </>
  );
}
