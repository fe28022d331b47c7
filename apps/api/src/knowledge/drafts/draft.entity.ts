import { Column, Entity, Index, PrimaryColumn } from 'typeorm';

import type { DocumentInput } from '../documents/documents.types.js';

/** What was sent to be filed, as plain data. */
export type DraftContent = Pick<DocumentInput, keyof DocumentInput>;

/** What somebody writes and has not published. Nobody else sees it. */
@Entity('document_draft')
@Index('document_draft_author', ['authorId', 'id'])
@Index('document_draft_once', ['authorId', 'documentId'], { unique: true, where: 'document_id IS NOT NULL' })
export class DraftEntity {
  @PrimaryColumn({ type: 'text' })
  id!: string;

  @Column({ name: 'author_id', type: 'text' })
  authorId!: string;

  @Column({ name: 'collection_id', type: 'text' })
  collectionId!: string;

  /** The document that it will be a new version of; null for a new document. */
  @Column({ name: 'document_id', type: 'text', nullable: true })
  documentId!: string | null;

  /** The version that it was made from. */
  @Column({ name: 'base_version', type: 'integer', nullable: true })
  baseVersion!: number | null;

  /** Whoever is no longer cleared for it does not read even their own draft. */
  @Column({ name: 'label_id', type: 'integer' })
  labelId!: number;

  /** Counts the saves, from 1. */
  @Column({ type: 'integer' })
  seq!: number;

  @Column({ type: 'jsonb' })
  content!: DraftContent;

  @Column({ name: 'created_at', type: 'timestamptz' })
  createdAt!: Date;

  @Column({ name: 'updated_at', type: 'timestamptz' })
  updatedAt!: Date;
}
