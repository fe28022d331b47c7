import { useMutation } from '@tanstack/react-query';

import { useSession } from '../../../app/session.js';
import { useText } from '../../../text/text.js';
import { Button } from '../../../ui/controls.js';
import { Dialog } from '../../../ui/dialog.js';
import { Failure } from '../../../ui/states.js';
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
  const { desk } = useSession();
  const text = useText();
  const unite = useMutation({ mutationFn: () => desk.writing.unite(yours, theirs), onSuccess: settle });
  const keepBoth = (): void => {
    unite.mutate();
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
          <Button manner="main" isBusy={unite.isPending} onPress={keepBoth}>
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
      <Failure error={unite.error} />
    </Dialog>
  );
}
