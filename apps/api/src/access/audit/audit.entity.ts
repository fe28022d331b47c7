import { Column, Entity, Index, PrimaryColumn } from 'typeorm';

import type { AuditKind } from '#transparency';

/** One entry of the audit trail. Rows are never changed; the payload is the entry, the other columns are there to filter by. */
@Entity('audit_entry')
@Index('audit_entry_person', ['personId', 'seq'])
@Index('audit_entry_kind', ['kind', 'seq'])
@Index('audit_entry_device', ['deviceId', 'seq'])
export class AuditEntryEntity {
  /** From 1, without gaps. */
  @PrimaryColumn({ type: 'integer' })
  seq!: number;

  @Column({ type: 'timestamptz' })
  at!: Date;

  @Column({ type: 'text' })
  kind!: AuditKind;

  @Column({ name: 'device_id', type: 'text', nullable: true })
  deviceId!: string | null;

  @Column({ name: 'person_id', type: 'text', nullable: true })
  personId!: string | null;

  /** Canonical CBOR, see libs/transparency. */
  @Column({ type: 'bytea' })
  payload!: Buffer;

  /** SHA-256 of the payload: what the next entry names. */
  @Column({ type: 'bytea' })
  hash!: Buffer;
}
