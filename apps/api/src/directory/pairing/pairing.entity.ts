import { Column, Entity, PrimaryColumn } from 'typeorm';

/** How a pairing ended before its time. */
export type PairingEnd = 'INSTALLED' | 'REFUSED';

/**
 * Two devices that meet here for ten minutes: what one leaves, the other fetches. Nothing in it opens anything: keys are public, and what
 * is handed over is sealed to a key that only the new device has.
 */
@Entity('pairing')
export class PairingEntity {
  @PrimaryColumn({ type: 'text' })
  id!: string;

  /** Eight Crockford characters, which a person copies from one screen to the other. */
  @Column({ type: 'text', unique: true })
  code!: string;

  /** SHA-256 of what the new device shows to fetch its half. */
  @Column({ name: 'token_hash', type: 'bytea', unique: true })
  tokenHash!: Buffer;

  /** SHA-256 of offer and nonce, given before the other device has said anything. */
  @Column({ type: 'bytea' })
  commitment!: Buffer;

  @Column({ name: 'expires_at', type: 'timestamptz' })
  expiresAt!: Date;

  /** The device that entered the code, and no other. */
  @Column({ name: 'device_id', type: 'text', nullable: true })
  deviceId!: string | null;

  @Column({ type: 'bytea', nullable: true })
  answer!: Buffer | null;

  @Column({ type: 'bytea', nullable: true })
  offer!: Buffer | null;

  @Column({ type: 'bytea', nullable: true })
  nonce!: Buffer | null;

  @Column({ type: 'bytea', nullable: true })
  sealed!: Buffer | null;

  @Column({ type: 'text', nullable: true })
  ended!: PairingEnd | null;
}
