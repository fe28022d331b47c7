import { Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';
import type { EntityManager } from 'typeorm';

import { clean, fold, tokenize } from '#text';

import type { ClearanceFilter } from './clearanceFilter.js';
import type { Generation } from './indexState.js';
import { SearchStatistics } from './statistics.js';
import type { IndexableDocument } from './types.js';

/** What can be offered while somebody types. */
export const SUGGESTION_KINDS = ['title', 'person', 'topic', 'word'] as const;
export type SuggestionKind = (typeof SUGGESTION_KINDS)[number];

/** What a paper offers: the text that is shown, and the beginnings under which it is found. */
export interface Offer {
  readonly kind: SuggestionKind;
  readonly shown: string;
  readonly keys: readonly string[];
}

export interface Suggestion {
  readonly kind: SuggestionKind;
  readonly shown: string;
}

/** Bounds of what one paper offers, and of how long a key and a text are, in UTF-16 code units. */
const MAX_PERSONS = 50;
const MAX_TOPICS = 20;
const MAX_WORDS = 30;
const MAX_STARTS = 8;
const LONGEST_KEY = 60;
const LONGEST_SHOWN = 200;
/** So many texts of one kind are looked at in all parts of the index together, but so many at least in each. */
const LOOKED_AT = 4000;
const LEAST_LOOKED_AT = 20;
/** So many texts of one kind are weighed. */
const WEIGHED = 100;

/** What a text is found by: the same for every spelling of a letter. */
export function suggestionKey(text: string): string {
  return fold(clean(text, '')).replace(/\s+/gu, ' ').trim().slice(0, LONGEST_KEY);
}

/** Everything that a paper offers. */
export function offersOf({ text, language, offers }: IndexableDocument): Offer[] {
  const { title = '' } = text;
  const words = tokenize(title, language).flatMap(({ surface, stop }) => (stop ? [] : [surface.toLowerCase()]));
  return [
    offer('title', title),
    ...offers.persons.slice(0, MAX_PERSONS).map((name) => offer('person', name)),
    ...offers.topics.slice(0, MAX_TOPICS).map((topic) => offer('topic', topic)),
    ...[...new Set(words)].slice(0, MAX_WORDS).map((word) => offer('word', word)),
  ].filter(({ keys }) => keys.length > 0);
}

/** A text is found by its beginning and by the beginning of each of its first words. */
function offer(kind: SuggestionKind, text: string): Offer {
  const shown = text.replace(/\s+/gu, ' ').trim().slice(0, LONGEST_SHOWN);
  const starts = Array.from(shown.matchAll(/(?<![\p{L}\p{N}'ʻʼ‘’])[\p{L}\p{N}]/gu), ({ index }) => index);
  const keys = starts.slice(0, MAX_STARTS).map((start) => suggestionKey(shown.slice(start)));
  return { kind, shown, keys: [...new Set(keys)].filter((key) => key !== '') };
}

/** Counts in each partition how many papers offer a text. */
export class OfferChange {
  private readonly counts = new Map<string, number>();

  add(offers: readonly Offer[], partitionId: number): void {
    this.count(offers, partitionId, 1);
  }

  remove(offers: readonly Offer[], partitionId: number): void {
    this.count(offers, partitionId, -1);
  }

  async apply(transaction: EntityManager): Promise<void> {
    const rows = [...this.counts].flatMap(([place, entries]) => {
      const [partition, kind, key, shown] = JSON.parse(place) as [number, string, string, string];
      return entries === 0 ? [] : [{ partition, kind, key, shown, entries }];
    });
    if (rows.length === 0) return;
    await transaction.query(
      `INSERT INTO search_suggestion AS old (partition_id, kind, key, shown, entries)
       SELECT partition, kind, key, shown, entries
       FROM jsonb_to_recordset($1) AS new(partition integer, kind text, key text, shown text, entries integer)
       ON CONFLICT (partition_id, kind, key, shown) DO UPDATE SET entries = old.entries + EXCLUDED.entries`,
      [JSON.stringify(rows)],
    );
    const fewer = rows.filter(({ entries }) => entries < 0);
    if (fewer.length === 0) return;
    await transaction.query(
      `DELETE FROM search_suggestion s
       USING jsonb_to_recordset($1) AS gone(partition integer, kind text, key text, shown text)
       WHERE s.partition_id = gone.partition AND s.kind = gone.kind AND s.key = gone.key AND s.shown = gone.shown
         AND s.entries <= 0`,
      [JSON.stringify(fewer)],
    );
  }

  private count(offers: readonly Offer[], partitionId: number, sign: 1 | -1): void {
    for (const { kind, shown, keys } of offers) {
      for (const key of keys) {
        const place = JSON.stringify([partitionId, kind, key, shown]);
        this.counts.set(place, (this.counts.get(place) ?? 0) + sign);
      }
    }
  }
}

interface Counted extends Suggestion {
  readonly entries: number;
}

/** A paper that the index has yet to hear of, and what it still offers there. */
interface Unheard {
  readonly id: string;
  readonly offers: readonly Offer[];
}

interface Looked {
  readonly counted: readonly Counted[];
  readonly unheard: readonly Unheard[];
}

/** Those of the documents that the reader may read by the database's own rows. */
type Readable = (documentIds: readonly string[]) => Promise<ReadonlySet<string>>;

/** $1 are partitions, $2 kinds, $3 the beginning, $4 how many are looked at in each partition, $5 the generation. */
const LOOKED = `SELECT
  (SELECT json_agg(weighed) FROM (
     SELECT k.kind, s.shown, sum(s.entries)::integer AS entries,
       row_number() OVER (PARTITION BY k.kind ORDER BY sum(s.entries) DESC, s.shown) AS place
     FROM unnest($1::integer[]) AS p(id) CROSS JOIN unnest($2::text[]) AS k(kind) CROSS JOIN LATERAL (
       SELECT o.shown, max(o.entries) AS entries FROM (
         SELECT shown, entries FROM search_suggestion
         WHERE partition_id = p.id AND kind = k.kind AND key >= $3 AND key < $3 || chr(1114111)
         ORDER BY key LIMIT $4) o GROUP BY o.shown) s
     GROUP BY k.kind, s.shown) weighed WHERE place <= ${String(WEIGHED)}) AS counted,
  (SELECT json_agg(waiting) FROM (
     SELECT DISTINCT ON (e.no) e.document_id AS id, e.offers FROM index_outbox w
     JOIN search_entry e ON e.document_id = w.document_id AND e.generation = $5
     WHERE e.partition_id = ANY($1) ORDER BY e.no) waiting) AS unheard`;

/**
 * What to offer while somebody types, from what the reader may read alone. The time that it takes goes by the number of parts
 * of the index that the reader may read, not by what stands in others.
 */
@Injectable()
export class Suggestions {
  constructor(
    private readonly database: DataSource,
    private readonly statistics: SearchStatistics,
  ) {}

  /**
   * Up to `size` texts of each of the kinds that begin, or one of whose words begins, with `typed`; the most frequent first.
   *
   * @param readable - those of the documents that the reader may read by the database's own rows
   */
  async find(
    typed: string,
    kinds: readonly SuggestionKind[],
    size: number,
    filter: ClearanceFilter,
    readable: Readable,
  ): Promise<Suggestion[]> {
    const key = suggestionKey(typed);
    const { partitionIds, generation } = await this.statistics.population(filter);
    if (key === '' || partitionIds.length === 0) return [];
    const { counted, unheard } = await this.looked(key, kinds, partitionIds, generation);
    const withdrawn = await withdrawnFrom(unheard, readable);
    return kinds.flatMap((kind) => {
      const own = counted.filter((one) => one.kind === kind);
      const left = own.map((one) => ({ ...one, entries: one.entries - (withdrawn.get(nameOf(one)) ?? 0) }));
      const best = left
        .filter(({ entries }) => entries > 0)
        .sort(byFrequency)
        .slice(0, size);
      return best.map(({ shown }) => ({ kind, shown }));
    });
  }

  /**
   * What the index counts, and which papers it has not heard of yet: by one statement, for the index may hear of one between two, and its
   * title would be told to whoever may no longer read it.
   */
  private async looked(
    key: string,
    kinds: readonly SuggestionKind[],
    partitionIds: readonly number[],
    { no: generation }: Generation,
  ): Promise<Looked> {
    const each = Math.max(LEAST_LOOKED_AT, Math.ceil(LOOKED_AT / partitionIds.length));
    const [row] = await this.database.query<{ counted: Counted[] | null; unheard: Unheard[] | null }[]>(LOOKED, [
      partitionIds,
      kinds,
      key,
      each,
      generation,
    ]);
    return { counted: row?.counted ?? [], unheard: row?.unheard ?? [] };
  }
}

/** How often each text is offered by papers that the reader may no longer read. */
async function withdrawnFrom(unheard: readonly Unheard[], readable: Readable): Promise<Map<string, number>> {
  const allowed = unheard.length === 0 ? new Set<string>() : await readable(unheard.map(({ id }) => id));
  const counts = new Map<string, number>();
  for (const { id, offers } of unheard) {
    if (allowed.has(id)) continue;
    for (const one of offers) counts.set(nameOf(one), (counts.get(nameOf(one)) ?? 0) + 1);
  }
  return counts;
}

const nameOf = ({ kind, shown }: Suggestion): string => `${kind} ${shown}`;

function byFrequency(a: Counted, b: Counted): number {
  return b.entries - a.entries || (a.shown < b.shown ? -1 : 1);
}
