import { canRead } from '#policy';
import type { Label } from '#policy';
import type { DeviceRecord } from '#transparency';

import type { Core } from '../core.js';
import { ChanceryError } from '../errors.js';
import type { Member } from '../types.js';
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
