import { Column, Entity, PrimaryColumn } from 'typeorm';

/** A device that has to leave a group; the row goes with the commit that removes it. */
@Entity('group_removal')
export class GroupRemovalEntity {
  @PrimaryColumn({ name: 'group_id', type: 'text' })
  groupId!: string;

  @PrimaryColumn({ name: 'device_id', type: 'text' })
  deviceId!: string;

  /** The epoch in which the server has proposed it; null before that. */
  @Column({ name: 'proposed_epoch', type: 'integer', nullable: true })
  proposedEpoch!: number | null;
}

/** How far the directory was looked through for removals that are due. */
@Entity('removal_cursor')
export class RemovalCursorEntity {
  @PrimaryColumn({ type: 'boolean', default: true })
  only!: boolean;

  @Column({ name: 'statement_seq', type: 'integer' })
  statementSeq!: number;

  @Column({ name: 'looked_at', type: 'timestamptz' })
  lookedAt!: Date;
}
