import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { once } from 'node:events';

import { readConfig } from '../../apps/api/src/config/index.js';
import type { Environment } from '../../apps/api/src/config/index.js';
import { createDatabase } from '../support/postgres.js';
import type { ServerOverrides, TestServer } from '../support/server.js';

/** The compiled program of `name` below test/. */
export function compiled(name: string): string {
  const root = join(import.meta.dirname, '..', '..');
  return join(process.env['CHANCERY_DIST'] ?? join(root, 'dist'), 'test', name);
}

/** A port that nobody uses now. */
export async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return port;
}

/** The real server in a process of its own, over a real database: it can be killed and started again. */
export class KillableServer {
  kills = 0;
  /** What its log says of errors that nobody expected. */
  readonly errors: string[] = [];
  private child: ChildProcess | undefined;
  private environment: Environment = {};
  private isOver = false;

  constructor(
    readonly port: number,
    /** What devices take for its origin. */
    private readonly origin: () => string,
  ) {}

  /** As `startMinistry` wants it. */
  async begin(overrides: ServerOverrides): Promise<TestServer> {
    const database = await createDatabase();
    const dataFolder = await mkdtemp(join(tmpdir(), 'chancery-soak-'));
    this.environment = {
      NODE_ENV: 'test',
      CHANCERY_DATA_FOLDER: dataFolder,
      CHANCERY_LOG_LEVEL: 'error',
      CHANCERY_LIMIT_PUBLIC_PER_MINUTE: '1000000',
      CHANCERY_LIMIT_DEVICE_PER_MINUTE: '10000000',
      ...overrides.environment,
      CHANCERY_PORT: String(this.port),
      CHANCERY_ORIGIN: this.origin(),
      DATABASE_URL: database.url,
    };
    await this.start();
    const stop = async (): Promise<void> => {
      this.isOver = true;
      await this.kill('SIGTERM');
      await database.drop();
      await rm(dataFolder, { recursive: true, force: true });
    };
    const config = readConfig(this.environment);
    return { url: this.origin(), port: this.port, databaseUrl: database.url, dataFolder, config, stop };
  }

  /** @throws Error when it ends before it listens */
  async start(): Promise<void> {
    if (this.isOver) return;
    const env = { ...process.env, ...this.environment };
    const program = compiled('support/clientsChild.js');
    const child = spawn(process.execPath, [program, 'server'], { env, stdio: ['ignore', 'pipe', 'pipe'] });
    this.child = child;
    createInterface({ input: child.stderr }).on('line', (line) => this.errors.push(line));
    await Promise.race([once(child.stdout, 'data'), once(child, 'exit')]);
    if (child.exitCode !== null) throw new Error('the server did not start');
  }

  async kill(signal: 'SIGKILL' | 'SIGTERM' = 'SIGKILL'): Promise<void> {
    const { child } = this;
    if (!child || child.exitCode !== null || child.signalCode !== null) return;
    const ended = once(child, 'exit');
    child.kill(signal);
    await ended;
    this.kills += 1;
  }
}
