import { Check, Column, Entity, ForeignKey, Index, PrimaryColumn, Unique } from 'typeorm';

import type { Role } from '../../access/index.js';
import { PostEntity } from '../posts/post.entity.js';
import { InvitationState } from './invitation.model.js';

/** One enrolment link. The server knows the hash of its token, and of its secret nothing. */
@Entity('invitation')
@Index('invitation_listing', ['createdAt', 'id'])
@Unique('invitation_token', ['tokenHash'])
@Check('invitation_state', "state IN ('OPEN', 'CLAIMED', 'COMPLETED', 'WITHDRAWN')")
export class InvitationEntity {
  @PrimaryColumn({ type: 'text' })
  id!: string;

  @Column({ name: 'person_id', type: 'text' })
  personId!: string;

  @Column({ name: 'person_name', type: 'text' })
  personName!: string;

  @ForeignKey(() => PostEntity, { name: 'invitation_post' })
  @Column({ name: 'post_id', type: 'text' })
  postId!: string;

  @Column({ type: 'text', array: true })
  roles!: Role[];

  @Column({ name: 'token_hash', type: 'bytea' })
  tokenHash!: Buffer;

  /** Never EXPIRED, which is OPEN after its time. */
  @Column({ type: 'text' })
  state!: InvitationState;

  @Column({ name: 'created_by', type: 'text' })
  createdBy!: string;

  @Column({ name: 'created_at', type: 'timestamptz' })
  createdAt!: Date;

  @Column({ name: 'expires_at', type: 'timestamptz' })
  expiresAt!: Date;

  @Column({ name: 'claim_identity_key', type: 'bytea', nullable: true })
  claimIdentityKey!: Buffer | null;

  /** The statement addDevice, entered when the enrolment is completed. */
  @Column({ name: 'claim_add_device', type: 'bytea', nullable: true })
  claimAddDevice!: Buffer | null;

  /** MAC under a secret of the link; only the officer's client can check it. */
  @Column({ name: 'claim_proof', type: 'bytea', nullable: true })
  claimProof!: Buffer | null;

  @Column({ name: 'claimed_at', type: 'timestamptz', nullable: true })
  claimedAt!: Date | null;
}
