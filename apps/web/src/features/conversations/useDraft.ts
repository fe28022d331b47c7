import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useCallback, useEffect, useRef, useState } from 'react';

import type { DraftFile, UnsentDraft } from '#client';

import { useSession } from '../../app/session.js';

/** What was typed is in the vault this long after the last key. */
const KEEP_MS = 300;
const NOTHING: UnsentDraft = { text: '' };

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
  const keep = useCallback(async (): Promise<void> => {
    clearTimeout(timer.current);
    const wanted = pending.current;
    pending.current = undefined;
    if (wanted === undefined) return;
    if (isEmpty(wanted)) await desk.correspondence.dropDraft(conversationId);
    else await desk.correspondence.keepDraft(conversationId, wanted);
    void queries.invalidateQueries({ queryKey: ['conversations', 'summaries'] });
  }, [desk, conversationId, queries]);
  useEffect(() => {
    const now = (): void => void keep();
    addEventListener('pagehide', now);
    return () => {
      removeEventListener('pagehide', now);
      now();
    };
  }, [keep]);
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
  const isShown = useRef(true);
  useEffect(() => {
    isShown.current = true;
    return () => {
      isShown.current = false;
    };
  }, []);
  /** A file that was sealed: it comes to the draft, also when the person has gone elsewhere meanwhile. */
  const addFile = useCallback(
    async (file: DraftFile): Promise<void> => {
      if (isShown.current) change(({ files = [] }) => ({ files: [...files, file] }));
      else await desk.correspondence.addToDraft(conversationId, file);
    },
    [desk, conversationId, change],
  );
  /** After it was sent: its files belong to the message now. */
  const clear = useCallback(async (): Promise<void> => {
    clearTimeout(timer.current);
    pending.current = undefined;
    setDraft(NOTHING);
    await desk.correspondence.keepDraft(conversationId, NOTHING);
    void queries.invalidateQueries({ queryKey: ['conversations', 'summaries'] });
  }, [desk, conversationId, queries]);
  return { draft, change, addFile, clear };
}

const isEmpty = ({ text, files = [], inReplyTo, replaces }: UnsentDraft): boolean =>
  text === '' && files.length === 0 && inReplyTo === undefined && replaces === undefined;
