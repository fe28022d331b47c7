import type { OnApplicationBootstrap, OnModuleDestroy } from '@nestjs/common';

import type { Log } from '../log/log.js';

const EVERY_MS = 30 * 60_000;

/**
 * Removes blobs that nothing refers to, every half hour. Several instances may do so at once, and each step may be the last before a
 * crash: what is doomed stays doomed, its bytes are removed before its row.
 */
export abstract class Collector implements OnApplicationBootstrap, OnModuleDestroy {
  #timer: NodeJS.Timeout | undefined;

  /** `what` stands in the log. */
  constructor(
    private readonly what: string,
    private readonly log: Log,
  ) {}

  onApplicationBootstrap(): void {
    this.#timer = setInterval(() => void this.#collectQuietly(), EVERY_MS).unref();
  }

  onModuleDestroy(): void {
    clearInterval(this.#timer);
  }

  /** Returns how many were removed. */
  async collect(): Promise<number> {
    await this.doom();
    let removed = 0;
    for (let ids = await this.doomed(); ids.length > 0; ids = await this.doomed()) {
      for (const id of ids) await this.remove(id);
      removed += ids.length;
    }
    return removed;
  }

  /** Marks what has to go. */
  protected abstract doom(): Promise<void>;
  /** Some of those that are marked. */
  protected abstract doomed(): Promise<string[]>;
  /** The bytes first, then the row. */
  protected abstract remove(id: string): Promise<void>;

  async #collectQuietly(): Promise<void> {
    try {
      const removed = await this.collect();
      if (removed > 0) this.log.info(`${this.what}.collected`, { removed });
    } catch (error) {
      this.log.error(`${this.what}.collect`, error);
    }
  }
}
