import { Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';

import { prepared } from '../database/index.js';

import type { Generation } from './indexState.js';
import { TermVector } from './termVector.js';

/** The term vector of one document as the index has it. */
export interface StoredVector {
  readonly documentId: string;
  /** Version of the document that the vector was made from. */
  readonly version: number;
  readonly language: string;
  /** First and last day that the paper's date can mean, as yyyymmdd; 0 when undated. */
  readonly firstDay: number;
  readonly lastDay: number;
  /** What titles are put in order by. */
  readonly titleKey: string;
  readonly vector: TermVector;
}

interface EntryRow {
  no: number;
  document_id: string;
  version: number;
  language: string;
  first_day: number | null;
  last_day: number | null;
  title_key: string;
}

/** Bound of the vectors that are kept in memory, in bytes; the least recently used go first. */
const CACHE_BYTES = 64 * 1024 * 1024;

/** Term vectors from the database, with a bounded memory. An entry's number never stands for another vector. */
@Injectable()
export class VectorStore {
  private readonly cache = new Map<number, TermVector>();
  private cachedBytes = 0;

  constructor(private readonly database: DataSource) {}

  /** The vectors of those documents that are in a generation of the index. */
  async load(documentIds: readonly string[], { no: generation }: Generation): Promise<StoredVector[]> {
    if (documentIds.length === 0) return [];
    const rows = await prepared<EntryRow>(
      this.database,
      `SELECT e.no, e.document_id, e.version, p.language, e.first_day, e.last_day, e.title_key FROM search_entry e
       JOIN search_partition p ON p.id = e.partition_id WHERE e.document_id = ANY($1) AND e.generation = $2`,
      [documentIds, generation],
    );
    const vectors = await this.vectors(rows.map(({ no }) => no));
    return rows.flatMap(({ no, document_id, version, language, first_day, last_day, title_key }) => {
      const vector = vectors.get(no);
      const rest = { firstDay: first_day ?? 0, lastDay: last_day ?? 0, titleKey: title_key };
      return vector ? [{ documentId: document_id, version, language, ...rest, vector }] : [];
    });
  }

  private async vectors(numbers: readonly number[]): Promise<Map<number, TermVector>> {
    const found = new Map<number, TermVector>();
    for (const no of numbers) {
      const vector = this.cache.get(no);
      if (vector) found.set(no, vector);
    }
    const missing = numbers.filter((no) => !found.has(no));
    const rows = await this.read(missing);
    for (const { entry_no, vector } of rows) found.set(entry_no, new TermVector(vector));
    this.keep(found);
    return found;
  }

  private async read(numbers: readonly number[]): Promise<{ entry_no: number; vector: Buffer }[]> {
    if (numbers.length === 0) return [];
    return prepared(this.database, 'SELECT entry_no, vector FROM search_vector WHERE entry_no = ANY($1)', [numbers]);
  }

  /** Moves what was used to the end of the map, whose order is then that of use. */
  private keep(used: ReadonlyMap<number, TermVector>): void {
    for (const [no, vector] of used) {
      if (!this.cache.delete(no)) this.cachedBytes += vector.bytes;
      this.cache.set(no, vector);
    }
    for (const [no, vector] of this.cache) {
      if (this.cachedBytes <= CACHE_BYTES) break;
      this.cache.delete(no);
      this.cachedBytes -= vector.bytes;
    }
  }
}
