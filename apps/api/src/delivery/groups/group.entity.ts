import { Column, Entity, Index, PrimaryColumn } from 'typeorm';

/** A group as the Delivery Service knows it. Its row is written by every append. */
@Entity('mls_group')
export class GroupEntity {
  /** The 16 bytes of the MLS group id as lower-case hex. */
  @PrimaryColumn({ type: 'text' })
  id!: string;

  /** Canonical text of the label; it never changes. */
  @Column({ type: 'text' })
  label!: string;

  @Column({ name: 'cipher_suite', type: 'integer' })
  cipherSuite!: number;

  /** Counted through all MLS groups that the conversation has had. */
  @Column({ type: 'integer' })
  epoch!: number;

  /** Newest place in the group's order; 0 when nothing was ever sent. */
  @Column({ name: 'last_seq', type: 'integer' })
  lastSeq!: number;

  @Column({ name: 'member_count', type: 'integer' })
  memberCount!: number;

  /** Devices that have to leave; while there are any, nothing but the commit that removes them is taken. */
  @Column({ name: 'removals_due', type: 'integer', default: 0 })
  removalsDue!: number;

  /**
   * What was made in an earlier epoch is taken no more, since not all members can read it: the first epoch of the newest MLS group, or the one
   * in which a device came in last.
   */
  @Column({ name: 'oldest_epoch', type: 'integer', default: 0 })
  oldestEpoch!: number;

  @Column({ name: 'creator_device', type: 'text' })
  creatorDevice!: string;

  @Column({ name: 'idempotency_key', type: 'bytea' })
  idempotencyKey!: Buffer;

  @Column({ name: 'created_at', type: 'timestamptz' })
  createdAt!: Date;
}

/** The public group (RFC 9420 section 11) of the newest epoch, as `PublicGroup.serialize` writes it. */
@Entity('mls_group_state')
export class GroupStateEntity {
  @PrimaryColumn({ name: 'group_id', type: 'text' })
  groupId!: string;

  @Column({ type: 'integer' })
  epoch!: number;

  /** How many proposals were accepted in this epoch; epoch and revision together name one state. */
  @Column({ type: 'integer' })
  revision!: number;

  @Column({ type: 'bytea' })
  state!: Buffer;
}

/** One stay of a device in a group: what stands from `firstSeq` to `leftSeq`, both included, may be fetched by it. */
@Entity('group_member')
@Index('group_member_present', ['groupId', 'deviceId'], { unique: true, where: 'left_seq IS NULL' })
@Index('group_member_device', ['deviceId', 'groupId'], { where: 'left_seq IS NULL' })
export class GroupMemberEntity {
  @PrimaryColumn({ name: 'group_id', type: 'text' })
  groupId!: string;

  @PrimaryColumn({ name: 'device_id', type: 'text' })
  deviceId!: string;

  @PrimaryColumn({ name: 'first_seq', type: 'integer' })
  firstSeq!: number;

  /** Place of the commit that removed the device; null while it is a member. */
  @Column({ name: 'left_seq', type: 'integer', nullable: true })
  leftSeq!: number | null;

  @Column({ name: 'leaf_index', type: 'integer' })
  leafIndex!: number;

  /** When the device's keys in the group were last replaced; 1970 where that was not noted yet. */
  @Column({ name: 'refreshed_at', type: 'timestamptz' })
  refreshedAt!: Date;
}

/** An MLS group that took the place of another one by a ReInit (RFC 9420 section 11.2). A row never changes. */
@Entity('group_generation')
@Index('group_generation_predecessor', ['predecessor'], { unique: true })
export class GroupGenerationEntity {
  /** Lower-case hex of the MLS group id: the conversation's id and 16 random bytes. */
  @PrimaryColumn({ name: 'mls_id', type: 'text' })
  mlsId!: string;

  /** The conversation. */
  @Column({ name: 'group_id', type: 'text' })
  groupId!: string;

  /** The MLS group that it continues. */
  @Column({ type: 'text' })
  predecessor!: string;

  /** The epoch that the ReInit ended: epoch n of this MLS group is epoch `epochBase` + n of the conversation. */
  @Column({ name: 'epoch_base', type: 'integer' })
  epochBase!: number;

  @Column({ name: 'cipher_suite', type: 'integer' })
  cipherSuite!: number;

  /** Place of the commit with the ReInit. */
  @Column({ type: 'integer' })
  seq!: number;

  @Column({ name: 'founder_device', type: 'text' })
  founderDevice!: string;

  @Column({ name: 'created_at', type: 'timestamptz' })
  createdAt!: Date;
}
