import { Check, Column, Entity, ForeignKey, Index, PrimaryColumn } from 'typeorm';

import { DocumentEntity } from '../documents/document.entity.js';
import { ReviewState } from './reviews.types.js';
import type { ReviewAnswer } from './reviews.types.js';

/** One version of a document that people were asked to judge. */
@Entity('document_review')
@Index('document_review_open', ['documentId'], { unique: true, where: "state = 'OPEN'" })
@Index('document_review_document', ['documentId', 'id'])
@Check('document_review_state', "state IN ('OPEN', 'APPROVED', 'CHANGES_REQUESTED', 'WITHDRAWN')")
export class ReviewEntity {
  @PrimaryColumn({ type: 'text' })
  id!: string;

  @ForeignKey(() => DocumentEntity, { name: 'document_review_of', onDelete: 'CASCADE' })
  @Column({ name: 'document_id', type: 'text' })
  documentId!: string;

  @Column({ type: 'integer' })
  version!: number;

  @Column({ name: 'requester_id', type: 'text' })
  requesterId!: string;

  @Column({ type: 'text' })
  note!: string;

  @Column({ type: 'text' })
  state!: ReviewState;

  @Column({ name: 'created_at', type: 'timestamptz' })
  createdAt!: Date;

  @Column({ name: 'closed_at', type: 'timestamptz', nullable: true })
  closedAt!: Date | null;
}

/** Somebody who was asked, until when, and what they said. */
@Entity('document_reviewer')
@Index('document_reviewer_person', ['personId', 'reviewId'])
@Check('document_reviewer_answer', "answer IN ('APPROVED', 'CHANGES_REQUESTED')")
export class ReviewerEntity {
  @ForeignKey(() => ReviewEntity, { name: 'document_reviewer_of', onDelete: 'CASCADE' })
  @PrimaryColumn({ name: 'review_id', type: 'text' })
  reviewId!: string;

  @PrimaryColumn({ name: 'person_id', type: 'text' })
  personId!: string;

  @Column({ name: 'due_at', type: 'timestamptz', nullable: true })
  dueAt!: Date | null;

  @Column({ type: 'text', nullable: true })
  answer!: ReviewAnswer | null;

  @Column({ type: 'text' })
  note!: string;

  @Column({ name: 'answered_at', type: 'timestamptz', nullable: true })
  answeredAt!: Date | null;
}
