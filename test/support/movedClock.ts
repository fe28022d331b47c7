import { jest } from '@jest/globals';

import type { Timer } from '#client';
import type { SecurityPolicy } from '#policy';

import { Clock } from '../../apps/api/src/platform/clock.js';
import type { ClientMinistry, TestClient } from './clients.js';
import { startHostileMinistry } from './hostileServer.js';
import type { HostileServer } from './hostileServer.js';

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
      elapsed: () => performance.now() + this.ahead,
      after: () => () => undefined,
      pause: () => Promise.resolve(),
    };
  }
}

/** A ministry under such a clock, on a server that lies when it is told to. */
export interface MovedMinistry {
  readonly ministry: ClientMinistry;
  readonly hostile: HostileServer;
  readonly clock: MovedClock;
  readonly officer: TestClient;
  /** In the order of the names. */
  readonly staff: readonly TestClient[];
}

export async function startMovedMinistry(names: readonly string[], policy: SecurityPolicy): Promise<MovedMinistry> {
  const people = names.map((name) => ({ name }));
  const { ministry, hostile } = await startHostileMinistry(people, { policy });
  const clock = new MovedClock();
  const { timer } = clock;
  const officer = await ministry.reopen(ministry.officer, { timer });
  const staff: TestClient[] = [];
  for (const each of ministry.staff.slice(0, names.length)) staff.push(await ministry.reopen(each, { timer }));
  return { ministry, hostile, clock, officer, staff };
}

/** In the order in which they are given. */
export async function caughtUp(...people: readonly TestClient[]): Promise<void> {
  for (const { client } of people) await client.catchUp();
}
