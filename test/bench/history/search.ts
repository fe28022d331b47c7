import { mkdtemp, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import type { Store } from '#client';
import { genericMinistry } from '#policy';
import { ready } from '#primitives';
import { Directory } from '#transparency';

import { disk } from '../../../libs/client/src/node/disk.js';
import { migrate } from '../../../libs/client/src/schema.js';
import { MessageSearch } from '../../../libs/client/src/search/messageSearch.js';
import { openStore } from '../../../libs/client/src/vault/store.js';
import { percentile, round } from '../table.js';
import { Corpus } from './corpus.js';
import { fill } from './messages.js';

export interface SearchFigures {
  readonly messages: number;
  /** Index and message, in batches. */
  readonly insertedPerSecond: number;
  readonly vaultMiB: number;
  readonly queries: readonly QueryFigures[];
  /** Of all queries together. */
  readonly p95Ms: number;
  /** The same words by LIKE over the texts, in the same vault: the floor that an index has to beat. */
  readonly likeP95Ms: number;
}

export interface QueryFigures {
  readonly kind: string;
  readonly p50Ms: number;
  readonly p95Ms: number;
}

const ROUNDS = 60;
const LIKE_ROUNDS = 15;
const PEOPLE = ['0195f1c2-7a64-7c11-9d2e-000000000001', '0195f1c2-7a64-7c11-9d2e-000000000002'];

/** Searches in a vault on the disk as a client does, everything from the query to the marked passages of 20 hits. */
export async function measureSearch(messages: number, seed: number): Promise<SearchFigures> {
  await ready();
  const folder = await mkdtemp(join(tmpdir(), 'chancery-bench-'));
  const path = join(folder, 'vault.db');
  const store = await openStore({ path, disk, key: new Uint8Array(32).fill(1) });
  try {
    await migrate(store);
    const corpus = new Corpus(seed, PEOPLE);
    const startedAt = performance.now();
    await fill(store, corpus, messages, 50);
    const insertedPerSecond = Math.round((messages * 1000) / (performance.now() - startedAt));
    const queries = await measureQueries(store, corpus);
    const all = queries.flatMap(({ times }) => times).sort((a, b) => a - b);
    return {
      messages,
      insertedPerSecond,
      vaultMiB: round((await stat(path)).size / 2 ** 20),
      queries: queries.map(({ kind, times }) => ({ kind, p50Ms: at(times, 0.5), p95Ms: at(times, 0.95) })),
      p95Ms: at(all, 0.95),
      likeP95Ms: await measureLike(store, corpus),
    };
  } finally {
    await store.close();
    await rm(folder, { recursive: true, force: true });
  }
}

async function measureQueries(store: Store, corpus: Corpus): Promise<{ kind: string; times: number[] }[]> {
  const directory = { current: Directory.empty(new Uint8Array(32)) };
  const profile = { personId: PEOPLE[0] ?? '', deviceId: '' };
  const search = new MessageSearch({ store, directory, profile, policy: genericMinistry });
  const rank = (from: number, to: number): string => corpus.words[from + corpus.below(to - from)] ?? '';
  const kinds: Record<string, () => [string, 'newest' | 'best']> = {
    'a frequent word': () => [rank(40, 60), 'newest'],
    'a rare word': () => [rank(2_000, 20_000), 'newest'],
    'a word that is nowhere': () => ['qqqqqq', 'newest'],
    'three words': () => [`${rank(40, 90)} ${rank(60, 200)} ${rank(100, 1000)}`, 'newest'],
    'a phrase': () => [`"${rank(0, 60)} ${rank(40, 60)}"`, 'newest'],
    'a beginning': () => [`${rank(40, 20_000).slice(0, 3)}*`, 'newest'],
    'a word in a conversation by a person': () => [`${rank(40, 200)} in:"Conversation 7" from:me`, 'newest'],
    'a word without another': () => [`${rank(40, 90)} -${rank(40, 45)}`, 'newest'],
    'a frequent word, best first': () => [rank(40, 60), 'best'],
  };
  const results: { kind: string; times: number[] }[] = [];
  for (const [kind, make] of Object.entries(kinds)) {
    const times: number[] = [];
    for (let round = 0; round < ROUNDS; round++) {
      const [query, order] = make();
      times.push(await timed(() => search.find(query, { order })));
    }
    results.push({ kind, times: times.sort((a, b) => a - b) });
  }
  return results;
}

async function measureLike(store: Store, corpus: Corpus): Promise<number> {
  const times: number[] = [];
  const query = 'SELECT * FROM message WHERE text LIKE ? ORDER BY accepted_at DESC LIMIT 20';
  for (let round = 0; round < LIKE_ROUNDS; round++) {
    const pattern = `%${corpus.words[corpus.below(20_000)] ?? ''}%`;
    times.push(await timed(() => store.read((sql) => sql.all(query, [pattern]))));
  }
  return at(
    times.sort((a, b) => a - b),
    0.95,
  );
}

async function timed(work: () => Promise<unknown>): Promise<number> {
  const startedAt = performance.now();
  await work();
  return performance.now() - startedAt;
}

function at(sorted: readonly number[], share: number): number {
  return round(percentile(sorted, share), 2);
}
