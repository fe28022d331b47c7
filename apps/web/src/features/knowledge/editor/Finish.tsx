import { useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { useLocation } from 'wouter';

import type { BlockDocument } from '#document';

import { useBegun } from '../../../app/begun.js';
import { useSession } from '../../../app/session.js';
import { useText } from '../../../text/text.js';
import { AreaField } from '../../../ui/area.js';
import { Button } from '../../../ui/controls.js';
import { useToast } from '../../../ui/toast.js';
import type { Conflict, OpenDraft } from '../../../worker/writing/protocol.js';
import { Act } from '../Act.js';
import { ConflictDialog } from './Conflict.js';
import styles from './editor.module.css';
import type { DraftInHand } from './useDraft.js';

interface FinishProps {
  readonly draft: OpenDraft;
  readonly hand: DraftInHand;
}

type Asking = 'publish' | 'discard' | undefined;

/** Publishes, or throws away; where somebody published meanwhile, both texts go on. */
export function Finish({ draft, hand }: FinishProps) {
  const text = useText();
  const [asking, ask] = useState<Asking>();
  const begun = useBegun(`publication ${draft.id}`, { note: '' });
  const { note } = begun.form;
  const { publish, conflict, leaveConflict, merge } = usePublishing(draft, hand, note);
  const close = (): void => {
    ask(undefined);
  };
  return (
    <div className={styles['finish']}>
      <Button
        manner="danger"
        onPress={() => {
          ask('discard');
        }}
      >
        {text('draft.discard')}
      </Button>
      <Button
        manner="main"
        onPress={() => {
          ask('publish');
        }}
      >
        {text('draft.publish')}
      </Button>
      {asking === 'publish' && (
        <Act title={text('draft.publish')} act={text('draft.publish.do')} run={publish} onClose={close}>
          <p>{text('draft.publish.why')}</p>
          <AreaField label={text('draft.note')} rows={2} value={note} onChange={begun.set('note')} />
        </Act>
      )}
      {asking === 'discard' && <Discard draft={draft} onClose={close} />}
      {conflict && <ConflictDialog conflict={conflict} merge={merge} onClose={leaveConflict} />}
    </div>
  );
}

function usePublishing(draft: OpenDraft, hand: DraftInHand, note: string) {
  const { desk } = useSession();
  const text = useText();
  const toast = useToast();
  const [, go] = useLocation();
  const client = useQueryClient();
  const [conflict, setConflict] = useState<Conflict>();
  const publishNow = async (): Promise<void> => {
    const done = await desk.writing.publish(draft.id, note);
    setConflict(done.is === 'conflict' ? done : undefined);
    if (done.is === 'conflict') return;
    await client.invalidateQueries({ queryKey: ['paper', done.documentId] });
    toast(text('draft.published', { version: done.version }));
    go(`/papers/${done.documentId}`);
  };
  return {
    conflict,
    leaveConflict: () => {
      setConflict(undefined);
    },
    publish: async () => {
      await hand.flush();
      await publishNow();
    },
    merge: async (blocks: BlockDocument) => {
      await desk.writing.rebase(draft.id, blocks, conflict?.newestVersion ?? 0);
      await publishNow();
    },
  };
}

function Discard({ draft, onClose }: { readonly draft: OpenDraft; readonly onClose: () => void }) {
  const { desk } = useSession();
  const text = useText();
  const [, go] = useLocation();
  const run = async (): Promise<void> => {
    await desk.writing.discard(draft.id);
    go(draft.documentId === null ? '/knowledge' : `/papers/${draft.documentId}`);
  };
  return (
    <Act title={text('draft.discard')} act={text('draft.discard.do')} run={run} onClose={onClose}>
      <p>{text('draft.discard.why')}</p>
    </Act>
  );
}
