import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmod, mkdir, mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import pg from 'pg';

import { readConfig } from '../../apps/api/src/config/index.js';
import { startApi } from '../../apps/api/src/main.js';
import { startEmbedded } from '../../apps/api/src/platform/database/index.js';
import type { Refusal } from '../../apps/api/src/platform/refusal.js';
import { listedDevices } from '../support/directory.js';
import { ask } from '../support/graphql.js';
import { createDatabase } from '../support/postgres.js';
import { startServer } from '../support/server.js';

const folders: string[] = [];

async function newFolder(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'chancery-config-'));
  await chmod(folder, 0o711);
  folders.push(folder);
  return folder;
}

afterAll(async () => {
  for (const folder of folders) await rm(folder, { recursive: true, force: true });
});

/** The refusal that something ends with. */
async function refusalOf(work: Promise<unknown>): Promise<Refusal> {
  const outcome: unknown = await work.catch((error: unknown) => error);
  expect(outcome).toMatchObject({ name: 'Refusal' });
  return outcome as Refusal;
}

/** A program that holds a port of its own choice until the test ends. */
async function occupyPort(): Promise<{ port: number; release: () => void }> {
  const holder = createServer().listen(0, '127.0.0.1');
  await once(holder, 'listening');
  return { port: (holder.address() as AddressInfo).port, release: () => holder.close() };
}

const embedded = (dataFolder: string) => startEmbedded({ dataFolder, settings: { fsync: 'off' } });

describe('a server that cannot start says why', () => {
  test('a port that another program uses is named, and nothing stays behind', async () => {
    const { port, release } = await occupyPort();
    const features = [listedDevices().module];
    const environment = { CHANCERY_PORT: String(port) };
    const refusal = await refusalOf(startServer({ environment, features }));
    expect(refusal).toMatchObject({ code: 'PORT_TAKEN', message: `port ${String(port)} is in use` });
    release();
    await (await startServer({ environment, features })).stop();
  });

  test('a host that this machine does not have', async () => {
    const start = startServer({ environment: { CHANCERY_HOST: '192.0.2.1' }, features: [listedDevices().module] });
    expect(await refusalOf(start)).toMatchObject({ code: 'CONFIG_INVALID', field: 'CHANCERY_HOST' });
  });

  test('a database that does not answer, without its address and password', async () => {
    const { port, release } = await occupyPort();
    release();
    const url = `postgres://canaryuser:canarypass@127.0.0.1:${String(port)}/canarydb`;
    const config = readConfig({ DATABASE_URL: url, CHANCERY_LOG_LEVEL: 'silent' });
    const refusal = await refusalOf(startApi(config));
    expect(refusal).toMatchObject({ code: 'DATABASE_UNAVAILABLE', field: 'DATABASE_URL' });
    expect(refusal.message).toBe('the database cannot be reached (ECONNREFUSED)');
  });

  test('a database that does not exist on a server that does', async () => {
    const database = await createDatabase();
    const url = database.url.replace(/test_[0-9a-f]+/, 'absent');
    const refusal = await refusalOf(startApi(readConfig({ DATABASE_URL: url, CHANCERY_LOG_LEVEL: 'silent' })));
    expect([refusal.code, refusal.message]).toEqual(['DATABASE_UNAVAILABLE', 'the database cannot be reached (3D000)']);
    await database.drop();
  });

  test('a data folder that is a file', async () => {
    const file = join(await newFolder(), 'file');
    await writeFile(file, '');
    expect(await refusalOf(embedded(file))).toMatchObject({
      code: 'DATABASE_UNAVAILABLE',
      field: 'CHANCERY_DATA_FOLDER',
    });
  });
});

