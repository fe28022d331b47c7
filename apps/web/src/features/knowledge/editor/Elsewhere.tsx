import { useText } from '../../../text/text.js';
import { Button } from '../../../ui/controls.js';
import { Dialog } from '../../../ui/dialog.js';
import type { Written } from '../../../worker/writing/protocol.js';
import { Blocks } from '../reading/Blocks.js';
import styles from './editor.module.css';

interface ElsewhereProps {
  readonly yours: Written;
  readonly theirs: Written;
  readonly settle: (written: Written) => void;
}

/** Two windows or devices of one person wrote in one draft: both texts, and neither is lost before somebody has chosen. */
export function ElsewhereDialog({ yours, theirs, settle }: ElsewhereProps) {
  const text = useText();
  const keepBoth = (): void => {
    const known = new Set(yours.blocks.content.map((block) => JSON.stringify(block)));
    const added = theirs.blocks.content.filter((block) => !known.has(JSON.stringify(block)));
    const content = [
      ...yours.blocks.content,
      ...added.map((block) => ({ ...block, attrs: { ...block.attrs, id: crypto.randomUUID() } })),
    ];
    settle({ ...yours, blocks: { type: 'doc', content: content as typeof yours.blocks.content } });
  };
  return (
    <Dialog
      isOpen
      role="alertdialog"
      title={text('elsewhere.title')}
      onClose={keepBoth}
      actions={
        <>
          <Button
            onPress={() => {
              settle(theirs);
            }}
          >
            {text('elsewhere.theirs')}
          </Button>
          <Button
            onPress={() => {
              settle(yours);
            }}
          >
            {text('elsewhere.yours')}
          </Button>
          <Button manner="main" onPress={keepBoth}>
            {text('elsewhere.both')}
          </Button>
        </>
      }
    >
      <p>{text('elsewhere.why')}</p>
      <div className={styles['texts']}>
        <section>
          <h3>{text('elsewhere.here')}</h3>
          <Blocks document={yours.blocks} portions={{}} />
        </section>
        <section>
          <h3>{text('elsewhere.there')}</h3>
          <Blocks document={theirs.blocks} portions={{}} />
        </section>
      </div>
    </Dialog>
  );
}
