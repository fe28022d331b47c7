import { useText } from '../../text/text.js';
import { Dialog } from '../../ui/dialog.js';
import { allCommands } from '../commands.js';
import { Keys } from './Keys.js';
import styles from './Palette.module.css';

/** What each key does: where a screen has another use for it than the frame, the screen's. */
function byKeys(): ReadonlyMap<string, string> {
  const said = new Map<string, string>();
  for (const { keys, text } of allCommands()) if (keys !== undefined && !said.has(keys)) said.set(keys, text);
  return said;
}

/** Every key that does something here now. */
export default function Sheet({ onClose }: { readonly onClose: () => void }) {
  const text = useText();
  return (
    <Dialog isOpen title={text('shortcuts.title')} onClose={onClose}>
      <dl className={styles['shortcuts']}>
        {[...byKeys()].map(([keys, words]) => (
          <div key={keys}>
            <dt>{words}</dt>
            <dd>
              <Keys keys={keys} />
            </dd>
          </div>
        ))}
      </dl>
    </Dialog>
  );
}
