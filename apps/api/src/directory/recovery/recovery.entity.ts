import { Column, Entity, ForeignKey, Index, PrimaryColumn } from 'typeorm';

import { PersonEntity } from '../people/person.entity.js';
import type { RecoveryState } from './recovery.model.js';

/** What a person needs to come back without any device, sealed under a code that never leaves their paper. */
@Entity('recovery_bundle')
export class RecoveryBundleEntity {
  @ForeignKey(() => PersonEntity, { name: 'recovery_bundle_person' })
  @PrimaryColumn({ name: 'person_id', type: 'text' })
  personId!: string;

  /** SHA-256 of a value that only the holder of the code can make. */
  @Column({ name: 'locator_hash', type: 'bytea', unique: true })
  locatorHash!: Buffer;

  @Column({ type: 'bytea' })
  bundle!: Buffer;

  @Column({ name: 'created_at', type: 'timestamptz' })
  createdAt!: Date;
}

/** The wish of a holder of a code to come back, until an officer has decided. */
@Entity('recovery_request')
@Index('recovery_request_listing', ['requestedAt', 'id'])
export class RecoveryRequestEntity {
  @PrimaryColumn({ type: 'text' })
  id!: string;

  @ForeignKey(() => PersonEntity, { name: 'recovery_request_person' })
  @Column({ name: 'person_id', type: 'text' })
  personId!: string;

  @Column({ name: 'token_hash', type: 'bytea', unique: true })
  tokenHash!: Buffer;

  @Column({ name: 'device_id', type: 'text' })
  deviceId!: string;

  @Column({ name: 'device_name', type: 'text' })
  deviceName!: string;

  @Column({ name: 'signature_key', type: 'bytea' })
  signatureKey!: Buffer;

  @Column({ name: 'requested_at', type: 'timestamptz' })
  requestedAt!: Date;

  @Column({ name: 'expires_at', type: 'timestamptz' })
  expiresAt!: Date;

  @Column({ type: 'text' })
  state!: RecoveryState;

  /** The officer's device that decided. */
  @Column({ name: 'decided_by', type: 'text', nullable: true })
  decidedBy!: string | null;

  @Column({ name: 'decided_at', type: 'timestamptz', nullable: true })
  decidedAt!: Date | null;

  /** The officer's device, over the canonical approval of libs/contracts. */
  @Column({ type: 'bytea', nullable: true })
  signature!: Buffer | null;
}
