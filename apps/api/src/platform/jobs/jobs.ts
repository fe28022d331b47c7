import { Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';
import type { EntityManager } from 'typeorm';

import { Clock } from '../clock.js';
import { Log } from '../log/log.js';
import { PubSub } from '../pubsub/index.js';
import { codeOf, pauseAfter } from './failures.js';
import { JobState } from './job.entity.js';

/** Topic of the pub/sub port, without a payload: something is due. */
export const JOBS_TOPIC = 'jobs.due';

const NAME = /^[a-z][a-zA-Z.]{0,63}$/;
const MAX_SUBJECT = 500;
/** Failures after which a job is not tried any more: some seven hours after the first. */
const MAX_ATTEMPTS = 16;

/** Does the work for one subject, with `manager` only, and not for long: the row stays locked meanwhile. */
export type Run = (subject: string, manager: EntityManager) => Promise<void>;

/** How the work stands. */
export interface Outlook {
  /** Whether anything has been due for more than a minute. */
  readonly isLate: boolean;
  /** What is not tried any more, by kind and code of the last failure; not how often, which would tell of papers. */
  readonly refused: { kind: string; code: string }[];
}

/** A job as it is scheduled. */
export interface Job {
  readonly kind: string;
  /** Up to 500 characters: ids, never anything that people wrote. */
  readonly subject: string;
  readonly due: Date;
}

interface Claimed {
  readonly kind: string;
  readonly subject: string;
  readonly attempts: number;
  /** As the database writes it, to the microsecond. */
  readonly due: string;
}

/**
 * Work that is done at its time, once, whichever instances there are. A job is a row; whoever takes it holds the row until
 * the work's transaction ends, so that its effects and its end are one: an instance that dies in the middle leaves both
 * undone, for the next one. Work that fails is rolled back and tried again after growing pauses, and in the end given up with
 * its code.
 */
@Injectable()
export class Jobs {
  private readonly runs = new Map<string, Run>();
  /** Ends when the last look that was asked for ends. */
  private last: Promise<unknown> = Promise.resolve();

  constructor(
    private readonly database: DataSource,
    private readonly clock: Clock,
    private readonly pubsub: PubSub,
    private readonly log: Log,
  ) {}

  /** Says how jobs of a kind are done; in `onModuleInit` of the feature, on every instance. */
  register(kind: string, run: Run): void {
    if (!NAME.test(kind) || this.runs.has(kind)) throw new RangeError('the name of a kind of job is not free');
    this.runs.set(kind, run);
  }

  /**
   * Schedules a job in the caller's transaction. The same kind and subject once more moves the time and forgets failures; while the
   * job is being done it waits for the end of that, and is then done again. Call `wake` afterwards for what is due at once.
   */
  async schedule(manager: EntityManager, ...jobs: readonly Job[]): Promise<void> {
    for (const { kind, subject } of jobs) {
      if (!this.runs.has(kind) || subject.length > MAX_SUBJECT) throw new RangeError('not a job that can be done');
    }
    // in one order, so that two who schedule the same jobs do not wait for each other
    const ordered = jobs.toSorted((a, b) => (nameOf(a) < nameOf(b) ? -1 : 1));
    for (const { kind, subject, due } of ordered) {
      await manager.query(
        `INSERT INTO job (kind, subject, due_at) VALUES ($1, $2, $3)
         ON CONFLICT (kind, subject) DO UPDATE SET due_at = excluded.due_at, state = 'WAITING', attempts = 0, code = NULL`,
        [kind, subject, due],
      );
    }
  }

  /** Takes a job back; harmless where there is none. */
  async cancel(manager: EntityManager, kind: string, subject: string): Promise<void> {
    await manager.query('DELETE FROM job WHERE kind = $1 AND subject = $2', [kind, subject]);
  }

  /** Has every instance look at once, after the end of a transaction that scheduled something due; without it they look within a second. */
  async wake(): Promise<void> {
    await this.pubsub.publish(JOBS_TOPIC, '').catch(() => undefined);
  }

  /**
   * Does everything that is due and not under way elsewhere; how many jobs were done or have failed. Stops early when `isStopped`
   * says so. Throws when the database can't be asked.
   */
  async runDue(isStopped: () => boolean = () => false): Promise<number> {
    const own = this.last.then(() => this.runAll(isStopped));
    this.last = own.catch(() => undefined);
    return own;
  }

  async outlook(): Promise<Outlook> {
    const aMinuteAgo = new Date(this.clock.now().getTime() - 60_000);
    const [row] = await this.database.query<{ isLate: boolean }[]>(
      `SELECT EXISTS (SELECT 1 FROM job WHERE state = 'WAITING' AND due_at < $1) AS "isLate"`,
      [aMinuteAgo],
    );
    const refused = await this.database.query<Outlook['refused']>(
      `SELECT DISTINCT kind, coalesce(code, 'INTERNAL') AS code FROM job WHERE state = 'REFUSED' ORDER BY 1, 2`,
    );
    return { isLate: row?.isLate ?? false, refused };
  }

  /**
   * Has what was given up tried again, all of a kind or what failed with one code; false where there was nothing of it. In the
   * caller's transaction; call `wake` afterwards.
   */
  async retry(manager: EntityManager, kind: string, code?: string): Promise<boolean> {
    const rows = await manager.query<unknown[]>(
      `WITH again AS (
         UPDATE job SET state = 'WAITING', attempts = 0, code = NULL, due_at = $3
         WHERE state = 'REFUSED' AND kind = $1 AND ($2::text IS NULL OR coalesce(code, 'INTERNAL') = $2) RETURNING 1)
       SELECT 1 FROM again LIMIT 1`,
      [kind, code ?? null, this.clock.now()],
    );
    return rows.length > 0;
  }

  private async runAll(isStopped: () => boolean): Promise<number> {
    let count = 0;
    while (!isStopped() && (await this.runOne())) count += 1;
    return count;
  }

  /** False when nothing is due. */
  private async runOne(): Promise<boolean> {
    const taken: { job?: Claimed } = {};
    try {
      return await this.database.transaction(async (transaction) => {
        const job = await this.take(transaction);
        if (!job) return false;
        taken.job = job;
        // the row goes first, so that the work may schedule the same job anew
        await this.cancel(transaction, job.kind, job.subject);
        await this.runs.get(job.kind)?.(job.subject, transaction);
        return true;
      });
    } catch (error) {
      if (!taken.job) throw error;
      await this.fail(taken.job, error);
      return true;
    }
  }

  private async take(transaction: EntityManager): Promise<Claimed | undefined> {
    const [job] = await transaction.query<Claimed[]>(
      `SELECT kind, subject, attempts, due_at::text AS due FROM job
       WHERE state = 'WAITING' AND due_at <= $1 AND kind = ANY($2)
       ORDER BY due_at, kind, subject LIMIT 1 FOR UPDATE SKIP LOCKED`,
      [this.clock.now(), [...this.runs.keys()]],
    );
    return job;
  }

  /** What another instance has done or scheduled meanwhile is left alone. */
  private async fail({ kind, subject, attempts: before, due }: Claimed, error: unknown): Promise<void> {
    const attempts = before + 1;
    const code = codeOf(error);
    const state = attempts < MAX_ATTEMPTS ? JobState.WAITING : JobState.REFUSED;
    const next = new Date(this.clock.now().getTime() + pauseAfter(attempts));
    await this.database.query(
      `UPDATE job SET attempts = $4, code = $5, state = $6, due_at = $7
       WHERE kind = $1 AND subject = $2 AND attempts = $8 AND due_at = $3::timestamptz`,
      [kind, subject, due, attempts, code, state, next, before],
    );
    this.log.error('job.failed', error, { kind, attempts, code, state });
  }
}

function nameOf({ kind, subject }: Job): string {
  return `${kind} ${subject}`;
}
