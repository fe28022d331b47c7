import { randomBytes, randomUUID } from 'node:crypto';

import type { Store } from '#client';
import { canonicalLabel } from '#policy';

import { insertMessage } from '../../../libs/client/src/conversation/messages.js';
import { newRecord, saveConversation } from '../../../libs/client/src/conversation/record.js';
import { labelAt } from '../../support/clients.js';
import type { Corpus } from './corpus.js';

const BATCH = 2000;
const MINUTE = 60_000;

/** Fills a vault as if these messages had been received, minute by minute until now, in so many conversations. */
export async function fill(store: Store, corpus: Corpus, messages: number, conversations: number): Promise<string[]> {
  const label = labelAt('RESTRICTED');
  const labelText = canonicalLabel(label);
  const ids = Array.from({ length: conversations }, () => randomBytes(16).toString('hex'));
  await store.transaction(async (sql) => {
    for (const [index, id] of ids.entries()) {
      const name = `Conversation ${String(index)}`;
      await saveConversation(sql, newRecord({ id, name, label, state: 'left', cursor: messages }));
    }
  });
  const start = Date.now() - messages * MINUTE;
  for (let from = 0; from < messages; from += BATCH) {
    await store.transaction(async (sql) => {
      for (let seq = from + 1; seq <= Math.min(from + BATCH, messages); seq++) {
        const at = new Date(start + seq * MINUTE).toISOString();
        await insertMessage(sql, {
          groupId: ids[corpus.below(ids.length)] ?? '',
          seq,
          rank: 1,
          id: randomUUID(),
          kind: 'text',
          text: corpus.text(),
          senderPerson: corpus.person(),
          senderDevice: randomUUID(),
          labelText,
          precedence: 'ROUTINE',
          sentAt: at,
          acceptedAt: at,
        });
      }
    });
  }
  return ids;
}
