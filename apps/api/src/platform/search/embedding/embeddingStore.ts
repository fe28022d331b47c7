import { Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';
import type { EntityManager } from 'typeorm';

import { AppConfig } from '../../../config/index.js';
import type { Generation } from '../indexState.js';
import { decodeVector, encodeVector } from './vectors.js';

/** Changes whenever texts are sent in another form: all vectors are then made anew. */
const FORM = 1;
/** Any fixed number; all instances of Chancery on one database use the same. */
const EMBEDDING_LOCK = 4_460_003;

/** How far the vectors are. */
export interface EmbeddingState {
  readonly madeWith: string;
  /** Null before the first vector. */
  readonly dimensions: number | null;
  /** The last entry of the index that was looked at: entries come in the order of their numbers. */
  readonly doneTo: number;
}

/** An entry of the index that may get a vector. */
export interface WaitingEntry {
  readonly no: number;
  readonly documentId: string;
  readonly version: number;
  readonly labelId: number;
}

/** The vectors of what the index holds. They go with their entries, and as a whole when another model or level is configured. */
@Injectable()
export class EmbeddingStore {
  /** What the vectors were made with; undefined when there are to be none. */
  readonly madeWith: string | undefined;

  constructor(
    config: AppConfig,
    private readonly database: DataSource,
  ) {
    const { embedding } = config;
    this.madeWith = embedding && JSON.stringify([FORM, embedding.model, embedding.level]);
  }

  /** Vectors by document, for those that have one in a generation of the index. */
  async load(documentIds: readonly string[], { no: generation }: Generation): Promise<Map<string, Float32Array>> {
    const rows = await this.database.query<{ document_id: string; vector: Buffer }[]>(
      `SELECT e.document_id, m.vector FROM search_entry e
       JOIN search_embedding m ON m.entry_no = e.no JOIN search_embedding_state s ON s.made_with = $3
       WHERE e.document_id = ANY($1) AND e.generation = $2`,
      [documentIds, generation, this.madeWith],
    );
    return new Map(rows.map(({ document_id, vector }) => [document_id, decodeVector(vector)]));
  }

  /** Takes the right to make vectors until the transaction ends; false when another one has it. */
  async lock(transaction: EntityManager): Promise<boolean> {
    const rows = await transaction.query<{ taken: boolean }[]>('SELECT pg_try_advisory_xact_lock($1) AS taken', [
      EMBEDDING_LOCK,
    ]);
    return rows[0]?.taken ?? false;
  }

  async state(transaction: EntityManager): Promise<EmbeddingState | undefined> {
    const rows = await transaction.query<EmbeddingState[]>(
      'SELECT made_with AS "madeWith", dimensions, done_to AS "doneTo" FROM search_embedding_state',
    );
    return rows[0];
  }

  /** Forgets all vectors; every entry is looked at again. */
  async restart(madeWith: string, transaction: EntityManager): Promise<EmbeddingState> {
    await transaction.query('DELETE FROM search_embedding');
    await transaction.query(
      `INSERT INTO search_embedding_state (made_with, done_to) VALUES ($1, 0)
       ON CONFLICT ("only") DO UPDATE SET made_with = excluded.made_with, dimensions = NULL, done_to = 0`,
      [madeWith],
    );
    return { madeWith, dimensions: null, doneTo: 0 };
  }

  /** The next entries after the last that was looked at, in the order of their numbers. */
  async waiting({ doneTo }: EmbeddingState, limit: number, transaction: EntityManager): Promise<WaitingEntry[]> {
    return transaction.query(
      `SELECT e.no, e.document_id AS "documentId", e.version, p.label_id AS "labelId" FROM search_entry e
       JOIN search_partition p ON p.id = e.partition_id WHERE e.no > $1 ORDER BY e.no LIMIT $2`,
      [doneTo, limit],
    );
  }

  /**
   * Keeps the vectors of those entries that are still there and that nobody is about to remove; which these are. It never waits for
   * whoever writes the index.
   */
  async keep(vectors: ReadonlyMap<number, Float32Array>, transaction: EntityManager): Promise<Set<number>> {
    const rows = await transaction.query<{ entry_no: number }[]>(
      `WITH kept AS (SELECT no FROM search_entry WHERE no = ANY($1) FOR KEY SHARE SKIP LOCKED)
       INSERT INTO search_embedding (entry_no, vector)
       SELECT kept.no, made.vector FROM unnest($1::integer[], $2::bytea[]) AS made(no, vector) JOIN kept ON kept.no = made.no
       ON CONFLICT (entry_no) DO UPDATE SET vector = excluded.vector RETURNING entry_no`,
      [[...vectors.keys()], [...vectors.values()].map(encodeVector)],
    );
    return new Set(rows.map(({ entry_no }) => entry_no));
  }

  async moveOn(doneTo: number, dimensions: number | null, transaction: EntityManager): Promise<void> {
    await transaction.query('UPDATE search_embedding_state SET done_to = $1, dimensions = $2', [doneTo, dimensions]);
  }
}
