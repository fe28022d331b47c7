import { Injectable } from '@nestjs/common';
import { RateLimiterMemory, RateLimiterRes } from 'rate-limiter-flexible';

import { AppConfig } from '../config/index.js';
import { Refusal } from '../platform/refusal.js';

const WINDOW_SECONDS = 60;
const MS = 1000;

/** Counts requests a minute, each instance for itself. Throws RATE_LIMITED with the seconds to wait. */
@Injectable()
export class RateLimits {
  readonly #public: RateLimiterMemory;
  readonly #devices: RateLimiterMemory;

  constructor(config: AppConfig) {
    const { publicPerMinute, devicePerMinute } = config.limits;
    this.#public = new RateLimiterMemory({ points: publicPerMinute, duration: WINDOW_SECONDS });
    this.#devices = new RateLimiterMemory({ points: devicePerMinute, duration: WINDOW_SECONDS });
  }

  /** For what nobody has to be known for, and for attempts with tokens that are not good. */
  countAddress(address: string): Promise<void> {
    return consume(this.#public, address);
  }

  countDevice(deviceId: string): Promise<void> {
    return consume(this.#devices, deviceId);
  }
}

async function consume(limiter: RateLimiterMemory, key: string): Promise<void> {
  try {
    await limiter.consume(key);
  } catch (error) {
    if (!(error instanceof RateLimiterRes)) throw error;
    const seconds = Math.max(1, Math.ceil(error.msBeforeNext / MS));
    throw new Refusal('RATE_LIMITED', `too many requests; try again in ${String(seconds)} seconds`, {
      remedy: `Wait ${String(seconds)} seconds, then try again.`,
    });
  }
}
