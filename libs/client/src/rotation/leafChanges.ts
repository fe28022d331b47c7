import { numberOf, textOf } from '../ports/store.js';
import type { Sql } from '../ports/store.js';

export interface LeafChange {
  /** When the server took the commit that replaced the leaf; milliseconds since 1970. */
  readonly at: number;
  /** Of the own leaf: messages that this device had sent to the conversation by then. */
  readonly counter: number;
  /** Of the own leaf: newest statement that this device knew when it made the change. */
  readonly statement: number;
}

/** Notes that the leaf of a device is new. */
export async function noteLeaf(sql: Sql, groupId: string, deviceId: string, change: LeafChange): Promise<void> {
  const row = [groupId, deviceId, change.at, change.counter, change.statement];
  await sql.run('INSERT OR REPLACE INTO leaf_change VALUES (?, ?, ?, ?, ?)', row);
}

export async function forgetLeaf(sql: Sql, groupId: string, deviceId: string): Promise<void> {
  await sql.run('DELETE FROM leaf_change WHERE group_id = ? AND device_id = ?', [groupId, deviceId]);
}

/** Undefined where this device has not seen the leaf change. */
export async function leafChange(sql: Sql, groupId: string, deviceId: string): Promise<LeafChange | undefined> {
  const row = await sql.get('SELECT * FROM leaf_change WHERE group_id = ? AND device_id = ?', [groupId, deviceId]);
  return row && { at: numberOf(row, 'at'), counter: numberOf(row, 'counter'), statement: numberOf(row, 'statement') };
}

/** When the leaves changed, by device. */
export async function leafChanges(sql: Sql, groupId: string): Promise<ReadonlyMap<string, number>> {
  const rows = await sql.all('SELECT device_id, at FROM leaf_change WHERE group_id = ?', [groupId]);
  return new Map(rows.map((row) => [textOf(row, 'device_id'), numberOf(row, 'at')]));
}
