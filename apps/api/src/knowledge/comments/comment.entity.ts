import { Column, Entity, ForeignKey, Index, PrimaryColumn } from 'typeorm';

import { DocumentEntity } from '../documents/document.entity.js';

/** What somebody says about a document or one block of it. A deleted one that was answered keeps its place without its words. */
@Entity('document_comment')
@Index('document_comment_listing', ['documentId', 'createdAt', 'id'])
@Index('document_comment_thread', ['answerTo'], { where: 'answer_to IS NOT NULL' })
export class CommentEntity {
  @PrimaryColumn({ type: 'text' })
  id!: string;

  @ForeignKey(() => DocumentEntity, { name: 'document_comment_on', onDelete: 'CASCADE' })
  @Column({ name: 'document_id', type: 'text' })
  documentId!: string;

  /** Null: on the whole document. */
  @Column({ name: 'block_id', type: 'text', nullable: true })
  blockId!: string | null;

  /** The newest version when it was written. */
  @Column({ type: 'integer' })
  version!: number;

  @Column({ name: 'label_id', type: 'integer' })
  labelId!: number;

  /** The comment that began the thread; null for that one itself. */
  @ForeignKey(() => CommentEntity, { name: 'document_comment_answers', onDelete: 'CASCADE' })
  @Column({ name: 'answer_to', type: 'text', nullable: true })
  answerTo!: string | null;

  @Column({ name: 'author_id', type: 'text' })
  authorId!: string;

  @Column({ type: 'text' })
  text!: string;

  /** People who are named. */
  @Column({ type: 'text', array: true })
  mentions!: string[];

  @Column({ name: 'created_at', type: 'timestamptz' })
  createdAt!: Date;

  @Column({ name: 'edited_at', type: 'timestamptz', nullable: true })
  editedAt!: Date | null;

  @Column({ name: 'deleted_at', type: 'timestamptz', nullable: true })
  deletedAt!: Date | null;

  @Column({ name: 'resolved_at', type: 'timestamptz', nullable: true })
  resolvedAt!: Date | null;

  @Column({ name: 'resolved_by', type: 'text', nullable: true })
  resolvedBy!: string | null;
}
