import { Column, Entity, PrimaryColumn } from 'typeorm';

/** A signed cursor: one row a group, device and kind, which only moves forward. */
@Entity('receipt')
export class ReceiptEntity {
  @PrimaryColumn({ name: 'group_id', type: 'text' })
  groupId!: string;

  @PrimaryColumn({ name: 'device_id', type: 'text' })
  deviceId!: string;

  /** A ReceiptKind. */
  @PrimaryColumn({ type: 'text' })
  kind!: string;

  @Column({ name: 'up_to', type: 'integer' })
  upTo!: number;

  /** Ed25519 over `encodeReceipt` of #contracts, by the device. */
  @Column({ type: 'bytea' })
  signature!: Buffer;

  @Column({ type: 'timestamptz' })
  at!: Date;
}
