import { Column, Entity, PrimaryColumn } from 'typeorm';

/** A device's right to ask for an hour. The token itself is known to the device only. */
@Entity('access_session')
export class SessionEntity {
  @PrimaryColumn('uuid')
  id!: string;

  /** SHA-256 of the token, 32 bytes. */
  @Column('bytea', { name: 'token_hash', unique: true })
  tokenHash!: Buffer;

  /** Of the token before the last renewal: whoever still shows it is refused, and told of by the device. */
  @Column('bytea', { name: 'previous_hash', nullable: true })
  previousHash!: Buffer | null;

  @Column('text', { name: 'device_id' })
  deviceId!: string;

  @Column('text', { name: 'person_id' })
  personId!: string;

  @Column('timestamptz', { name: 'created_at' })
  createdAt!: Date;

  @Column('timestamptz', { name: 'expires_at' })
  expiresAt!: Date;
}
