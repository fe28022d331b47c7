import { Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';
import type { EntityManager } from 'typeorm';

import type { Caller } from '../../access/index.js';
import { Refusal } from '../../platform/refusal.js';
import { DocumentsService, READABLE } from '../documents/documents.service.js';
import { ReadingService } from '../reading.service.js';
import type { Reader } from '../reading.service.js';

const MAX_FAVOURITES = 500;

/** A favourite and where it stands, from 1. */
interface FavouriteRow {
  readonly documentId: string;
  readonly place: number;
}

/** Documents that people keep at hand, in an order of their own. One's own only, while one may read them. */
@Injectable()
export class FavouritesService {
  constructor(
    private readonly database: DataSource,
    private readonly reading: ReadingService,
    private readonly documents: DocumentsService,
  ) {}

  /** Up to `limit` that the reader may read, behind the place `after`. */
  async list(personId: string, after: number, limit: number, { filter }: Reader): Promise<FavouriteRow[]> {
    return this.database.query<FavouriteRow[]>(
      `SELECT f.document_id AS "documentId", f.place FROM favourite f
       JOIN document d ON d.id = f.document_id JOIN collection c ON c.id = d.collection_id
       WHERE ${READABLE} AND f.person_id = $3 AND f.place > $4 ORDER BY f.place LIMIT $5`,
      [filter.labels, filter.scopes, personId, after, limit],
    );
  }

  /**
   * Puts a document before another favourite, at the end without one; one that is a favourite already moves. Throws
   * NOT_FOUND for what the caller may not read, BAD_INPUT where `before` is no favourite, TOO_LARGE.
   */
  async put(documentId: string, before: string | undefined, caller: Caller): Promise<void> {
    const { filter } = await this.reading.readerOf(caller);
    await this.documents.require(documentId, filter);
    if (before !== undefined) await this.documents.require(before, filter);
    await this.database.transaction(async (transaction) => {
      const others = (await held(caller.personId, transaction)).filter((id) => id !== documentId);
      if (others.length >= MAX_FAVOURITES) {
        throw new Refusal('TOO_LARGE', `at most ${String(MAX_FAVOURITES)} documents are kept at hand`, { field: 'id' });
      }
      const place = before === undefined ? others.length : others.indexOf(before);
      if (place < 0) throw new Refusal('BAD_INPUT', 'that document is none of your favourites', { field: 'before' });
      await write(caller.personId, others.toSpliced(place, 0, documentId), transaction);
    });
  }

  /** False when it was none. */
  async remove(documentId: string, { personId }: Caller): Promise<boolean> {
    const [, count] = await this.database.query<[unknown, number]>(
      'DELETE FROM favourite WHERE person_id = $1 AND document_id = $2',
      [personId, documentId],
    );
    return count > 0;
  }
}

/** All of a person's, those that may not be read at the moment included; others who change them wait. */
async function held(personId: string, transaction: EntityManager): Promise<string[]> {
  await transaction.query('SELECT pg_advisory_xact_lock(hashtextextended($1, 4461))', [personId]);
  const rows = await transaction.query<{ id: string }[]>(
    'SELECT document_id AS id FROM favourite WHERE person_id = $1 ORDER BY place',
    [personId],
  );
  return rows.map(({ id }) => id);
}

async function write(personId: string, documentIds: readonly string[], transaction: EntityManager): Promise<void> {
  await transaction.query(
    `INSERT INTO favourite (person_id, document_id, place)
     SELECT $1, f.id, f.place FROM unnest($2::text[]) WITH ORDINALITY AS f (id, place)
     ON CONFLICT (person_id, document_id) DO UPDATE SET place = excluded.place`,
    [personId, documentIds],
  );
}
