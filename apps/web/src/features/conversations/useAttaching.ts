import { useEffect, useRef, useState } from 'react';

import type { DraftFile, UnsentDraft } from '#client';

import { useSession } from '../../app/session.js';
import { useText } from '../../text/text.js';
import { useFileSize } from './fileSize.js';
import type { DraftChange } from './useDraft.js';

/** A file that is being sealed into the browser. */
export interface Taking {
  readonly id: string;
  readonly name: string;
  readonly done: number;
  readonly size: number;
}

/** What was dropped, pasted or chosen. */
export interface Offered {
  readonly files: readonly File[];
  /** Names of what can't be sent as it is. */
  readonly folders: readonly string[];
}

interface Draft {
  readonly conversationId: string;
  readonly draft: UnsentDraft | undefined;
  readonly change: (changes: DraftChange) => void;
  readonly addFile: (file: DraftFile) => Promise<void>;
}

/** Seals files into the browser while a message is written, so that they are still there after a reload. */
export function useAttaching({ conversationId, draft, change, addFile }: Draft) {
  const { desk } = useSession();
  const text = useText();
  const sizeOf = useFileSize();
  const { taking, begin, isStopped, end } = useTaking();
  const [refusals, setRefusals] = useState<readonly string[]>([]);
  const [error, setError] = useState<unknown>();
  const [said, say] = useState('');
  const { correspondence } = desk;
  const takeOne = async (file: File, id: string): Promise<void> => {
    try {
      const taken = isStopped(id)
        ? undefined
        : await correspondence.takeFile(file, { conversationId, id, name: file.name });
      if (!taken) return;
      await addFile(taken);
      say(text('composer.attached', { name: taken.name, size: sizeOf(taken.size) }));
    } catch (failure) {
      setError(failure);
    } finally {
      end(id);
    }
  };
  const refuse = useRefusals(draft, taking.length);
  const take = async (offered: Offered): Promise<void> => {
    setError(undefined);
    const { accepted, words } = await refuse(offered);
    setRefusals(words);
    const begun = accepted.map((file) => ({ file, id: begin(file) }));
    for (const { file, id } of begun) await takeOne(file, id);
  };
  const stop = (id: string): void => {
    end(id);
    void correspondence.stopTransfer(id);
  };
  const remove = ({ reference, name }: DraftFile): void => {
    change(({ files = [] }) => ({ files: files.filter((file) => file.reference !== reference) }));
    void correspondence.forgetFile(reference);
    say(text('composer.detached', { name }));
  };
  return { take, stop, remove, taking, refusals, error, said, isBusy: taking.length > 0 };
}

/** What is being sealed, and how far; what was ended by the person is not begun any more. */
function useTaking() {
  const { listen } = useSession();
  const [taking, setTaking] = useState<readonly Taking[]>([]);
  const wanted = useRef(new Set<string>());
  useEffect(
    () =>
      listen((news) => {
        if (news.type !== 'transfer' || !wanted.current.has(news.progress.id)) return;
        const { id, done } = news.progress;
        setTaking((all) => all.map((one) => (one.id === id ? { ...one, done } : one)));
      }),
    [listen],
  );
  const begin = ({ name, size }: File): string => {
    const id = crypto.randomUUID();
    wanted.current.add(id);
    setTaking((all) => [...all, { id, name, done: 0, size }]);
    return id;
  };
  const end = (id: string): void => {
    wanted.current.delete(id);
    setTaking((all) => all.filter((one) => one.id !== id));
  };
  return { taking, begin, end, isStopped: (id: string): boolean => !wanted.current.has(id) };
}

/** Tells what can be sent from what can't, and why, before any of it is read. */
function useRefusals(draft: UnsentDraft | undefined, under: number) {
  const { desk } = useSession();
  const text = useText();
  const sizeOf = useFileSize();
  return async ({ files, folders }: Offered): Promise<{ accepted: readonly File[]; words: readonly string[] }> => {
    if (draft?.replaces !== undefined) return { accepted: [], words: [text('composer.noFiles')] };
    const limits = await desk.correspondence.fileLimits();
    const words = folders.map((name) => text('composer.noFolder', { name }));
    for (const { name, size } of files.filter((file) => file.size > limits.bytes)) {
      words.push(text('composer.tooLarge', { name, size: sizeOf(size), limit: sizeOf(limits.bytes) }));
    }
    const short = files.filter((file) => file.size <= limits.bytes);
    const room = Math.max(0, limits.files - (draft?.files ?? []).length - under);
    const over = short.slice(room).map(({ name }) => name);
    if (over.length > 0) words.push(text('composer.tooMany', { limit: limits.files, names: over.join(', ') }));
    return { accepted: short.slice(0, room), words };
  };
}
