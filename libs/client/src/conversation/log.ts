import { equalBytes, sha256 } from '#primitives';

import { bytesOf, maybeBytes, numberOf } from '../ports/store.js';
import type { Sql } from '../ports/store.js';
import { nextHead } from './chain.js';
import type { ConversationRecord } from './record.js';

/** How far back a message may name a place of the log and still be checked. */
const KEPT_ENTRIES = 10_000;

/** Enters an envelope at the place after the cursor: hash, head and cursor move on together. */
export async function advance(sql: Sql, record: ConversationRecord, payload: Uint8Array): Promise<void> {
  const seq = record.cursor + 1;
  const hash = sha256(payload);
  record.head &&= nextHead(record.head, seq, hash);
  record.cursor = seq;
  await sql.run('INSERT INTO log_entry VALUES (?, ?, ?, ?)', [record.id, seq, hash, record.head ?? null]);
}

/** Whether the head that a member saw at a place is the one that this device saw; undefined where it can't tell. */
export async function agrees(
  sql: Sql,
  record: ConversationRecord,
  seq: number,
  head: Uint8Array,
): Promise<boolean | undefined> {
  const row = await sql.get('SELECT head FROM log_entry WHERE group_id = ? AND seq = ?', [record.id, seq]);
  const known = row && maybeBytes(row, 'head');
  return known && equalBytes(known, head);
}

/** Starts the chain of a device that joined later from the head that a member's message names. */
export async function anchor(sql: Sql, record: ConversationRecord, seq: number, head: Uint8Array): Promise<void> {
  if (record.head || seq < record.firstSeq - 1 || seq > record.cursor) return;
  const later = 'SELECT seq, hash FROM log_entry WHERE group_id = ? AND seq > ? ORDER BY seq';
  let current = head;
  for (const row of await sql.all(later, [record.id, seq])) {
    current = nextHead(current, numberOf(row, 'seq'), bytesOf(row, 'hash'));
    const place = [record.id, numberOf(row, 'seq')];
    await sql.run('UPDATE log_entry SET head = ? WHERE group_id = ? AND seq = ?', [current, ...place]);
  }
  const own = 'INSERT INTO log_entry VALUES (?, ?, ?, ?) ON CONFLICT DO UPDATE SET head = excluded.head';
  await sql.run(own, [record.id, seq, new Uint8Array(), head]);
  record.head = current;
}

/** Whether this very payload stands in the log already: an envelope that is given a second time. */
export async function isReplay(sql: Sql, groupId: string, payload: Uint8Array): Promise<boolean> {
  const query = 'SELECT 1 AS found FROM log_entry WHERE group_id = ? AND hash = ?';
  return (await sql.get(query, [groupId, sha256(payload)])) !== undefined;
}

export async function forgetOldEntries(sql: Sql, record: ConversationRecord): Promise<void> {
  await sql.run('DELETE FROM log_entry WHERE group_id = ? AND seq < ?', [record.id, record.cursor - KEPT_ENTRIES]);
}
