import { Check, Column, Entity, Index, PrimaryColumn } from 'typeorm';

/** WAITING: for its time, or to be tried again. REFUSED: failed too often; nothing is tried any more until it is scheduled anew. */
export enum JobState {
  WAITING = 'WAITING',
  REFUSED = 'REFUSED',
}

/** Work that is to be done at a time: one row a kind and subject, gone when it is done. */
@Entity('job')
@Index('job_due', ['dueAt'], { where: "state = 'WAITING'" })
@Check('job_state', "state IN ('WAITING', 'REFUSED')")
export class JobEntity {
  @PrimaryColumn({ type: 'text' })
  kind!: string;

  /** What it is about: ids, never anything that people wrote. */
  @PrimaryColumn({ type: 'text' })
  subject!: string;

  @Column({ name: 'due_at', type: 'timestamptz' })
  dueAt!: Date;

  @Column({ type: 'text', default: JobState.WAITING })
  state!: JobState;

  /** Times that it has failed since it was scheduled. */
  @Column({ type: 'integer', default: 0 })
  attempts!: number;

  /** What the last failure was; null where there was none. */
  @Column({ type: 'text', nullable: true })
  code!: string | null;
}
