import { ready } from '#primitives';

import { Model } from './model.js';

/**
 * Declares the tests of every second seed: two files, so that two workers share them.
 *
 * Random lives of a group: adds, removes and updates by value and by reference, removes by an external sender, leaving,
 * coming back by Welcome and by external commit, ReInit to another suite, racing commits, devices that lag, application
 * messages that are lost or come late, and restarts. After each epoch all who are in it agree on its authenticator, tree
 * hash, an exported secret and the members, the Delivery Service too; no removed member derives the next epoch.
 *
 * `MLS_SEEDS` says how many seeds run, `MLS_SEED` runs one of them again (in both files).
 */
export function testSeeds(remainder: 0 | 1): void {
  const only = process.env['MLS_SEED'];
  const count = Number(process.env['MLS_SEEDS'] ?? 500);
  const half = Array.from({ length: count }, (_, i) => i + 1).filter((seed) => seed % 2 === remainder);

  beforeAll(ready);

  test.each(only === undefined ? half : [Number(only)])('seed %d: all members agree on every epoch', runSeed, 120_000);
}

function runSeed(seed: number): void {
  const model = new Model(seed);
  try {
    model.run();
  } catch (error) {
    throw new Error(`MLS_SEED=${String(seed)} failed after: ${model.history.join('; ')}`, { cause: error });
  }
}
