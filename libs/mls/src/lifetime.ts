import type { Lifetime } from './leafNode.js';
import { demand } from './rules.js';

/** How the application judges lifetimes (RFC 9420 section 7.2). */
export interface LifetimePolicy {
  /** Milliseconds since 1970. */
  readonly now: number;
  /** The longest accepted lifetime in seconds. */
  readonly maxSeconds: number;
}

/** One year and a day: last-resort KeyPackages live a year, others 30 days. */
export const maxLifetimeSeconds = 366 * 24 * 3600;

/** @throws MlsError valn070304, valn070305 */
export function checkLifetime({ notBefore, notAfter }: Lifetime, { now, maxSeconds }: LifetimePolicy): void {
  const seconds = BigInt(Math.floor(now / 1000));
  demand(notBefore <= seconds && seconds <= notAfter, 'valn070304');
  demand(maxSeconds === Infinity || notAfter - notBefore <= BigInt(maxSeconds), 'valn070305');
}
