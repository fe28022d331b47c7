import { Meilisearch } from 'meilisearch';
import type { MultiSearchParams, MultiSearchQuery } from 'meilisearch';

import { Refusal } from '../../refusal.js';
import type { ClearanceFilter } from '../clearanceFilter.js';
import { SearchEngine } from '../searchEngine.js';
import type { Generation } from '../indexState.js';
import type { CandidateQuery, Candidates, Differences, IndexBatch, IndexedEntry, KnownEntry } from '../types.js';
import { filterText } from './filterText.js';
import { MeilisearchHttp } from './httpClient.js';
import { subqueries } from './subqueries.js';

const REQUEST_TIMEOUT_MS = 10_000;
const TASK = { timeout: 25_000, interval: 15 };
/** Meilisearch ignores what stands after its 65,535th word; the weightiest terms stand first. */
const MAX_TERMS_OF_ENTRY = 60_000;
/** How much less the places further down count. */
const FUSION = 60;
/** So many requests a search makes at once. */
const AT_ONCE = 4;
/** So many ids are read at once. */
const PAGE = 1000;

/**
 * A paper as Meilisearch has it: each of its terms once, by number, the weightiest first, so that "stands early" means
 * "stands often". No word of any paper stands in Meilisearch.
 */
interface MeilisearchEntry {
  readonly id: string;
  readonly terms: string;
  readonly label: number;
  readonly scopes: readonly string[];
  readonly kind: string;
  readonly level: string;
  readonly language: string;
  readonly countries: readonly string[];
  readonly topics: readonly string[];
  readonly state: string;
  readonly fromTerms: readonly string[];
  readonly toTerms: readonly string[];
  readonly firstDay?: number;
  readonly lastDay?: number;
}

type WithId = Pick<MeilisearchEntry, 'id'>;

const FILTERED = [
  'id',
  'label',
  'scopes',
  'kind',
  'level',
  'language',
  'countries',
  'topics',
  'state',
  'fromTerms',
  'toTerms',
];

const SETTINGS = {
  searchableAttributes: ['terms'],
  displayedAttributes: ['id'],
  filterableAttributes: [...FILTERED, 'firstDay', 'lastDay'],
  sortableAttributes: ['firstDay', 'lastDay'],
  rankingRules: ['words', 'attribute', 'sort'],
  typoTolerance: { enabled: false },
  prefixSearch: 'disabled' as const,
  proximityPrecision: 'byAttribute' as const,
  facetSearch: false,
  pagination: { maxTotalHits: 2000 },
};

/** Candidates from Meilisearch: one multi-search over the rarest terms, their pairs and groups. */
export class MeilisearchEngine extends SearchEngine {
  readonly name = 'meilisearch';
  private readonly http = new MeilisearchHttp(REQUEST_TIMEOUT_MS);
  private readonly client: Meilisearch;

  constructor({ url, key }: { url: string; key: string }) {
    super();
    this.client = new Meilisearch(Object.assign({ host: url, apiKey: key }, { httpClient: this.http.send }));
  }

  async prepare({ name: uid }: Generation): Promise<void> {
    const created = await this.client.createIndex(uid, { primaryKey: 'id' }).waitTask(TASK);
    if (created.status === 'failed' && created.error?.code !== 'index_already_exists')
      throw failed(created.error?.code);
    await done(this.client.index(uid).updateSettings(SETTINGS).waitTask(TASK));
  }

  async index({ generation, added, gone }: IndexBatch): Promise<void> {
    const index = this.client.index<MeilisearchEntry>(generation.name);
    if (gone.length > 0) await done(index.deleteDocuments([...gone]).waitTask(TASK));
    if (added.length > 0) await done(index.addDocuments(added.map(toMeilisearch)).waitTask(TASK));
  }

  async clear({ name }: Generation): Promise<void> {
    await this.client.deleteIndexIfExists(name);
  }

  async compare({ name }: Generation, entries: AsyncIterable<readonly KnownEntry[]>): Promise<Differences> {
    const excess = await this.ids(name);
    const missing: string[] = [];
    for await (const part of entries) {
      for (const { documentId } of part) if (!excess.delete(documentId)) missing.push(documentId);
    }
    return { missing, excess: [...excess] };
  }

