import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { ready } from '#primitives';

import { disk } from '../node/disk.js';
import type { Store } from '../ports/store.js';
import { migrate } from '../schema.js';
import { evidenceOf, remember } from './evidence.js';
import type { Heard } from './evidence.js';
import { openStore } from '../vault/store.js';

const HOUR = 3_600_000;
const NOW = Date.parse('2026-06-01T12:00:00Z');
const GROUP = 'a'.repeat(32);

describe('what others say of their place', () => {
  let folder: string;
  let store: Store;

  beforeAll(() => ready());
  beforeEach(async () => {
    folder = mkdtempSync(join(tmpdir(), 'chancery-evidence-'));
    store = await openStore({ disk, path: join(folder, 'vault.db'), key: new Uint8Array(32).fill(7) });
    await migrate(store);
  });
  afterEach(async () => {
    await store.close();
    rmSync(folder, { recursive: true });
  });

  const hear = (signedAt: number, arrived: number, rest: Partial<Heard> = {}) =>
    store.transaction((sql) =>
      remember(
        sql,
        { groupId: GROUP, deviceId: 'd', personId: 'p', seq: 1, says: 'agrees', signedAt, ...rest },
        new Date(arrived),
      ),
    );
  const times = async () => (await store.read((sql) => evidenceOf(sql, GROUP))).map(({ at }) => at);

  test('is as old as it says', async () => {
    expect(await hear(NOW - 5 * HOUR, NOW)).toBe(true);
    expect(await times()).toEqual([NOW - 5 * HOUR]);
  });

  test('is never fresher than its arrival, nor when it comes again', async () => {
    expect(await hear(NOW + 20 * HOUR, NOW)).toBe(true);
    expect(await times()).toEqual([NOW]);
    expect(await hear(NOW + 20 * HOUR, NOW + 30 * HOUR)).toBe(false);
    expect(await hear(NOW + 20 * HOUR, NOW + 30 * HOUR, { says: 'ahead' })).toBe(true);
    expect(await times()).toEqual([NOW]);
  });

  test('counts for nothing when its clock is wrong by more than a day', async () => {
    expect(await hear(NOW + 25 * HOUR, NOW)).toBe(false);
    expect(await times()).toEqual([]);
  });

  test('does not grow younger by an older word', async () => {
    await hear(NOW - HOUR, NOW);
    expect(await hear(NOW - 2 * HOUR, NOW)).toBe(false);
    expect(await times()).toEqual([NOW - HOUR]);
  });
});
