import { isTransient } from '../errors.js';
import type { Timer } from '../ports/timer.js';
import { requireWanted } from './paused.js';
import type { Wish } from './paused.js';
import { untilStopped } from './stop.js';

/** Failures in a row after which a transfer is left for later. */
const MOST_FAILURES = 6;
const FIRST_PAUSE_MS = 250;

/** How patient somebody is who waits for a transfer. */
export interface Waiter extends Pick<Wish, 'stop'> {
  /** Failures in a row after which it gives up. Default: as somebody who waits would like it. */
  readonly mostFailures?: number;
}

/** Counts failures in a row, with longer and longer pauses between them. */
export class Patience {
  private failures = 0;

  constructor(
    private readonly timer: Timer,
    private readonly waiter: Waiter = {},
  ) {}

  succeeded(): void {
    this.failures = 0;
  }

  /** Resolves when it may be tried again; throws the error when it has failed too often. @throws TransferPaused */
  async failed(error: unknown): Promise<void> {
    const { stop, mostFailures = MOST_FAILURES } = this.waiter;
    requireWanted({ stop }); // what was stopped has failed by that
    this.failures += 1;
    if (this.failures >= mostFailures) throw error;
    await untilStopped(this.timer.pause(FIRST_PAUSE_MS * 2 ** this.failures), stop);
    requireWanted({ stop });
  }
}

/** Tries again what may succeed without anybody doing anything. @throws TransferPaused */
export async function patiently<Result>(
  timer: Timer,
  work: () => Promise<Result>,
  waiter: Waiter = {},
): Promise<Result> {
  const patience = new Patience(timer, waiter);
  for (;;) {
    try {
      const asked = work();
      await untilStopped(asked, waiter.stop);
      requireWanted({ stop: waiter.stop });
      return await asked;
    } catch (error) {
      if (!isTransient(error)) throw error;
      await patience.failed(error);
    }
  }
}
