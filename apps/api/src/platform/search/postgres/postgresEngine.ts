import { Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';
import type { EntityManager } from 'typeorm';

import { prepared } from '../../database/index.js';

import type { ClearanceFilter } from '../clearanceFilter.js';
import { SearchEngine } from '../searchEngine.js';
import type {
  CandidateQuery,
  Candidates,
  Differences,
  IndexBatch,
  IndexedEntry,
  KnownEntry,
  Narrowing,
  RemovedEntry,
} from '../types.js';
import type { Generation } from '../indexState.js';
import { SqlConditions } from './sqlConditions.js';

/** So many of a question's rarest terms choose the candidates; the ranking looks at all of them. */
const MAX_TERMS = 24;

/** BM25 with k1 1.2 and b 0.75 over weighted frequencies; $mean is the mean weighted length. */
const bm25 = (mean: string): string =>
  `sum(q.idf * p.weight * 2.2 / (p.weight + 1.2 * (0.25 + 0.75 * p.length / ${mean})))`;

/** Candidates from a postings table in the database itself, scored there by BM25. */
@Injectable()
export class PostgresEngine extends SearchEngine {
  readonly name = 'postgres';

  constructor(private readonly database: DataSource) {
    super();
  }

  /** Its tables come with the migrations. */
  prepare(): Promise<void> {
    return Promise.resolve();
  }

  async index({ added, removed }: IndexBatch, transaction: EntityManager): Promise<void> {
    await removePostings(removed, transaction);
    await addPostings(added, transaction);
  }

  /** Its tables are emptied with the statistics. */
  clear(): Promise<void> {
    return Promise.resolve();
  }

  /** Postings without an entry are found by nobody: hits are entries. */
  async compare(_: Generation, entries: AsyncIterable<readonly KnownEntry[]>): Promise<Differences> {
    const missing: string[] = [];
    for await (const part of entries) missing.push(...(await incomplete(part, this.database.manager)));
    return { missing, excess: [] };
  }

  async candidates(query: CandidateQuery, filter: ClearanceFilter, limit: number): Promise<Candidates> {
    const partitions = await this.partitions(query, filter);
    const terms = query.terms.slice(0, MAX_TERMS);
    const browses = terms.length === 0 && query.required.length === 0;
    const { sql, values } = browses ? byDate(query, partitions, limit) : scored({ ...query, terms }, partitions, limit);
    const rows = await this.database.query<{ document_id: string }[]>(sql, values);
    return {
      documentIds: rows.slice(0, limit).map(({ document_id }) => document_id),
      complete: rows.length <= limit && terms.length === query.terms.length,
    };
  }

  async isHealthy(): Promise<boolean> {
    return this.database.query('SELECT 1').then(
      () => true,
      () => false,
    );
  }

  /** Partitions that the reader may read, without those that the question rules out as a whole. */
  private async partitions(query: CandidateQuery, filter: ClearanceFilter): Promise<readonly number[]> {
    const { narrowing, generation, partitionIds } = query;
    if (!choosesPartitions(narrowing)) return partitionIds;
    const conditions = new SqlConditions();
    conditions.readableBy(filter);
    conditions.ofGeneration(generation.no);
    conditions.partitionFits(narrowing);
    const sql = `SELECT s.id FROM search_partition s WHERE ${conditions.sql}`;
    const rows = await prepared<{ id: number }>(this.database, sql, conditions.values);
    return rows.map(({ id }) => id);
  }
}

/** Whether a narrowing rules out whole partitions. */
function choosesPartitions({ languages, collectionIds, not }: Narrowing): boolean {
  return [languages, collectionIds, not?.languages, not?.collectionIds].some((wanted) => wanted !== undefined);
}

interface Statement {
  readonly sql: string;
  readonly values: readonly unknown[];
}

function byDate(query: CandidateQuery, partitions: readonly number[], limit: number): Statement {
  const { narrowing, excluded, oldestFirst } = query;
  const conditions = new SqlConditions();
  conditions.inPartitions('e', partitions);
  conditions.entryFits(narrowing);
  conditions.withoutTerms(excluded);
  const sql = `SELECT e.document_id FROM search_entry e WHERE ${conditions.sql}
    ORDER BY ${oldestFirst ? 'e.first_day' : 'e.last_day DESC'} NULLS LAST, e.document_id LIMIT ${conditions.value(limit + 1)}`;
  return { sql, values: conditions.values };
}

/**
 * Sums over the postings first, from an index that holds all that the sum needs, and looks at entries afterwards: only at
 * the best ones where the question does not narrow. OFFSET 0 keeps the planner to reading each term's postings by the
 * index, which its estimates, made before a large import, would talk it out of.
 */
function scored(query: CandidateQuery, partitions: readonly number[], limit: number): Statement {
  const { narrowing, excluded, required } = query;
  const found = new SqlConditions();
  const size = found.value(limit + 1);
  const postings = sumOfPostings(query, partitions, found);
  const entries = new SqlConditions(found.values);
  entries.entryFits(narrowing);
  entries.withoutTerms(excluded);
  const early = entries.isEmpty && required.length === 0 ? `ORDER BY score DESC, p.entry_no LIMIT ${size}` : '';
  const sql = `WITH found AS MATERIALIZED (${postings} ${early})
    SELECT e.document_id FROM found JOIN search_entry e ON e.no = found.entry_no
    WHERE ${entries.sql} ORDER BY found.score DESC, e.no LIMIT ${size}`;
  return { sql, values: entries.values };
}

function sumOfPostings(
  { terms, required, meanLength }: CandidateQuery,
  partitions: readonly number[],
  conditions: SqlConditions,
): string {
  // The terms of wanted wordings bring candidates too, at no score, for questions that are nothing but a wording.
  const wanted = required.flat().map((id) => [id, 0] as const);
  const idfs = new Map([...wanted, ...terms.map(({ id, idf }) => [id, idf] as const)]);
  const ids = conditions.value([...idfs.keys()]);
  const worth = conditions.value([...idfs.values()]);
  const mean = `${conditions.value(Math.max(meanLength, 1))}::float8`;
  conditions.inPartitions('p', partitions);
  return `SELECT p.entry_no, ${bm25(mean)} AS score
    FROM unnest(${ids}::integer[], ${worth}::float8[]) AS q(term_id, idf)
    CROSS JOIN LATERAL (
      SELECT o.entry_no, o.weight, o.length, o.partition_id FROM search_posting o WHERE o.term_id = q.term_id OFFSET 0) p
    WHERE ${conditions.sql} GROUP BY p.entry_no ${conditions.holdingAllOfOne(required)}`;
}

async function addPostings(added: readonly IndexedEntry[], transaction: EntityManager): Promise<void> {
  const rows = added.flatMap(({ no, partitionId, length, terms }) =>
    terms.map(({ id, weight }) => ({ id, no, weight, length, partitionId })),
  );
  await transaction.query(
    `INSERT INTO search_posting (term_id, entry_no, weight, length, partition_id)
     SELECT * FROM unnest($1::integer[], $2::integer[], $3::real[], $4::real[], $5::integer[])`,
    [
      rows.map(({ id }) => id),
      rows.map(({ no }) => no),
      rows.map(({ weight }) => weight),
      rows.map(({ length }) => length),
      rows.map(({ partitionId }) => partitionId),
    ],
  );
}

/**
 * Finds each posting by the index and removes what was found: joined in any other way, every batch would read the whole table. OFFSET 0
 * keeps the planner to it. Nobody else writes postings meanwhile (see `lockIndex`), so that they stay where they were found.
 */
async function removePostings(removed: readonly RemovedEntry[], transaction: EntityManager): Promise<void> {
  const rows = removed.flatMap(({ no, termIds }) => termIds.map((id) => ({ id, no })));
  if (rows.length === 0) return;
  await transaction.query(
    `DELETE FROM search_posting WHERE ctid = ANY(ARRAY(
       SELECT p.place FROM unnest($1::integer[], $2::integer[]) AS gone(term_id, entry_no)
       CROSS JOIN LATERAL (
         SELECT o.ctid AS place FROM search_posting o
         WHERE o.term_id = gone.term_id AND o.entry_no = gone.entry_no OFFSET 0) p))`,
    [rows.map(({ id }) => id), rows.map(({ no }) => no)],
  );
}

/** Those of the entries that lack a posting. */
async function incomplete(entries: readonly KnownEntry[], manager: EntityManager): Promise<string[]> {
  const terms = entries.flatMap(({ termIds }) => [...termIds]);
  const numbers = entries.flatMap(({ no, termIds }) => Array.from(termIds, () => no));
  const rows = await manager.query<{ no: number }[]>(
    `SELECT DISTINCT wanted.no FROM unnest($1::integer[], $2::integer[]) AS wanted(term, no)
     WHERE NOT EXISTS (SELECT 1 FROM search_posting p WHERE p.term_id = wanted.term AND p.entry_no = wanted.no)`,
    [terms, numbers],
  );
  const lacking = new Set(rows.map(({ no }) => no));
  return entries.filter(({ no }) => lacking.has(no)).map(({ documentId }) => documentId);
}
