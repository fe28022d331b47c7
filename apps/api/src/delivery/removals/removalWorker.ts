import { Injectable } from '@nestjs/common';
import type { BeforeApplicationShutdown, OnApplicationBootstrap } from '@nestjs/common';

import { DIRECTORY_GROWN_TOPIC } from '../../directory/index.js';
import { Log } from '../../platform/log/log.js';
import { Pause } from '../../platform/pause.js';
import { PubSub } from '../../platform/pubsub/index.js';
import type { Unsubscribe } from '../../platform/pubsub/index.js';
import { DueRemovals } from './dueRemovals.js';
import { RemovalProposals } from './removalProposals.js';

/** Looks at least this often: clearances end with time, and a notice of a revocation may be lost. */
const LOOK_MS = 5_000;
const PAGE = 100;

/**
 * Follows the directory: closes the groups of whoever may not read any more, and proposes the removals. Every instance
 * runs one; what the last one did not finish, the next one finds in the database.
 */
@Injectable()
export class RemovalWorker implements OnApplicationBootstrap, BeforeApplicationShutdown {
  readonly #pause = new Pause();
  #running: Promise<void> | undefined;
  #unsubscribe: Unsubscribe | undefined;
  #stopped = false;

  constructor(
    private readonly due: DueRemovals,
    private readonly proposals: RemovalProposals,
    private readonly pubsub: PubSub,
    private readonly log: Log,
  ) {}

  async onApplicationBootstrap(): Promise<void> {
    this.#unsubscribe = await this.pubsub.subscribe(DIRECTORY_GROWN_TOPIC, () => {
      this.#pause.end();
    });
    this.#running = this.#run();
  }

  /** Finishes the group that is under way. */
  async beforeApplicationShutdown(): Promise<void> {
    this.#stopped = true;
    this.#pause.end();
    await this.#unsubscribe?.();
    await this.#running;
  }

  async #run(): Promise<void> {
    while (!this.#stopped) {
      try {
        if (await this.due.look()) await this.#proposeAll();
      } catch (error) {
        this.log.error('removals.failed', error);
      }
      if (!this.#isStopped()) await this.#pause.for(LOOK_MS);
    }
  }

  async #proposeAll(): Promise<void> {
    let after = '';
    for (;;) {
      const groups = await this.proposals.waiting(after, PAGE);
      for (const group of groups) {
        if (this.#stopped) return;
        await this.#propose(group);
      }
      after = groups.at(-1) ?? '';
      if (groups.length < PAGE) return;
    }
  }

  /** One group that fails does not keep the others from it; it is tried again at the next look. */
  async #propose(groupId: string): Promise<void> {
    try {
      await this.proposals.propose(groupId);
    } catch (error) {
      this.log.error('removals.proposal', error, { groupId });
    }
  }

  /** May have changed while something was awaited. */
  #isStopped(): boolean {
    return this.#stopped;
  }
}
