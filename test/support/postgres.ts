import { randomBytes } from 'node:crypto';
import { rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import pg from 'pg';

import { APPLICATION, OWNER, startEmbedded } from '../../apps/api/src/platform/database/index.js';

/** A database of its own for one test; `drop` ends its connections. */
export interface TestDatabase {
  readonly url: string;
  drop(): Promise<void>;
}

/**
 * One PostgreSQL for this process, which test files of one jest worker share: it is found again by the number of the
 * process. It stops and removes itself when the process ends, however it ends. It does not wait for the disk (fsync
 * off), since no test cuts the machine's power.
 */
const folder = join(tmpdir(), `chancery-test-${String(process.pid)}`);
const address = (database: string, role: string) =>
  `postgres://${role}@localhost/${database}?host=${encodeURIComponent(join(folder, 'socket'))}`;

let ready: Promise<void> | undefined;

async function ensurePostgres(): Promise<void> {
  if (await answers()) return;
  await rm(folder, { recursive: true, force: true });
  const settings = { fsync: 'off', full_page_writes: 'off', max_connections: '300', shared_buffers: '64MB' };
  await startEmbedded({ dataFolder: folder, settings, ephemeral: true });
}

async function answers(): Promise<boolean> {
  try {
    await asOwner('SELECT 1');
    return true;
  } catch {
    return false;
  }
}

async function asOwner(sql: string): Promise<void> {
  const client = new pg.Client({ connectionString: address('postgres', OWNER) });
  await client.connect();
  try {
    await client.query(sql);
  } finally {
    await client.end();
  }
}

/** Makes an empty database in the PostgreSQL of this process. */
export async function createDatabase(): Promise<TestDatabase> {
  await (ready ??= ensurePostgres());
  const name = `test_${randomBytes(8).toString('hex')}`;
  await asOwner(`CREATE DATABASE ${name} OWNER ${APPLICATION}`);
  const drop = () => asOwner(`DROP DATABASE IF EXISTS ${name} WITH (FORCE)`);
  return { url: address(name, APPLICATION), drop };
}
