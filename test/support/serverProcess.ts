import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { openSync } from 'node:fs';
import { createServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { createInterface } from 'node:readline';

import { readConfig } from '../../apps/api/src/config/index.js';
import type { TestServer } from './server.js';

const ROOT = join(import.meta.dirname, '..', '..');
const CHILD = join(process.env['CHANCERY_DIST'] ?? join(ROOT, 'dist'), 'test', 'support', 'clientsChild.js');

/** Where a server of its own keeps everything. */
export interface ServerPlaces {
  readonly databaseUrl: string;
  readonly dataFolder: string;
  /** What it writes to standard error: its log. */
  readonly logFile: string;
}

/** A server that can be ended without a chance to finish anything. */
export interface ServerProcess extends TestServer {
  /** SIGKILL. */
  kill(): Promise<void>;
}

/** The real server in a process of its own, which writes its log to a file; nothing of it is removed when it stops. */
export async function startServerProcess(
  { databaseUrl, dataFolder, logFile }: ServerPlaces,
  environment: Readonly<Record<string, string | undefined>> = {},
): Promise<ServerProcess> {
  if (process.env['CHANCERY_DIST'] === undefined) {
    spawnSync(process.execPath, [join(ROOT, 'apps', 'cli', 'bin.mjs'), '--build-only'], { stdio: 'inherit' });
  }
  const port = await freePort();
  const given = {
    NODE_ENV: 'test',
    DATABASE_URL: databaseUrl,
    CHANCERY_DATA_FOLDER: dataFolder,
    CHANCERY_PORT: String(port),
    CHANCERY_LIMIT_PUBLIC_PER_MINUTE: '100000',
    CHANCERY_LIMIT_DEVICE_PER_MINUTE: '1000000',
    ...environment,
  };
  const child = spawn(process.execPath, [CHILD, 'server'], {
    env: { ...process.env, ...given },
    stdio: ['ignore', 'pipe', openSync(logFile, 'a')],
  });
  const ended = once(child, 'exit');
  if (!child.stdout) throw new Error('the server has no standard output');
  const ready = once(createInterface({ input: child.stdout }), 'line').then(() => true);
  if (!(await Promise.race([ready, ended.then(() => false)]))) throw new Error(`the server did not start: ${logFile}`);
  const end = async (signal: 'SIGTERM' | 'SIGKILL'): Promise<void> => {
    child.kill(signal);
    await ended;
  };
  const [stop, kill] = [() => end('SIGTERM'), () => end('SIGKILL')];
  const url = `http://127.0.0.1:${String(port)}`;
  return { url, port, databaseUrl, dataFolder, config: readConfig(given), stop, kill };
}

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}
