import { numberOf, textOf } from '../ports/store.js';
import type { Sql } from '../ports/store.js';

/** A word that is dated later than this after its arrival comes from a clock that is wrong, and counts for nothing. */
const TOLERANCE_MS = 86_400_000;

/** What a device's word about its place comes to here, see `FRESHNESS_TABLES`. */
export type Saying = 'agrees' | 'ahead' | 'forked';

/** A device's word about where it stood in a conversation. */
export interface Heard {
  readonly groupId: string;
  readonly deviceId: string;
  readonly personId: string;
  readonly seq: number;
  readonly says: Saying;
  /** By the clock of that device; milliseconds since 1970. */
  readonly signedAt: number;
}

export interface Evidence extends Omit<Heard, 'signedAt'> {
  readonly at: number;
}

/**
 * Remembers a word that is newer than the last one of its device. It is never fresher than its arrival, whatever the clock of the
 * sender says, and coming a second time makes it no fresher. False if it is not news.
 */
export async function remember(sql: Sql, heard: Heard, now: Date): Promise<boolean> {
  const { groupId, deviceId, personId, seq, says, signedAt } = heard;
  const arrived = now.getTime();
  if (signedAt > arrived + TOLERANCE_MS) return false;
  const place = [groupId, deviceId];
  const known = await sql.get('SELECT says, signed_at, at FROM stand WHERE group_id = ? AND device_id = ?', place);
  const isAgain = known !== undefined && numberOf(known, 'signed_at') === signedAt;
  if (known && (numberOf(known, 'signed_at') > signedAt || (isAgain && textOf(known, 'says') === says))) return false;
  const at = isAgain ? numberOf(known, 'at') : Math.min(signedAt, arrived);
  const row = [groupId, deviceId, personId, seq, says, signedAt, at];
  await sql.run('INSERT OR REPLACE INTO stand VALUES (?, ?, ?, ?, ?, ?, ?)', row);
  return true;
}

/** Everything that was heard of a conversation, the newest first. */
export async function evidenceOf(sql: Sql, groupId: string): Promise<Evidence[]> {
  const rows = await sql.all('SELECT * FROM stand WHERE group_id = ? ORDER BY at DESC', [groupId]);
  return rows.map((row) => ({
    groupId,
    deviceId: textOf(row, 'device_id'),
    personId: textOf(row, 'person_id'),
    seq: numberOf(row, 'seq'),
    says: textOf(row, 'says') as Saying,
    at: numberOf(row, 'at'),
  }));
}
