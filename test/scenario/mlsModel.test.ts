import { ready } from '#primitives';

import { Model } from './mls/model.js';

/**
 * Random lives of a group: adds, removes by members and by an external sender, leaving, coming back, updates by commit
 * and by proposal, racing commits, application messages that are lost or come late, and restarts. After each epoch all
 * members agree on its authenticator, an exported secret and the members, and so does the Delivery Service.
 *
 * `MLS_SEEDS` says how many seeds run, `MLS_SEED` runs one of them again.
 */
const only = process.env['MLS_SEED'];
const count = Number(process.env['MLS_SEEDS'] ?? 100);
const seeds = only === undefined ? Array.from({ length: count }, (_, i) => i + 1) : [Number(only)];

beforeAll(ready);

test.each(seeds)(
  'seed %d: all members agree on every epoch',
  (seed) => {
    const model = new Model(seed);
    try {
      model.run();
    } catch (error) {
      throw new Error(`MLS_SEED=${String(seed)} failed after: ${model.history.join('; ')}`, { cause: error });
    }
  },
  120_000,
);
