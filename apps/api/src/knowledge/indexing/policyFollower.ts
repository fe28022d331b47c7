import type { EntityManager } from 'typeorm';

import type { PolicyInForce } from '../../directory/index.js';
import { enqueueAll } from './outbox.js';

/**
 * What may enter a search engine depends on the security policy: when another one is in force than the index was made under, every
 * document waits to be indexed again. Called by the one worker that holds the index's lock, before it takes work.
 */
export async function followPolicy({ hash }: Pick<PolicyInForce, 'hash'>, transaction: EntityManager): Promise<void> {
  const rows = await transaction.query<{ hash: Buffer }[]>('SELECT hash FROM index_policy');
  if (rows[0]?.hash.equals(hash)) return;
  const put = 'INSERT INTO index_policy (hash) VALUES ($1) ON CONFLICT ("only") DO UPDATE SET hash = excluded.hash';
  await transaction.query(put, [hash]);
  await enqueueAll(transaction);
}
