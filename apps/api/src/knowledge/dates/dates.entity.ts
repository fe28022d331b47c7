import { Check, Column, Entity, ForeignKey, Index, PrimaryColumn } from 'typeorm';

import { DocumentEntity } from '../documents/document.entity.js';

/** Days, as yyyy-mm-dd, on which something is to happen to a document; each begins at midnight UTC. */
@Entity('document_dates')
@Index('document_dates_review', ['reviewOn', 'documentId'], { where: 'review_on IS NOT NULL' })
@Check(
  'document_dates_clock',
  '(declassify_on IS NULL) = (from_label_id IS NULL) AND (declassify_on IS NULL) = (to_label_id IS NULL) AND (declassify_on IS NULL) = (authority_id IS NULL)',
)
export class DatesEntity {
  @ForeignKey(() => DocumentEntity, { name: 'document_dates_of', onDelete: 'CASCADE' })
  @PrimaryColumn({ name: 'document_id', type: 'text' })
  documentId!: string;

  /** When its owner looks at it again. */
  @Column({ name: 'review_on', type: 'date', nullable: true })
  reviewOn!: string | null;

  /** From when on it no longer holds. */
  @Column({ name: 'expires_on', type: 'date', nullable: true })
  expiresOn!: string | null;

  /** When it was marked as expired; null: it holds. */
  @Column({ name: 'expired_at', type: 'timestamptz', nullable: true })
  expiredAt!: Date | null;

  /** When its label becomes the successor's. */
  @Column({ name: 'declassify_on', type: 'date', nullable: true })
  declassifyOn!: string | null;

  /** The label that the clock was set for: another one takes a clock of its own. */
  @Column({ name: 'from_label_id', type: 'integer', nullable: true })
  fromLabelId!: number | null;

  @Column({ name: 'to_label_id', type: 'integer', nullable: true })
  toLabelId!: number | null;

  /** Who has set the clock. */
  @Column({ name: 'authority_id', type: 'text', nullable: true })
  authorityId!: string | null;
}
