import { Column, Entity, ForeignKey, Index, PrimaryColumn } from 'typeorm';

import type { CategoryValues } from '#policy';

import { Role } from '../../access/index.js';
import { PostEntity } from '../posts/post.entity.js';

/** What the statements say about a person, for quick questions; made from the log in the transaction that appends to it. */
@Entity('person')
@Index('person_listing', ['name', 'id'])
@Index('person_post_listing', ['postId', 'name', 'id'])
export class PersonEntity {
  @PrimaryColumn({ type: 'text' })
  id!: string;

  @Column({ type: 'text' })
  name!: string;

  @ForeignKey(() => PostEntity, { name: 'person_post' })
  @Column({ name: 'post_id', type: 'text' })
  postId!: string;

  @Column({ name: 'identity_key', type: 'bytea' })
  identityKey!: Buffer;

  /** When the server recorded the revocation. */
  @Column({ name: 'revoked_at', type: 'timestamptz', nullable: true })
  revokedAt!: Date | null;
}

@Entity('device')
@Index('device_of_person', ['personId', 'addedSeq'])
export class DeviceEntity {
  @PrimaryColumn({ type: 'text' })
  id!: string;

  @ForeignKey(() => PersonEntity, { name: 'device_person' })
  @Column({ name: 'person_id', type: 'text' })
  personId!: string;

  @Column({ type: 'text' })
  name!: string;

  @Column({ name: 'signature_key', type: 'bytea' })
  signatureKey!: Buffer;

  @Column({ name: 'added_at', type: 'timestamptz' })
  addedAt!: Date;

  @Column({ name: 'added_seq', type: 'integer' })
  addedSeq!: number;

  /** When the server recorded the revocation. */
  @Column({ name: 'revoked_at', type: 'timestamptz', nullable: true })
  revokedAt!: Date | null;
}

/** The newest clearance of a person, ended or not. */
@Entity('clearance')
export class ClearanceEntity {
  @ForeignKey(() => PersonEntity, { name: 'clearance_person' })
  @PrimaryColumn({ name: 'person_id', type: 'text' })
  personId!: string;

  @Column({ type: 'text' })
  policy!: string;

  @Column({ type: 'text' })
  level!: string;

  @Column({ type: 'jsonb' })
  categories!: CategoryValues[];

  @Column({ type: 'timestamptz', nullable: true })
  until!: Date | null;
}

/** By the newest statement `assign` about the person, or, where there is none, by the enrolment. */
@Entity('person_role')
@Index('person_role_holders', ['role', 'personId'])
export class PersonRoleEntity {
  @ForeignKey(() => PersonEntity, { name: 'person_role_person' })
  @PrimaryColumn({ name: 'person_id', type: 'text' })
  personId!: string;

  @PrimaryColumn({ type: 'text' })
  role!: Role;

  @Column({ type: 'timestamptz', nullable: true })
  until!: Date | null;
}
