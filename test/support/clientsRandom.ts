/** Numbers from 0 up to 1 that a seed decides (mulberry32): a test that fails prints its seed and can be run again. */
export function randomFrom(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** The seed of this run: `CHANCERY_SEED`, or a new one; printed in either case. */
export function seedOf(test: string): number {
  const given = process.env['CHANCERY_SEED'];
  const seed = given === undefined ? Math.floor(Math.random() * 2 ** 32) : Number(given);
  process.stderr.write(`${test}: CHANCERY_SEED=${String(seed)}\n`);
  return seed;
}
