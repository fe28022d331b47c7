import type { StagedCommit } from '#mls';

import { deviceIdOf } from '../conversation/admission.js';
import { changeWords } from '../conversation/changes.js';
import type { Place } from '../conversation/envelope.js';
import type { Draft } from '../conversation/groups.js';
import { enqueue } from '../conversation/outboxRows.js';
import { nameOfPerson } from '../conversation/people.js';
import type { Core } from '../core.js';
import { changeOfHandOver, prepareMissed } from '../history/handOver.js';
import { callsIn, placeOfEpoch } from './calls.js';
import type { Call } from './calls.js';

/** A member writes in the epochs of the window at most this long after their end; older calls are not read. */
const KEPT_EPOCHS = 8;

/** After a commit was applied: notes where its epoch begins and with whom, and settles the calls of those who are back, or gone. */
export async function settleCalls(core: Core, draft: Draft, place: Place, staged: StagedCommit): Promise<void> {
  const { sql, record } = draft;
  await noteEpoch(draft, place, staged);
  const changed = [...staged.adds, ...staged.removes].map(({ identity }) => deviceIdOf(identity));
  const back = new Set(staged.adds.map(({ identity }) => deviceIdOf(identity)));
  for (const call of await callsIn(sql, record.id)) {
    if (!changed.includes(call.deviceId)) continue;
    await sql.run('DELETE FROM resync_call WHERE group_id = ? AND device_id = ?', [record.id, call.deviceId]);
    if (staged.isOwn && back.has(call.deviceId)) await handOverMissed(core, draft, call);
  }
}

async function noteEpoch({ sql, record }: Draft, { seq }: Place, { adds }: StagedCommit): Promise<void> {
  const { id, epoch } = record;
  await sql.run('INSERT OR REPLACE INTO epoch_place VALUES (?, ?, ?)', [id, epoch, seq]);
  for (const { identity } of adds) {
    await sql.run('INSERT OR REPLACE INTO epoch_newcomer VALUES (?, ?, ?)', [id, epoch, deviceIdOf(identity) ?? '']);
  }
  for (const table of ['epoch_place', 'epoch_newcomer']) {
    await sql.run(`DELETE FROM ${table} WHERE group_id = ? AND epoch < ?`, [id, epoch - KEPT_EPOCHS]);
  }
}

/** Whoever brings a device back hands it what it could not read: it was a member all the time. */
async function handOverMissed(core: Core, { sql, record }: Draft, { deviceId, epoch }: Call): Promise<void> {
  const { directory, profile } = core;
  const personId = directory.current.device(deviceId)?.person;
  const from = await placeOfEpoch(sql, record.id, epoch + 1);
  if (personId === undefined || from === undefined) return;
  const giver = nameOfPerson(profile.personId, directory.current);
  for (const history of await prepareMissed(core, sql, record.id, personId, from)) {
    const text = changeWords(changeOfHandOver(history, giver, directory.current));
    const { id, labelText } = record;
    await enqueue(core, sql, id, { kind: 'history', text, labelText, precedence: 'ROUTINE', history });
  }
}
