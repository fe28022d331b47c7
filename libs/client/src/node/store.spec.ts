import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { diskFiles } from './files.js';
import { openStore } from './store.js';

const key = new Uint8Array(32).fill(7);

describe('the encrypted store', () => {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'chancery-store-'));
  });
  afterEach(() => {
    rmSync(folder, { recursive: true });
  });

  const path = (): string => join(folder, 'vault.db');

  test('keeps rows over a close, and no word of them in the clear', async () => {
    const store = await openStore({ path: path(), key });
    await store.transaction(async (sql) => {
      await sql.run('CREATE TABLE note (id INTEGER PRIMARY KEY, body TEXT, data BLOB)');
      await sql.run('INSERT INTO note VALUES (?, ?, ?)', [1, 'the canary word is xylograph', new Uint8Array([1, 2])]);
    });
    await store.close();
    expect(readFileSync(path(), 'latin1')).not.toContain('xylograph');
    expect(readFileSync(path(), 'latin1')).not.toContain('SQLite format');
    const again = await openStore({ path: path(), key });
    const row = await again.read((sql) => sql.get('SELECT * FROM note'));
    expect(row).toEqual({ id: 1, body: 'the canary word is xylograph', data: new Uint8Array([1, 2]) });
    await again.close();
  });
  test('speed', async () => {
    const store = await openStore({ path: path(), key });
    await store.transaction(async (sql) => {
      await sql.run('CREATE TABLE note (id INTEGER PRIMARY KEY, body TEXT, data BLOB)');
    });
    let t = performance.now();
    for (let i = 0; i < 300; i++)
      await store.transaction((sql) => sql.run('INSERT INTO note VALUES (?,?,?)', [i, 'x', new Uint8Array(4000)]));
    console.log('tx/s', 300 / ((performance.now() - t) / 1000));
    t = performance.now();
    await store.transaction(async (sql) => {
      for (let i = 0; i < 10000; i++)
        await sql.run('INSERT INTO note VALUES (?,?,?)', [1000 + i, 'x', new Uint8Array(400)]);
    });
    console.log('rows/s', 10000 / ((performance.now() - t) / 1000));
    await store.close();
    const raw = readFileSync(path());
    for (const at of [10, 100, 5000, raw.length - 3000]) {
      const c = Buffer.from(raw);
      c[at]! ^= 1;
      writeFileSync(path(), c);
      try {
        const s = await openStore({ path: path(), key });
        try {
          await s.read((sql) => sql.all('SELECT * FROM note'));
          console.log(at, 'undetected');
        } finally {
          await s.close();
        }
      } catch (e) {
        console.log(at, String(e), String((e as any).cause));
      }
    }
    void diskFiles;
  });
});