  async candidates(query: CandidateQuery, filter: ClearanceFilter, limit: number): Promise<Candidates> {
    // An empty list in a filter is a syntax error to Meilisearch, and nothing could be found with it.
    if (filter.isEmpty) return { documentIds: [], complete: true };
    const asked = subqueries(query, limit);
    const common = { filter: filterText(filter, query.narrowing), attributesToRetrieve: ['id'] };
    try {
      const indexUid = query.generation.name;
      const queries = asked.map(({ words, strategy, size, sort }): MultiSearchQuery => {
        const order = sort ? { sort: [...sort] } : {};
        return { indexUid, q: words, matchingStrategy: strategy, limit: size, ...common, ...order };
      });
      return union(asked, await this.answers(queries), limit);
    } catch (error) {
      throw unavailable(error);
    }
  }

  async isHealthy(): Promise<boolean> {
    return this.client.isHealthy();
  }

  /** Closes the connections. */
  close(): void {
    this.http.close();
  }

  /** Meilisearch takes the queries of one request one after the other: several requests at once, each with its share of the queries. */
  private async answers(queries: readonly MultiSearchQuery[]): Promise<Answer[]> {
    const shares = Array.from({ length: AT_ONCE }, (_, share) => queries.filter((_, at) => at % AT_ONCE === share));
    const answered = await Promise.all(
      shares.map(async (share): Promise<Answer[]> => {
        if (share.length === 0) return [];
        return (await this.client.multiSearch<MultiSearchParams, { id: string }>({ queries: share })).results;
      }),
    );
    return queries.flatMap((_, at) => answered[at % AT_ONCE]?.[Math.floor(at / AT_ONCE)] ?? []);
  }

  /** Of every document that an index has. */
  private async ids(name: string): Promise<Set<string>> {
    const ids = new Set<string>();
    for (;;) {
      const page = { fields: ['id' as const], limit: PAGE, offset: ids.size };
      const results: readonly WithId[] = (await this.client.index<WithId>(name).getDocuments(page)).results;
      for (const { id } of results) ids.add(id);
      if (results.length < PAGE) return ids;
    }
  }
}

interface Answer {
  readonly hits: readonly { readonly id: string }[];
  readonly estimatedTotalHits?: number;
}

function union(
  asked: readonly { decidesCompleteness: boolean; size: number; leavesOut: boolean }[],
  answers: readonly Answer[],
  limit: number,
): Candidates {
  const ids = fused(answers);
  const complete = asked.every(({ decidesCompleteness, size, leavesOut }, index) => {
    if (!decidesCompleteness) return true;
    return !leavesOut && (answers[index]?.estimatedTotalHits ?? 0) <= size;
  });
  return { documentIds: ids.slice(0, limit), complete: complete && ids.length <= limit };
}

/** Those first that stand early in many answers (reciprocal rank fusion; Cormack, Clarke, Büttcher): they have many of the rarest terms. */
function fused(answers: readonly Answer[]): string[] {
  const worth = new Map<string, number>();
  for (const { hits } of answers) {
    for (const [rank, { id }] of hits.entries()) worth.set(id, (worth.get(id) ?? 0) + 1 / (FUSION + rank));
  }
  return [...worth].sort(([a, left], [b, right]) => right - left || (a < b ? -1 : 1)).map(([id]) => id);
}

function toMeilisearch(entry: IndexedEntry): MeilisearchEntry {
  const { documentId, labelId, terms, scopes, kind, level, language, countries, topics, state, fromTerms, toTerms } =
    entry;
  const words = terms.slice(0, MAX_TERMS_OF_ENTRY).map(({ id }) => String(id));
  return {
    id: documentId,
    terms: words.join(' '),
    label: labelId,
    scopes,
    kind,
    level,
    language,
    countries,
    topics,
    state,
    fromTerms,
    toTerms,
    ...(entry.firstDay === undefined ? {} : { firstDay: entry.firstDay }),
    ...(entry.lastDay === undefined ? {} : { lastDay: entry.lastDay }),
  };
}

async function done(task: Promise<{ status: string; error: { code: string } | null }>): Promise<void> {
  const { status, error } = await task;
  if (status !== 'succeeded') throw failed(error?.code);
}

function failed(code = 'unknown'): Error {
  return new Error(`Meilisearch did not do a task: ${code}`);
}

/** Whatever went wrong between us and the engine: the reason is for the log, people learn that search has to wait. */
function unavailable(cause: unknown): Refusal {
  const refusal = new Refusal('SEARCH_UNAVAILABLE', 'the search engine does not answer');
  refusal.cause = cause;
  return refusal;
}
