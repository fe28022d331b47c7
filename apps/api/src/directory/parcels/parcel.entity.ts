import { Column, Entity, ForeignKey, PrimaryColumn } from 'typeorm';

import { DeviceEntity } from '../people/person.entity.js';

/** The key to which a person's other devices seal what they hand to a device. */
@Entity('parcel_key')
export class ParcelKeyEntity {
  @ForeignKey(() => DeviceEntity, { name: 'parcel_key_device' })
  @PrimaryColumn({ name: 'device_id', type: 'text' })
  deviceId!: string;

  /** X-Wing public key. */
  @Column({ name: 'kem_key', type: 'bytea' })
  kemKey!: Buffer;

  /** By the device, over `encodeParcelKey` of #contracts. */
  @Column({ type: 'bytea' })
  signature!: Buffer;
}

/** What one device of a person has sealed to another: the newest takes the place of the one before. */
@Entity('key_parcel')
export class KeyParcelEntity {
  @ForeignKey(() => DeviceEntity, { name: 'key_parcel_receiver' })
  @PrimaryColumn({ name: 'to_device', type: 'text' })
  toDevice!: string;

  @ForeignKey(() => DeviceEntity, { name: 'key_parcel_sender' })
  @PrimaryColumn({ name: 'from_device', type: 'text' })
  fromDevice!: string;

  @Column({ type: 'bytea' })
  payload!: Buffer;

  /** By the device that sealed it, over `encodeKeyParcel` of #contracts. */
  @Column({ type: 'bytea' })
  signature!: Buffer;
}
