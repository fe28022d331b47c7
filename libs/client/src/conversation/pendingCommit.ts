import { MlsError } from '#mls';
import { randomBytes } from '#primitives';

import { bytesOf, maybeBytes, numberOf } from '../ports/store.js';
import type { Sql } from '../ports/store.js';
import { forgetFounded } from '../reinit/founded.js';
import type { Draft } from './groups.js';

/**
 * A commit of one's own that the server may or may not have taken: kept until it comes back in the group's order, or another one of
 * its epoch does. What only its maker knows of it is in the MLS state, stored with it.
 */
export interface PendingCommit {
  readonly payload: Uint8Array;
  readonly welcome: Uint8Array | undefined;
  /** MLSMessage(GroupInfo) of the group that takes the place of this one, where the commit closes it. */
  readonly successor?: Uint8Array | undefined;
  readonly idempotencyKey: Uint8Array;
  /** Newest statement that this device knew when it made the commit. */
  readonly statement: number;
}

export async function savePendingCommit(
  { sql, record }: Draft,
  { payload, welcome, successor, statement }: Omit<PendingCommit, 'idempotencyKey'>,
): Promise<void> {
  const row = [record.id, payload, welcome ?? null, randomBytes(16), statement, successor ?? null];
  await sql.run(
    'INSERT OR REPLACE INTO pending_commit (group_id, payload, welcome, idempotency_key, statement, successor) VALUES (?, ?, ?, ?, ?, ?)',
    row,
  );
}

export async function loadPendingCommit(sql: Sql, groupId: string): Promise<PendingCommit | undefined> {
  const row = await sql.get('SELECT * FROM pending_commit WHERE group_id = ?', [groupId]);
  return (
    row && {
      payload: bytesOf(row, 'payload'),
      welcome: maybeBytes(row, 'welcome'),
      idempotencyKey: bytesOf(row, 'idempotency_key'),
      successor: maybeBytes(row, 'successor'),
      statement: numberOf(row, 'statement'),
    }
  );
}

/** The epoch is over, by this commit or by another. */
export async function forgetPendingCommit(sql: Sql, groupId: string): Promise<void> {
  await sql.run('DELETE FROM pending_commit WHERE group_id = ?', [groupId]);
}

/** The server has refused the commit: the MLS state forgets it too. */
export async function abandonPendingCommit({ sql, record, group }: Draft): Promise<void> {
  const pending = await loadPendingCommit(sql, record.id);
  if (!pending) return;
  await forgetPendingCommit(sql, record.id);
  await forgetFounded(sql, record.id);
  try {
    group.discard(group.stage(pending.payload));
  } catch (error) {
    if (!(error instanceof MlsError)) throw error; // its epoch is over, and it was forgotten with it
  }
}
