import { isTransient } from '../errors.js';
import type { Timer } from '../ports/timer.js';

/** Failures in a row after which a transfer is left for later. */
const MOST_FAILURES = 6;
const FIRST_PAUSE_MS = 250;

/** Counts failures in a row, with longer and longer pauses between them. */
export class Patience {
  private failures = 0;

  constructor(
    private readonly timer: Timer,
    private readonly most = MOST_FAILURES,
  ) {}

  succeeded(): void {
    this.failures = 0;
  }

  /** Resolves when it may be tried again; throws the error when it has failed too often. */
  async failed(error: unknown): Promise<void> {
    this.failures += 1;
    if (this.failures >= this.most) throw error;
    await this.timer.pause(FIRST_PAUSE_MS * 2 ** this.failures);
  }
}

/** Tries again what may succeed without anybody doing anything. */
export async function patiently<Result>(timer: Timer, work: () => Promise<Result>, most?: number): Promise<Result> {
  const patience = new Patience(timer, most);
  for (;;) {
    try {
      return await work();
    } catch (error) {
      if (!isTransient(error)) throw error;
      await patience.failed(error);
    }
  }
}
