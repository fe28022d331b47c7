import { Random } from '../scenario/mls/random.js';

/** 2026-11-21T12:00:00Z: what the clock of a fuzzing thread always says. */
const frozenClock = 1_795_262_400_000;

let source = new Random(0);

/**
 * From here on the clock of this thread stands still and libsodium's randomness, keys included, follows from `reseed`:
 * an input is the same in every run. To be called before libsodium is loaded, which asks `self.crypto` once.
 */
export function makeDeterministic(): void {
  const getRandomValues = (words: Uint32Array): Uint32Array => {
    for (let i = 0; i < words.length; i++) words[i] = Math.floor(source.next() * 2 ** 32);
    return words;
  };
  Object.defineProperty(globalThis, 'self', { value: { crypto: { getRandomValues } }, configurable: true });
  Date.now = () => frozenClock;
}

/** Starts the randomness of keys again, and gives an independent generator for choices. */
export function reseed(seed: number, input: number): Random {
  const mixed = Math.imul(seed ^ 0x9e3779b9, 0x85ebca6b) ^ Math.imul(input + 1, 0xc2b2ae35);
  source = new Random(mixed);
  return new Random(~mixed);
}
