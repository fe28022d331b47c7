import { Injectable } from '@nestjs/common';

import type { Member } from '#mls/wire';

import { DirectoryService } from '../../directory/index.js';
import { Refusal } from '../../platform/refusal.js';
import { Labels } from '../labels.js';

/** Extension of the group context that holds the canonical text of the group's label (private-use range of RFC 9420 17.3). */
export const LABEL_EXTENSION = 0xf0c1;

/** The device that a leaf's credential names. */
export function deviceOf({ identity }: { readonly identity: Uint8Array }): string {
  return Buffer.from(identity).toString();
}

/** Canonical text of the label in a group's extensions; undefined when there is none. */
export function labelIn(extensions: ReadonlyMap<number, Uint8Array>): string | undefined {
  const data = extensions.get(LABEL_EXTENSION);
  return data && Buffer.from(data).toString();
}

/** Decides which devices may be members: those that the directory knows, with its keys, cleared for the group's label. */
@Injectable()
export class Admission {
  constructor(
    private readonly directory: DirectoryService,
    private readonly labels: Labels,
  ) {}

  /** Throws `code` for a leaf that the directory does not stand behind, CLEARANCE_TOO_LOW for a person not cleared. */
  async require(leaf: Member, label: string, code: 'GROUP_INVALID' | 'COMMIT_INVALID'): Promise<void> {
    const deviceId = deviceOf(leaf);
    const device = await this.directory.device(deviceId);
    if (!device) throw new Refusal(code, `the directory knows no device ${deviceId.slice(0, 64)}`);
    if (device.revokedAt) throw new Refusal(code, `device ${deviceId} is revoked`);
    if (!Buffer.from(device.signatureKey).equals(leaf.signatureKey)) {
      throw new Refusal(code, `the leaf of device ${deviceId} has another signature key than the directory`);
    }
    if (await this.labels.mayRead(await this.directory.clearanceOf(device.personId), label)) return;
    throw new Refusal('CLEARANCE_TOO_LOW', `the label is not covered by the clearance behind device ${deviceId}`);
  }
}
