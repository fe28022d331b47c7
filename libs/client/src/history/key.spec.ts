import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { ready, sha256, toHex, utf8 } from '#primitives';

import { openStore } from '../node/store.js';
import type { Store } from '../ports/store.js';
import { migrate } from '../schema.js';
import { ensureHistoryKey, exportHistoryKey, findAnchor, installHistoryKey, raiseAnchor, segmentKey } from './key.js';

describe('the history key of a person', () => {
  let folder: string;
  let first: Store;
  let second: Store;

  beforeAll(() => ready());
  beforeEach(async () => {
    folder = mkdtempSync(join(tmpdir(), 'chancery-history-'));
    [first, second] = [await vault('first.db'), await vault('second.db')];
  });
  afterEach(async () => {
    await first.close();
    await second.close();
    rmSync(folder, { recursive: true });
  });

  async function vault(name: string): Promise<Store> {
    const store = await openStore({ path: join(folder, name), key: new Uint8Array(32).fill(3) });
    await migrate(store);
    return store;
  }

  test('is made once, and is the same on the device that it is handed to', async () => {
    const exported = await first.transaction(exportHistoryKey);
    const key = toHex(await first.transaction(ensureHistoryKey));
    await second.transaction((sql) => installHistoryKey(sql, exported));
    expect(toHex(await second.transaction(ensureHistoryKey))).toBe(key);
    await expect(second.transaction((sql) => installHistoryKey(sql, exported))).resolves.toBeUndefined();
  });

  test('comes with how far each history reached, and never makes that less', async () => {
    const [early, late] = [sha256(utf8('early')), sha256(utf8('late'))];
    await first.transaction((sql) => raiseAnchor(sql, { deviceId: 'phone', segments: 4, head: early }));
    const older = await first.transaction(exportHistoryKey);
    await first.transaction((sql) => raiseAnchor(sql, { deviceId: 'phone', segments: 9, head: late }));
    await second.transaction(async (sql) => installHistoryKey(sql, await first.transaction(exportHistoryKey)));
    await second.transaction((sql) => installHistoryKey(sql, older));
    expect(await second.read((sql) => findAnchor(sql, 'phone'))).toEqual({
      deviceId: 'phone',
      segments: 9,
      head: late,
    });
  });

  test('does not take the place of another', async () => {
    await second.transaction(ensureHistoryKey);
    const exported = await first.transaction(exportHistoryKey);
    const other = second.transaction((sql) => installHistoryKey(sql, exported));
    await expect(other).rejects.toMatchObject({ code: 'BAD_INPUT' });
  });

  test.each([[new Uint8Array()], [new Uint8Array(32)], [utf8('key')]])('is nothing else: %p', async (bytes) => {
    const installed = second.transaction((sql) => installHistoryKey(sql, bytes));
    await expect(installed).rejects.toMatchObject({ code: 'BAD_INPUT' });
  });

  test('gives each device of each person a key of its own', () => {
    const key = new Uint8Array(32).fill(1);
    const keys = [segmentKey(key, 'p', 'd'), segmentKey(key, 'p', 'e'), segmentKey(key, 'q', 'd')].map(toHex);
    expect(new Set(keys).size).toBe(3);
  });
});
