import { Column, Entity, ForeignKey, Index, PrimaryColumn } from 'typeorm';

import { DocumentEntity } from '../documents/document.entity.js';

/** People who are to say that they have read a document, and until when. */
@Entity('acknowledgement_list')
@Index('acknowledgement_list_document', ['documentId', 'id'])
export class AcknowledgementListEntity {
  @PrimaryColumn({ type: 'text' })
  id!: string;

  @ForeignKey(() => DocumentEntity, { name: 'acknowledgement_list_of', onDelete: 'CASCADE' })
  @Column({ name: 'document_id', type: 'text' })
  documentId!: string;

  /** The newest version when it was made. */
  @Column({ type: 'integer' })
  version!: number;

  /** Whether every later version is to be acknowledged anew. */
  @Column({ name: 'every_version', type: 'boolean' })
  everyVersion!: boolean;

  @Column({ name: 'requester_id', type: 'text' })
  requesterId!: string;

  @Column({ type: 'text' })
  note!: string;

  @Column({ name: 'created_at', type: 'timestamptz' })
  createdAt!: Date;

  @Column({ name: 'due_at', type: 'timestamptz', nullable: true })
  dueAt!: Date | null;

  @Column({ name: 'closed_at', type: 'timestamptz', nullable: true })
  closedAt!: Date | null;
}

/** Somebody on a list, and the newest version that they have acknowledged. */
@Entity('acknowledgement')
@Index('acknowledgement_person', ['personId', 'listId'])
export class AcknowledgementEntity {
  @ForeignKey(() => AcknowledgementListEntity, { name: 'acknowledgement_of', onDelete: 'CASCADE' })
  @PrimaryColumn({ name: 'list_id', type: 'text' })
  listId!: string;

  @PrimaryColumn({ name: 'person_id', type: 'text' })
  personId!: string;

  @Column({ type: 'integer', nullable: true })
  version!: number | null;

  @Column({ name: 'acknowledged_at', type: 'timestamptz', nullable: true })
  acknowledgedAt!: Date | null;
}
