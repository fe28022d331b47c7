import { deviceIdOf } from '../conversation/admission.js';
import type { Sender } from '../conversation/counters.js';
import type { Place } from '../conversation/envelope.js';
import type { Draft } from '../conversation/groups.js';
import { membershipLine } from '../conversation/notices.js';
import type { Core } from '../core.js';
import { numberOf, textOf } from '../ports/store.js';
import type { Sql } from '../ports/store.js';

export interface Call {
  readonly deviceId: string;
  /** The conversation's epoch that it stands in. */
  readonly epoch: number;
}

/**
 * A member says that it can't follow: whoever has read on brings it back. The epoch of its message proves up to where it has read; who has come in
 * since, again or for the first time, has nothing to claim from before.
 * @param mlsEpoch - of the message
 */
export async function noteCall(
  core: Core,
  draft: Draft,
  place: Place,
  { deviceId, name }: Sender,
  mlsEpoch: number,
): Promise<void> {
  const { sql, record, group } = draft;
  await membershipLine(core, draft, place, { kind: 'stuck', person: name });
  const epoch = record.epochBase + mlsEpoch;
  const isMember = group.members.some(({ identity }) => deviceIdOf(identity) === deviceId);
  if (!isMember || epoch >= record.epoch || (await hasComeSince(sql, record.id, deviceId, epoch))) return;
  // it is for those to act who can hand over all that it has missed
  if ((await placeOfEpoch(sql, record.id, epoch + 1)) === undefined) return;
  await sql.run('INSERT OR REPLACE INTO resync_call VALUES (?, ?, ?)', [record.id, deviceId, epoch]);
}

export async function callsIn(sql: Sql, groupId: string): Promise<Call[]> {
  const rows = await sql.all('SELECT device_id, epoch FROM resync_call WHERE group_id = ?', [groupId]);
  return rows.map((row) => ({ deviceId: textOf(row, 'device_id'), epoch: numberOf(row, 'epoch') }));
}

export async function hasCalls(sql: Sql, groupId: string): Promise<boolean> {
  return (await sql.get('SELECT 1 AS found FROM resync_call WHERE group_id = ? LIMIT 1', [groupId])) !== undefined;
}

async function hasComeSince(sql: Sql, groupId: string, deviceId: string, epoch: number): Promise<boolean> {
  const query = 'SELECT 1 AS found FROM epoch_newcomer WHERE group_id = ? AND device_id = ? AND epoch > ?';
  return (await sql.get(query, [groupId, deviceId, epoch])) !== undefined;
}

/** Place of the commit that began an epoch; undefined where this device did not see it. */
export async function placeOfEpoch(sql: Sql, groupId: string, epoch: number): Promise<number | undefined> {
  const query = 'SELECT seq FROM epoch_place WHERE group_id = ? AND epoch = ?';
  const row = await sql.get(query, [groupId, epoch]);
  return row && numberOf(row, 'seq');
}
