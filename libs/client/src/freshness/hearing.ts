import { encodeStand } from '#contracts';
import type { StandsQuery } from '#contracts';
import { fromBase64, verifySignature } from '#primitives';

import { deviceIdOf } from '../conversation/admission.js';
import type { Draft } from '../conversation/groups.js';
import { agrees, anchor } from '../conversation/log.js';
import { notice } from '../conversation/notices.js';
import { nameOfPerson } from '../conversation/people.js';
import type { Core } from '../core.js';
import type { Problem } from '../types.js';
import { remember } from './evidence.js';
import type { Saying } from './evidence.js';

/** A stand whose signature verifies, of a device that the directory knows. */
export interface GenuineStand {
  readonly groupId: string;
  readonly deviceId: string;
  readonly personId: string;
  readonly seq: number;
  readonly head: Uint8Array;
  /** Milliseconds since 1970. */
  readonly at: number;
}

/** Those of other people's devices that verify, the newest first; others are left out. */
export function genuineStands({ directory, profile }: Core, given: StandsQuery['stands']): GenuineStand[] {
  const stands = given.flatMap(({ groupId, deviceId, seq, head: encoded, at: time, signature }) => {
    const device = directory.current.device(deviceId);
    if (!device || device.revoked || device.person === profile.personId) return [];
    const [head, at] = [fromBase64(encoded), Date.parse(time)];
    const signed = encodeStand({ groupId, deviceId, seq, head, at });
    if (!verifySignature(device.signatureKey, signed, fromBase64(signature))) return [];
    return [{ groupId, deviceId, personId: device.person, seq, head, at }];
  });
  return stands.sort((one, other) => other.at - one.at);
}

/**
 * Holds what others say against what this device holds, when it has everything that the server gives. Returns what is wrong and was not
 * known yet. The directory has taken in revocations before.
 */
export async function hearStands(core: Core, draft: Draft, stands: readonly GenuineStand[]): Promise<Problem[]> {
  const problems: Problem[] = [];
  for (const stand of stands) {
    const { groupId, deviceId, personId, seq, at: signedAt } = stand;
    const isMember = draft.group.members.some(({ identity }) => deviceIdOf(identity) === deviceId);
    if (!isMember) continue;
    const says = await compare(draft, stand);
    const heard = { groupId, deviceId, personId, seq, says, signedAt };
    const isNews = await remember(draft.sql, heard, core.timer.now());
    if (isNews && says === 'forked') problems.push(await tellOfFork(core, draft, stand));
  }
  return problems;
}

async function compare({ sql, record }: Draft, { seq, head }: GenuineStand): Promise<Saying> {
  if (seq > record.cursor) return 'ahead';
  if (!record.head) await anchor(sql, record, seq, head);
  return (await agrees(sql, record, seq, head)) === false ? 'forked' : 'agrees';
}

async function tellOfFork(core: Core, draft: Draft, { personId, seq }: GenuineStand): Promise<Problem> {
  const who = nameOfPerson(personId, core.directory.current);
  const message = `${who} and this device were given different messages, or another order, before place ${String(seq)}.`;
  const place = { seq: draft.record.cursor, acceptedAt: core.timer.now().toISOString() };
  await notice(core, draft, place, 'MESSAGE_GAP', message, { what: 'forked', person: who, place: seq });
  return { code: 'MESSAGE_GAP', message };
}
