import { useEffect } from 'react';

import type { Desk } from '../worker/protocol.js';

/** What brings to the vault what is not there yet. */
const keepers = new Set<(desk: Desk) => Promise<unknown>>();

/** So long at most does what was typed keep the vault open. */
const PATIENCE_MS = 1000;

/** Shuts the vault; what was typed until this moment is in it. */
export async function lock(desk: Desk): Promise<void> {
  const kept = Promise.allSettled(Array.from(keepers, (keep) => keep(desk)));
  await Promise.race([kept, new Promise((late) => setTimeout(late, PATIENCE_MS))]);
  await desk.opening.lock();
}

/** Has something kept before the vault is shut by hand. Returns the function that ends it. */
export function keepBeforeLocking(keep: (desk: Desk) => Promise<unknown>): () => void {
  keepers.add(keep);
  return () => {
    keepers.delete(keep);
  };
}

/** Has something kept before the person goes: elsewhere in the house, away from the page, or out of the vault. */
export function useKeptBeforeLeaving(keep: () => Promise<unknown>): void {
  useEffect(() => {
    const now = (): void => void keep();
    const end = keepBeforeLocking(keep);
    addEventListener('pagehide', now);
    return () => {
      end();
      removeEventListener('pagehide', now);
      now();
    };
  }, [keep]);
}
