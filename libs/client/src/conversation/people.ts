import type { Directory } from '#transparency';

import type { ConversationChange } from '../types.js';
import { deviceIdOf } from './admission.js';
import type { PresentedLeaf } from './admission.js';

/** Name of the person whose device a leaf is, as the directory has it. */
export function nameOfLeaf(leaf: PresentedLeaf, directory: Directory): string {
  return knownName(leaf, directory) ?? 'an unknown device';
}

/** Undefined for a device that the directory does not know. */
function knownName({ identity }: PresentedLeaf, directory: Directory): string | undefined {
  const device = directory.device(deviceIdOf(identity) ?? '');
  return device && nameOfPerson(device.person, directory);
}

export function nameOfPerson(personId: string, directory: Directory): string {
  return directory.person(personId)?.name ?? personId;
}

/** Who came and who went; undefined when nobody did. */
export function changeOfMembers(
  actor: PresentedLeaf | undefined,
  added: readonly PresentedLeaf[],
  removed: readonly PresentedLeaf[],
  directory: Directory,
): ConversationChange | undefined {
  if (added.length + removed.length === 0) return undefined;
  return {
    kind: 'members',
    actor: actorOf(actor, directory),
    added: namesOf(added, directory),
    removed: namesOf(removed, directory),
  };
}

/** As a change names whoever made it. */
export function actorOf(actor: PresentedLeaf | undefined, directory: Directory): string | null {
  return actor ? (knownName(actor, directory) ?? '') : null;
}

function namesOf(leaves: readonly PresentedLeaf[], directory: Directory): string[] {
  return [...new Set(leaves.map((leaf) => knownName(leaf, directory) ?? ''))];
}
