import assert from 'node:assert/strict';

import { fromHex, toHex } from '#primitives';

/** What a handler makes of one entry: undefined if it passed, or the reason why it is not ours to pass. */
export type Skipped = string | undefined;

/** Checks one entry of a vector file; throws at the first difference. */
export type Handler = (entry: never) => Skipped;

const ourSuites = new Set([0x0001, 0x0003, 0x004d]);

/** A reason to skip, or undefined. */
export function foreignSuite({ cipher_suite: suite }: { cipher_suite: number }): Skipped {
  return ourSuites.has(suite) ? undefined : 'foreign suite';
}

export const hex = fromHex;

export function same(actual: Uint8Array, expected: string, what: string): void {
  assert.equal(toHex(actual), expected, what);
}

export { assert };
