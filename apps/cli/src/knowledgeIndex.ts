import { setTimeout as delay } from 'node:timers/promises';

import type { Client } from '#client';
import { TypedDocumentString } from '#contracts';

const POLL_MS = 20;
const IndexPendingDocument = new TypedDocumentString<{ indexPending: number }, Record<string, never>>(
  'query IndexPending { indexPending }',
);

/** Resolves when everything that is filed can be found. Needs the permission to manage knowledge. */
export async function untilIndexed(client: Client): Promise<void> {
  for (;;) {
    const { indexPending } = await client.execute(IndexPendingDocument, {});
    if (indexPending === 0) return;
    await delay(POLL_MS);
  }
}
