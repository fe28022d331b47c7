import { spawn } from 'node:child_process';
import type { ChildProcessByStdio } from 'node:child_process';
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { chmod, chown, mkdir, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Readable, Writable } from 'node:stream';
import { setTimeout as delay } from 'node:timers/promises';

import pg from 'pg';

import { Refusal } from '../../refusal.js';
import { chooseAccount, closedFolder } from './account.js';
import type { Account } from './account.js';
import { findBinaries } from './binaries.js';
import { APPLICATION, OWNER, POSTGRES_ENVIRONMENT, ensureCluster, lastLine } from './cluster.js';
import { waitUntilFree } from './lock.js';

export interface EmbeddedOptions {
  /** Absolute path; made when absent. The cluster lives in its folder `postgres`. */
  readonly dataFolder: string;
  /** Additional settings of PostgreSQL, for instance `{ fsync: 'off' }` in tests. */
  readonly settings?: Readonly<Record<string, string>>;
  /** Removes the data folder when PostgreSQL has stopped, and lets this process end while it runs. For tests. */
  readonly ephemeral?: boolean;
}

/** A running PostgreSQL of our own. It stops when `stop` is called or this process ends, however it ends. */
export interface EmbeddedPostgres {
  /** Address of a database, by default the application's, for a role, by default the application's. */
  url(database?: string, role?: string): string;
  /** Fast shutdown: open transactions are rolled back, everything committed is on disk. Calling it twice is harmless. */
  stop(): Promise<void>;
}

type Supervisor = ChildProcessByStdio<Writable, null, Readable>;

const START_MS = 60_000;
const STOP_MS = 30_000;
const POLL_MS = 15;
/** A Unix socket's path has to fit into 104 bytes on every system that we run on. */
const MAX_SOCKET_PATH = 103;
const SOCKET_NAME = '/.s.PGSQL.5432';

/**
 * Runs PostgreSQL until it ends or our end of the pipe closes, which also happens when this process is killed: SIGINT is
 * PostgreSQL's fast shutdown. $1 is a folder to remove afterwards, or empty.
 */
const SUPERVISOR = `
exec 3<&0
remove=$1; shift
"$@" & server=$!
( read -r _ <&3; kill -INT $server ) & watch=$!
wait $server; status=$?
kill $watch 2>/dev/null
[ -z "$remove" ] || rm -rf "$remove"
exit $status
`;

/** Every query of the log is left out, and every value: the log may be read by people who may not read the data. */
const SETTINGS: Readonly<Record<string, string>> = {
  listen_addresses: '',
  unix_socket_permissions: '0700',
  max_connections: '100',
  log_min_error_statement: 'panic',
  log_error_verbosity: 'terse',
  log_directory: 'log',
  log_filename: 'postgresql-%a.log',
  log_truncate_on_rotation: 'on',
  log_rotation_age: '1d',
};

/** Starts PostgreSQL on `dataFolder`, makes cluster, role and database at the first start. Throws DATABASE_UNAVAILABLE. */
export async function startEmbedded(options: EmbeddedOptions): Promise<EmbeddedPostgres> {
  const cluster = join(options.dataFolder, 'postgres');
  await mkdir(options.dataFolder, { recursive: true, mode: 0o711 }).catch(refuseFolder);
  const account = await chooseAccount(cluster);
  if (account) await makeReachable(options.dataFolder, account);
  if (account && options.ephemeral) await chown(options.dataFolder, account.uid, account.gid);
  const binaries = await findBinaries(options.dataFolder, account);
  await ensureCluster(cluster, binaries, account).catch(refuseFolder);
  await waitUntilFree(cluster);
  const socketFolder = await makeSocketFolder(options.dataFolder, account);
  const server = new RunningPostgres(launch(binaries.postgres, cluster, socketFolder, account, options), socketFolder);
  try {
    await server.waitUntilReady();
    await ensureApplication(server);
    return server;
  } catch (error) {
    await server.stop();
    throw error;
  }
}

/** Address of the application's database on a data folder whose PostgreSQL another process runs; undefined where none answers. */
export async function runningEmbedded(dataFolder: string): Promise<string | undefined> {
  const url = addressOf(socketFolderOf(dataFolder));
  return (await answers(url)) ? url : undefined;
}

function addressOf(socketFolder: string, database = APPLICATION, role = APPLICATION): string {
  return `postgres://${role}@localhost/${database}?host=${encodeURIComponent(socketFolder)}`;
}

function refuseFolder(error: unknown): never {
  if (error instanceof Refusal) throw error;
  const reason = (error as NodeJS.ErrnoException).code ?? 'unknown';
  throw new Refusal('DATABASE_UNAVAILABLE', `the data folder cannot be used (${reason})`, {
    field: 'CHANCERY_DATA_FOLDER',
    remedy: 'Check room and permissions of the data folder, or choose another with CHANCERY_DATA_FOLDER.',
  });
}

