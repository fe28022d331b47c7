import type { Sql } from '../ports/store.js';

/** Notes, in the transaction that stores a message, that it is still to be sealed into this device's history. */
export async function sealLater(
  sql: Sql,
  { groupId, seq, rank }: { readonly groupId: string; readonly seq: number; readonly rank: number },
): Promise<void> {
  await sql.run('INSERT OR IGNORE INTO history_pending (group_id, seq, rank) VALUES (?, ?, ?)', [groupId, seq, rank]);
}
