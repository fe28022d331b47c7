import { Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';

import { prepared } from '../database/index.js';

import type { ClearanceFilter } from './clearanceFilter.js';
import { FIELDS } from './fields.js';
import { NONE } from './indexState.js';
import type { Generation } from './indexState.js';
import { KnownByState } from './knownByState.js';

/** What one reader may read, in numbers; nothing outside of it is counted. */
export interface Population {
  /** The index that answers. */
  readonly generation: Generation;
  /** Partitions of the index that the reader may read. */
  readonly partitionIds: readonly number[];
  /** Another one whenever anything that is counted here changes. */
  readonly state: string;
  readonly documents: number;
  /** Mean number of terms in each field, in the order of `FIELDS`. */
  readonly meanLengths: readonly number[];
  /** Languages of the documents, the most frequent first. */
  readonly languages: readonly string[];
}

/** A term that stands in documents of one language that the reader may read. */
export interface KnownTerm {
  readonly id: number;
  readonly term: string;
  readonly language: string;
  readonly documents: number;
  /** How often it stands in them, by weighted fields. */
  readonly weight: number;
}

/** Readable partitions of one language together; no language where there is none. */
interface PopulationRow extends Generation {
  readonly ids: readonly number[] | null;
  /** Another one whenever a partition's counters change: each change writes its row anew. */
  readonly state: string | null;
  readonly language: string | null;
  readonly documents: string | null;
  /** Numbers of terms, in the order of `FIELDS`. */
  readonly lengths: readonly (string | null)[];
}

const POPULATION = `SELECT g.no, g.index_name AS name, p.language, sum(p.entries) AS documents,
    array_agg(p.id ORDER BY p.id) FILTER (WHERE p.id IS NOT NULL) AS ids,
    encode(sha256(string_agg(p.id || ' ' || p.xmin::text, ',' ORDER BY p.id)::bytea), 'base64') AS state,
    ARRAY[${FIELDS.map((_, field) => `sum(p.lengths[${String(field + 1)}])`).join(', ')}] AS lengths
  FROM search_generation g LEFT JOIN search_partition p
    ON p.generation = g.no AND p.label_id = ANY($1) AND p.scopes && $2 AND p.entries > 0
  WHERE g.state = 'LIVE' GROUP BY g.no, g.index_name, p.language`;

/** Bounds of what is remembered, in terms: some 40 bytes each for a frequency, 200 for a term that was looked up. */
const MOST_FREQUENCIES = 200_000;
const MOST_LOOKED_UP = 50_000;
/** At most so many similar terms are looked at for one word. */
const SIMILAR_LIMIT = 20;

/** Vocabulary and frequencies, always of what one reader may read. */
@Injectable()
export class SearchStatistics {
  /** In how many papers terms stand; 0 where in none. */
  private readonly frequencies = new KnownByState<number, number>(MOST_FREQUENCIES);
  /** A term in each language that it stands in; none where it stands in nothing. */
  private readonly lookedUp = new KnownByState<string, readonly KnownTerm[]>(MOST_LOOKED_UP);

  constructor(private readonly database: DataSource) {}

  async population(filter: ClearanceFilter): Promise<Population> {
    const rows = await prepared<PopulationRow>(this.database, POPULATION, [filter.labels, filter.scopes]);
    const [generation = NONE] = rows;
    const documents = rows.reduce((sum, row) => sum + Number(row.documents), 0);
    const totals = FIELDS.map((_, field) => rows.reduce((sum, { lengths }) => sum + Number(lengths[field]), 0));
    return {
      generation: { no: generation.no, name: generation.name },
      partitionIds: rows.flatMap(({ ids }) => ids ?? []),
      state: rows
        .map(({ state }) => state ?? '')
        .sort()
        .join(),
      documents,
      meanLengths: totals.map((total) => total / Math.max(1, documents)),
      languages: languagesByFrequency(rows),
    };
  }

  /** Those of the terms that stand in something that the reader may read. */
  async lookUp(terms: readonly string[], population: Population): Promise<KnownTerm[]> {
    const known = this.lookedUp.of(population.state);
    const missing = terms.filter((term) => !known.has(term));
    const found = missing.length === 0 ? new Map<string, KnownTerm[]>() : await this.find(missing, population);
    if (found.size > 0) this.lookedUp.add(population.state, found);
    return terms.flatMap((term) => known.get(term) ?? found.get(term) ?? []);
  }

  private async find(terms: readonly string[], { partitionIds }: Population): Promise<Map<string, KnownTerm[]>> {
    const rows = await prepared<KnownTerm>(
      this.database,
      `SELECT t.id, t.term, p.language, sum(f.entries)::integer AS documents, sum(f.weight) AS weight
       FROM search_term t
       JOIN search_frequency f ON f.term_id = t.id
       JOIN search_partition p ON p.id = f.partition_id
       WHERE t.term = ANY($1) AND f.partition_id = ANY($2)
       GROUP BY t.id, t.term, p.language`,
      [terms, partitionIds],
    );
    const found = new Map(terms.map((term): [string, KnownTerm[]] => [term, []]));
    for (const row of rows) found.get(row.term)?.push(row);
    return found;
  }

  /** In how many documents that the reader may read each of the terms stands. */
  async documentFrequencies(termIds: readonly number[], population: Population): Promise<Map<number, number>> {
    const { state } = population;
    const known = this.frequencies.of(state);
    const missing = termIds.filter((id) => !known.has(id));
    const counted = missing.length === 0 ? new Map<number, number>() : await this.countDocuments(missing, population);
    if (counted.size > 0) this.frequencies.add(state, counted);
    const found = new Map<number, number>();
    for (const id of termIds) {
      const documents = known.get(id) ?? counted.get(id) ?? 0;
      if (documents > 0) found.set(id, documents);
    }
    return found;
  }

  private async countDocuments(termIds: readonly number[], { partitionIds }: Population): Promise<Map<number, number>> {
    const rows = await prepared<{ term_id: number; documents: number }>(
      this.database,
      `SELECT term_id, sum(entries)::integer AS documents FROM search_frequency
       WHERE term_id = ANY($1) AND partition_id = ANY($2) GROUP BY term_id`,
      [termIds, partitionIds],
    );
    const found = rows.map(({ term_id, documents }) => [term_id, documents] as const);
    return new Map([...termIds.map((id) => [id, 0] as const), ...found]);
  }

  /** Texts of terms, in no particular order. Only for terms of papers that the reader may read. */
  async texts(termIds: readonly number[]): Promise<string[]> {
    const rows = await this.database.query<{ term: string }[]>('SELECT term FROM search_term WHERE id = ANY($1)', [
      termIds,
    ]);
    return rows.map(({ term }) => term);
  }

  /** Terms that share trigrams with a word, the most similar first, from what the reader may read. */
  async similarTo(word: string, population: Population): Promise<KnownTerm[]> {
    return this.database.query<KnownTerm[]>(
      `SELECT t.id, t.term, p.language, sum(f.entries)::integer AS documents, sum(f.weight) AS weight
       FROM search_term t
       JOIN search_frequency f ON f.term_id = t.id
       JOIN search_partition p ON p.id = f.partition_id
       WHERE t.term % $1 AND f.partition_id = ANY($2)
       GROUP BY t.id, t.term, p.language
       ORDER BY similarity(t.term, $1) DESC, t.term
       LIMIT ${String(SIMILAR_LIMIT)}`,
      [word, population.partitionIds],
    );
  }
}

function languagesByFrequency(rows: readonly PopulationRow[]): string[] {
  return rows
    .flatMap(({ language, documents }) => (language === null ? [] : [{ language, documents: Number(documents) }]))
    .sort((a, b) => b.documents - a.documents || (a.language < b.language ? -1 : 1))
    .map(({ language }) => language);
}
