import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { canonicalLabel, genericMinistry } from '#policy';
import { ready } from '#primitives';
import { Directory } from '#transparency';

import { disk } from './node/disk.js';
import type { Sql, Store } from './ports/store.js';
import { migrate, MIGRATIONS } from './schema.js';
import { MessageSearch } from './search/messageSearch.js';
import { openStore } from './vault/store.js';

const GROUP = 'c'.repeat(32);
const PERSON = '0195f1c2-7a64-7c11-9d2e-000000000001';
const labelText = canonicalLabel({ policy: genericMinistry.id, level: 'SECRET', categories: [] });

describe('a vault of the first version', () => {
  let folder: string;
  let store: Store;

  beforeAll(() => ready());
  beforeEach(async () => {
    folder = mkdtempSync(join(tmpdir(), 'chancery-schema-'));
    store = await openStore({ disk, path: join(folder, 'vault.db'), key: new Uint8Array(32).fill(9) });
    await store.transaction(firstVersion);
  });
  afterEach(async () => {
    await store.close();
    rmSync(folder, { recursive: true });
  });

  test('keeps every message, and gets an index and a history for them', async () => {
    const before = await store.read((sql) => sql.all('SELECT * FROM message ORDER BY seq'));
    await migrate(store);
    const after = await store.read((sql) => sql.all('SELECT * FROM message ORDER BY seq'));
    expect(after).toEqual(before.map((row) => ({ ...row, given_by: null })));
    const pending = await store.read((sql) => sql.all('SELECT seq FROM history_pending ORDER BY number'));
    expect(pending).toEqual([{ seq: 1 }, { seq: 2 }, { seq: 3 }, { seq: 4 }]);

    const search = newSearch(store);
    expect(await search.find('quota')).toMatchObject({ hits: [], waiting: 3 });
    expect(await search.index(1)).toBe(0);
    const { hits } = await search.find('quota');
    expect(hits.map(({ message }) => message.text)).toEqual(['The quota is ten.', 'A quota, perhaps.']);
  });

  test.each([
    ['an id', 'id = ?', 'message_by_id'],
    ['ids', 'id IN (SELECT value FROM json_each(?)) ORDER BY seq', 'message_by_id'],
    ['what is replaced', 'replaces IN (SELECT value FROM json_each(?)) ORDER BY seq', 'message_by_replaced'],
    ['what is replaced later', '(replaces = ? OR (replaces = ? AND seq > ?)) LIMIT 1', 'message_by_replaced'],
    ['what is answered', 'in_reply_to IN (SELECT value FROM json_each(?)) ORDER BY seq', 'message_by_answered'],
  ])(
    'does not read a conversation whole to find messages by %s, also after it was opened again',
    async (_, by, index) => {
      await migrate(store);
      await store.close();
      store = await openStore({ disk, path: join(folder, 'vault.db'), key: new Uint8Array(32).fill(9) });
      const query = `EXPLAIN QUERY PLAN SELECT * FROM message WHERE group_id = ? AND ${by}`;
      const values = Array.from(query.matchAll(/\?/gu), () => null);
      const steps = (await store.read((sql) => sql.all(query, values))).map(({ detail }) => String(detail));
      expect(steps.filter((step) => /(SEARCH|SCAN) message/u.test(step)).every((step) => step.includes(index))).toBe(
        true,
      );
      expect(steps.join()).toContain(index);
    },
  );

  test('is brought up to date once', async () => {
    await migrate(store);
    await migrate(store);
    expect(await store.read((sql) => sql.get('PRAGMA user_version'))).toEqual({ user_version: MIGRATIONS.length });
  });

  test('of a later version is left alone', async () => {
    await store.transaction((sql) => sql.run('PRAGMA user_version = 99'));
    await expect(migrate(store)).rejects.toMatchObject({ code: 'VAULT_NEWER' });
  });
});

test('a vault that held handed keys in no order keeps them, and takes what was handed over once more', async () => {
  await ready();
  const folder = mkdtempSync(join(tmpdir(), 'chancery-schema-'));
  const store = await openStore({ disk, path: join(folder, 'vault.db'), key: new Uint8Array(32).fill(9) });
  const [publicKey, privateKey] = [new Uint8Array(32).fill(1), new Uint8Array(32).fill(2)];
  await store.transaction(async (sql) => {
    for (const statement of MIGRATIONS.slice(0, 4).flat()) await sql.run(statement);
    await sql.run('PRAGMA user_version = 4');
    await sql.run('INSERT INTO identity_candidate VALUES (?, ?)', [publicKey, privateKey]);
    await sql.run("INSERT INTO parcel_taken VALUES ('device', ?)", [publicKey]);
  });
  await migrate(store);
  const kept = await store.read((sql) => sql.all('SELECT private_key FROM identity_candidate ORDER BY number'));
  expect(kept).toEqual([{ private_key: privateKey }]);
  expect(await store.read((sql) => sql.all('SELECT device_id FROM parcel_taken'))).toEqual([]);
  await store.close();
  rmSync(folder, { recursive: true });
});

/** As the first version wrote it: a membership line, two messages, and a correction of the second. */
async function firstVersion(sql: Sql): Promise<void> {
  for (const statement of MIGRATIONS[0] ?? []) await sql.run(statement);
  await sql.run('PRAGMA user_version = 1');
  const conversation = `INSERT INTO conversation VALUES (?, 'Karsu', ?, 3, 'active', NULL, 4, 1, NULL, 0, 0, 4, NULL, 0)`;
  await sql.run(conversation, [GROUP, labelText]);
  const lines = [
    ['m1', 'membership', 'Ada added Boris.', null],
    ['m2', 'text', 'A quota, perhaps.', null],
    ['m3', 'text', 'The quota is nine.', null],
    ['m4', 'text', 'The quota is ten.', 'm3'],
  ] as const;
  for (const [index, [id, kind, text, replaces]] of lines.entries()) {
    const at = `2026-05-0${String(index + 1)}T08:00:00.000Z`;
    await sql.run(
      `INSERT INTO message VALUES (?, ?, 1, ?, ?, ?, NULL, ?, 'device', ?, 'ROUTINE', ?, ?, NULL, ?, NULL)`,
      [GROUP, index + 1, id, kind, text, PERSON, labelText, at, at, replaces],
    );
  }
}

function newSearch(store: Store): MessageSearch {
  const directory = { current: Directory.empty(new Uint8Array(32)) };
  return new MessageSearch({ store, directory, policy: genericMinistry, profile: { personId: PERSON, deviceId: 'x' } });
}
