import { Check, Column, Entity, ForeignKey, Index, PrimaryColumn } from 'typeorm';

import type { BlockDocument } from '#document';

import { registerEnumType } from '@nestjs/graphql';

import type { DocumentMetadata } from './metadata.js';

/**
 * Where the newest version stands. FILED: its kind asks for no approval. An approved version stays readable while a newer
 * one is drafted.
 */
export enum DocumentState {
  FILED = 'FILED',
  DRAFT = 'DRAFT',
  IN_REVIEW = 'IN_REVIEW',
  APPROVED = 'APPROVED',
  SUPERSEDED = 'SUPERSEDED',
}

registerEnumType(DocumentState, { name: 'DocumentState' });

/** The stable identity of a paper; what is asked of many papers at once stands here, taken from the newest version. */
@Entity('document')
@Index('document_listing', ['collectionId', 'id', 'labelId'])
@Index('document_counting', ['collectionId', 'labelId'])
@Index('document_source', ['collectionId', 'sourceId'])
@Index('document_parts', ['partOf'], { where: 'part_of IS NOT NULL' })
@Check('document_state', "state IN ('FILED', 'DRAFT', 'IN_REVIEW', 'APPROVED', 'SUPERSEDED')")
@Check('document_part', '(part_of IS NULL) = (slot IS NULL)')
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

  /** The document that this one is a separately labelled part of; null for a document of its own. */
  @ForeignKey(() => DocumentEntity, { name: 'document_part_of', onDelete: 'CASCADE' })
  @Column({ name: 'part_of', type: 'text', nullable: true })
  partOf!: string | null;

  /** Which field of the whole document's kind the part is. */
  @Column({ type: 'text', nullable: true })
  slot!: string | null;

  @Column({ type: 'text', default: 'FILED' })
  state!: DocumentState;

  /** Number of the version that was approved last. */
  @Column({ name: 'approved_version', type: 'integer', nullable: true })
  approvedVersion!: number | null;

  /** The document that took the place of this one. */
  @ForeignKey(() => DocumentEntity, { name: 'document_superseded_by' })
  @Column({ name: 'superseded_by', type: 'text', nullable: true })
  supersededBy!: string | null;

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

  /** Plain text: of the blocks, where the version has them. */
  @Column({ type: 'text' })
  body!: string;

  /** Null: filed as plain text, whose blocks follow from it. */
  @Column({ type: 'jsonb', nullable: true })
  blocks!: BlockDocument | null;
}
