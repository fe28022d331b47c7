import { chmod, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import pg from 'pg';

import { OWNER, startEmbedded } from '../../../apps/api/src/platform/database/index.js';
import type { EmbeddedPostgres } from '../../../apps/api/src/platform/database/index.js';
import { FOUNDING_TOKEN } from '../../support/ministry.js';
import { Worker } from '../process.js';
import type { Memory } from '../process.js';
import { goalsOf, printTables } from './report.js';
import type { CatchUp } from './catchUp.js';
import type { DecryptedLatency, Latency } from './latency.js';
import type { Report, Cell, SendRow } from './report.js';
import type { Throughput } from './throughput.js';

/** What one sender may do in a minute is lifted: the benchmark is many people on one address. */
const LIMITS = {
  CHANCERY_LIMIT_PUBLIC_PER_MINUTE: '100000000',
  CHANCERY_LIMIT_DEVICE_PER_MINUTE: '100000000',
  CHANCERY_LIMIT_SOCKETS_PER_ADDRESS: '10000',
};
const FLOOR_DATABASE = 'floor';
const BATCH = 20;

interface Parts {
  readonly api: Worker;
  readonly floor: Worker;
  readonly load: Worker;
}

/** Runs everything, one part after the other, on one PostgreSQL with default durability. */
export async function run(args: readonly string[]): Promise<void> {
  const startedAt = performance.now();
  const folder = await mkdtemp(join(tmpdir(), 'chancery-bench-'));
  await chmod(folder, 0o711);
  const postgres = await startEmbedded({ dataFolder: folder });
  const workers: Worker[] = [];
  try {
    const parts = await startParts(postgres, folder, args.includes('--profile'), workers);
    const report = await measureAll(parts, args.includes('--json') ? () => undefined : progress);
    const seconds = Math.round((performance.now() - startedAt) / 1000);
    if (!args.includes('--json')) printTables(report, seconds);
    process.stdout.write(`${JSON.stringify({ ...report, goals: goalsOf(report), seconds })}\n`);
  } finally {
    for (const worker of workers) await worker.stop();
    await postgres.stop();
    await rm(folder, { recursive: true, force: true });
  }
}

function progress(what: string): void {
  process.stderr.write(`${what}\n`);
}

async function startParts(
  postgres: EmbeddedPostgres,
  folder: string,
  isProfiled: boolean,
  workers: Worker[],
): Promise<Parts> {
  const owner = new pg.Client({ connectionString: postgres.url('postgres', OWNER) });
  await owner.connect();
  await owner.query(`CREATE DATABASE ${FLOOR_DATABASE} OWNER chancery`);
  await owner.end();
  const start = async (name: string, environment: NodeJS.ProcessEnv, execArgv: string[] = []) => {
    const worker = await Worker.start(join(import.meta.dirname, `${name}.js`), { environment, execArgv });
    workers.push(worker);
    return worker;
  };
  const environment = {
    ...LIMITS,
    DATABASE_URL: postgres.url(),
    CHANCERY_PORT: '0',
    CHANCERY_DATA_FOLDER: join(folder, 'api'),
    CHANCERY_LOG_LEVEL: 'error',
    CHANCERY_FOUNDING_TOKEN: FOUNDING_TOKEN,
  };
  const api = await start(
    'apiServer',
    environment,
    isProfiled ? ['--cpu-prof', `--cpu-prof-dir=${join(tmpdir(), 'chancery-profile')}`] : [],
  );
  const floor = await start('floorServer', {});
  const load = await start('load', {});
  const addresses = { api: await api.call('start'), floor: await floor.call('start', postgres.url(FLOOR_DATABASE)) };
  progress('seeding: a ministry with 1,001 devices and their conversations');
  await floor.call('rooms', await load.call('prepare', addresses));
  return { api, floor, load };
}

async function measureAll({ api, floor, load }: Parts, say: (what: string) => void): Promise<Report> {
  const atRest = { api: await api.call<Memory>('memory'), floor: await floor.call<Memory>('memory') };
  const sends: SendRow[] = [];
  for (const cell of cells()) {
    say(`sending: ${String(cell.senders)} senders, ${cell.groups}`);
    const lowest = await load.call<Throughput>('sendFloor', cell);
    const single = await load.call<Throughput>('sendApi', cell);
    const batched = await load.call<Throughput>('sendApi', { ...cell, batch: BATCH });
    sends.push({ ...cell, floor: lowest, single, batched });
  }
  say('send to decrypted');
  const decrypted = await load.call<DecryptedLatency>('decrypted');
  say('one message to 1,000 receivers');
  const fanOut = { floor: await load.call<Latency>('fanOutFloor'), api: await load.call<Latency>('fanOutApi') };
  say('catching up with 10,000 messages');
  const catchUp = { floor: await load.call<CatchUp>('catchUpFloor'), api: await load.call<CatchUp>('catchUpApi') };
  const afterwards = { api: await api.call<Memory>('memory'), floor: await floor.call<Memory>('memory') };
  const payloadBytes = await load.call<number>('payloadBytes');
  return { payloadBytes, sends, decrypted, fanOut, catchUp, memory: { atRest, afterwards } };
}

function cells(): Cell[] {
  return (['many', 'one'] as const).flatMap((groups) => [1, 16, 64].map((senders) => ({ senders, groups, batch: 1 })));
}
