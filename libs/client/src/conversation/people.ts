import type { Directory } from '#transparency';

import { deviceIdOf } from './admission.js';
import type { PresentedLeaf } from './admission.js';

/** Name of the person whose device a leaf is, as the directory has it. */
export function nameOfLeaf({ identity }: PresentedLeaf, directory: Directory): string {
  const device = directory.device(deviceIdOf(identity) ?? '');
  return device ? nameOfPerson(device.person, directory) : 'an unknown device';
}

export function nameOfPerson(personId: string, directory: Directory): string {
  return directory.person(personId)?.name ?? personId;
}

/** Who came and who went, in one line; undefined when nobody did. */
export function describeChange(
  actor: PresentedLeaf | undefined,
  added: readonly PresentedLeaf[],
  removed: readonly PresentedLeaf[],
  directory: Directory,
): string | undefined {
  const who = actor ? nameOfLeaf(actor, directory) : 'The server';
  const clauses = [
    ...(added.length > 0 ? [`added ${namesOf(added, directory)}`] : []),
    ...(removed.length > 0 ? [`removed ${namesOf(removed, directory)}`] : []),
  ];
  return clauses.length === 0 ? undefined : `${who} ${clauses.join(' and ')}.`;
}

function namesOf(leaves: readonly PresentedLeaf[], directory: Directory): string {
  return [...new Set(leaves.map((leaf) => nameOfLeaf(leaf, directory)))].join(', ');
}
