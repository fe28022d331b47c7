import { randomUUID } from 'node:crypto';
import { mkdtemp, readFile, readdir, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { buffer } from 'node:stream/consumers';

import pg from 'pg';

import { BLOB_PART_BYTES, NOTHING_STORED } from '../../apps/api/src/platform/blobs/index.js';
import { FileBlobs } from '../../apps/api/src/platform/blobs/fileBlobs.js';
import { S3Blobs } from '../../apps/api/src/platform/blobs/s3Blobs.js';
import { openArchive, sealArchive } from '../../apps/cli/src/backup/archive.js';
import {
  restoreServer,
  startServer as startOwnServer,
  verifyServerBackup,
  withBackup,
} from '../../apps/cli/src/server.js';
import { chanceryHere } from '../support/commandLine.js';
import { Library } from '../support/library.js';
import type { Person } from '../support/library.js';
import { sql } from '../support/ministry.js';
import { startObjectStore } from '../support/objectStore.js';
import { createDatabase } from '../support/postgres.js';
import { until } from '../support/until.js';

const PASSPHRASE = 'walnut ferry gravel lantern 42';
const MEMORY_MIB = 1;
const LARGE = Buffer.alloc(BLOB_PART_BYTES + 12_345, 'a blob of more than one part ');

let library: Library;
let planner: Person;
let folder: string;
let archive: string;

const silent = (): void => undefined;
const environmentFor = (databaseUrl: string, dataFolder: string) => ({
  NODE_ENV: 'test',
  DATABASE_URL: databaseUrl,
  CHANCERY_DATA_FOLDER: dataFolder,
});

async function* piecesOf(bytes: Uint8Array, size = 50_000): AsyncGenerator<Uint8Array> {
  for (let start = 0; start < bytes.length; start += size) {
    yield await Promise.resolve(bytes.subarray(start, start + size));
  }
}

/** Waits before some pieces for longer than the bounds that the test sets. */
async function* slowly(pieces: AsyncIterable<Uint8Array>, waits: () => boolean): AsyncGenerator<Uint8Array> {
  for await (const piece of pieces) {
    if (waits()) await new Promise((resolve) => setTimeout(resolve, 120));
    yield piece;
  }
}

async function bytesOf(pieces: AsyncIterable<Uint8Array>): Promise<Buffer> {
  const all: Uint8Array[] = [];
  for await (const piece of pieces) all.push(piece);
  return Buffer.concat(all);
}

/** Every row of every table that a backup holds, in one order. */
async function contents(url: string): Promise<Record<string, string[]>> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  const tables = await client.query<{ name: string }>(
    `SELECT relname AS name FROM pg_class WHERE relnamespace = 'public'::regnamespace AND relkind = 'r'
       AND relname !~ '^(search_|index_|migration$)' ORDER BY relname`,
  );
  const all: Record<string, string[]> = {};
  for (const { name } of tables.rows) {
    const { rows } = await client.query<{ row: string }>(`SELECT t::text AS row FROM "${name}" t ORDER BY 1`);
    all[name] = rows.map(({ row }) => row);
  }
  await client.end();
  return all;
}

async function filesBelow(root: string): Promise<Record<string, string>> {
  const entries = await readdir(root, { withFileTypes: true, recursive: true }).catch(() => []);
  const files = entries.filter((entry) => entry.isFile());
  const pairs = files.map(async ({ parentPath, name }) => {
    const path = join(parentPath, name);
    return [path.slice(root.length), (await readFile(path)).toString('hex')] as const;
  });
  return Object.fromEntries(await Promise.all(pairs));
}

/** Restores into a fresh database and folder; `use` looks at it before both go. */
async function restored<T>(
  bytes: AsyncIterable<Uint8Array>,
  use: (url: string, dataFolder: string) => Promise<T>,
): Promise<T> {
  const database = await createDatabase();
  const dataFolder = await mkdtemp(join(tmpdir(), 'chancery-restored-'));
  try {
    await restoreServer(environmentFor(database.url, dataFolder), openArchive(bytes, PASSPHRASE), silent);
    return await use(database.url, dataFolder);
  } finally {
    await database.drop();
    await rm(dataFolder, { recursive: true, force: true });
  }
}

const refusalOf = async (work: Promise<unknown>): Promise<unknown> =>
  work.then(
    () => 'nothing',
    (error: unknown) => (error as { code?: unknown }).code,
  );

