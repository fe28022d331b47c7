import { createHash } from 'node:crypto';

import { Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';

import { prepared } from '../database/index.js';

import type { ClearanceFilter } from './clearanceFilter.js';
import { FIELDS } from './fields.js';
import { IndexState } from './indexState.js';
import type { Generation } from './indexState.js';
import { KnownFrequencies } from './knownFrequencies.js';

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

interface PartitionRow {
  id: number;
  /** Transaction that changed the row last. */
  touched: string;
  language: string;
  entries: number;
  lengths: string[];
}

/** At most so many similar terms are looked at for one word. */
const SIMILAR_LIMIT = 20;

/** Vocabulary and frequencies, always of what one reader may read. */
@Injectable()
export class SearchStatistics {
  private readonly frequencies = new KnownFrequencies();

  constructor(
    private readonly database: DataSource,
    private readonly state: IndexState,
  ) {}

  async population(filter: ClearanceFilter): Promise<Population> {
    const generation = await this.state.live();
    const rows = await prepared<PartitionRow>(
      this.database,
      `SELECT id, xmin::text AS touched, language, entries, lengths FROM search_partition
       WHERE label_id = ANY($1) AND scopes && $2 AND entries > 0 AND generation = $3`,
      [filter.labels, filter.scopes, generation.no],
    );
    const documents = rows.reduce((sum, { entries }) => sum + entries, 0);
    const totals = FIELDS.map((_, field) => rows.reduce((sum, { lengths }) => sum + Number(lengths[field] ?? 0), 0));
    return {
      generation,
      partitionIds: rows.map(({ id }) => id),
      state: stateOf(rows),
      documents,
      meanLengths: totals.map((total) => total / Math.max(1, documents)),
      languages: languagesByFrequency(rows),
    };
  }

  /** Those of the terms that stand in something that the reader may read. */
  async lookUp(terms: readonly string[], population: Population): Promise<KnownTerm[]> {
    return prepared<KnownTerm>(
      this.database,
      `SELECT t.id, t.term, p.language, sum(f.entries)::integer AS documents, sum(f.weight) AS weight
       FROM search_term t
       JOIN search_frequency f ON f.term_id = t.id
       JOIN search_partition p ON p.id = f.partition_id
       WHERE t.term = ANY($1) AND f.partition_id = ANY($2)
       GROUP BY t.id, t.term, p.language`,
      [terms, population.partitionIds],
    );
  }

  /** In how many documents that the reader may read each of the terms stands. */
  async documentFrequencies(termIds: readonly number[], population: Population): Promise<Map<number, number>> {
    const { state } = population;
    const known = this.frequencies.of(state);
    const missing = termIds.filter((id) => !known.has(id));
    const counted = missing.length === 0 ? new Map<number, number>() : await this.countDocuments(missing, population);
    if (counted.size > 0) this.frequencies.add(state, counted);
    return new Map(
      termIds.flatMap((id): [number, number][] => {
        const documents = known.get(id) ?? counted.get(id) ?? 0;
        return documents > 0 ? [[id, documents]] : [];
      }),
    );
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

/** Every change of a partition's counters writes its row anew. */
function stateOf(rows: readonly PartitionRow[]): string {
  const touched = rows.map((row) => `${String(row.id)} ${row.touched}`).sort();
  return createHash('sha256').update(touched.join('\n')).digest('base64');
}

function languagesByFrequency(rows: readonly PartitionRow[]): string[] {
  const counts = new Map<string, number>();
  for (const { language, entries } of rows) counts.set(language, (counts.get(language) ?? 0) + entries);
  return [...counts].sort(([a, left], [b, right]) => right - left || (a < b ? -1 : 1)).map(([language]) => language);
}
