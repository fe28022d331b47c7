import type { LeafNode } from './leafNode.js';
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

/** Of a leaf that is to be added. @throws MlsError valn070304, valn070305 */
export function checkLifetime(leaf: LeafNode, { now, maxSeconds }: LifetimePolicy): void {
  if (leaf.source.kind !== 'keyPackage') return;
  const { notBefore, notAfter } = leaf.source.lifetime;
  const seconds = BigInt(Math.floor(now / 1000));
  demand(notBefore <= seconds && seconds <= notAfter, 'valn070304');
  checkTotalLifetime(leaf, maxSeconds);
}

/** Of any leaf, also of one that was added long ago. @throws MlsError valn070305 */
export function checkTotalLifetime({ source }: LeafNode, maxSeconds: number): void {
  if (source.kind !== 'keyPackage' || maxSeconds === Infinity) return;
  demand(source.lifetime.notAfter - source.lifetime.notBefore <= BigInt(maxSeconds), 'valn070305');
}
