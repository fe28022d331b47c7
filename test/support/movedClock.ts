import { jest } from '@jest/globals';

import type { Timer } from '#client';

import { Clock } from '../../apps/api/src/platform/clock.js';

const DAY_MS = 86_400_000;

/** The time of a story: server and clients of this process share it, and it moves on by days at once. */
export class MovedClock {
  private ahead = 0;
  /** For clients, see `ClientMinistry.reopen`. */
  readonly timer: Timer = this.timerAhead(0);

  /** From here on the server goes by this clock; `jest.restoreAllMocks` ends it. */
  constructor() {
    jest.spyOn(Clock.prototype, 'now').mockImplementation(() => this.now());
  }

  now(): Date {
    return new Date(Date.now() + this.ahead);
  }

  pass(days: number): void {
    this.ahead += days * DAY_MS;
  }

  /** Of a device whose clock is wrong by so many days. */
  timerAhead(days: number): Timer {
    return {
      now: () => new Date(this.now().getTime() + days * DAY_MS),
      after: () => () => undefined,
      pause: () => Promise.resolve(),
    };
  }
}
