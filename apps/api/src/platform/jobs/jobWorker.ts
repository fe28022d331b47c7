import { Injectable } from '@nestjs/common';
import type { BeforeApplicationShutdown, OnApplicationBootstrap } from '@nestjs/common';

import { Log } from '../log/log.js';
import { PubSub } from '../pubsub/index.js';
import { Rounds } from '../rounds.js';
import { JOBS_TOPIC, Jobs } from './jobs.js';

const LOOK_MS = 1000;
const LONGEST_PAUSE_MS = 30_000;

/** Does what is due, on every instance; when the database can't be asked, it asks less often. */
@Injectable()
export class JobWorker implements OnApplicationBootstrap, BeforeApplicationShutdown {
  private readonly rounds = new Rounds(() => this.look());
  private failures = 0;

  constructor(
    private readonly jobs: Jobs,
    private readonly pubsub: PubSub,
    private readonly log: Log,
  ) {}

  async onApplicationBootstrap(): Promise<void> {
    await this.rounds.begin(this.pubsub, JOBS_TOPIC);
  }

  /** Finishes the job that is under way. */
  async beforeApplicationShutdown(): Promise<void> {
    await this.rounds.end();
  }

  private async look(): Promise<number> {
    try {
      await this.jobs.runDue(() => this.rounds.areOver());
      this.failures = 0;
    } catch (error) {
      this.failures += 1;
      this.log.error('jobs.failed', error, { failures: this.failures });
    }
    return Math.min(LOOK_MS * 2 ** this.failures, LONGEST_PAUSE_MS);
  }
}
