import { Injectable } from '@nestjs/common';
import { DataSource, In } from 'typeorm';

import { encodeKeyParcel, encodeParcelKey } from '#contracts';
import { isKemPublicKey, verifySignature } from '#primitives/verify';

import type { Caller } from '../../access/index.js';
import { Refusal } from '../../platform/refusal.js';
import { badInput, requireKnownForm } from '../input.js';
import { StatementLog } from '../statements/statementLog.js';
import { KeyParcelEntity, ParcelKeyEntity } from './parcel.entity.js';
import type { KeyParcel, KeyParcelInput, ParcelKey } from './parcel.model.js';

const MAX_PAYLOAD_BYTES = 64 * 1024;

/**
 * Keys on their way between the devices of one person: a row a pair of devices. The server sees who has something for whom; what it is, only
 * the receiver can open, and who has sealed it, everybody can check.
 */
@Injectable()
export class ParcelsService {
  constructor(
    private readonly source: DataSource,
    private readonly log: StatementLog,
  ) {}

  async keys(caller: Caller): Promise<ParcelKey[]> {
    const deviceId = In(await this.#devicesOf(caller));
    return this.source.manager.find(ParcelKeyEntity, { where: { deviceId }, order: { deviceId: 'ASC' } });
  }

  /** Nothing that a device has sealed which is revoked by now. */
  async received(caller: Caller): Promise<KeyParcel[]> {
    const where = { toDevice: caller.deviceId, fromDevice: In(await this.#devicesOf(caller)) };
    return this.source.manager.find(KeyParcelEntity, { where, order: { fromDevice: 'ASC' } });
  }

  /** Throws BAD_INPUT for anything but a key that the caller's device has signed. */
  async putKey(kemKey: Uint8Array, signature: Uint8Array, { personId, deviceId }: Caller): Promise<boolean> {
    if (!isKemPublicKey('xwing', kemKey)) throw badInput('kemKey', 'is no X-Wing public key');
    await this.#requireSigned(encodeParcelKey({ personId, deviceId, kemKey }), signature, deviceId, 'signature');
    const row = { deviceId, kemKey: Buffer.from(kemKey), signature: Buffer.from(signature) };
    await this.source.manager.upsert(ParcelKeyEntity, row, ['deviceId']);
    return true;
  }

  /** Throws TOO_LARGE, NOT_FOUND unless the receiver is another device of the caller's person that is in use, BAD_INPUT. */
  async send({ toDevice, payload, signature }: KeyParcelInput, caller: Caller): Promise<boolean> {
    requireKnownForm(toDevice, 'input.toDevice');
    if (payload.length === 0 || payload.length > MAX_PAYLOAD_BYTES) {
      throw new Refusal('TOO_LARGE', `a parcel has 1 to ${String(MAX_PAYLOAD_BYTES)} bytes`, {
        field: 'input.payload',
      });
    }
    const { personId, deviceId: fromDevice } = caller;
    const isOther = toDevice !== fromDevice && (await this.#devicesOf(caller)).includes(toDevice);
    if (!isOther) throw new Refusal('NOT_FOUND', 'you have no such other device', { field: 'input.toDevice' });
    const signed = encodeKeyParcel({ personId, fromDevice, toDevice, payload });
    await this.#requireSigned(signed, signature, fromDevice, 'input.signature');
    const row = { toDevice, fromDevice, payload: Buffer.from(payload), signature: Buffer.from(signature) };
    await this.source.manager.upsert(KeyParcelEntity, row, ['toDevice', 'fromDevice']);
    return true;
  }

  async #devicesOf({ personId }: Caller): Promise<string[]> {
    const devices = (await this.log.state()).devicesOf(personId);
    return devices.filter(({ revoked }) => !revoked).map(({ id }) => id);
  }

  async #requireSigned(message: Uint8Array, signature: Uint8Array, deviceId: string, field: string): Promise<void> {
    const device = (await this.log.state()).device(deviceId);
    if (!device || !verifySignature(device.signatureKey, message, signature)) throw badInput(field, 'does not verify');
  }
}
