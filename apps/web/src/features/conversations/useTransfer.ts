import { useCallback, useEffect, useState } from 'react';

import type { TransferProgress } from '#client';

import { useSession } from '../../app/session.js';

/** How far a file has come, while somebody waits for it. */
export function useTransfer(id: string) {
  const { listen } = useSession();
  const [isWaiting, setWaiting] = useState(false);
  const [progress, setProgress] = useState<TransferProgress>();
  useEffect(() => {
    if (!isWaiting) return undefined;
    return listen((news) => {
      if (news.type === 'transfer' && news.progress.id === id) setProgress(news.progress);
    });
  }, [listen, id, isWaiting]);
  const begin = useCallback((): void => {
    setProgress(undefined);
    setWaiting(true);
  }, []);
  const end = useCallback((): void => {
    setWaiting(false);
  }, []);
  return { progress, begin, end };
}
