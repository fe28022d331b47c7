import { Column, Entity, PrimaryColumn } from 'typeorm';

/** Where a device stands in the order of a group, in its own words: one row a group and device. */
@Entity('stand')
export class StandEntity {
  @PrimaryColumn({ name: 'group_id', type: 'text' })
  groupId!: string;

  @PrimaryColumn({ name: 'device_id', type: 'text' })
  deviceId!: string;

  @Column({ type: 'integer' })
  seq!: number;

  /** Of the group's log up to and including `seq`. */
  @Column({ type: 'bytea' })
  head!: Buffer;

  /** By the device's clock. */
  @Column({ type: 'timestamptz' })
  at!: Date;

  /** Ed25519 over `encodeStand` of #contracts, by the device. */
  @Column({ type: 'bytea' })
  signature!: Buffer;
}