/** The data folder is ours to open for passing, not for reading; the folders above it are not ours. */
async function makeReachable(dataFolder: string, account: Account): Promise<void> {
  await chmod(dataFolder, (await stat(dataFolder)).mode | 0o011);
  const closed = await closedFolder(dataFolder, account);
  if (closed === undefined) return;
  throw new Refusal('DATABASE_UNAVAILABLE', `the database's account may not pass the folder ${closed}`, {
    field: 'CHANCERY_DATA_FOLDER',
    remedy: 'Started as root, PostgreSQL runs as an unprivileged account: choose a folder such as /var/lib/chancery.',
  });
}

function socketFolderOf(dataFolder: string): string {
  const near = join(dataFolder, 'socket');
  const short = join(tmpdir(), `chancery-${createHash('sha256').update(dataFolder).digest('hex').slice(0, 16)}`);
  return Buffer.byteLength(near + SOCKET_NAME) <= MAX_SOCKET_PATH ? near : short;
}

async function makeSocketFolder(dataFolder: string, account: Account | undefined): Promise<string> {
  const folder = socketFolderOf(dataFolder);
  // removed first: in a shared folder somebody else may have made it
  await rm(folder, { recursive: true, force: true });
  await mkdir(folder, { mode: 0o700 });
  if (account) await chown(folder, account.uid, account.gid);
  return folder;
}

function launch(
  postgres: string,
  cluster: string,
  socketFolder: string,
  account: Account | undefined,
  options: EmbeddedOptions,
): Supervisor {
  const collector = options.ephemeral ? 'off' : 'on';
  const settings = { ...SETTINGS, logging_collector: collector, ...options.settings };
  const all = { ...settings, unix_socket_directories: socketFolder };
  const flags = Object.entries(all).flatMap(([name, value]) => ['-c', `${name}=${value}`]);
  const remove = options.ephemeral ? options.dataFolder : '';
  const child = spawn('/bin/sh', ['-c', SUPERVISOR, 'sh', remove, postgres, '-D', cluster, ...flags], {
    ...account,
    cwd: cluster,
    env: POSTGRES_ENVIRONMENT,
    stdio: ['pipe', 'ignore', 'pipe'],
    detached: true, // Ctrl+C in a terminal reaches us first; we stop PostgreSQL after our last query
  });
  if (options.ephemeral) letProcessEnd(child);
  return child;
}

function letProcessEnd(child: Supervisor): void {
  child.unref();
  for (const stream of [child.stdin, child.stderr]) (stream as unknown as { unref(): void }).unref();
}

class RunningPostgres implements EmbeddedPostgres {
  #output = '';
  #ended = false;

  constructor(
    private readonly supervisor: Supervisor,
    private readonly socketFolder: string,
  ) {
    supervisor.stderr.on('data', (chunk: Buffer) => (this.#output = (this.#output + chunk.toString()).slice(-4096)));
    supervisor.stdin.on('error', () => undefined); // PostgreSQL has ended before us: `exit` tells
    const ended = () => (this.#ended = true);
    supervisor.once('exit', ended).once('error', ended);
  }

  url(database?: string, role?: string): string {
    return addressOf(this.socketFolder, database, role);
  }

  async waitUntilReady(): Promise<void> {
    const deadline = Date.now() + START_MS;
    while (!(await answers(this.url('postgres', OWNER)))) {
      if (this.#ended || Date.now() > deadline) {
        throw new Refusal('DATABASE_UNAVAILABLE', `the embedded database did not start: ${lastLine(this.#output)}`, {
          remedy: 'Check room and permissions of the data folder (CHANCERY_DATA_FOLDER), or set DATABASE_URL.',
        });
      }
      await delay(POLL_MS);
    }
  }

  async stop(): Promise<void> {
    this.supervisor.stdin.end();
    if (!this.#ended) await once(this.supervisor, 'exit', { signal: AbortSignal.timeout(STOP_MS) });
    await rm(this.socketFolder, { recursive: true, force: true });
  }
}

async function answers(url: string): Promise<boolean> {
  const client = new pg.Client({ connectionString: url });
  client.on('error', () => undefined);
  try {
    await client.connect();
    return true;
  } catch {
    return false;
  } finally {
    await client.end().catch(() => undefined);
  }
}

/** The application's role may not make roles, read files or run programs; it owns its own database only. */
async function ensureApplication(server: EmbeddedPostgres): Promise<void> {
  const client = new pg.Client({ connectionString: server.url('postgres', OWNER) });
  await client.connect();
  try {
    const roles = await client.query('SELECT 1 FROM pg_roles WHERE rolname = $1', [APPLICATION]);
    if (roles.rowCount === 0) await client.query(`CREATE ROLE ${APPLICATION} LOGIN`);
    const databases = await client.query('SELECT 1 FROM pg_database WHERE datname = $1', [APPLICATION]);
    if (databases.rowCount === 0) await client.query(`CREATE DATABASE ${APPLICATION} OWNER ${APPLICATION}`);
  } finally {
    await client.end();
  }
}
