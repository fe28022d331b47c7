import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { ready, toHex, utf8 } from '#primitives';
import { Frontier, leafHash } from '#transparency';

import { disk } from '../node/disk.js';
import type { Store } from '../ports/store.js';
import { migrate } from '../schema.js';
import { VaultTree } from './tree.js';
import { openStore } from '../vault/store.js';

const ENTRIES = Array.from({ length: 1037 }, (_, index) => utf8(`statement ${String(index)}`));

const rootOf = (count: number): string =>
  toHex(ENTRIES.slice(0, count).reduce((tree, entry) => tree.append(leafHash(entry)).next, Frontier.empty).root);

describe('the tree in the vault', () => {
  let folder: string;
  let store: Store;

  beforeAll(async () => {
    await ready();
    folder = mkdtempSync(join(tmpdir(), 'chancery-tree-'));
    store = await openStore({ disk, path: join(folder, 'vault.db'), key: new Uint8Array(32).fill(7) });
    await migrate(store);
    await store.transaction(async (sql) => {
      for (const [index, entry] of ENTRIES.entries()) {
        await sql.run('INSERT INTO statement VALUES (?, ?)', [index + 1, entry]);
      }
    });
  });
  afterAll(async () => {
    await store.close();
    rmSync(folder, { recursive: true });
  });

  test('is made of the statements that a vault of the version before holds', async () => {
    const tree = await VaultTree.load(store);
    expect([tree.current.size, toHex(tree.current.root)]).toEqual([ENTRIES.length, rootOf(ENTRIES.length)]);
    const again = await VaultTree.load(store);
    expect(again.current).toEqual(tree.current);
  });

  test('knows its root at every size before', async () => {
    const tree = await VaultTree.load(store);
    for (const size of [1, 2, 3, 7, 8, 64, 511, 512, 513, 1000, 1036]) {
      expect(toHex(await store.read((sql) => tree.rootAt(sql, size)))).toBe(rootOf(size));
    }
  });

  test('agrees with its own states, with no others, and says nothing about larger ones', async () => {
    const tree = await VaultTree.load(store);
    const judge = (size: number, root: Uint8Array) => store.read((sql) => tree.agrees(sql, { size, root }));
    const root = await store.read((sql) => tree.rootAt(sql, 600));
    expect(await judge(600, root)).toBe(true);
    expect(await judge(599, root)).toBe(false);
    expect(await judge(1038, root)).toBeUndefined();
  });

  test('goes on from where it was only when the transaction has held', async () => {
    const tree = await VaultTree.load(store);
    const before = tree.current;
    const failing = store.transaction(async (sql) => {
      await tree.append(sql, [utf8('one more')]);
      throw new Error('the disk is full');
    });
    await expect(failing).rejects.toThrow('the disk is full');
    expect(tree.current).toEqual(before);
    expect((await VaultTree.load(store)).current).toEqual(before);
  });
});
