import { Column, Entity, Index, JoinColumn, ManyToOne, PrimaryColumn } from 'typeorm';
import type { Relation } from 'typeorm';

/** How far the sealed history of a device reaches, signed by the device. */
@Entity('history_manifest')
export class HistoryManifestEntity {
  @PrimaryColumn({ name: 'device_id', type: 'text' })
  deviceId!: string;

  @Index('history_manifest_person')
  @Column({ name: 'person_id', type: 'text' })
  personId!: string;

  @Column({ type: 'integer' })
  segments!: number;

  /** SHA-256 of the last segment. */
  @Column({ type: 'bytea' })
  head!: Buffer;

  /** Ed25519 over `encodeHistoryManifest` of #contracts, by the device. */
  @Column({ type: 'bytea' })
  signature!: Buffer;

  @Column({ name: 'updated_at', type: 'timestamptz' })
  updatedAt!: Date;
}

/** One segment; its bytes are a blob. */
@Entity('history_segment')
export class HistorySegmentEntity {
  @PrimaryColumn({ name: 'device_id', type: 'text' })
  deviceId!: string;

  @ManyToOne(() => HistoryManifestEntity)
  @JoinColumn({ name: 'device_id', foreignKeyConstraintName: 'history_segment_manifest' })
  manifest!: Relation<HistoryManifestEntity>;

  @PrimaryColumn({ type: 'integer' })
  number!: number;

  @Column({ type: 'bytea' })
  hash!: Buffer;

  /** Bytes. */
  @Column({ type: 'integer' })
  size!: number;
}