/** Something in every table around documents. */
async function talkAbout(collectionId: string): Promise<void> {
  const cited = { type: 'link', attrs: { href: `chancery:document/${randomUUID()}#first` } };
  const content = [{ type: 'paragraph', content: [{ type: 'text', text: 'See there.', marks: [cited] }] }];
  const blocks = JSON.stringify({ type: 'doc', content });
  const [filed] = await library.file(planner, collectionId, { title: 'Discussed', body: '', blocks });
  const documentId = filed?.documentId ?? '';
  const first = randomUUID();
  const comment = 'mutation ($input: CommentInput!) { addComment(input: $input) { id } }';
  await planner.get('addComment', comment, { input: { id: first, documentId, text: 'Which?' } });
  await planner.get('addComment', comment, { input: { id: randomUUID(), documentId, text: 'That.', answerTo: first } });
  await planner.get('putFavourite', 'mutation ($id: ID!) { putFavourite(id: $id) }', { id: documentId });
  await planner.get('watch', 'mutation ($id: ID!) { watch(kind: DOCUMENT, id: $id) { id } }', { id: documentId });
  const save = 'mutation ($input: SavedSearchInput!) { saveSearch(input: $input) { id } }';
  await planner.get('saveSearch', save, { input: { id: randomUUID(), name: 'Rivers', search: { query: 'river' } } });
}

/** Resolves when what follows from filing is done, so that the database stays as it is. */
async function settled(): Promise<void> {
  const waiting = "SELECT 1 FROM job WHERE kind = 'documents.happened' LIMIT 1";
  await until(async () => (await sql(library.server, waiting)).length === 0);
}

beforeAll(async () => {
  library = await Library.open();
  planner = await library.person({ cleared: 'SECRET' });
  const collectionId = await library.collection(planner);
  const papers = Array.from({ length: 80 }, (_, index) => ({
    title: `Paper ${String(index)}`,
    body: `Ўзбекистон \\ \t № ${String(index)}. ${'The river runs to the sea. '.repeat(200)}`,
  }));
  await library.file(planner, collectionId, ...papers);
  await talkAbout(collectionId);
  await library.indexed(planner);
  await settled();
  const { dataFolder, databaseUrl } = library.server;
  folder = await mkdtemp(join(tmpdir(), 'chancery-backup-'));
  archive = join(folder, 'one.backup');
  const blobs = new FileBlobs(join(dataFolder, 'blobs'));
  await blobs.put('attachments/a-blob', Buffer.alloc(300_000, 7));
  await blobs.put('attachments/empty', new Uint8Array());
  await blobs.put('originals/large', LARGE);
  await blobs.append('attachments/half-a-blob', NOTHING_STORED, Buffer.alloc(1000));
  await writeFile(join(dataFolder, 'server-keys.json'), '{"pkcs8":"the keys of the server"}');
  const bytes = await withBackup(
    environmentFor(databaseUrl, dataFolder),
    (plain) => bytesOf(sealArchive(plain, PASSPHRASE, MEMORY_MIB)),
    silent,
  );
  await writeFile(archive, bytes);
});
afterAll(async () => {
  await library.close();
  await rm(folder, { recursive: true, force: true });
});

test('what is restored into an empty place is what was there, row by row and byte by byte', async () => {
  const { databaseUrl, dataFolder } = library.server;
  await restored(piecesOf(await readFile(archive)), async (url, restoredFolder) => {
    expect(await contents(url)).toEqual(await contents(databaseUrl));
    const [before, after] = [
      await filesBelow(join(dataFolder, 'blobs')),
      await filesBelow(join(restoredFolder, 'blobs')),
    ];
    const whole = Object.entries(before).filter(([path]) => !path.endsWith('.part'));
    expect(after).toEqual(Object.fromEntries(whole));
    expect(Object.keys(after)).toHaveLength(3);
    const keys = 'server-keys.json';
    expect(await readFile(join(restoredFolder, keys))).toEqual(await readFile(join(dataFolder, keys)));
    expect((await stat(join(restoredFolder, keys))).mode & 0o777).toBe(0o600);
  });
});

