import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useCallback, useEffect, useRef, useState } from 'react';

import type { DraftFile, UnsentDraft } from '#client';

import { useKeptBeforeLeaving } from '../../app/locking.js';
import { useSession } from '../../app/session.js';
import { isEmpty, NOTHING, withUnsent } from './sent.js';

/** What was typed is in the vault this long after the last key. */
const KEEP_MS = 300;

/** What is to be otherwise, as it is or by what stands there before. */
export type DraftChange = Partial<UnsentDraft> | ((before: UnsentDraft) => Partial<UnsentDraft>);

/**
 * What the person has begun to write here: it is in the vault, so that reload, lock and crash leave it. Undefined while the vault has not said what
 * there is.
 */
export function useDraft(conversationId: string) {
  const { desk } = useSession();
  const queries = useQueryClient();
  const [draft, setDraft] = useState<UnsentDraft>();
  const { data: kept } = useQuery({
    queryKey: ['drafts', conversationId],
    queryFn: async () => (await desk.correspondence.draft(conversationId)) ?? NOTHING,
    staleTime: 0,
    gcTime: 0,
  });
  if (draft === undefined && kept !== undefined) setDraft(kept);
  const pending = useRef<UnsentDraft>(undefined);
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined);
  /** So many drafts were taken to be sent. Until that is settled the vault keeps what it has: nothing else holds the words of the first. */
  const leaving = useRef(0);
  const keep = useCallback(async (): Promise<void> => {
    clearTimeout(timer.current);
    const wanted = pending.current;
    if (wanted === undefined || leaving.current > 0) return;
    pending.current = undefined;
    if (isEmpty(wanted)) await desk.correspondence.dropDraft(conversationId);
    else await desk.correspondence.keepDraft(conversationId, wanted);
    void queries.invalidateQueries({ queryKey: ['conversations', 'summaries'] });
  }, [desk, conversationId, queries]);
  useKeptBeforeLeaving(keep);
  const change = useCallback(
    (changes: DraftChange): void => {
      setDraft((before = NOTHING) => {
        const after = { ...before, ...(typeof changes === 'function' ? changes(before) : changes) };
        pending.current = after;
        clearTimeout(timer.current);
        timer.current = setTimeout(() => void keep(), KEEP_MS);
        return after;
      });
    },
    [keep],
  );
  const isShown = useIsShown();
  /** A file that was sealed: it comes to the draft, also when the person has gone elsewhere meanwhile. */
  const addFile = useCallback(
    async (file: DraftFile): Promise<void> => {
      if (isShown.current) change(({ files = [] }) => ({ files: [...files, file] }));
      else await desk.correspondence.addToDraft(conversationId, file);
    },
    [desk, conversationId, change, isShown],
  );
  /** Empties the field at once, for what comes next; `settle` has to follow, whatever becomes of it. */
  const take = useCallback((): void => {
    clearTimeout(timer.current);
    pending.current = undefined;
    leaving.current += 1;
    setDraft(NOTHING);
  }, []);
  const settle = useCallback(
    async (taken: UnsentDraft, isAccepted: boolean): Promise<void> => {
      leaving.current -= 1;
      if (!isAccepted) change((before) => withUnsent(before, taken));
      // not dropped: its files belong to the message now
      else if (leaving.current === 0) await desk.correspondence.keepDraft(conversationId, NOTHING);
      await keep();
      void queries.invalidateQueries({ queryKey: ['conversations', 'summaries'] });
    },
    [desk, conversationId, queries, change, keep],
  );
  return { draft, change, addFile, take, settle };
}

function useIsShown(): React.RefObject<boolean> {
  const isShown = useRef(true);
  useEffect(() => {
    isShown.current = true;
    return () => {
      isShown.current = false;
    };
  }, []);
  return isShown;
}
