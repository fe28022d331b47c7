import { Menu as AriaMenu, MenuItem, MenuTrigger, Popover } from 'react-aria-components';

import { Button } from './controls.js';
import styles from './lists.module.css';

export interface MenuChoice {
  readonly id: string;
  readonly text: string;
  readonly isDanger?: boolean;
  readonly isDisabled?: boolean;
}

interface MenuProps {
  /** What the button that opens it is called. */
  readonly label: string;
  /** What stands on the button; three dots by default. */
  readonly children?: React.ReactNode;
  readonly items: readonly MenuChoice[];
  readonly onAction: (id: string) => void;
  /** The item that holds now, where one of them does. */
  readonly chosen?: string;
}

/** A button with what can be done from it. */
export function Menu({ label, children, items, onAction, chosen }: MenuProps) {
  return (
    <MenuTrigger>
      <Button aria-label={label} manner="quiet">
        {children ?? <span aria-hidden="true">⋯</span>}
      </Button>
      <Popover className={styles['popover'] ?? ''}>
        <AriaMenu
          aria-label={label}
          items={items}
          onAction={(id) => {
            onAction(String(id));
          }}
          disabledKeys={items.filter(({ isDisabled }) => isDisabled === true).map(({ id }) => id)}
          {...(chosen !== undefined && { selectionMode: 'single', selectedKeys: [chosen] })}
          className={styles['list'] ?? ''}
        >
          {({ text, isDanger }) => (
            <MenuItem textValue={text} className={styles['item'] ?? ''} data-danger={isDanger}>
              {text}
            </MenuItem>
          )}
        </AriaMenu>
      </Popover>
    </MenuTrigger>
  );
}