test('blobs go from files into an S3-compatible store and back, and none of them into one that holds any', async () => {
  const store = await startObjectStore();
  const database = await createDatabase();
  const dataFolder = await mkdtemp(join(tmpdir(), 'chancery-restored-'));
  const environment = { ...environmentFor(database.url, dataFolder), ...store.environment };
  const into = async (other: Record<string, string>) =>
    restoreServer(other, openArchive(piecesOf(await readFile(archive)), PASSPHRASE), silent);
  try {
    await into(environment);
    const blobs = new S3Blobs(store.settings);
    expect(await buffer(await blobs.read('originals/large', { start: 0, end: LARGE.length }))).toEqual(LARGE);
    expect(await blobs.size('attachments/empty')).toBe(0);
    const again = await withBackup(environment, (plain) => bytesOf(sealArchive(plain, PASSPHRASE, MEMORY_MIB)), silent);
    await restored(piecesOf(again), async (url, restoredFolder) => {
      expect(await contents(url)).toEqual(await contents(library.server.databaseUrl));
      expect(await readFile(join(restoredFolder, 'blobs', 'originals', 'ge', 'large'))).toEqual(LARGE);
    });
    const other = await mkdtemp(join(tmpdir(), 'chancery-other-'));
    expect(await refusalOf(into({ ...environment, CHANCERY_DATA_FOLDER: other }))).toBe('PLACE_IN_USE');
    await rm(other, { recursive: true });
  } finally {
    await database.drop();
    await store.stop();
    await rm(dataFolder, { recursive: true, force: true });
  }
});

test('a server that is started there serves it, with a search index made from the database alone', async () => {
  await restored(piecesOf(await readFile(archive)), async (url) => {
    const other = await Library.open({ DATABASE_URL: url });
    try {
      const reader = await other.person({ cleared: 'SECRET' });
      await other.indexed(reader);
      const client = new pg.Client({ connectionString: url });
      await client.connect();
      const { rows } = await client.query('SELECT 1 FROM search_entry LIMIT 1');
      // what is numbered next has a number of its own
      await client.query("INSERT INTO document_label (canonical) VALUES ('x')");
      await client.end();
      expect(rows).toHaveLength(1);
    } finally {
      await other.close();
    }
  });
});

test('whoever stops reading in the middle leaves no connection behind', async () => {
  const { databaseUrl, dataFolder } = library.server;
  const client = new pg.Client({ connectionString: databaseUrl });
  await client.connect();
  const others = async () => {
    const open = `SELECT count(*)::integer AS n FROM pg_stat_activity WHERE datname = current_database() AND query LIKE 'COPY%'`;
    return (await client.query<{ n: number }>(open)).rows[0]?.n;
  };
  let bytes = 0;
  await withBackup(
    environmentFor(databaseUrl, dataFolder),
    async (plain) => {
      for await (const piece of plain) {
        bytes += piece.length;
        if (bytes > 100_000) break;
      }
    },
    silent,
  );
  expect(bytes).toBeLessThan(400_000);
  expect(await others()).toBe(0);
  await client.end();
});

test('a slow disk does not end it, whatever the database allows requests', async () => {
  const { databaseUrl, dataFolder } = library.server;
  const client = new pg.Client({ connectionString: databaseUrl });
  await client.connect();
  const name = new URL(databaseUrl).pathname.slice(1);
  await client.query(`ALTER DATABASE "${name}" SET idle_in_transaction_session_timeout = '50ms'`);
  await client.query(`ALTER DATABASE "${name}" SET statement_timeout = '50ms'`);
  let pieces = 0;
  const { tables } = await withBackup(
    environmentFor(databaseUrl, dataFolder),
    (plain) =>
      verifyServerBackup(
        slowly(plain, () => (pieces += 1) % 50 === 0),
        silent,
      ),
    silent,
  );
  expect(tables).toBeGreaterThan(40);
  await client.query(`ALTER DATABASE "${name}" RESET ALL`);
  await client.end();
});

test('a place that holds anything is left as it is', async () => {
  const { databaseUrl } = library.server;
  const bytes = await readFile(archive);
  const empty = await mkdtemp(join(tmpdir(), 'chancery-empty-'));
  const into = (environment: Record<string, string>) =>
    restoreServer(environment, openArchive(piecesOf(bytes), PASSPHRASE), silent);
  const before = await contents(databaseUrl);
  expect(await refusalOf(into(environmentFor(databaseUrl, empty)))).toBe('PLACE_IN_USE');
  expect(await contents(databaseUrl)).toEqual(before);
  const database = await createDatabase();
  await writeFile(join(empty, 'server-keys.json'), '{}');
  expect(await refusalOf(into(environmentFor(database.url, empty)))).toBe('PLACE_IN_USE');
  expect(await contents(database.url)).toEqual({});
  await database.drop();
  await rm(empty, { recursive: true });
});

