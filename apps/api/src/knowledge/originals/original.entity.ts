import { Column, Entity, Index, PrimaryColumn } from 'typeorm';

import type { BlobUpload } from '../../platform/blobs/index.js';

/** The file that a version of a document was made from. */
@Entity('document_original')
@Index('document_original_blob', ['blobId'])
export class OriginalEntity {
  @PrimaryColumn('uuid')
  id!: string;

  @Column({ name: 'version_id', type: 'text' })
  versionId!: string;

  @Column('uuid', { name: 'blob_id' })
  blobId!: string;

  @Column('text')
  name!: string;

  @Column('text', { name: 'media_type' })
  mediaType!: string;
}

/** `DOOMED`: nobody may use it any more; its bytes are being removed. */
export type OriginalState = 'OPEN' | 'COMPLETE' | 'DOOMED';

/**
 * Bytes of such a file. Versions of one document share them; two documents never do, so that nobody learns from one what
 * another holds. It is kept while a version refers to it.
 */
@Entity('original_blob')
export class OriginalBlobEntity {
  @PrimaryColumn('uuid')
  id!: string;

  @Column({ name: 'document_id', type: 'text' })
  documentId!: string;

  @Column('bytea')
  sha256!: Buffer;

  /** Bytes that it has when it is complete; a string, as `pg` gives 64-bit numbers. */
  @Column('bigint')
  size!: string;

  /** Whose quota it counts against. */
  @Column('text', { name: 'person_id' })
  personId!: string;

  @Column('text')
  state!: OriginalState;

  @Column('jsonb')
  upload!: BlobUpload;

  @Column('timestamptz', { name: 'touched_at' })
  touchedAt!: Date;
}

/** Bytes that a person's files take, by person id, and all together. */
@Entity('original_usage')
export class OriginalUsageEntity {
  @PrimaryColumn('text')
  scope!: string;

  @Column('bigint')
  bytes!: string;
}

/** A file that made several documents and lies beside none of them: it is known by its hash, to who may read all of them. */
@Entity('imported_file')
export class ImportedFileEntity {
  @PrimaryColumn('uuid')
  id!: string;

  @Column({ name: 'collection_id', type: 'text' })
  collectionId!: string;

  @Column('bytea')
  sha256!: Buffer;

  @Column('text', { name: 'person_id' })
  personId!: string;

  /** By which it was imported. */
  @Column('text')
  name!: string;

  /** How many documents it made: one that is gone makes the file unknown. */
  @Column('integer')
  documents!: number;
}

@Entity('imported_file_document')
@Index('imported_file_document_document', ['documentId'])
export class ImportedFileDocumentEntity {
  @PrimaryColumn('uuid', { name: 'file_id' })
  fileId!: string;

  @PrimaryColumn('text', { name: 'document_id' })
  documentId!: string;
}
