import { Column, Entity, Index, PrimaryColumn, Unique } from 'typeorm';

/** One entry of the log of statements. Rows are never changed. */
@Entity('statement')
@Unique('statement_once', ['id'])
@Index('statement_recorded', ['recordedAt'])
export class StatementEntity {
  /** From 1, without gaps. */
  @PrimaryColumn({ type: 'integer' })
  seq!: number;

  /** SHA-256 of the payload. */
  @Column({ type: 'bytea' })
  id!: Buffer;

  /** As its signer encoded it, see libs/transparency. */
  @Column({ type: 'bytea' })
  payload!: Buffer;

  @Column({ name: 'recorded_at', type: 'timestamptz' })
  recordedAt!: Date;
}
