import type { BeforeApplicationShutdown, OnApplicationBootstrap } from '@nestjs/common';

import { DIRECTORY_GROWN_TOPIC } from '../directory/index.js';
import type { Log } from '../platform/log/log.js';
import type { PubSub } from '../platform/pubsub/index.js';
import { Rounds } from '../platform/rounds.js';

/**
 * Background work that follows the directory: it looks again whenever that has grown, and after a while at the latest, since a notice may be
 * lost. Every instance runs one; what the last one did not finish, the next one finds in the database.
 */
export abstract class DirectoryFollower implements OnApplicationBootstrap, BeforeApplicationShutdown {
  readonly #rounds = new Rounds(() => this.#round());

  /**
   * @param longest between two looks, in milliseconds
   * @param failed name of the log line for a look that failed
   */
  constructor(
    private readonly topics: PubSub,
    protected readonly log: Log,
    private readonly longest: number,
    private readonly failed: string,
  ) {}

  async onApplicationBootstrap(): Promise<void> {
    await this.#rounds.begin(this.topics, DIRECTORY_GROWN_TOPIC);
  }

  /** Finishes what is under way. */
  async beforeApplicationShutdown(): Promise<void> {
    await this.#rounds.end();
  }

  /** Does what there is to do; may say in how many milliseconds there is more. */
  protected abstract look(): Promise<number | undefined>;

  /** May have changed while something was awaited. */
  protected isStopped(): boolean {
    return this.#rounds.areOver();
  }

  async #round(): Promise<number> {
    try {
      return Math.min(this.longest, (await this.look()) ?? this.longest);
    } catch (error) {
      this.log.error(this.failed, error);
      return this.longest;
    }
  }
}
