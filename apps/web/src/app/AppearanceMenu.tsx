import { Header, Menu, MenuItem, MenuSection, MenuTrigger, Popover } from 'react-aria-components';

import { useText } from '../text/text.js';
import type { TextId } from '../text/text.js';
import { Button } from '../ui/controls.js';
import { Icon } from '../ui/icon.js';
import lists from '../ui/lists.module.css';
import { chooseLook, LOOKS, useLook } from './look.js';
import type { Aspect, Look } from './look.js';

/** What the screen looks like on this machine: its colours, and how much of a list it shows. */
export function AppearanceMenu() {
  const text = useText();
  return (
    <MenuTrigger>
      <Button aria-label={text('frame.scheme')} manner="quiet">
        <Icon name="scheme" />
      </Button>
      <Popover className={lists['popover'] ?? ''}>
        <Menu aria-label={text('frame.scheme')} className={lists['list'] ?? ''}>
          <Looks aspect="scheme" title="frame.colours" />
          <Looks aspect="rows" title="frame.rows" />
        </Menu>
      </Popover>
    </MenuTrigger>
  );
}

function Looks({ aspect, title }: { readonly aspect: Aspect; readonly title: TextId }) {
  const text = useText();
  const look = useLook(aspect);
  const looks: readonly Look[] = LOOKS[aspect];
  return (
    <MenuSection
      selectionMode="single"
      disallowEmptySelection
      selectedKeys={[look]}
      onSelectionChange={(keys) => {
        const chosen = looks.find((one) => keys !== 'all' && keys.has(one));
        if (chosen !== undefined) chooseLook(aspect, chosen);
      }}
    >
      <Header className={lists['kind'] ?? ''}>{text(title)}</Header>
      {looks.map((one) => {
        const words = text(`frame.${aspect}.${one}` as TextId);
        return (
          <MenuItem key={one} id={one} textValue={words} className={lists['item'] ?? ''}>
            {words}
          </MenuItem>
        );
      })}
    </MenuSection>
  );
}
