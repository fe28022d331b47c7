import { AppendHistoryDocument, encodeHistoryManifest } from '#contracts';
import { sign, toBase64 } from '#primitives';

import { findConversation } from '../conversation/record.js';
import type { Core } from '../core.js';
import { bytesOf, numberOf, textOf } from '../ports/store.js';
import type { Row, Sql } from '../ports/store.js';
import { currentHistoryKey, raiseAnchor } from './key.js';
import { recordOfRow } from './records.js';
import type { HistoryRecord } from './records.js';
import { firstHash, sealSegment, segmentHash } from './segment.js';
import type { HistoryConversation } from './segment.js';

/** A segment has at most so many messages, and is closed when it holds so many UTF-16 code units and bytes. */
const MAX_RECORDS = 500;
const FULL = 192 * 1024;
/** A segment is sealed when so many messages wait for it, or when the first has waited for so long. */
const DUE_RECORDS = 200;
const DUE_MS = 15 * 60_000;

const PENDING = `SELECT number, message.* FROM history_pending JOIN message USING (group_id, seq, rank) ORDER BY number LIMIT ?`;

/**
 * Seals the messages that wait into the next segment of this device: segment and queue change in one transaction.
 * @param all also when few wait and none for long
 * @returns whether there was anything to seal
 */
export function sealNext({ store, profile, timer }: Core, all: boolean): Promise<boolean> {
  const { personId, deviceId } = profile;
  return store.transaction(async (sql) => {
    const rows = untilFull(await sql.all(PENDING, [MAX_RECORDS]));
    const last = rows.at(-1);
    if (!last || !(all || isDue(rows, timer.now()))) return false;
    const records = rows.map(recordOfRow);
    const { number, hash } = await newestSegment(sql, deviceId);
    const place = { personId, deviceId, number: number + 1 };
    const key = await currentHistoryKey(sql);
    const conversations = await conversationsOf(sql, records);
    const sealed = sealSegment(key, place, hash, { conversations, records });
    await sql.run('INSERT INTO history_segment VALUES (?, ?, ?)', [place.number, segmentHash(sealed), sealed]);
    await sql.run('DELETE FROM history_pending WHERE number <= ?', [numberOf(last, 'number')]);
    return true;
  });
}

/**
 * Hands the next sealed segment to the server, with the manifest that ends with it; the same bytes until the server has them.
 * @returns whether there was one
 * @throws ChanceryError CONFLICT when the server holds another segment of that number, TOO_LARGE, SERVER_UNREACHABLE …
 */
export async function uploadNext({ store, session, profile, deviceKey }: Core): Promise<boolean> {
  const waiting = 'SELECT * FROM history_segment WHERE sealed IS NOT NULL ORDER BY number LIMIT 1';
  const row = await store.read((sql) => sql.get(waiting));
  if (!row) return false;
  const { personId, deviceId } = profile;
  const number = numberOf(row, 'number');
  const head = bytesOf(row, 'hash');
  const signature = sign(deviceKey.privateKey, encodeHistoryManifest({ personId, deviceId, segments: number, head }));
  await session.execute(AppendHistoryDocument, {
    segment: { number, payload: toBase64(bytesOf(row, 'sealed')), signature: toBase64(signature) },
  });
  await store.transaction(async (sql) => {
    await sql.run('UPDATE history_segment SET sealed = NULL WHERE number = ?', [number]);
    await raiseAnchor(sql, { deviceId, segments: number, head });
  });
  return true;
}

/** Number and hash of this device's newest segment; 0 before the first. */
export async function newestSegment(sql: Sql, deviceId: string): Promise<{ number: number; hash: Uint8Array }> {
  const row = await sql.get('SELECT number, hash FROM history_segment ORDER BY number DESC LIMIT 1');
  return row
    ? { number: numberOf(row, 'number'), hash: bytesOf(row, 'hash') }
    : { number: 0, hash: firstHash(deviceId) };
}

function isDue(rows: readonly Row[], now: Date): boolean {
  const [oldest] = rows;
  if (rows.length >= DUE_RECORDS || oldest === undefined) return rows.length > 0;
  return now.getTime() - Date.parse(textOf(oldest, 'accepted_at')) >= DUE_MS;
}

/** At least one, whatever its length. */
function untilFull(rows: readonly Row[]): Row[] {
  let length = 0;
  return rows.filter((row, index) => {
    const { content } = row;
    length += textOf(row, 'text').length + (content instanceof Uint8Array ? content.length : 0);
    return index === 0 || length <= FULL;
  });
}

async function conversationsOf(sql: Sql, records: readonly HistoryRecord[]): Promise<HistoryConversation[]> {
  const conversations: HistoryConversation[] = [];
  for (const id of new Set(records.map(({ groupId }) => groupId))) {
    const known = await findConversation(sql, id);
    if (known) conversations.push({ id, name: known.name, namedAt: known.namedAt, labelText: known.labelText });
  }
  return conversations;
}
