import { Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';

import type { ClearanceFilter } from './clearanceFilter.js';
import { FIELDS } from './fields.js';

/** What one reader may read, in numbers; nothing outside of it is counted. */
export interface Population {
  /** Partitions of the index that the reader may read. */
  readonly partitionIds: readonly number[];
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
  language: string;
  entries: number;
  lengths: string[];
}

/** At most so many similar terms are looked at for one word. */
const SIMILAR_LIMIT = 20;

/** Vocabulary and frequencies, always of what one reader may read. */
@Injectable()
export class SearchStatistics {
  constructor(private readonly database: DataSource) {}

  async population(filter: ClearanceFilter): Promise<Population> {
    const rows = await this.database.query<PartitionRow[]>(
      `SELECT id, language, entries, lengths FROM search_partition
       WHERE label_id = ANY($1) AND scopes && $2 AND entries > 0`,
      [filter.labels, filter.scopes],
    );
    const documents = rows.reduce((sum, { entries }) => sum + entries, 0);
    const totals = FIELDS.map((_, field) => rows.reduce((sum, { lengths }) => sum + Number(lengths[field] ?? 0), 0));
    return {
      partitionIds: rows.map(({ id }) => id),
      documents,
      meanLengths: totals.map((total) => total / Math.max(1, documents)),
      languages: languagesByFrequency(rows),
    };
  }

  /** Those of the terms that stand in something that the reader may read. */
  async lookUp(terms: readonly string[], population: Population): Promise<KnownTerm[]> {
    return this.database.query<KnownTerm[]>(
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
  async documentFrequencies(termIds: readonly number[], { partitionIds }: Population): Promise<Map<number, number>> {
    const rows = await this.database.query<{ term_id: number; documents: number }[]>(
      `SELECT term_id, sum(entries)::integer AS documents FROM search_frequency
       WHERE term_id = ANY($1) AND partition_id = ANY($2) GROUP BY term_id`,
      [termIds, partitionIds],
    );
    return new Map(rows.map(({ term_id, documents }) => [term_id, documents]));
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

function languagesByFrequency(rows: readonly PartitionRow[]): string[] {
  const counts = new Map<string, number>();
  for (const { language, entries } of rows) counts.set(language, (counts.get(language) ?? 0) + entries);
  return [...counts].sort(([a, left], [b, right]) => right - left || (a < b ? -1 : 1)).map(([language]) => language);
}
