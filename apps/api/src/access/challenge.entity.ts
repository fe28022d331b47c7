import { Column, Entity, PrimaryColumn } from 'typeorm';

/** What a device has to sign to open a session; taken away by the first attempt. */
@Entity('access_challenge')
export class ChallengeEntity {
  @PrimaryColumn('uuid')
  id!: string;

  @Column('text', { name: 'device_id' })
  deviceId!: string;

  /** 32 random bytes. */
  @Column('bytea')
  nonce!: Buffer;

  @Column('timestamptz', { name: 'expires_at' })
  expiresAt!: Date;
}
