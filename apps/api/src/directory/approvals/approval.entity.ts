import { Check, Column, Entity, ForeignKey, Index, PrimaryColumn } from 'typeorm';

import { PersonEntity } from '../people/person.entity.js';
import { ApprovalState } from './approval.model.js';

/** An act with one of its two signatures. */
@Entity('approval')
@Index('approval_listing', ['createdAt', 'id'])
@Check('approval_state', "state IN ('OPEN', 'APPROVED', 'REFUSED', 'WITHDRAWN')")
export class ApprovalEntity {
  @PrimaryColumn({ type: 'text' })
  id!: string;

  @Column({ type: 'bytea', array: true })
  statements!: Buffer[];

  /** Canonical text of the security policy that the act puts in force; null for every other act. */
  @Column({ type: 'text', nullable: true })
  policy!: string | null;

  /** Never EXPIRED, which is OPEN after its time. */
  @Column({ type: 'text' })
  state!: ApprovalState;

  @ForeignKey(() => PersonEntity, { name: 'approval_proposer' })
  @Column({ name: 'proposer_id', type: 'text' })
  proposerId!: string;

  @Column({ name: 'created_at', type: 'timestamptz' })
  createdAt!: Date;

  @Column({ name: 'expires_at', type: 'timestamptz' })
  expiresAt!: Date;

  @ForeignKey(() => PersonEntity, { name: 'approval_decider' })
  @Column({ name: 'decider_id', type: 'text', nullable: true })
  deciderId!: string | null;

  @Column({ name: 'decided_at', type: 'timestamptz', nullable: true })
  decidedAt!: Date | null;
}
