import { Injectable } from '@nestjs/common';
import type { OnApplicationBootstrap, OnModuleInit } from '@nestjs/common';
import { DataSource } from 'typeorm';
import type { EntityManager } from 'typeorm';

import { Clock } from '../../platform/clock.js';
import { Jobs } from '../../platform/jobs/index.js';

const JOB = 'notices.pruning';
/** One job for all people. */
const EVERYBODY = 'everybody';
const DAY_MS = 24 * 60 * 60_000;
/** How long a notice stays that was seen, and one that was not. */
const SEEN_DAYS = 90;
const UNSEEN_DAYS = 400;

/** Takes old notices away, once a day. */
@Injectable()
export class NoticePruning implements OnModuleInit, OnApplicationBootstrap {
  constructor(
    private readonly database: DataSource,
    private readonly jobs: Jobs,
    private readonly clock: Clock,
  ) {}

  onModuleInit(): void {
    this.jobs.register(JOB, (_, manager) => this.prune(manager));
  }

  async onApplicationBootstrap(): Promise<void> {
    await this.jobs.schedule(this.database.manager, { kind: JOB, subject: EVERYBODY, due: this.clock.now() });
  }

  private async prune(manager: EntityManager): Promise<void> {
    const now = this.clock.now().getTime();
    const before = (days: number): Date => new Date(now - days * DAY_MS);
    await manager.query('DELETE FROM notice WHERE seen_at < $1 OR created_at < $2', [
      before(SEEN_DAYS),
      before(UNSEEN_DAYS),
    ]);
    await this.jobs.schedule(manager, { kind: JOB, subject: EVERYBODY, due: new Date(now + DAY_MS) });
  }
}
