import { setTimeout as delay } from 'node:timers/promises';

import { hasCode } from '#client';

/** Pauses between attempts, in milliseconds: together long enough for an instance that was ended to be replaced. */
const PAUSES = [250, 500, 1000, 2000, 4000, 8000];

/**
 * Does again what may succeed without anybody doing anything, such as a request whose answer was lost. Only for work that changes
 * nothing when it is done twice.
 * @throws the last attempt's error
 */
export async function patiently<Result>(work: () => Promise<Result>): Promise<Result> {
  for (const pause of PAUSES) {
    try {
      return await work();
    } catch (error) {
      if (!hasCode(error, 'SERVER_UNREACHABLE', 'RATE_LIMITED', 'DATABASE_UNAVAILABLE', 'INTERNAL')) throw error;
      await delay(pause);
    }
  }
  return work();
}
