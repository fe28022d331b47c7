import { existsSync } from 'node:fs';
import { chmod, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import type { Browser } from 'playwright-core';

import { readConfig } from '../../../apps/api/src/config/index.js';
import { startEmbedded } from '../../../apps/api/src/platform/database/index.js';
import { startBrowser } from '../../support/browser.js';
import { startMinistry } from '../../support/clients.js';
import type { ClientMinistry, TestClient } from '../../support/clients.js';
import { CountedLine } from '../../support/countedLine.js';
import type { ServerOverrides, TestServer } from '../../support/server.js';
import { startBehind } from '../../support/slowLine.js';
import { Worker } from '../process.js';

/** What one sender may do in a minute is lifted: the benchmark writes as quickly as the server takes it. */
const LIMITS = {
  CHANCERY_LIMIT_PUBLIC_PER_MINUTE: '100000000',
  CHANCERY_LIMIT_DEVICE_PER_MINUTE: '100000000',
};

/** Everything that the browser client is measured in. */
export interface Stage {
  /** Where the client was built. */
  readonly built: string;
  readonly line: CountedLine;
  readonly ministry: ClientMinistry;
  /** Who writes to the person at the browser. */
  readonly writer: TestClient;
  readonly browser: Browser;
}

export type Closers = (() => Promise<unknown>)[];

/** The real server in a process of its own, PostgreSQL with default durability, a ministry, Chromium; all on this machine. */
export async function setUp(closers: Closers): Promise<Stage> {
  const built = builtClient();
  const folder = await mkdtemp(join(tmpdir(), 'chancery-bench-'));
  closers.push(() => rm(folder, { recursive: true, force: true }));
  await chmod(folder, 0o711);
  const postgres = await startEmbedded({ dataFolder: folder });
  closers.push(() => postgres.stop());
  const line = await CountedLine.listen();
  closers.push(() => line.close());
  const start = startBehind(line, (overrides) => startProcess(overrides, postgres.url(), join(folder, 'api'), built));
  const ministry = await startMinistry([{ name: 'Dilnoza Rashidova' }], {}, start);
  closers.push(() => ministry.stop());
  const browser = await startBrowser();
  closers.push(() => browser.close());
  const [writer] = ministry.staff as [TestClient];
  await writer.client.catchUp();
  return { built, line, ministry, writer, browser };
}

async function startProcess(
  { environment = {} }: ServerOverrides,
  databaseUrl: string,
  dataFolder: string,
  built: string,
): Promise<TestServer> {
  const given = {
    ...LIMITS,
    CHANCERY_PORT: '0',
    CHANCERY_LOG_LEVEL: 'error',
    CHANCERY_WEB_FOLDER: built,
    ...environment,
    DATABASE_URL: databaseUrl,
    CHANCERY_DATA_FOLDER: dataFolder,
  };
  const api = await Worker.start(join(import.meta.dirname, '..', 'api', 'apiServer.js'), { environment: given });
  const url = await api.call<string>('start');
  const { port } = new URL(url);
  const config = readConfig(given);
  return { url, port: Number(port), databaseUrl, dataFolder, config, stop: () => api.stop() };
}

function builtClient(): string {
  const named = process.env['CHANCERY_WEB_FOLDER'] ?? '';
  const built = named === '' ? join('dist', 'web') : named;
  if (existsSync(join(built, 'index.html'))) return built;
  throw new Error(`there is no browser client in ${built}: run npm run build first`);
}
