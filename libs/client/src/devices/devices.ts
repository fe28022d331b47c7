import { DeviceNotesDocument, NameDeviceDocument, encodeDeviceName } from '#contracts';
import type { DeviceNotePartsFragment } from '#contracts';
import { fromBase64, PrimitivesError, sign, toBase64, verifySignature } from '#primitives';
import type { DeviceRecord } from '#transparency';
import { isStatementName } from '#transparency';

import type { Core } from '../core.js';
import { ChanceryError } from '../errors.js';
import { PairingApproval } from './pairingApproval.js';

/** One of the person's own devices. */
export interface OwnDevice {
  readonly id: string;
  /** As the person calls it now. */
  readonly name: string;
  /** RFC 3339. */
  readonly addedAt: string;
  /** The hour in which it last opened a session, by the server's word; undefined when the server knows none. */
  readonly lastSeen: string | undefined;
  readonly revoked: boolean;
  /** Whether it is this very device. */
  readonly own: boolean;
}

/** The person's own devices, and how one more comes in. */
export class Devices {
  constructor(private readonly core: Core) {}

  /** From the verified directory; names that were given later are taken where a device of the person has signed them. */
  async list(): Promise<OwnDevice[]> {
    const { directory, profile, session } = this.core;
    const { deviceNotes } = await session.execute(DeviceNotesDocument, { personId: profile.personId });
    const notes = new Map(deviceNotes.map((note) => [note.deviceId, note]));
    return directory.current.devicesOf(profile.personId).map((device) => {
      const note = notes.get(device.id);
      return {
        id: device.id,
        name: (note && this.signedName(device, note)) ?? device.name,
        addedAt: new Date(device.at).toISOString(),
        lastSeen: note?.seenAt ?? undefined,
        revoked: device.revoked !== undefined,
        own: device.id === profile.deviceId,
      };
    });
  }

  /** @throws ChanceryError BAD_INPUT, NOT_FOUND */
  async rename(deviceId: string, name: string): Promise<void> {
    if (!isStatementName(name)) {
      throw new ChanceryError('BAD_INPUT', 'A device has a name of 1 to 200 printable characters.', { field: 'name' });
    }
    const { deviceKey, profile, session, timer } = this.core;
    const now = timer.now();
    const signed = encodeDeviceName({ deviceId, name, at: now.getTime(), namedBy: profile.deviceId });
    const signature = toBase64(sign(deviceKey.privateKey, signed));
    await session.execute(NameDeviceDocument, { input: { deviceId, name, at: now.toISOString(), signature } });
  }

  /** Enters the code of a new device, or the text of its QR code. @throws ChanceryError PAIRING_INVALID, PAIRING_EXPIRED … */
  approve(code: string): Promise<PairingApproval> {
    return PairingApproval.begin(this.core, code);
  }

  private signedName({ id, person }: DeviceRecord, note: DeviceNotePartsFragment): string | undefined {
    const { name, namedAt, namedBy, signature } = note;
    const signer = this.core.directory.current.device(namedBy ?? '');
    if (!name || !namedAt || !signature || !signer || signer.person !== person || signer.revoked) return undefined;
    const signed = encodeDeviceName({ deviceId: id, name, at: Date.parse(namedAt), namedBy: signer.id });
    return isSigned(signer.signatureKey, signed, signature) ? name : undefined;
  }
}

function isSigned(key: Uint8Array, message: Uint8Array, signature: string): boolean {
  try {
    return verifySignature(key, message, fromBase64(signature));
  } catch (error) {
    if (error instanceof PrimitivesError) return false;
    throw error;
  }
}
