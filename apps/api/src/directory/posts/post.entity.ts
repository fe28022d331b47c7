import { Check, Column, Entity, ForeignKey, Index, PrimaryColumn } from 'typeorm';

import { PostKind } from './post.model.js';

/** An organisational unit: a department of headquarters, or a mission. */
@Entity('post')
@Index('post_listing', ['name', 'id'])
@Check('post_kind', "kind IN ('DEPARTMENT', 'MISSION')")
export class PostEntity {
  @PrimaryColumn({ type: 'text' })
  id!: string;

  @Column({ type: 'text' })
  name!: string;

  @Column({ type: 'text' })
  kind!: PostKind;

  /** Of the receiving state: ISO 3166-1 alpha-2. */
  @Column({ type: 'text', nullable: true })
  country!: string | null;

  /** IANA name. */
  @Column({ name: 'time_zone', type: 'text' })
  timeZone!: string;

  @ForeignKey(() => PostEntity, { name: 'post_parent' })
  @Column({ name: 'parent_id', type: 'text', nullable: true })
  parentId!: string | null;
}
