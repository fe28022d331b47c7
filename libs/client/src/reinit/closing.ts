import { suiteName } from '#contracts';
import { Group } from '#mls';
import type { StagedCommit, Successor } from '#mls';
import { concatBytes, fromHex, randomBytes, toHex, utf8 } from '#primitives';

import { deviceIdOf } from '../conversation/admission.js';
import type { Claimed } from '../conversation/claims.js';
import type { Envelope } from '../conversation/envelope.js';
import { renewedExtensions } from '../conversation/externalSenders.js';
import { recordsOf, saveChanges } from '../conversation/groups.js';
import type { Draft } from '../conversation/groups.js';
import { membershipLine } from '../conversation/notices.js';
import { forgetPendingCommit, loadPendingCommit, savePendingCommit } from '../conversation/pendingCommit.js';
import { actorOf } from '../conversation/people.js';
import { requireOpen } from '../conversation/record.js';
import type { Core } from '../core.js';
import { settleCalls } from '../resync/settling.js';
import { noteLeaf } from '../rotation/leafChanges.js';
import { forgetFounded } from './founded.js';

const RANDOM_ID_BYTES = 16;

/**
 * Makes the commit that closes the group, the group that takes its place, and the Welcome to it. Server and members get all three at once: a
 * conversation is never closed without a successor, whenever this device dies. Stored with the MLS state; sent by `Commits`.
 * @returns false when the members are not those that the KeyPackages are of
 */
export async function prepareClosing(core: Core, draft: Draft, suite: number, claimed: Claimed): Promise<boolean> {
  const { sql, record, group } = draft;
  requireOpen(record);
  const keyPackages = keyPackagesOf(group, claimed);
  if (!keyPackages) return false;
  const { deviceKey, directory, profile, timer } = core;
  const groupId = concatBytes(fromHex(record.id), randomBytes(RANDOM_ID_BYTES));
  const extensions = renewedExtensions(group.extensions, directory.current, timer.now()) ?? group.extensions;
  const { commit: payload } = group.commit({ reinit: { groupId, suite, extensions } });
  await saveChanges(sql, record.id, group.takeChanges());
  // the epoch that the commit leads to is needed now, and entered only when the server has taken it
  const closed = Group.restore(await recordsOf(sql, record.id), deviceKey);
  closed.apply(closed.stage(payload));
  const identity = utf8(profile.deviceId);
  const now = timer.now().getTime();
  const founded = closed.reinitialize({ keyPackages, identity, signatureKeyPair: deviceKey, now });
  const successor = founded.group.groupInfo();
  await saveChanges(sql, toHex(groupId), founded.group.takeChanges());
  const { welcome } = founded;
  await savePendingCommit(draft, { payload, welcome, successor, statement: directory.current.head });
  return true;
}

/** One KeyPackage for each other member; undefined where there is none for somebody. */
function keyPackagesOf(group: Group, claimed: Claimed): Uint8Array[] | undefined {
  const others = group.members.filter(({ leafIndex }) => leafIndex !== group.ownLeaf);
  const keyPackages = others.flatMap(({ identity }) => claimed.get(deviceIdOf(identity) ?? '') ?? []);
  return keyPackages.length === others.length ? keyPackages : undefined;
}

/**
 * Enters the end of the group. The conversation goes on in the successor, with its place in the order, its chain of heads and its counters;
 * `enterSuccessor` brings this device there.
 */
export async function close(
  core: Core,
  draft: Draft,
  envelope: Envelope,
  staged: StagedCommit,
  { groupId, suite }: Successor,
): Promise<void> {
  const { sql, record, group } = draft;
  const committer = group.members.find(({ leafIndex }) => leafIndex === staged.sender);
  const actor = actorOf(committer, core.directory.current);
  await membershipLine(core, draft, envelope, { kind: 'moved', actor, suite: suiteName(suite) });
  await noteNewLeaves(core, draft, envelope, staged.isOwn);
  group.apply(staged);
  await forgetPendingCommit(sql, record.id);
  if (!staged.isOwn) await forgetFounded(sql, record.id);
  record.proposals = 0;
  record.suite = suite;
  record.epochBase = record.epoch;
  record.epoch += 1; // the first epoch of the successor
  record.movingTo = toHex(groupId);
  await settleCalls(core, draft, envelope, staged);
}

/** All leaves of the successor are new. */
async function noteNewLeaves(core: Core, draft: Draft, { acceptedAt }: Envelope, isOwn: boolean): Promise<void> {
  const { sql, record, group } = draft;
  const pending = isOwn ? await loadPendingCommit(sql, record.id) : undefined;
  const statement = pending?.statement ?? core.directory.current.head;
  for (const { identity, leafIndex } of group.members) {
    const counts =
      leafIndex === group.ownLeaf ? { counter: record.nextCounter, statement } : { counter: 0, statement: 0 };
    await noteLeaf(sql, record.id, deviceIdOf(identity) ?? '', { at: Date.parse(acceptedAt), ...counts });
  }
}
