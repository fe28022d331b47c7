import { Injectable } from '@nestjs/common';
import { DataSource, In } from 'typeorm';

import { encodeDeviceName } from '#contracts';
import { verifySignature } from '#primitives/verify';

import type { Caller } from '../../access/index.js';
import { Clock } from '../../platform/clock.js';
import { Refusal } from '../../platform/refusal.js';
import { badInput, requireKnownForm, requireName } from '../input.js';
import { DeviceEntity } from '../people/person.entity.js';
import { DeviceNoteEntity } from './deviceNote.entity.js';
import type { DeviceNote, NameDeviceInput } from './deviceNote.model.js';

const HOUR_MS = 3_600_000;
/** A client's clock may be off by this much. */
const MAX_SKEW_MS = 10 * 60_000;

/** Names that people give to their devices later, and when a device was last there. */
@Injectable()
export class DeviceNotesService {
  constructor(
    private readonly source: DataSource,
    private readonly clock: Clock,
  ) {}

  /** Of one's own devices, or of anybody's with the permission directory.statements. Throws FORBIDDEN. */
  async of(personId: string, caller: Caller): Promise<DeviceNote[]> {
    requireKnownForm(personId, 'personId');
    if (personId !== caller.personId && !caller.permissions.has('directory.statements')) {
      throw new Refusal('FORBIDDEN', 'this needs the permission directory.statements', { field: 'personId' });
    }
    const { manager } = this.source;
    const devices = await manager.find(DeviceEntity, { select: { id: true }, where: { personId } });
    return manager.findBy(DeviceNoteEntity, { deviceId: In(devices.map(({ id }) => id)) });
  }

  /** Throws NOT_FOUND unless the device is the caller's, BAD_INPUT when the signature is not by the caller's device. */
  async name(input: NameDeviceInput, caller: Caller): Promise<DeviceNote> {
    const { deviceId, name, at: namedAt, signature } = input;
    requireKnownForm(deviceId, 'input.deviceId');
    requireName(name, 'input.name');
    const { manager } = this.source;
    const [named, signer] = await Promise.all(
      [deviceId, caller.deviceId].map((id) => manager.findOneBy(DeviceEntity, { id, personId: caller.personId })),
    );
    if (!named || !signer) throw new Refusal('NOT_FOUND', 'you have no such device', { field: 'input.deviceId' });
    if (Math.abs(namedAt.getTime() - this.clock.now().getTime()) > MAX_SKEW_MS)
      throw badInput('input.at', 'is not now');
    const signed = encodeDeviceName({ deviceId, name, at: namedAt.getTime(), namedBy: signer.id });
    if (!verifySignature(signer.signatureKey, signed, signature)) throw badInput('input.signature', 'does not verify');
    const note = { deviceId, name, namedAt, namedBy: signer.id, signature: Buffer.from(signature) };
    await manager.upsert(DeviceNoteEntity, note, ['deviceId']);
    return manager.findOneByOrFail(DeviceNoteEntity, { deviceId });
  }

  /** The device has opened a session. */
  async seen(deviceId: string): Promise<void> {
    const seenAt = new Date(Math.floor(this.clock.now().getTime() / HOUR_MS) * HOUR_MS);
    await this.source.manager.upsert(DeviceNoteEntity, { deviceId, seenAt }, ['deviceId']);
  }
}
