import { Column, Entity, Index, PrimaryColumn } from 'typeorm';

/**
 * The hash of a perfect subtree of the transparency log: of the entries from `index * 2^level` up to, not including,
 * `(index + 1) * 2^level`. About two rows an entry; rows are never changed.
 */
@Entity('log_node')
export class LogNodeEntity {
  @PrimaryColumn({ type: 'integer' })
  level!: number;

  @PrimaryColumn({ type: 'integer' })
  index!: number;

  @Column({ type: 'bytea' })
  hash!: Buffer;
}

/** The checkpoint of one size, signed once: the server never signs another one of that size. */
@Entity('log_checkpoint')
export class LogCheckpointEntity {
  @PrimaryColumn({ type: 'integer' })
  size!: number;

  /** The signed note (c2sp.org/tlog-checkpoint), without cosignatures. */
  @Column({ type: 'text' })
  note!: string;

  @Column({ name: 'signed_at', type: 'timestamptz' })
  signedAt!: Date;
}

/** A device's word that it has seen this checkpoint and that it continues what it had seen before. */
@Entity('log_cosignature')
@Index('log_cosignature_of_device', ['deviceId'])
export class LogCosignatureEntity {
  @PrimaryColumn({ type: 'integer' })
  size!: number;

  @PrimaryColumn({ name: 'device_id', type: 'text' })
  deviceId!: string;

  /** Whole seconds. */
  @Column({ type: 'timestamptz' })
  time!: Date;

  @Column({ type: 'bytea' })
  signature!: Buffer;
}
