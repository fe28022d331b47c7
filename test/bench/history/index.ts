import { table } from '../table.js';
import { measureRestore } from './restore.js';
import type { RestoreFigures } from './restore.js';
import { measureSearch } from './search.js';
import type { SearchFigures } from './search.js';

const SEED = 20_261_121;

/** Search in 100,000 messages, and 10,000 messages restored on a new device; `--quick` takes a tenth of both. */
export async function run(args: readonly string[]): Promise<void> {
  const share = args.includes('--quick') ? 10 : 1;
  const show = args.includes('--json') ? () => undefined : (lines: string) => process.stdout.write(`${lines}\n`);
  const search = await measureSearch(100_000 / share, SEED);
  show(searchTable(search));
  const restore = await measureRestore(10_000 / share, SEED);
  show(restoreTable(restore));
  const goals = {
    searchP95Under50Ms: search.p95Ms < 50,
    readableUnder5s: restore.readableSeconds < 5,
    likeToIndex: Math.round(search.likeP95Ms / search.p95Ms),
  };
  process.stdout.write(`${JSON.stringify({ seed: SEED, search, restore, goals })}\n`);
}

function searchTable(search: SearchFigures): string {
  const rows = search.queries.map(({ kind, p50Ms, p95Ms }) => [kind, String(p50Ms), String(p95Ms)]);
  const all = ['all', '', String(search.p95Ms)];
  const like = ['LIKE over the texts, for comparison', '', String(search.likeP95Ms)];
  const title = `Search in ${String(search.messages)} messages (ms)`;
  const { insertedPerSecond, vaultMiB } = search;
  return [
    table(title, ['query', 'p50', 'p95'], [...rows, all, like]),
    `${String(insertedPerSecond)} messages a second come in with their index; the vault has ${String(vaultMiB)} MiB.`,
  ].join('\n');
}

function restoreTable(restore: RestoreFigures): string {
  return table(
    `${String(restore.messages)} messages in ${String(restore.segments)} segments (s)`,
    ['step', 'seconds'],
    [
      ['sealed and uploaded', String(restore.backUpSeconds)],
      ['newest messages readable on the new device', String(restore.firstPageSeconds)],
      ['all readable', String(restore.readableSeconds)],
      ['all found by search', String(restore.searchableSeconds)],
    ],
  );
}
