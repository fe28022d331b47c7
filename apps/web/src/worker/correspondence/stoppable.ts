import { TransferPaused } from '#client';

/** Transfers that the person may end, by their ids. */
export class Stoppable {
  readonly #running = new Map<string, { isWanted: boolean }>();

  /** Carries out work that asks, whenever it can end, whether it is wanted; undefined where it ended because it was not. */
  async run<Result>(id: string, work: (isWanted: () => boolean) => Promise<Result>): Promise<Result | undefined> {
    const one = { isWanted: true };
    this.#running.set(id, one);
    try {
      return await work(() => one.isWanted);
    } catch (error) {
      if (error instanceof TransferPaused) return undefined;
      throw error;
    } finally {
      this.#running.delete(id);
    }
  }

  stop(id: string): void {
    const one = this.#running.get(id);
    if (one) one.isWanted = false;
  }
}
