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

  @Column({ name: 'founded_at', type: 'timestamptz' })
  foundedAt!: Date;
}

/** A security policy that is, or was, in force: the newest one holds. */
@Entity('security_policy')
export class SecurityPolicyEntity {
  /** Place of the statement that put it in force; 1, the root statement, for the first one. */
  @PrimaryColumn({ type: 'integer' })
  seq!: number;

  /** SHA-256 of the text, which the statement names. */
  @Column({ type: 'bytea' })
  hash!: Buffer;

  /** Canonical text. */
  @Column({ type: 'text' })
  policy!: string;

  @Column({ name: 'in_force_since', type: 'timestamptz' })
  inForceSince!: Date;
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
