import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { disk } from '../node/disk.js';
import type { Disk } from '../ports/disk.js';
import type { Store } from '../ports/store.js';
import { openStore } from './store.js';

const key = new Uint8Array(32).fill(7);

/** A disk with room for so many bytes more, then none. */
function fillingDisk(room: number): Disk & { makeRoom(): void } {
  let left = room;
  return {
    ...disk,
    write(fd, from, position) {
      if (from.length > left) throw Object.assign(new Error('no space left on device'), { code: 'ENOSPC' });
      left -= from.length;
      disk.write(fd, from, position);
    },
    makeRoom: () => {
      left = Number.POSITIVE_INFINITY;
    },
  };
}

describe('the encrypted store', () => {
  let folder: string;
  const opened: Store[] = [];
  const path = (): string => join(folder, 'vault.db');

  async function open(on: Disk = disk): Promise<Store> {
    const store = await openStore({ path: path(), key, disk: on });
    opened.push(store);
    return store;
  }

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'chancery-store-'));
  });
  afterEach(async () => {
    await Promise.all(opened.splice(0).map((store) => store.close()));
    rmSync(folder, { recursive: true });
  });

  const makeTable = (store: Store): Promise<void> =>
    store.transaction((sql) => sql.run('CREATE TABLE note (id INTEGER PRIMARY KEY, body TEXT, data BLOB)'));
  const insert = (store: Store, id: number, body: string): Promise<void> =>
    store.transaction((sql) => sql.run('INSERT INTO note VALUES (?, ?, ?)', [id, body, new Uint8Array([1, 2])]));
  const ids = async (store: Store): Promise<unknown[]> =>
    (await store.read((sql) => sql.all('SELECT id FROM note ORDER BY id'))).map(({ id }) => id);

  test('keeps rows over a close, and no word of them in the clear', async () => {
    const store = await open();
    await makeTable(store);
    await insert(store, 1, 'the canary word is xylograph');
    await store.close();
    expect(readFileSync(path(), 'latin1')).not.toContain('xylograph');
    expect(readFileSync(path(), 'latin1')).not.toContain('SQLite format');
    const row = await (await open()).read((sql) => sql.get('SELECT * FROM note'));
    expect(row).toEqual({ id: 1, body: 'the canary word is xylograph', data: new Uint8Array([1, 2]) });
  });

  test('writes nothing in the clear beside the database either', async () => {
    const store = await open();
    await makeTable(store);
    await insert(store, 1, 'xylograph');
    expect(readFileSync(`${path()}-wal`).length).toBeGreaterThan(0);
    expect(readFileSync(`${path()}-wal`, 'latin1')).not.toContain('xylograph');
  });

  test('a transaction that fails leaves nothing behind', async () => {
    const store = await open();
    await makeTable(store);
    const failing = store.transaction(async (sql) => {
      await sql.run("INSERT INTO note VALUES (1, 'half', NULL)");
      throw new Error('something else went wrong');
    });
    await expect(failing).rejects.toThrow('something else went wrong');
    expect(await ids(store)).toEqual([]);
  });

  test('transactions that are asked for together run one after the other', async () => {
    const store = await open();
    await makeTable(store);
    await insert(store, 0, 'none');
    const increment = (): Promise<void> =>
      store.transaction(async (sql) => {
        const row = await sql.get('SELECT count(*) AS n FROM note');
        await Promise.resolve();
        await sql.run('INSERT INTO note VALUES (?, NULL, NULL)', [row?.['n'] ?? null]);
      });
    await Promise.all(Array.from({ length: 20 }, increment));
    expect(await ids(store)).toEqual(Array.from({ length: 21 }, (_, index) => index));
  });

  test('another key does not open it', async () => {
    const store = await open();
    await makeTable(store);
    await store.close();
    const wrong = openStore({ path: path(), key: new Uint8Array(32).fill(8), disk });
    await expect(wrong).rejects.toMatchObject({ code: 'VAULT_DAMAGED' });
  });

  test('a flipped bit is noticed, wherever it is', async () => {
    const store = await open();
    await makeTable(store);
    for (let id = 0; id < 200; id++) await insert(store, id, 'x'.repeat(500));
    await store.close();
    const sound = readFileSync(path());
    for (const at of [20, 3000, Math.floor(sound.length / 2), sound.length - 100]) {
      const flipped = Buffer.from(sound);
      flipped.writeUInt8(flipped.readUInt8(at) ^ 0x10, at);
      writeFileSync(path(), flipped);
      const read = async (): Promise<unknown> => (await open()).read((sql) => sql.all('SELECT * FROM note'));
      await expect(read()).rejects.toMatchObject({ code: 'VAULT_DAMAGED' });
      await Promise.all(opened.splice(0).map((each) => each.close()));
    }
  });

  test('a full disk refuses the transaction, keeps what was acknowledged and goes on when there is room', async () => {
    const disk = fillingDisk(200_000);
    const store = await open(disk);
    await makeTable(store);
    let acknowledged = 0;
    const fill = async (): Promise<void> => {
      for (;;) {
        await insert(store, acknowledged, 'x'.repeat(5000));
        acknowledged += 1;
      }
    };
    await expect(fill()).rejects.toMatchObject({ code: 'DISK_FULL' });
    expect(acknowledged).toBeGreaterThan(3);
    expect(await ids(store)).toHaveLength(acknowledged);
    disk.makeRoom();
    await insert(store, acknowledged, 'there is room again');
    await store.close();
    expect(await ids(await open())).toHaveLength(acknowledged + 1);
  });
});
