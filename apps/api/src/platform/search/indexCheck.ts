import { isDeepStrictEqual } from 'node:util';

import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';

import { analyse, vectorOf, vocabularyOf } from './analysis.js';
import type { AnalysedDocument } from './analysis.js';
import { entryColumns, partitionOf } from './indexWriter.js';
import type { Generation } from './indexState.js';
import { SearchEngine } from './searchEngine.js';
import { TermVector } from './termVector.js';
import type { IndexableDocument, KnownEntry } from './types.js';

/**
 * How the index differs from the database in one document: it is missing, another than it should be, or there although it
 * should not be; `engine-…`: the same between our entries and what the engine has of them.
 */
export interface Difference {
  readonly documentId: string;
  readonly difference: 'missing' | 'outdated' | 'excess' | 'engine-missing' | 'engine-excess';
}

type EntryColumns = ReturnType<typeof entryColumns>;

interface EntryRow extends EntryColumns {
  no: number;
  document_id: string;
  label_id: number;
  collection_id: string;
  language: string;
  scopes: string[];
  vector: Buffer;
}

const PAGE = 300;

/** Compares what a generation of the index has with what it should have. The transaction has to hold the index's lock. */
@Injectable()
export class IndexCheck {
  constructor(private readonly engine: SearchEngine) {}

  /** `documentIds` in part: each has to be in the index exactly as `documents` has it, or not at all. */
  async documents(
    documentIds: readonly string[],
    documents: readonly IndexableDocument[],
    { no }: Generation,
    transaction: EntityManager,
  ): Promise<Difference[]> {
    const entries = await entriesOf(documentIds, no, transaction);
    const analysed = new Map(documents.map((document) => [document.documentId, analyse(document)]));
    const ids = await termIds([...analysed.values()], transaction);
    return documentIds.flatMap((documentId) => {
      const difference = differenceOf(analysed.get(documentId), entries.get(documentId), ids);
      return difference ? [{ documentId, difference }] : [];
    });
  }

  /** What there is of documents that are gone. */
  async orphans({ no }: Generation, transaction: EntityManager): Promise<Difference[]> {
    const rows = await transaction.query<{ id: string }[]>(
      `SELECT e.document_id AS id FROM search_entry e
       WHERE e.generation = $1 AND NOT EXISTS (SELECT 1 FROM document d WHERE d.id = e.document_id)`,
      [no],
    );
    return rows.map(({ id }) => ({ documentId: id, difference: 'excess' }));
  }

  /** What the engine lacks of the entries, or has beyond them. */
  async atEngine(generation: Generation, transaction: EntityManager): Promise<Difference[]> {
    const { missing, excess } = await this.engine.compare(generation, everyEntry(generation, transaction));
    return [
      ...missing.map((documentId) => ({ documentId, difference: 'engine-missing' }) as const),
      ...excess.map((documentId) => ({ documentId, difference: 'engine-excess' }) as const),
    ];
  }

  /** Number of partitions whose counters are not the sums of their entries: what scores are made from is then wrong. */
  async miscounted(generation: Generation, transaction: EntityManager): Promise<number> {
    const counted = new Map<number, { entries: number; terms: number }>();
    for await (const part of everyEntry(generation, transaction)) {
      for (const { partitionId, termIds: terms } of part) {
        const sums = counted.get(partitionId) ?? { entries: 0, terms: 0 };
        counted.set(partitionId, { entries: sums.entries + 1, terms: sums.terms + terms.length });
      }
    }
    const rows = await transaction.query<{ id: number; entries: number; terms: string }[]>(
      `SELECT p.id, p.entries, (SELECT coalesce(sum(f.entries), 0) FROM search_frequency f WHERE f.partition_id = p.id) AS terms
       FROM search_partition p WHERE p.generation = $1`,
      [generation.no],
    );
    return rows.filter(({ id, entries, terms }) => {
      const sums = counted.get(id) ?? { entries: 0, terms: 0 };
      return sums.entries !== entries || sums.terms !== Number(terms);
    }).length;
  }
}

async function entriesOf(
  documentIds: readonly string[],
  generation: number,
  transaction: EntityManager,
): Promise<Map<string, EntryRow>> {
  const rows = await transaction.query<EntryRow[]>(
    `SELECT e.no, e.document_id, e.version, e.kind, e.level, e.countries, e.topics, e.state, e.title_key, e.offers, e.from_terms,
       e.to_terms, e.first_day, e.last_day, e.length, p.label_id, p.collection_id, p.language, p.scopes, v.vector
     FROM search_entry e JOIN search_partition p ON p.id = e.partition_id JOIN search_vector v ON v.entry_no = e.no
     WHERE e.document_id = ANY($1) AND e.generation = $2`,
    [documentIds, generation],
  );
  return new Map(rows.map((row) => [row.document_id, row]));
}

async function termIds(
  analysed: readonly AnalysedDocument[],
  transaction: EntityManager,
): Promise<Map<string, number>> {
  const terms = [...new Set(analysed.flatMap((one) => [...vocabularyOf(one)]))];
  const rows = await transaction.query<{ id: number; term: string }[]>(
    'SELECT id, term FROM search_term WHERE term = ANY($1)',
    [terms],
  );
  return new Map(rows.map(({ id, term }) => [term, id]));
}

function differenceOf(
  wanted: AnalysedDocument | undefined,
  entry: EntryRow | undefined,
  ids: ReadonlyMap<string, number>,
): Difference['difference'] | undefined {
  if (!wanted) return entry ? 'excess' : undefined;
  if (!entry) return 'missing';
  const { no, document_id, length, vector } = entry;
  const columns = { ...entryColumns(wanted.document, new TermVector(vector)), ...partitionOf(wanted.document) };
  const same = isDeepStrictEqual({ ...entry }, { ...columns, no, document_id, length, vector });
  const known = [...vocabularyOf(wanted)].every((term) => ids.has(term));
  return same && known && vectorOf(wanted, ids).equals(vector) ? undefined : 'outdated';
}

async function* everyEntry(
  { no: generation }: Generation,
  transaction: EntityManager,
): AsyncGenerator<(KnownEntry & { readonly partitionId: number })[]> {
  for (let after = 0; ;) {
    const rows = await transaction.query<{ no: number; documentId: string; partitionId: number; vector: Buffer }[]>(
      `SELECT e.no, e.document_id AS "documentId", e.partition_id AS "partitionId", v.vector FROM search_entry e
       JOIN search_vector v ON v.entry_no = e.no WHERE e.generation = $1 AND e.no > $2 ORDER BY e.no LIMIT $3`,
      [generation, after, PAGE],
    );
    const last = rows.at(-1);
    if (!last) return;
    after = last.no;
    yield rows.map(({ vector, ...row }) => ({ ...row, termIds: new TermVector(vector).termIds }));
  }
}
