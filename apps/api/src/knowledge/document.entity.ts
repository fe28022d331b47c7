import { Column, Entity, Index, PrimaryColumn } from 'typeorm';

import type { DocumentMetadata } from './metadata.js';

/** The stable identity of a paper; what is asked of many papers at once stands here, taken from the newest version. */
@Entity('document')
@Index('document_listing', ['collectionId', 'id', 'labelId'])
@Index('document_counting', ['collectionId', 'labelId'])
@Index('document_source', ['collectionId', 'sourceId'])
export class DocumentEntity {
  @PrimaryColumn({ type: 'text' })
  id!: string;

  @Column({ name: 'collection_id', type: 'text' })
  collectionId!: string;

  @Column({ name: 'source_id', type: 'text', nullable: true })
  sourceId!: string | null;

  @Column({ name: 'label_id', type: 'integer' })
  labelId!: number;

  /** Number of the newest version, from 1. */
  @Column({ type: 'integer' })
  version!: number;

  @Column({ type: 'text' })
  kind!: string;

  @Column({ type: 'text' })
  language!: string;

  @Column({ type: 'text' })
  level!: string;

  @Column({ type: 'text', array: true })
  countries!: string[];

  @Column({ type: 'text', array: true })
  topics!: string[];

  /** SHA-256 of everything that filing compares. */
  @Column({ name: 'content_hash', type: 'bytea' })
  contentHash!: Buffer;

  @Column({ name: 'created_at', type: 'timestamptz' })
  createdAt!: Date;

  @Column({ name: 'updated_at', type: 'timestamptz' })
  updatedAt!: Date;
}

/** An immutable snapshot of a paper. The database refuses to change one. */
@Entity('document_version')
export class VersionEntity {
  @PrimaryColumn({ type: 'text' })
  id!: string;

  @Column({ name: 'document_id', type: 'text' })
  documentId!: string;

  @Column({ type: 'integer' })
  number!: number;

  @Column({ name: 'label_id', type: 'integer' })
  labelId!: number;

  @Column({ name: 'author_id', type: 'text' })
  authorId!: string;

  @Column({ name: 'created_at', type: 'timestamptz' })
  createdAt!: Date;

  /** SHA-256 of the body's UTF-8. */
  @Column({ type: 'bytea' })
  sha256!: Buffer;

  @Column({ name: 'change_note', type: 'text' })
  changeNote!: string;

  @Column({ type: 'jsonb' })
  metadata!: DocumentMetadata;

  @Column({ type: 'text' })
  body!: string;
}
