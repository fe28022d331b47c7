import { useState } from 'react';
import type { DropItem } from 'react-aria-components';

import type { DraftFile, UnsentDraft } from '#client';

import { useSession } from '../../app/session.js';

/** Seals files into the browser while a message is written, so that they are still there after a reload. */
export function useAttaching(draft: UnsentDraft | undefined, change: (changes: Partial<UnsentDraft>) => void) {
  const { desk } = useSession();
  const [taking, setTaking] = useState<readonly string[]>([]);
  const [error, setError] = useState<unknown>();
  const files = draft?.files ?? [];
  const take = async (chosen: readonly File[]): Promise<void> => {
    setError(undefined);
    const taken: DraftFile[] = [];
    for (const file of chosen) {
      setTaking((all) => [...all, file.name]);
      try {
        taken.push(await desk.correspondence.takeFile(file, file.name));
      } catch (failure) {
        setError(failure);
      }
      setTaking((all) => all.filter((name) => name !== file.name));
    }
    if (taken.length > 0) change({ files: [...files, ...taken] });
  };
  const drop = async (items: readonly DropItem[]): Promise<void> => {
    const dropped: File[] = [];
    for (const item of items) if (item.kind === 'file') dropped.push(await item.getFile());
    await take(dropped);
  };
  const remove = (reference: string): void => {
    change({ files: files.filter((file) => file.reference !== reference) });
    void desk.correspondence.forgetFile(reference);
  };
  return { take, drop, remove, taking, error, isBusy: taking.length > 0 };
}