describe('an archive', () => {
  const verify = (bytes: Uint8Array, passphrase = PASSPHRASE) =>
    refusalOf(verifyServerBackup(openArchive(piecesOf(bytes), passphrase), silent));

  test('is verified to its end without a place to restore it to', async () => {
    const found = await verifyServerBackup(openArchive(piecesOf(await readFile(archive)), PASSPHRASE), silent);
    expect(found.files).toBe(4);
    expect(found.tables).toBeGreaterThan(40);
    expect(found.bytes).toBeGreaterThan(400_000);
  });

  test('opens with its passphrase only, and holds nothing in the clear', async () => {
    const bytes = await readFile(archive);
    expect(await verify(bytes, 'another passphrase')).toBe('WRONG_PASSPHRASE');
    for (const word of ['river', 'Paper 7', 'pkcs8', 'document_version']) expect(bytes.includes(word)).toBe(false);
  });

  test('that was cut, changed, joined or is none at all is refused, wherever that was', async () => {
    const bytes = await readFile(archive);
    const flipped = (place: number) => {
      const copy = Buffer.from(bytes);
      copy[place] = (copy[place] ?? 0) ^ 1;
      return copy;
    };
    for (const length of [0, 10, 100, 200, 65_553, bytes.length - 65_553, bytes.length - 1]) {
      expect([length, await verify(bytes.subarray(0, length))]).toEqual([length, 'BACKUP_DAMAGED']);
    }
    for (const place of [0, 200, 70_000, bytes.length - 1]) {
      expect([place, await verify(flipped(place))]).toEqual([place, 'BACKUP_DAMAGED']);
    }
    for (const place of [18, 30, 50]) expect(await verify(flipped(place))).toMatch(/WRONG_PASSPHRASE|BACKUP_DAMAGED/u);
    expect(await verify(Buffer.concat([bytes, bytes]))).toBe('BACKUP_DAMAGED');
    expect(await verify(Buffer.concat([bytes, Buffer.alloc(17)]))).toBe('BACKUP_DAMAGED');
    expect(await verify(Buffer.from('no backup at all, whatever its name says'))).toBe('BACKUP_DAMAGED');
  });

  test.each([0, 1, 15, 16, 65_535, 65_536, 65_537, 131_072])('gives back %i bytes as they were', async (length) => {
    const plain = Buffer.alloc(length, 0x80);
    const sealed = await bytesOf(sealArchive(piecesOf(plain, 1000), PASSPHRASE, MEMORY_MIB));
    expect((await bytesOf(openArchive(piecesOf(sealed, 777), PASSPHRASE))).equals(plain)).toBe(true);
  });
});

test('the commands work on a server that runs on its own database, and say what came of it', async () => {
  const [data, other] = [
    await mkdtemp(join(tmpdir(), 'chancery-own-')),
    await mkdtemp(join(tmpdir(), 'chancery-new-')),
  ];
  const file = join(folder, 'own.backup');
  const environment = { NODE_ENV: 'test', CHANCERY_PASSPHRASE: PASSPHRASE };
  const server = await startOwnServer({ NODE_ENV: 'test', CHANCERY_PORT: '0', CHANCERY_DATA_FOLDER: data });
  try {
    const made = await chanceryHere(['backup', '--out', file, '--data', data, '--json'], environment);
    expect([made.code, JSON.parse(made.out)]).toMatchObject([0, { file, files: 1 }]);
    expect(await readdir(folder)).toEqual(['one.backup', 'own.backup']);
    const refused = await chanceryHere(['restore', file, '--data', data, '--json'], environment);
    expect([refused.code, JSON.parse(refused.err)]).toMatchObject([1, { error: { code: 'PLACE_IN_USE' } }]);
  } finally {
    await server.close();
  }
  const wrong = await chanceryHere(['restore', file, '--verify', '--json'], {
    CHANCERY_PASSPHRASE: 'some other words',
  });
  expect([wrong.code, JSON.parse(wrong.err)]).toMatchObject([1, { error: { code: 'WRONG_PASSPHRASE' } }]);
  const verified = await chanceryHere(['restore', file, '--verify', '--json'], environment);
  expect(JSON.parse(verified.out)).toMatchObject({ outcome: 'verified', files: 1 });
  expect(await readdir(other)).toEqual([]);
  const done = await chanceryHere(['restore', file, '--data', other, '--json'], environment);
  expect([done.code, done.err]).toEqual([0, '']);
  expect(await readFile(join(other, 'server-keys.json'))).toEqual(await readFile(join(data, 'server-keys.json')));
  for (const made of [data, other]) await rm(made, { recursive: true, force: true });
});
