import type { Editor } from '@tiptap/core';
import { ListBox, ListBoxItem } from 'react-aria-components';

import { useText } from '../../../text/text.js';
import lists from '../../../ui/lists.module.css';
import { INSERTIONS } from './inserting.js';
import styles from './editor.module.css';

interface SlashProps {
  readonly editor: Editor;
  readonly cite: () => void;
  readonly onClose: () => void;
}

/** What can be put in, below the cursor; letters find, Enter puts it in, Escape goes back to the text. */
export function Slash({ editor, cite, onClose }: SlashProps) {
  const text = useText();
  const { bottom, left } = editor.view.coordsAtPos(editor.state.selection.from);
  const items = [...INSERTIONS.map(({ id }) => id), 'cite' as const].map((id) => ({ id, text: text(`block.${id}`) }));
  return (
    <div
      className={styles['slash']}
      style={{ insetBlockStart: bottom + 4, left }}
      onKeyDown={(event) => {
        if (event.key === 'Escape' || event.key === 'Tab') onClose();
      }}
      onBlur={({ currentTarget, relatedTarget }) => {
        if (relatedTarget && !currentTarget.contains(relatedTarget)) onClose();
      }}
    >
      <ListBox
        aria-label={text('editor.insert')}
        autoFocus
        items={items}
        onAction={(id) => {
          onClose();
          if (id === 'cite') cite();
          else INSERTIONS.find((one) => one.id === id)?.run(editor);
        }}
      >
        {({ text: words }) => (
          <ListBoxItem textValue={words} className={lists['item'] ?? ''}>
            {words}
          </ListBoxItem>
        )}
      </ListBox>
    </div>
  );
}
