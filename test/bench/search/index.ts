import { chmod, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';

import pg from 'pg';

import { readConfig } from '../../../apps/api/src/config/index.js';
import { startEmbedded } from '../../../apps/api/src/platform/database/index.js';
import { launchLocalMeilisearch } from '../../support/meilisearch.js';
import { FOUNDING_TOKEN } from '../../support/ministry.js';
import { Worker } from '../process.js';
import type { Memory } from '../process.js';
import { round, table } from '../table.js';
import { lineChart } from './chart.js';
import { Corpus } from './corpus.js';
import { measureLatencies } from './measure.js';
import type { Latencies } from './measure.js';
import { openRawEngine } from './rawEngine.js';
import type { RawEngine } from './rawEngine.js';
import { World } from './world.js';

const SEED = 20_261_122;
const QUESTIONS = 200;
const FULL = 100_000;
const SMALLEST = 1000;
const GOALS = { ratio: 1.5, p95Ms: 100 };

/** What one person may do in a minute is lifted: the benchmark files and asks as quickly as the server answers. */
const ENVIRONMENT = {
  CHANCERY_PORT: '0',
  CHANCERY_LOG_LEVEL: 'error',
  CHANCERY_FOUNDING_TOKEN: FOUNDING_TOKEN,
  CHANCERY_LIMIT_PUBLIC_PER_MINUTE: '100000000',
  CHANCERY_LIMIT_DEVICE_PER_MINUTE: '100000000',
};

interface Ratio {
  readonly p50: number;
  readonly p95: number;
}

interface Row extends Latencies {
  readonly documents: number;
  /** From the first paper of this step until the last one can be found. */
  readonly indexedPerSecond: number;
  readonly filedPerSecond: number;
  /** GraphQL over the call of the engine for candidates, which it then ranks. */
  readonly overEngine: Ratio;
  /** GraphQL over the same search, ranking included, in one process: what authorisation, facets, passages and the line cost. */
  readonly overSearch: Ratio;
  readonly serverMiB: number;
  readonly databaseMiB: number;
}

interface Stage {
  readonly world: World;
  readonly raw: RawEngine;
  readonly api: Worker;
  readonly databaseUrl: string;
  readonly questions: readonly string[];
}

type Closers = (() => Promise<unknown>)[];

/**
 * Searches by somebody whom many labels and collections are hidden from, in 10³ to `--documents` papers. Server, PostgreSQL with
 * default durability, engine and whoever asks share one machine.
 */
export async function run(args: readonly string[]): Promise<void> {
  const { values } = parseArgs({
    args: [...args],
    options: {
      documents: { type: 'string', default: String(FULL) },
      engine: { type: 'string', default: 'postgres' },
      chart: { type: 'string' },
      profile: { type: 'boolean', default: false },
      json: { type: 'boolean', default: false },
    },
  });
  const { engine, chart, json } = values;
  if (engine !== 'postgres' && engine !== 'meilisearch') throw new Error('--engine is postgres or meilisearch');
  const say = json ? () => undefined : (words: string) => process.stderr.write(`${words}\n`);
  const corpus = await Corpus.read(SEED);
  const closers: Closers = [];
  try {
    const stage = await setUp(engine, values.profile, corpus, closers);
    const rows: Row[] = [];
    for (const size of sizesUpTo(Number(values.documents))) {
      say(`filing up to ${String(size)} documents`);
      rows.push(await measure(stage, size, size - (rows.at(-1)?.documents ?? 0)));
      say(JSON.stringify(rows.at(-1)));
    }
    if (!json) process.stdout.write(`${tableOf(rows, engine)}\n`);
    process.stdout.write(
      `${JSON.stringify({ seed: SEED, engine, source: corpus.source, rows, goals: goalsOf(rows) })}\n`,
    );
    if (chart !== undefined) await writeFile(chart, chartOf(rows, engine));
  } finally {
    for (const close of closers.toReversed()) await close();
  }
}

async function setUp(engine: string, isProfiled: boolean, corpus: Corpus, closers: Closers): Promise<Stage> {
  const folder = await mkdtemp(join(tmpdir(), 'chancery-bench-'));
  closers.push(() => rm(folder, { recursive: true, force: true }));
  await chmod(folder, 0o711);
  const postgres = await startEmbedded({ dataFolder: folder });
  closers.push(() => postgres.stop());
  const meilisearch = engine === 'meilisearch' ? await launchLocalMeilisearch() : undefined;
  if (meilisearch) closers.push(() => meilisearch.stop());
  const databaseUrl = postgres.url();
  const environment = {
    ...ENVIRONMENT,
    DATABASE_URL: databaseUrl,
    CHANCERY_DATA_FOLDER: join(folder, 'api'),
    ...(meilisearch && { MEILISEARCH_URL: meilisearch.url, MEILISEARCH_KEY: meilisearch.key }),
  };
  const api = await Worker.start(join(import.meta.dirname, '..', 'api', 'apiServer.js'), {
    environment,
    execArgv: isProfiled ? ['--cpu-prof', `--cpu-prof-dir=${join(tmpdir(), 'chancery-profile')}`] : [],
  });
  closers.push(() => api.stop());
  const world = await World.found(await api.call('start'), corpus);
  const raw = await openRawEngine(readConfig(environment), databaseUrl, world.granted);
  closers.push(() => raw.close());
  const questions = Array.from({ length: QUESTIONS }, () => corpus.question());
  return { world, raw, api, databaseUrl, questions };
}

/** 1,000, 3,000, 10,000, 30,000 … and the number itself. */
function sizesUpTo(most: number): number[] {
  const sizes: number[] = [];
  for (let size = SMALLEST; size < most; size *= 10) sizes.push(...[size, size * 3].filter((one) => one < most));
  return [...sizes, most];
}

async function measure(stage: Stage, documents: number, added: number): Promise<Row> {
  const { world, raw, api, databaseUrl, questions } = stage;
  const begin = performance.now();
  await world.fileUpTo(documents);
  const filedPerSecond = perSecond(added, begin);
  await world.indexed();
  const indexedPerSecond = perSecond(added, begin);
  await settled(databaseUrl);
  const latencies = await measureLatencies(world, raw, questions);
  const { engine, search, graphql } = latencies;
  const ratios = { overEngine: ratioOf(graphql, engine), overSearch: ratioOf(graphql, search) };
  const serverMiB = Math.round((await api.call<Memory>('memory')).rss);
  const databaseMiB = await databaseSize(databaseUrl);
  return { documents, filedPerSecond, indexedPerSecond, ...latencies, ...ratios, serverMiB, databaseMiB };
}

const ratioOf = (a: Ratio, b: Ratio): Ratio => ({ p50: round(a.p50 / b.p50, 2), p95: round(a.p95 / b.p95, 2) });

const perSecond = (count: number, begin: number): number => Math.round((count * 1000) / (performance.now() - begin));

/** What autovacuum does within minutes of a large import is done now, so that each size is measured in the same state. */
async function settled(databaseUrl: string): Promise<void> {
  await asked(databaseUrl, 'VACUUM ANALYZE');
}

async function databaseSize(databaseUrl: string): Promise<number> {
  const [row] = await asked(databaseUrl, 'SELECT pg_database_size(current_database())::float8 AS bytes');
  return Math.round(Number(row?.['bytes']) / 2 ** 20);
}

async function asked(connectionString: string, text: string): Promise<Record<string, unknown>[]> {
  const client = new pg.Client({ connectionString });
  await client.connect();
  try {
    return (await client.query<Record<string, unknown>>(text)).rows;
  } finally {
    await client.end();
  }
}

function goalsOf(rows: readonly Row[]) {
  const last = rows.at(-1);
  if (!last) throw new Error('nothing was measured');
  const { overEngine, overSearch, graphql } = last;
  const isNear = ({ p50, p95 }: Ratio): boolean => Math.max(p50, p95) <= GOALS.ratio;
  const near = { overEngine: isNear(overEngine), overSearch: isNear(overSearch) };
  return { ...near, isQuick: graphql.p95 <= GOALS.p95Ms, wanted: GOALS };
}

function tableOf(rows: readonly Row[], engine: string): string {
  const columns = [
    'documents',
    'filed/s',
    'found/s',
    'engine',
    'search',
    'GraphQL',
    '/ engine',
    '/ search',
    'found',
    'server',
    'database',
  ];
  const pair = ({ p50, p95 }: Ratio) => `${String(p50)} / ${String(p95)}`;
  const cells = rows.map((row) => [
    row.documents.toLocaleString('en'),
    String(row.filedPerSecond),
    String(row.indexedPerSecond),
    pair(row.engine),
    pair(row.search),
    pair(row.graphql),
    pair(row.overEngine),
    pair(row.overSearch),
    String(row.found),
    `${String(row.serverMiB)} MiB`,
    `${String(row.databaseMiB)} MiB`,
  ]);
  return table(`Search by ${engine} (p50 / p95 in ms)`, columns, cells);
}

function chartOf(rows: readonly Row[], engine: string): string {
  const line = (name: string, colour: string, of: (row: Row) => number) => {
    return { name, colour, points: rows.map((row) => ({ x: row.documents, y: of(row) })) };
  };
  return lineChart(`Search by ${engine}`, { x: 'documents', y: 'ms' }, [
    line('GraphQL p95', '#c62828', ({ graphql }) => graphql.p95),
    line('GraphQL p50', '#e57373', ({ graphql }) => graphql.p50),
    line('engine p95', '#1565c0', ({ engine: { p95 } }) => p95),
    line('engine p50', '#64b5f6', ({ engine: { p50 } }) => p50),
  ]);
}
