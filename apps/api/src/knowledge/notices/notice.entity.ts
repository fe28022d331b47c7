import { Column, Entity, ForeignKey, Index, PrimaryColumn } from 'typeorm';

import { DocumentEntity } from '../documents/document.entity.js';
import type { NoticeKind } from './notices.types.js';

/** Something about a document that somebody should look at. Ids only: what it shows is read when it is asked for. */
@Entity('notice')
@Index('notice_person', ['personId', 'id'])
@Index('notice_document', ['documentId'])
@Index('notice_once', ['personId', 'documentId', 'kind', 'subject'], { unique: true })
export class NoticeEntity {
  @PrimaryColumn({ type: 'text' })
  id!: string;

  @Column({ name: 'person_id', type: 'text' })
  personId!: string;

  @Column({ type: 'text' })
  kind!: NoticeKind;

  @ForeignKey(() => DocumentEntity, { name: 'notice_of', onDelete: 'CASCADE' })
  @Column({ name: 'document_id', type: 'text' })
  documentId!: string;

  /** What of the document: an id or a number, '' for the whole. */
  @Column({ type: 'text' })
  subject!: string;

  @Column({ name: 'created_at', type: 'timestamptz' })
  createdAt!: Date;

  @Column({ name: 'seen_at', type: 'timestamptz', nullable: true })
  seenAt!: Date | null;
}
