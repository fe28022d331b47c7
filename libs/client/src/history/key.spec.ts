import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { ready, sha256, toHex, utf8 } from '#primitives';

import { disk } from '../node/disk.js';
import type { Store } from '../ports/store.js';
import { migrate } from '../schema.js';
import { openStore } from '../vault/store.js';
import {
  currentHistoryKey,
  exportHistoryKey,
  exportHistoryKeys,
  findAnchor,
  historyKeyId,
  historyKeys,
  installHistoryKey,
  mergeHistoryKeys,
  raiseAnchor,
  renewHistoryKey,
  segmentKey,
} from './key.js';

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
    const store = await openStore({ disk, path: join(folder, name), key: new Uint8Array(32).fill(3) });
    await migrate(store);
    return store;
  }

  test('is made once, and is the same on the device that it is handed to', async () => {
    const exported = await first.transaction(exportHistoryKey);
    const { key } = await first.transaction(currentHistoryKey);
    await second.transaction((sql) => installHistoryKey(sql, exported));
    expect(await second.transaction(currentHistoryKey)).toEqual({ key, since: 0 });
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
    await second.transaction(currentHistoryKey);
    const exported = await first.transaction(exportHistoryKey);
    const other = second.transaction((sql) => installHistoryKey(sql, exported));
    await expect(other).rejects.toMatchObject({ code: 'BAD_INPUT' });
  });

  test.each([[new Uint8Array()], [new Uint8Array(32)], [utf8('key')]])('is nothing else: %p', async (bytes) => {
    const installed = second.transaction((sql) => installHistoryKey(sql, bytes));
    await expect(installed).rejects.toMatchObject({ code: 'BAD_INPUT' });
  });

  describe('after somebody else has come to know it', () => {
    test('gives way to another, and goes on to open what it has sealed', async () => {
      const old = await first.transaction(currentHistoryKey);
      await first.transaction((sql) => renewHistoryKey(sql, 7));
      const next = await first.transaction(currentHistoryKey);
      expect(next.since).toBe(7);
      expect(toHex(historyKeyId(next))).not.toBe(toHex(historyKeyId(old)));
      expect(await first.transaction(historyKeys)).toEqual([old, next]);
      await second.transaction(async (sql) => installHistoryKey(sql, await first.transaction(exportHistoryKey)));
      expect(await second.transaction(historyKeys)).toEqual([old, next]);
    });

    test('is the same on two devices that made a new one at the same time, when each has the other’s', async () => {
      await second.transaction(async (sql) => installHistoryKey(sql, await first.transaction(exportHistoryKey)));
      for (const store of [first, second]) await store.transaction((sql) => renewHistoryKey(sql, 7));
      const [mine, theirs] = [await first.transaction(exportHistoryKeys), await second.transaction(exportHistoryKeys)];
      await first.transaction((sql) => mergeHistoryKeys(sql, theirs, 9));
      await second.transaction((sql) => mergeHistoryKeys(sql, mine, 9));
      await second.transaction((sql) => mergeHistoryKeys(sql, mine, 9));
      const keys = await first.transaction(historyKeys);
      expect(keys).toHaveLength(3);
      expect(await second.transaction(historyKeys)).toEqual(keys);
    });

    test('is not one that a device hands over as made for a revocation that nobody has heard of', async () => {
      await first.transaction((sql) => renewHistoryKey(sql, 1_000_000));
      const exported = await first.transaction(exportHistoryKeys);
      expect(await second.transaction((sql) => mergeHistoryKeys(sql, exported, 9))).toBe(false);
      expect((await second.transaction(historyKeys)).map(({ since }) => since)).toEqual([0]);
    });
  });

  test('gives each device of each person a key of its own', () => {
    const key = new Uint8Array(32).fill(1);
    const keys = [segmentKey(key, 'p', 'd'), segmentKey(key, 'p', 'e'), segmentKey(key, 'q', 'd')].map(toHex);
    expect(new Set(keys).size).toBe(3);
  });
});
