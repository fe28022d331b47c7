import { Column, Entity, Index, PrimaryColumn } from 'typeorm';

import type { Access } from '../access.js';

/** A container of documents with its own access policy. */
@Entity('collection')
export class CollectionEntity {
  @PrimaryColumn({ type: 'text' })
  id!: string;

  @Column({ type: 'text' })
  name!: string;

  @Column({ type: 'text' })
  description!: string;

  @Column({ name: 'parent_id', type: 'text', nullable: true })
  parentId!: string | null;

  /** Ids from the root of the tree down to this collection. */
  @Column({ type: 'text', array: true })
  path!: string[];

  @Column({ name: 'default_label_id', type: 'integer' })
  defaultLabelId!: number;

  /** Level above which nothing enters a search engine; null: no limit. */
  @Column({ name: 'index_ceiling', type: 'text', nullable: true })
  indexCeiling!: string | null;

  @Column({ name: 'created_by', type: 'text' })
  createdBy!: string;

  @Column({ name: 'created_at', type: 'timestamptz' })
  createdAt!: Date;
}

export type GranteeKind = 'person' | 'post' | 'role';

/** Need-to-know: who may do what in a collection and below it. */
@Entity('collection_grant')
@Index('collection_grant_grantee', ['granteeKind', 'granteeId'])
export class GrantEntity {
  @PrimaryColumn({ type: 'text' })
  id!: string;

  @Column({ name: 'collection_id', type: 'text' })
  collectionId!: string;

  @Column({ type: 'text' })
  access!: Access;

  @Column({ name: 'grantee_kind', type: 'text' })
  granteeKind!: GranteeKind;

  @Column({ name: 'grantee_id', type: 'text' })
  granteeId!: string;

  @Column({ name: 'granted_by', type: 'text' })
  grantedBy!: string;

  @Column({ name: 'granted_at', type: 'timestamptz' })
  grantedAt!: Date;
}
