import { Column, Entity, Index, PrimaryColumn } from 'typeorm';

/** A KeyPackage that a device published; claimed at most once, unless it is the last resort. */
@Entity('key_package')
@Index('key_package_unclaimed', ['deviceId', 'publishedAt'], { where: 'claimed_at IS NULL' })
@Index('key_package_expiry', ['notAfter'])
export class KeyPackageEntity {
  /** KeyPackageRef (RFC 9420 section 5.2). */
  @PrimaryColumn({ type: 'bytea' })
  ref!: Buffer;

  @Column({ name: 'device_id', type: 'text' })
  deviceId!: string;

  @Column({ name: 'cipher_suite', type: 'integer' })
  cipherSuite!: number;

  @Column({ name: 'is_last_resort', type: 'boolean' })
  isLastResort!: boolean;

  /** MLSMessage holding the KeyPackage. */
  @Column({ type: 'bytea' })
  payload!: Buffer;

  @Column({ name: 'published_at', type: 'timestamptz' })
  publishedAt!: Date;

  @Column({ name: 'not_after', type: 'timestamptz' })
  notAfter!: Date;

  @Column({ name: 'claimed_at', type: 'timestamptz', nullable: true })
  claimedAt!: Date | null;
}
