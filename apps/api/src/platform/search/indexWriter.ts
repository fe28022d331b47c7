import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';

import { analyse, languageOf, nameTerms, titleKey, vectorOf, vocabularyOf, weightedTerms } from './analysis.js';
import type { AnalysedDocument } from './analysis.js';
import { weighted } from './fields.js';
import type { Generation } from './indexState.js';
import { SearchEngine } from './searchEngine.js';
import { StatisticsChange, partitionKey } from './statisticsChange.js';
import { OfferChange, offersOf } from './suggestions.js';
import type { Offer } from './suggestions.js';
import { TermVector } from './termVector.js';
import type { IndexableDocument, IndexedEntry, RemovedEntry } from './types.js';

interface OldRow {
  no: number;
  document_id: string;
  partition_id: number;
  offers: readonly Offer[];
  vector: Buffer;
}

interface Prepared {
  readonly analysed: AnalysedDocument;
  readonly partitionId: number;
  readonly offers: readonly Offer[];
  readonly encoded: Buffer;
  readonly vector: TermVector;
}

/**
 * Brings vocabulary, statistics, term vectors and the engine to the state of the documents that it is given, all in the
 * caller's transaction. Only one transaction at a time may do this (see `lockIndex`): the counters have one writer.
 */
@Injectable()
export class IndexWriter {
  constructor(private readonly engine: SearchEngine) {}

  /** `documentIds` are all that are brought up to date; those without a document leave the generations. */
  async replace(
    documentIds: readonly string[],
    documents: readonly IndexableDocument[],
    generations: readonly Generation[],
    transaction: EntityManager,
  ): Promise<void> {
    const analysed = documents.map(analyse);
    const kept = new Set(documents.map(({ documentId }) => documentId));
    const gone = documentIds.filter((id) => !kept.has(id));
    for (const generation of generations) {
      const change = new StatisticsChange();
      const offered = new OfferChange();
      const removed = await removeOld(documentIds, generation, { change, offered }, transaction);
      const prepared = await prepare(analysed, generation, transaction);
      for (const { vector, offers, partitionId } of prepared) {
        change.add(vector, partitionId);
        offered.add(offers, partitionId);
      }
      const added = await insertEntries(prepared, generation, transaction);
      await change.apply(transaction);
      await offered.apply(transaction);
      await this.engine.index({ generation, added, removed, gone }, transaction);
    }
  }

  /** Takes up to `limit` entries out of a generation that is no longer asked; how many it took. */
  async discard(generation: Generation, limit: number, transaction: EntityManager): Promise<number> {
    const rows = await transaction.query<{ document_id: string }[]>(
      'SELECT document_id FROM search_entry WHERE generation = $1 ORDER BY no LIMIT $2',
      [generation.no, limit],
    );
    const ids = rows.map(({ document_id }) => document_id);
    const removed = await removeOld(ids, generation, UNCOUNTED(), transaction);
    await this.engine.index({ generation, added: [], removed, gone: [] }, transaction);
    return rows.length;
  }
}

interface Counters {
  readonly change: StatisticsChange;
  readonly offered: OfferChange;
}

/** The counters of a generation that nobody asks any more are not kept. */
const UNCOUNTED = (): Counters => ({ change: new StatisticsChange(), offered: new OfferChange() });

/** Any fixed number; all instances of Chancery on one database use the same. */
const INDEX_LOCK = 4_460_002;

/** Takes the right to write the index until the transaction ends; false when another one has it. */
export async function lockIndex(transaction: EntityManager): Promise<boolean> {
  const [row] = await transaction.query<{ taken: boolean }[]>('SELECT pg_try_advisory_xact_lock($1) AS taken', [
    INDEX_LOCK,
  ]);
  return row?.taken ?? false;
}

async function removeOld(
  documentIds: readonly string[],
  { no: generation }: Generation,
  { change, offered }: Counters,
  transaction: EntityManager,
): Promise<RemovedEntry[]> {
  const rows = await transaction.query<OldRow[]>(
    `SELECT e.no, e.document_id, e.partition_id, e.offers, v.vector FROM search_entry e
     JOIN search_vector v ON v.entry_no = e.no WHERE e.document_id = ANY($1) AND e.generation = $2`,
    [documentIds, generation],
  );
  if (rows.length === 0) return [];
  const removed = rows.map(({ no, document_id, partition_id, offers, vector }) => {
    const old = new TermVector(vector);
    change.remove(old, partition_id);
    offered.remove(offers, partition_id);
    return { no, documentId: document_id, termIds: [...old.termIds] };
  });
  await transaction.query('DELETE FROM search_entry WHERE no = ANY($1)', [rows.map(({ no }) => no)]);
  return removed;
}

async function prepare(
  analysed: readonly AnalysedDocument[],
  generation: Generation,
  transaction: EntityManager,
): Promise<Prepared[]> {
  const ids = await termIds(new Set(analysed.flatMap((one) => [...vocabularyOf(one)])), transaction);
  const partitions = await partitionIds(
    analysed.map(({ document }) => document),
    generation,
    transaction,
  );
  return analysed.map((one) => {
    const encoded = vectorOf(one, ids);
    const partitionId = partitions.get(partitionKey(partitionOf(one.document))) ?? 0;
    const offers = offersOf(one.document);
    return { analysed: one, partitionId, offers, encoded, vector: new TermVector(encoded) };
  });
}