describe('the embedded database', () => {
  const isRoot = process.getuid?.() === 0;
  let dataFolder: string;

  beforeAll(async () => {
    dataFolder = await newFolder();
    const server = await embedded(dataFolder);
    await query(server.url(), 'CREATE TABLE kept AS SELECT 42 AS answer');
    await server.stop();
  });

  test('keeps what was committed over a stop and a start, and answers on no network', async () => {
    const server = await embedded(dataFolder);
    expect(await query(server.url(), 'SELECT answer FROM kept')).toEqual([{ answer: 42 }]);
    expect(await query(server.url(), 'SHOW listen_addresses')).toEqual([{ listen_addresses: '' }]);
    expect((await stat(join(dataFolder, 'postgres'))).mode & 0o777).toBe(0o700);
    await server.stop();
  });

  test('is durable unless a test says otherwise', async () => {
    const server = await startEmbedded({ dataFolder });
    const names = "('fsync', 'full_page_writes', 'synchronous_commit')";
    const rows = await query(server.url(), `SELECT setting FROM pg_settings WHERE name IN ${names}`);
    await server.stop();
    expect(rows.map((row) => row['setting'])).toEqual(['on', 'on', 'on']);
  });

  test("gives the application's role its own database and nothing else", async () => {
    const server = await embedded(dataFolder);
    const role = 'SELECT rolsuper, rolcreaterole, rolcreatedb FROM pg_roles WHERE rolname = current_user';
    const [rights] = await query(server.url(), role);
    const copy = query(server.url(), "COPY (SELECT 1) TO PROGRAM 'true'").catch((error: unknown) => error);
    expect(await copy).toMatchObject({ code: '42501' });
    await server.stop();
    expect(rights).toEqual({ rolsuper: false, rolcreaterole: false, rolcreatedb: false });
  });

  test('refuses a second server on the same folder, and the first goes on', async () => {
    const first = await embedded(dataFolder);
    const refusal = await refusalOf(embedded(dataFolder));
    expect([refusal.code, refusal.message]).toEqual(['DATABASE_UNAVAILABLE', 'another server uses this data folder']);
    expect(await query(first.url(), 'SELECT 1 AS one')).toEqual([{ one: 1 }]);
    await first.stop();
  });

  test('comes back after it was killed', async () => {
    const first = await embedded(dataFolder);
    await query(first.url(), 'UPDATE kept SET answer = 43');
    process.kill(await postmaster(dataFolder), 'SIGKILL');
    await first.stop();
    const second = await embedded(dataFolder);
    expect(await query(second.url(), 'SELECT answer FROM kept')).toEqual([{ answer: 43 }]);
    await second.stop();
  });

  test('is not kept out by a lock whose number another program has by now', async () => {
    const sleeper = spawn('sleep', ['60']);
    await writeFile(join(dataFolder, 'postgres', 'postmaster.pid'), `${String(sleeper.pid)}\n`);
    await (await embedded(dataFolder)).stop();
    sleeper.kill();
  });

  (isRoot ? test : test.skip)('started by root, runs as somebody who may do nothing', async () => {
    const server = await embedded(dataFolder);
    const status = await readFile(`/proc/${String(await postmaster(dataFolder))}/status`, 'utf8');
    await server.stop();
    expect(/^Uid:\s+(\d+)/m.exec(status)?.[1]).not.toBe('0');
    expect(/^CapEff:\s+(\w+)/m.exec(status)?.[1]).toMatch(/^0+$/);
  });

  (isRoot ? test : test.skip)('started by root below a closed folder, names that folder', async () => {
    const closed = join(await newFolder(), 'closed');
    await mkdir(closed, { mode: 0o700 });
    const refusal = await refusalOf(embedded(join(closed, 'data')));
    expect(refusal).toMatchObject({ code: 'DATABASE_UNAVAILABLE', field: 'CHANCERY_DATA_FOLDER' });
    expect(refusal.message).toContain(closed);
  });

  test('starts afresh where the first start was cut short, also where the path is too long for a socket', async () => {
    const deep = join(await newFolder(), 'long'.repeat(30));
    await mkdir(join(deep, 'postgres.new'), { recursive: true });
    await writeFile(join(deep, 'postgres.new', 'half'), '');
    const server = await embedded(deep);
    expect(await query(server.url(), 'SELECT 1 AS one')).toEqual([{ one: 1 }]);
    await server.stop();
  });

  test('serves the whole product without any variable but the folder and the port', async () => {
    const environment = { CHANCERY_DATA_FOLDER: dataFolder, CHANCERY_PORT: '0', CHANCERY_LOG_LEVEL: 'silent' };
    const api = await startApi(readConfig(environment), [listedDevices().module]);
    expect((await ask(api, '{ ping }')).data).toEqual({ ping: 'pong' });
    await api.close();
    await expect(fetch(api.url)).rejects.toThrow('fetch failed');
  });
});

async function query(url: string, text: string): Promise<Record<string, unknown>[]> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    return (await client.query<Record<string, unknown>>(text)).rows;
  } finally {
    await client.end();
  }
}

async function postmaster(dataFolder: string): Promise<number> {
  return Number((await readFile(join(dataFolder, 'postgres', 'postmaster.pid'), 'utf8')).split('\n')[0]);
}
