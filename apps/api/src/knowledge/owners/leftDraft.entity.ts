import { Column, Entity, ForeignKey, PrimaryColumn } from 'typeorm';

import { DraftEntity } from '../drafts/draft.entity.js';

/** A draft whose author works here no more: somebody else decides what becomes of it. */
@Entity('left_draft')
export class LeftDraftEntity {
  @ForeignKey(() => DraftEntity, { name: 'left_draft_of', onDelete: 'CASCADE' })
  @PrimaryColumn({ name: 'draft_id', type: 'text' })
  draftId!: string;

  @Column({ name: 'left_at', type: 'timestamptz' })
  leftAt!: Date;
}
