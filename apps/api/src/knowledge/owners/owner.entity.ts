import { Column, Entity, ForeignKey, Index, PrimaryColumn } from 'typeorm';

import { DocumentEntity } from '../documents/document.entity.js';

/** Who answers for a document, and for which post. Parts go with the document that they are of. */
@Entity('document_owner')
@Index('document_owner_person', ['ownerId', 'postId', 'documentId'])
@Index('document_owner_orphans', ['postId', 'documentId'], { where: 'owner_id IS NULL' })
export class OwnerEntity {
  @ForeignKey(() => DocumentEntity, { name: 'document_owner_of', onDelete: 'CASCADE' })
  @PrimaryColumn({ name: 'document_id', type: 'text' })
  documentId!: string;

  /** Null while it waits for somebody to be named. */
  @Column({ name: 'owner_id', type: 'text', nullable: true })
  ownerId!: string | null;

  /** The post that keeps it when the owner goes. */
  @Column({ name: 'post_id', type: 'text' })
  postId!: string;

  @Column({ type: 'timestamptz' })
  since!: Date;
}
