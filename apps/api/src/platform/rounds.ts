import { Pause } from './pause.js';
import type { PubSub, Unsubscribe } from './pubsub/index.js';

/**
 * Work beside requests that is done round after round until the server stops. Every instance has its own; what one does not finish, the next
 * finds in the database.
 */
export class Rounds {
  private readonly pause = new Pause();
  private readonly ending = new AbortController();
  private running: Promise<void> | undefined;
  private unsubscribe: Unsubscribe | undefined;

  /** @param round - never rejects; resolves with the milliseconds to wait for the next one, 0 for none */
  constructor(private readonly round: () => Promise<number>) {}

  /** Aborted when the server stops: a round may hurry. */
  get signal(): AbortSignal {
    return this.ending.signal;
  }

  /** May have changed while something was awaited. */
  areOver(): boolean {
    return this.ending.signal.aborted;
  }

  /** @param topic - what wakes the work before its time; notices may be lost */
  async begin(pubsub?: PubSub, topic?: string): Promise<void> {
    if (pubsub && topic !== undefined) {
      this.unsubscribe = await pubsub.subscribe(topic, () => {
        this.pause.end();
      });
    }
    this.running = this.run();
  }

  /** Resolves when the round that is under way has ended. */
  async end(): Promise<void> {
    this.ending.abort();
    this.pause.end();
    await this.unsubscribe?.();
    await this.running;
  }

  private async run(): Promise<void> {
    while (!this.areOver()) {
      const wait = await this.round();
      if (wait > 0 && !this.areOver()) await this.pause.for(wait);
    }
  }
}
