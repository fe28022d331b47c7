import { ready } from '#primitives';

import { describeWith } from '../support/requirements.js';
import { Model } from './model.js';
import type { Make } from './party.js';

/**
 * Random lives of groups of several makes, 50 steps each: adds, removes by commit, by a member's and by an external
 * sender's proposal, updates, replacements, external commits, racing commits, messages that come late and out of order.
 * After each epoch all members agree on epoch, members, an exported secret and, where it is shown, the epoch authenticator.
 *
 * `PEERS_SEEDS` says how many seeds run for each mix, `PEERS_SEED` runs one of them again.
 */
const only = process.env['PEERS_SEED'];
const count = Number(process.env['PEERS_SEEDS'] ?? 3);
const seeds = only === undefined ? Array.from({ length: count }, (_, i) => i + 1) : [Number(only)];
const steps = 50;

const mixes: readonly (readonly Make[])[] = [
  ['ours', 'ours', 'core-crypto'],
  ['ours', 'core-crypto', 'core-crypto'],
  ['ours', 'ours', 'ts-mls'],
  ['ours', 'ts-mls', 'ts-mls'],
  ['ours', 'ours', 'ours', 'core-crypto', 'core-crypto', 'core-crypto', 'ts-mls', 'ts-mls'],
];

describeWith('peers', 'random groups of several makes', () => {
  const summary: string[] = [];

  beforeAll(ready);

  afterAll(() => {
    process.stdout.write(`${summary.join('\n')}\n`);
  });

  describe.each(mixes.map((makes) => ({ mix: makes.join(' + '), makes })))('$mix', ({ mix, makes }) => {
    test.each(seeds)('seed %d: all members agree on every epoch', async (seed) => {
      const model = await Model.start(seed, makes);
      try {
        await model.run(steps);
      } catch (error) {
        throw new Error(`PEERS_SEED=${String(seed)} failed after: ${model.history.join('; ')}`, { cause: error });
      }
      summary.push(`${mix}: PEERS_SEED=${String(seed)}, ${model.summary}`);
    });
  });
});
