import { Check, Column, Entity, ForeignKey, Index, PrimaryColumn } from 'typeorm';

import { DocumentEntity } from '../documents/document.entity.js';
import { DowngradeState } from './downgrades.types.js';

/** A lower label that somebody asks for, and what another person has said to it. */
@Entity('downgrade_request')
@Index('downgrade_request_listing', ['createdAt', 'id'])
@Index('downgrade_request_document', ['documentId'])
@Check('downgrade_request_state', "state IN ('OPEN', 'APPROVED', 'REFUSED', 'WITHDRAWN')")
export class DowngradeEntity {
  @PrimaryColumn({ type: 'text' })
  id!: string;

  @ForeignKey(() => DocumentEntity, { name: 'downgrade_request_of', onDelete: 'CASCADE' })
  @Column({ name: 'document_id', type: 'text' })
  documentId!: string;

  /** The version that gets the lower label: no other one does. */
  @Column({ name: 'base_version', type: 'integer' })
  baseVersion!: number;

  @Column({ name: 'from_label_id', type: 'integer' })
  fromLabelId!: number;

  @Column({ name: 'to_label_id', type: 'integer' })
  toLabelId!: number;

  @Column({ type: 'text' })
  reason!: string;

  /** Never EXPIRED, which is OPEN after its time. */
  @Column({ type: 'text' })
  state!: DowngradeState;

  @Column({ name: 'requester_id', type: 'text' })
  requesterId!: string;

  @Column({ name: 'created_at', type: 'timestamptz' })
  createdAt!: Date;

  @Column({ name: 'expires_at', type: 'timestamptz' })
  expiresAt!: Date;

  @Column({ name: 'decider_id', type: 'text', nullable: true })
  deciderId!: string | null;

  @Column({ name: 'decided_at', type: 'timestamptz', nullable: true })
  decidedAt!: Date | null;
}