/** Numbers of terms; new ones get theirs. */
async function termIds(terms: ReadonlySet<string>, transaction: EntityManager): Promise<Map<string, number>> {
  const list = [...terms];
  await transaction.query(
    `INSERT INTO search_term (term) SELECT term FROM unnest($1::text[]) AS new(term)
     WHERE NOT EXISTS (SELECT 1 FROM search_term known WHERE known.term = new.term)`,
    [list],
  );
  const rows = await transaction.query<{ id: number; term: string }[]>(
    'SELECT id, term FROM search_term WHERE term = ANY($1)',
    [list],
  );
  return new Map(rows.map(({ id, term }) => [term, id]));
}

/** The partition that a document is counted in. */
export function partitionOf({ labelId, collectionId, language, scopes }: IndexableDocument) {
  return { label_id: labelId, collection_id: collectionId, language: languageOf(language), scopes };
}

async function partitionIds(
  documents: readonly IndexableDocument[],
  { no: generation }: Generation,
  transaction: EntityManager,
): Promise<Map<string, number>> {
  const wanted = new Map(documents.map(partitionOf).map((partition) => [partitionKey(partition), partition]));
  const rows = await transaction.query<{ id: number; label_id: number; collection_id: string; language: string }[]>(
    `INSERT INTO search_partition (generation, label_id, collection_id, language, scopes)
     SELECT $2, label_id, collection_id, language, scopes
     FROM jsonb_to_recordset($1) AS new(label_id integer, collection_id text, language text, scopes text[])
     ON CONFLICT ON CONSTRAINT search_partition_once DO UPDATE SET scopes = EXCLUDED.scopes
     RETURNING id, label_id, collection_id, language`,
    [JSON.stringify([...wanted.values()]), generation],
  );
  return new Map(rows.map((row) => [partitionKey(row), row.id]));
}

async function insertEntries(
  prepared: readonly Prepared[],
  { no: generation }: Generation,
  transaction: EntityManager,
): Promise<IndexedEntry[]> {
  if (prepared.length === 0) return [];
  const rows = await transaction.query<{ no: number; document_id: string }[]>(
    `INSERT INTO search_entry (generation, document_id, partition_id, version, kind, level, countries, topics, state, title_key, offers,
       from_terms, to_terms, first_day, last_day, length)
     SELECT $2, document_id, partition_id, version, kind, level, countries, topics, state, title_key, offers, from_terms, to_terms,
       first_day, last_day, length
     FROM jsonb_to_recordset($1) AS new(document_id text, partition_id integer, version integer, kind text, level text,
       countries text[], topics text[], state text, title_key text, offers jsonb, from_terms text[], to_terms text[], first_day integer, last_day integer, length real)
     RETURNING no, document_id`,
    [JSON.stringify(prepared.map(entryRow)), generation],
  );
  const numbers = new Map(rows.map(({ no, document_id }) => [document_id, no]));
  const entries = prepared.map((one) => entryOf(one, numbers.get(one.analysed.document.documentId) ?? 0));
  await transaction.query(
    'INSERT INTO search_vector (entry_no, vector) SELECT * FROM unnest($1::integer[], $2::bytea[])',
    [entries.map(({ no }) => no), prepared.map(({ encoded }) => encoded)],
  );
  return entries;
}

function entryRow({ analysed: { document }, partitionId, vector }: Prepared) {
  return { document_id: document.documentId, partition_id: partitionId, ...entryColumns(document, vector) };
}

/** What the row of an entry has of a document, beside where it stands. */
export function entryColumns(document: IndexableDocument, vector: TermVector) {
  return {
    version: document.version,
    kind: document.kind,
    level: document.level,
    countries: document.countries,
    topics: document.topics,
    state: document.state,
    title_key: titleKey(document.text.title ?? ''),
    offers: offersOf(document),
    from_terms: nameTerms(document.from),
    to_terms: nameTerms(document.to),
    first_day: document.firstDay ?? null,
    last_day: document.lastDay ?? null,
    length: weighted(vector.lengths),
  };
}

function entryOf({ analysed: { document }, partitionId, vector }: Prepared, no: number): IndexedEntry {
  return {
    no,
    documentId: document.documentId,
    labelId: document.labelId,
    partitionId,
    scopes: document.scopes,
    kind: document.kind,
    level: document.level,
    language: languageOf(document.language),
    countries: document.countries,
    topics: document.topics,
    state: document.state,
    ...(document.firstDay === undefined ? {} : { firstDay: document.firstDay }),
    ...(document.lastDay === undefined ? {} : { lastDay: document.lastDay }),
    fromTerms: nameTerms(document.from),
    toTerms: nameTerms(document.to),
    length: weighted(vector.lengths),
    terms: weightedTerms(vector),
  };
}
