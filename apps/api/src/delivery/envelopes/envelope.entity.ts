import { Column, Entity, Index, PrimaryColumn } from 'typeorm';

/** One row of a group's ordered log, whatever the number of members. Rows are never changed. */
@Entity('envelope')
@Index('envelope_idempotency', ['groupId', 'senderDevice', 'idempotencyKey'], { unique: true })
export class EnvelopeEntity {
  @PrimaryColumn({ name: 'group_id', type: 'text' })
  groupId!: string;

  /** From 1, without gaps. */
  @PrimaryColumn({ type: 'integer' })
  seq!: number;

  /** An EnvelopeKind. */
  @Column({ type: 'text' })
  kind!: string;

  /** The epoch in which it was made; a commit ends this epoch. */
  @Column({ type: 'integer' })
  epoch!: number;

  @Column({ name: 'sender_device', type: 'text' })
  senderDevice!: string;

  @Column({ name: 'idempotency_key', type: 'bytea' })
  idempotencyKey!: Buffer;

  @Column({ name: 'accepted_at', type: 'timestamptz' })
  acceptedAt!: Date;

  /** MLSMessage, as the sender made it. */
  @Column({ type: 'bytea' })
  payload!: Buffer;
}
