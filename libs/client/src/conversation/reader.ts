import type { SecurityPolicy } from '#policy';
import type { Directory } from '#transparency';

/** What the rows of a conversation are shown with. */
export interface Reader {
  readonly directory: Directory;
  readonly policy: SecurityPolicy;
  readonly ownDeviceId: string;
  readonly ownPersonId: string;
}

/** As the directory has it; nothing for nobody. */
export function nameOf(personId: string | undefined, directory: Directory): string {
  return personId === undefined ? '' : (directory.person(personId)?.name ?? personId);
}
