import { Injectable } from '@nestjs/common';

import { extensionTypes, externalSendersIn } from '#mls/wire';
import type { Member } from '#mls/wire';
import { toHex } from '#primitives/verify';

import { DirectoryService } from '../../directory/index.js';
import { Clock } from '../../platform/clock.js';
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

/** A group has a label, and may say who proposes from outside; everything else would be for the members to agree on. */
const EXTENSIONS: ReadonlySet<number> = new Set([LABEL_EXTENSION, extensionTypes.externalSenders]);

/** Decides which devices may be members: those that the directory knows, with its keys, cleared for the group's label. */
@Injectable()
export class Admission {
  constructor(
    private readonly directory: DirectoryService,
    private readonly labels: Labels,
    private readonly clock: Clock,
  ) {}

  /** Throws `code` for other extensions than a group may have, or for external senders that are not this server's keys. */
  async requireExtensions(
    extensions: ReadonlyMap<number, Uint8Array>,
    code: 'GROUP_INVALID' | 'COMMIT_INVALID',
  ): Promise<void> {
    const stranger = [...extensions.keys()].find((type) => !EXTENSIONS.has(type));
    if (stranger !== undefined) throw new Refusal(code, `a conversation has no extension ${String(stranger)}`);
    const stated = (await this.directory.state()).serverKeys('delivery', this.clock.now());
    const known = new Set(stated.map(toHex));
    if (externalSendersIn(extensions).every(({ signatureKey }) => known.has(toHex(signatureKey)))) return;
    throw new Refusal(code, 'only the delivery keys that the log states may propose from outside');
  }

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
