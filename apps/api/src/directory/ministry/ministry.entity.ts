import { Check, Column, Entity, PrimaryColumn, Unique } from 'typeorm';

/** The one ministry that this server serves. */
@Entity('ministry')
@Unique('ministry_only', ['only'])
@Check('ministry_is_one', 'only')
export class MinistryEntity {
  @PrimaryColumn({ type: 'text' })
  id!: string;

  @Column({ type: 'boolean', default: true })
  only!: boolean;

  @Column({ type: 'text' })
  name!: string;

  /** SHA-256 of the root statement. */
  @Column({ name: 'root_fingerprint', type: 'bytea' })
  rootFingerprint!: Buffer;

  /** Canonical text of the security policy in force. */
  @Column({ type: 'text' })
  policy!: string;

  @Column({ name: 'founded_at', type: 'timestamptz' })
  foundedAt!: Date;
}

/** SHA-256 of the token that this server made for the founding; gone once the ministry is founded. */
@Entity('founding_token')
@Check('founding_token_is_one', 'only')
export class FoundingTokenEntity {
  @PrimaryColumn({ type: 'boolean', default: true })
  only!: boolean;

  @Column({ name: 'token_hash', type: 'bytea' })
  tokenHash!: Buffer;

  @Column({ name: 'issued_at', type: 'timestamptz' })
  issuedAt!: Date;
}
