import { Stop, TransferPaused } from '#client';
import type { StopSignal } from '#client';

/** Transfers that the person may end, by their ids. */
export class Stoppable {
  readonly #running = new Map<string, Stop>();

  /** Carries out work that ends when its signal is given; undefined where it did. */
  async run<Result>(id: string, work: (stop: StopSignal) => Promise<Result>): Promise<Result | undefined> {
    const stop = new Stop();
    this.#running.set(id, stop);
    try {
      return await work(stop);
    } catch (error) {
      if (error instanceof TransferPaused) return undefined;
      throw error;
    } finally {
      this.#running.delete(id);
    }
  }

  stop(id: string): void {
    this.#running.get(id)?.give();
  }
}
