import type { BeforeApplicationShutdown, OnApplicationBootstrap } from '@nestjs/common';

import { DIRECTORY_GROWN_TOPIC } from '../directory/index.js';
import type { Log } from '../platform/log/log.js';
import { Pause } from '../platform/pause.js';
import type { PubSub, Unsubscribe } from '../platform/pubsub/index.js';

/**
 * Background work that follows the directory: it looks again whenever that has grown, and after a while at the latest, since a notice may be
 * lost. Every instance runs one; what the last one did not finish, the next one finds in the database.
 */
export abstract class DirectoryFollower implements OnApplicationBootstrap, BeforeApplicationShutdown {
  readonly #pause = new Pause();
  #running: Promise<void> | undefined;
  #unsubscribe: Unsubscribe | undefined;
  #stopped = false;

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
    this.#unsubscribe = await this.topics.subscribe(DIRECTORY_GROWN_TOPIC, () => {
      this.#pause.end();
    });
    this.#running = this.#run();
  }

  /** Finishes what is under way. */
  async beforeApplicationShutdown(): Promise<void> {
    this.#stopped = true;
    this.#pause.end();
    await this.#unsubscribe?.();
    await this.#running;
  }

  /** Does what there is to do; may say in how many milliseconds there is more. */
  protected abstract look(): Promise<number | undefined>;

  /** May have changed while something was awaited. */
  protected isStopped(): boolean {
    return this.#stopped;
  }

  async #run(): Promise<void> {
    while (!this.isStopped()) {
      let wait: number | undefined;
      try {
        wait = await this.look();
      } catch (error) {
        this.log.error(this.failed, error);
      }
      if (!this.isStopped()) await this.#pause.for(Math.min(this.longest, wait ?? this.longest));
    }
  }
}
