import { useMutation, useQuery } from '@tanstack/react-query';

import { useSession } from '../../../app/session.js';
import { useText } from '../../../text/text.js';
import { Button } from '../../../ui/controls.js';
import { Dialog } from '../../../ui/dialog.js';
import { Failure } from '../../../ui/states.js';
import type { Apart, Written } from '../../../worker/writing/protocol.js';
import { Blocks } from '../reading/Blocks.js';
import styles from './editor.module.css';

interface ElsewhereProps {
  readonly yours: Written;
  readonly theirs: Written;
  readonly settle: (written: Written) => void;
}

/** Two windows or devices of one person wrote in one draft: what only one of the two texts says, and nothing of it is lost before somebody has chosen. */
export function ElsewhereDialog({ yours, theirs, settle }: ElsewhereProps) {
  const { desk } = useSession();
  const text = useText();
  const { data: apart } = useQuery({
    queryKey: ['drafts', 'apart', yours, theirs],
    queryFn: () => desk.writing.apart(yours, theirs),
    gcTime: 0,
  });
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
      {apart && (
        <div className={styles['texts']}>
          <Wording title={text('elsewhere.here')} apart={apart.yours} />
          <Wording title={text('elsewhere.there')} apart={apart.theirs} />
        </div>
      )}
      <Failure error={unite.error} />
    </Dialog>
  );
}

function Wording({ title, apart: { heading, blocks } }: { readonly title: string; readonly apart: Apart }) {
  const text = useText();
  return (
    <section tabIndex={0} aria-label={title}>
      <h3>{title}</h3>
      {heading !== '' && (
        <p dir="auto">
          <strong>{heading}</strong>
        </p>
      )}
      {blocks.content.length === 0 && heading === '' && <p>{text('elsewhere.nothing')}</p>}
      <Blocks document={blocks} portions={{}} />
    </section>
  );
}
