import { canRead } from '#policy';
import type { Label } from '#policy';
import type { DeviceRecord } from '#transparency';

import type { Core } from '../core.js';
import { ChanceryError } from '../errors.js';
import type { Sql } from '../ports/store.js';
import type { Member, Problem } from '../types.js';
import { changedIdentities, identityProblem } from '../verification/changedIdentities.js';
import { deviceIdOf } from './admission.js';
import type { PresentedLeaf } from './admission.js';
import { nameOfPerson } from './people.js';

/**
 * The devices of people who are to come into a conversation.
 * @throws ChanceryError NOT_FOUND, CLEARANCE_TOO_LOW, NO_KEY_PACKAGE
 */
export function devicesToAdd(
  { directory, policy, timer }: Core,
  personIds: readonly string[],
  label: Label,
): DeviceRecord[] {
  const now = timer.now();
  return [...new Set(personIds)].flatMap((personId) => {
    const person = directory.current.person(personId);
    if (!person) throw new ChanceryError('NOT_FOUND', 'The directory knows no such person.', { field: 'personIds' });
    if (!canRead(directory.current.clearanceOf(personId, now), label, policy, now)) {
      throw new ChanceryError('CLEARANCE_TOO_LOW', `The clearance of ${person.name} does not cover the label.`, {
        field: 'personIds',
      });
    }
    const devices = directory.current.devicesOf(personId).filter(({ revoked }) => !revoked);
    if (devices.length > 0) return devices;
    throw new ChanceryError('NO_KEY_PACKAGE', `${person.name} has no device that can be added.`, {
      field: 'personIds',
    });
  });
}

/** Leaves of a group whose devices belong to these people. */
export function leavesOf<Leaf extends PresentedLeaf>(
  { directory }: Core,
  leaves: readonly Leaf[],
  personIds: ReadonlySet<string>,
): Leaf[] {
  return leaves.filter(({ identity }) => {
    const device = directory.current.device(deviceIdOf(identity) ?? '');
    return device !== undefined && personIds.has(device.person);
  });
}

/** @throws ChanceryError IDENTITY_CHANGED while a member has another identity key than the one that was compared with them */
export async function requireSameMembers(core: Core, groupId: string): Promise<void> {
  const problem = await core.store.read((sql) => memberProblem(sql, core, groupId));
  if (problem) throw new ChanceryError(problem.code, problem.message);
}

/** What stands in the way of a conversation since the identity of a member has changed. */
export async function memberProblem(sql: Sql, core: Core, groupId: string): Promise<Problem | undefined> {
  const changed = await changedIdentities(sql, core);
  if (changed.size === 0) return undefined;
  const members = membersOf(core, await core.groups.members(sql, groupId));
  return identityProblem(
    core,
    changed,
    members.map(({ personId }) => personId),
  );
}

/** The people in a conversation, each with the devices that are in it. */
export function membersOf({ directory }: Core, leaves: readonly PresentedLeaf[]): Member[] {
  const byPerson = new Map<string, string[]>();
  for (const { identity } of leaves) {
    const device = directory.current.device(deviceIdOf(identity) ?? '');
    if (device) byPerson.set(device.person, [...(byPerson.get(device.person) ?? []), device.id]);
  }
  return [...byPerson].map(([personId, deviceIds]) => ({
    personId,
    personName: nameOfPerson(personId, directory.current),
    deviceIds,
  }));
}
