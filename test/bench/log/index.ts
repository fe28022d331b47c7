import { randomBytes, randomInt } from 'node:crypto';
import { chmod, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { DataSource } from 'typeorm';

import { ready } from '#primitives';
import { leafHash, verifyConsistency, verifyInclusion } from '#transparency';

import { LogTree } from '../../../apps/api/src/directory/log/logTree.js';
import { startEmbedded } from '../../../apps/api/src/platform/database/index.js';
import { migrate } from '../../../apps/api/src/platform/database/migrate.js';
import { percentile, round, table } from '../table.js';

const SIZES = [1_000, 100_000, 1_000_000];
/** Bytes of a statement, about. */
const ENTRY_BYTES = 300;
const BULK = 10_000;
const SAMPLES = 300;

interface Timing {
  /** Milliseconds. */
  readonly p50: number;
  readonly p95: number;
}

interface Row {
  readonly size: number;
  /** One entry in a transaction of its own, on the disk. */
  readonly append: Timing;
  /** One row without a tree, in the same way. */
  readonly floor: Timing;
  readonly inclusion: Timing;
  readonly consistency: Timing;
  /** Most hashes of a proof that was seen. */
  readonly hashes: number;
  readonly nodes: number;
  readonly mebibytes: number;
}

/** What the log of the server costs at 10³, 10⁵ and 10⁶ entries, in PostgreSQL with default durability. */
export async function run(args: readonly string[]): Promise<void> {
  await ready();
  const isQuiet = args.includes('--json');
  const folder = await mkdtemp(join(tmpdir(), 'chancery-bench-'));
  await chmod(folder, 0o711);
  const postgres = await startEmbedded({ dataFolder: folder });
  try {
    await migrate(postgres.url());
    const source = new DataSource({ type: 'postgres', extra: { connectionString: postgres.url() } });
    await source.initialize();
    await source.query('CREATE TABLE floor (id bigserial PRIMARY KEY, entry bytea NOT NULL)');
    const rows = await measureAll(source, isQuiet);
    await source.destroy();
    if (!isQuiet) print(rows);
    process.stdout.write(`${JSON.stringify({ rows, goals: goalsOf(rows) })}\n`);
  } finally {
    await postgres.stop();
    await rm(folder, { recursive: true, force: true });
  }
}

async function measureAll(source: DataSource, isQuiet: boolean): Promise<Row[]> {
  const tree = new LogTree(source);
  const rows: Row[] = [];
  let size = 0;
  for (const wanted of SIZES) {
    if (!isQuiet) process.stderr.write(`${String(wanted)} entries\n`);
    size = await fill(source, tree, size, wanted);
    await source.query('VACUUM ANALYZE log_node');
    rows.push(await measure(source, tree, size));
    size += SAMPLES;
  }
  return rows;
}

async function fill(source: DataSource, tree: LogTree, from: number, to: number): Promise<number> {
  for (let size = from; size < to; size += BULK) {
    const entries = Array.from({ length: Math.min(BULK, to - size) }, () => randomBytes(ENTRY_BYTES));
    await source.transaction((manager) => tree.append(size, entries, manager));
  }
  return to;
}

async function measure(source: DataSource, tree: LogTree, size: number): Promise<Row> {
  const { root } = await tree.frontier(size);
  let hashes = 0;
  const count = (proof: readonly Uint8Array[]): void => {
    hashes = Math.max(hashes, proof.length);
  };
  const inclusion = await timing(async () => {
    const index = randomInt(size);
    const proof = await tree.inclusion(index, size);
    count(proof);
    return async () => {
      must(verifyInclusion({ leaf: await tree.leaf(index), index, size, root }, proof));
    };
  });
  const consistency = await timing(async () => {
    const older = randomInt(1, size);
    const proof = await tree.consistency(older, size);
    count(proof);
    return async () => {
      const growth = { older: { size: older, root: (await tree.frontier(older)).root }, newer: { size, root } };
      must(verifyConsistency(growth, proof));
    };
  });
  const [{ nodes, bytes } = { nodes: 0, bytes: 0 }] = await source.query<{ nodes: number; bytes: number }[]>(
    "SELECT count(*)::int AS nodes, pg_total_relation_size('log_node')::float AS bytes FROM log_node",
  );
  let at = size;
  const append = await timing(async () => {
    const entry = randomBytes(ENTRY_BYTES);
    await source.transaction((manager) => tree.append(at++, [entry], manager));
    return () => Promise.resolve();
  });
  const floor = await timing(async () => {
    await source.query('INSERT INTO floor (entry) VALUES ($1)', [leafHash(randomBytes(ENTRY_BYTES))]);
    return () => Promise.resolve();
  });
  return { size, append, floor, inclusion, consistency, hashes, nodes, mebibytes: round(bytes / 2 ** 20) };
}

/** Times the work, not the check of its result that it gives back. */
async function timing(work: () => Promise<() => Promise<void>>): Promise<Timing> {
  const taken: number[] = [];
  for (let i = 0; i < SAMPLES; i++) {
    const startedAt = performance.now();
    const check = await work();
    taken.push(performance.now() - startedAt);
    await check();
  }
  const sorted = taken.sort((a, b) => a - b);
  return { p50: round(percentile(sorted, 0.5), 2), p95: round(percentile(sorted, 0.95), 2) };
}

function must(holds: boolean): void {
  if (!holds) throw new Error('a proof does not verify');
}

/** A thousand times the entries may cost twice the time, not a thousand times. */
function goalsOf(rows: readonly Row[]) {
  const [small, large] = [rows[0], rows.at(-1)];
  if (!small || !large) return [];
  const times = (name: string, kind: 'append' | 'inclusion' | 'consistency', most: number) => {
    const value = round(large[kind].p50 / small[kind].p50, 2);
    return { name: `${name}, 10⁶ against 10³ entries: times`, value, goal: `<= ${String(most)}`, met: value <= most };
  };
  return [
    times('append', 'append', 2),
    times('inclusion proof', 'inclusion', 3),
    times('consistency proof', 'consistency', 3),
    { name: 'hashes of a proof at 10⁶ entries', value: large.hashes, goal: '<= 21', met: large.hashes <= 21 },
  ];
}

function print(rows: readonly Row[]): void {
  const cell = ({ p50, p95 }: Timing): string => `${p50.toFixed(2)} / ${p95.toFixed(2)}`;
  const head = ['entries', 'append', 'floor', 'inclusion', 'consistency', 'hashes', 'nodes', 'MiB'];
  const cells = rows.map(({ size, append, floor, inclusion, consistency, hashes, nodes, mebibytes }) => [
    String(size),
    ...[append, floor, inclusion, consistency].map(cell),
    ...[hashes, nodes, mebibytes].map(String),
  ]);
  const goals = goalsOf(rows).map(({ name, value, goal, met }) => [name, String(value), goal, met ? 'yes' : 'NO']);
  const tables = [
    table('The log in PostgreSQL: p50 / p95 in ms', head, cells),
    table('Goals', ['', 'measured', 'goal', 'met'], goals),
  ];
  process.stdout.write(`${tables.join('\n')}\n\n`);
}
