import { Column, Entity, Index, JoinColumn, ManyToOne, PrimaryColumn } from 'typeorm';
import type { Relation } from 'typeorm';

/** A Welcome, stored once for all devices that one commit added; it goes when all have confirmed it. */
@Entity('welcome')
export class WelcomeEntity {
  @PrimaryColumn({ type: 'uuid' })
  id!: string;

  @Column({ name: 'group_id', type: 'text' })
  groupId!: string;

  @Column({ name: 'next_seq', type: 'integer' })
  nextSeq!: number;

  /** MLSMessage holding the Welcome. */
  @Column({ type: 'bytea' })
  payload!: Buffer;

  @Column({ name: 'created_at', type: 'timestamptz' })
  createdAt!: Date;
}

/** A device that has not confirmed a Welcome yet. */
@Entity('welcome_recipient')
@Index('welcome_recipient_welcome', ['welcomeId'])
export class WelcomeRecipientEntity {
  @PrimaryColumn({ name: 'device_id', type: 'text' })
  deviceId!: string;

  @PrimaryColumn({ name: 'welcome_id', type: 'uuid' })
  welcomeId!: string;

  @ManyToOne(() => WelcomeEntity, { onDelete: 'CASCADE' })
  @JoinColumn({ name: 'welcome_id', foreignKeyConstraintName: 'welcome_recipient_welcome_id_fkey' })
  welcome!: Relation<WelcomeEntity>;
}
