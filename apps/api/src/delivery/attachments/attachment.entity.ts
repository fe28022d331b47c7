import { Column, Entity, PrimaryColumn } from 'typeorm';

import type { BlobUpload } from '../../platform/blobs/index.js';

/** `DOOMED`: nobody may use it any more; its bytes are being removed. */
export type AttachmentState = 'OPEN' | 'COMPLETE' | 'DOOMED';

/** Ciphertext that belongs to a conversation; the bytes are a blob. */
@Entity('attachment')
export class AttachmentEntity {
  @PrimaryColumn('uuid')
  id!: string;

  @Column('text', { name: 'group_id' })
  groupId!: string;

  /** Whose quota it counts against. */
  @Column('text', { name: 'person_id' })
  personId!: string;

  @Column('text', { name: 'device_id' })
  deviceId!: string;

  /** Bytes that it has when it is complete; a string, as `pg` gives 64-bit numbers. */
  @Column('bigint')
  size!: string;

  @Column('text')
  state!: AttachmentState;

  /** A message in the log names it: it stays. */
  @Column('boolean', { name: 'is_kept' })
  isKept!: boolean;

  @Column('jsonb')
  upload!: BlobUpload;

  @Column('timestamptz', { name: 'created_at' })
  createdAt!: Date;

  @Column('timestamptz', { name: 'touched_at' })
  touchedAt!: Date;
}

/** An envelope that names an attachment, from just before it was appended. */
@Entity('attachment_reference')
export class AttachmentReferenceEntity {
  @PrimaryColumn('uuid', { name: 'attachment_id' })
  attachmentId!: string;

  @PrimaryColumn('text', { name: 'sender_device' })
  senderDevice!: string;

  @PrimaryColumn('bytea', { name: 'idempotency_key' })
  idempotencyKey!: Buffer;

  @Column('text', { name: 'group_id' })
  groupId!: string;

  @Column('timestamptz')
  at!: Date;
}

/** A device's right to bring or fetch one attachment for a while. The token itself is known to the device only. */
@Entity('attachment_grant')
export class AttachmentGrantEntity {
  /** SHA-256 of the token, 32 bytes. */
  @PrimaryColumn('bytea', { name: 'token_hash' })
  tokenHash!: Buffer;

  @Column('uuid', { name: 'attachment_id' })
  attachmentId!: string;

  @Column('text', { name: 'device_id' })
  deviceId!: string;

  @Column('text')
  kind!: 'UPLOAD' | 'DOWNLOAD';

  @Column('timestamptz', { name: 'expires_at' })
  expiresAt!: Date;
}

/** Bytes that a person's attachments take, by person id, and all together. */
@Entity('attachment_usage')
export class AttachmentUsageEntity {
  @PrimaryColumn('text')
  scope!: string;

  @Column('bigint')
  bytes!: string;
}
