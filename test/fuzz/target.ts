import { MlsError } from '#mls';

import type { Random } from '../scenario/mls/random.js';
import { mutateBytes } from './bytes.js';
import { Coverage } from './coverage.js';
import { mutateValue } from './values.js';
import type { Parts } from './values.js';

export interface Made {
  readonly bytes: Uint8Array;
  /** Makes later inputs of this one too, because it reached something new. */
  readonly keep: () => void;
}

/** A function of `#mls` that takes bytes from outside, and how inputs for it are made. */
export interface Target {
  readonly name: string;
  /** Of a thousand inputs. */
  readonly share: number;
  readonly coverage: Coverage;
  make(random: Random): Made;
  /** @returns `accepted`, or the rule or code of the typed error; everything else it throws is a finding */
  check(bytes: Uint8Array): string;
  /** Whether the honest message still works, after many inputs. */
  settle?(): void;
}

const mostSeeds = 2000;

const keeperOf =
  <T>(pool: T[], seed: T) =>
  (): void => {
    if (pool.length < mostSeeds) pool.push(seed);
  };

type Harness = Pick<Target, 'name' | 'share' | 'check' | 'settle'>;

/** Mutates encoded messages. */
export function byteTarget(harness: Harness, seeds: readonly Uint8Array[]): Target {
  const pool = [...seeds];
  const make = (random: Random): Made => {
    const bytes = mutateBytes(random, random.pick(pool), random.pick(pool));
    return { bytes, keep: keeperOf(pool, bytes) };
  };
  return { ...harness, coverage: new Coverage(), make };
}

/** Mutates decoded structures, also by parts of others and of each other; `encode` may sign and tag them again. */
export function valueTarget<T>(
  harness: Harness,
  seeds: readonly T[],
  parts: Parts,
  encode: (value: T, random: Random) => Uint8Array,
): Target {
  const pool = [...seeds];
  for (const seed of seeds) parts.absorb(seed);
  const make = (random: Random): Made => {
    const value = mutateValue(random, random.pick(pool), parts);
    return { bytes: encode(value, random), keep: keeperOf(pool, value) };
  };
  return { ...harness, coverage: new Coverage(), make };
}

/** What a call does with an input: it accepts it or refuses it with a typed error. */
export function outcomeOf(call: () => unknown): string {
  try {
    call();
  } catch (error) {
    if (error instanceof MlsError) return error.rule ?? error.code;
    throw error;
  }
  return 'accepted';
}

export function demandSame(actual: Uint8Array, expected: Uint8Array, what: string): void {
  if (Buffer.compare(actual, expected) !== 0) throw new Error(`${what} differs`);
}
