import type { ReceiptView } from '#client';

import type { Standing } from './protocol.js';

/** Whoever has read something on one device has read it. */
export function standingsOf(receipts: readonly ReceiptView[], ownPersonId: string): Standing[] {
  const standings = new Map<string, Standing>();
  for (const { personId, kind, upTo } of receipts) {
    if (personId === ownPersonId) continue;
    const { delivered, read } = standings.get(personId) ?? { delivered: 0, read: 0 };
    const isRead = kind === 'READ';
    standings.set(personId, {
      personId,
      delivered: Math.max(delivered, upTo),
      read: isRead ? Math.max(read, upTo) : read,
    });
  }
  return [...standings.values()];
}
