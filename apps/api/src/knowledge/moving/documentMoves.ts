import { Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';
import type { EntityManager } from 'typeorm';

import { rankOf } from '#policy';

import { AuditTrail } from '../../access/index.js';
import type { Caller } from '../../access/index.js';
import { PubSub } from '../../platform/pubsub/index.js';
import { Refusal } from '../../platform/refusal.js';
import { Access } from '../access.js';
import type { CollectionEntity } from '../collections/collection.entity.js';
import { CollectionsService } from '../collections/collections.service.js';
import { DocumentState } from '../documents/document.entity.js';
import { DocumentsService } from '../documents/documents.service.js';
import type { DocumentRow } from '../documents/documents.service.js';
import { INDEX_TOPIC, enqueue } from '../indexing/outbox.js';
import { ReadingService, may } from '../reading.service.js';
import type { Reader } from '../reading.service.js';
import { requireCount } from '../texts.js';
import { Happenings } from '../watching/happenings.js';
import { lockFiling } from './locks.js';

const MAX_DOCUMENTS = 50;
const FIELD = 'documentIds';

/**
 * Moves documents to another collection. It takes WRITE in both: whoever may write could file the paper there, and take it out of
 * sight here. Where the two let different levels into a search engine it takes MANAGE of both. A document keeps its label, its
 * versions and whatever hangs on it, and its parts go with it, also those that the mover may not read.
 */
@Injectable()
export class DocumentMoves {
  constructor(
    private readonly database: DataSource,
    private readonly reading: ReadingService,
    private readonly collections: CollectionsService,
    private readonly documents: DocumentsService,
    private readonly happenings: Happenings,
    private readonly pubsub: PubSub,
    private readonly audit: AuditTrail,
  ) {}

  /**
   * All or none; what lies there already stays. The index follows. Throws NOT_FOUND, FORBIDDEN, TOO_LARGE; BAD_INPUT for a part,
   * CONFLICT for a document in review, for one whose source id is taken there, and where another move came first.
   */
  async move(documentIds: readonly string[], collectionId: string, caller: Caller): Promise<void> {
    requireCount(FIELD, documentIds, MAX_DOCUMENTS);
    const reader = await this.reading.readerOf(caller);
    const target = await this.collections.require(collectionId, Access.WRITE, reader);
    const seen = await this.rows(documentIds, reader, this.database.manager);
    const sources = [...new Set(seen.map((row) => row.collectionId))];
    await this.database.transaction(async (transaction) => {
      await lockFiling([collectionId, ...sources], transaction);
      const rows = (await this.rows(documentIds, reader, transaction)).filter((row) => row.collectionId !== target.id);
      if (rows.some((row) => !sources.includes(row.collectionId))) throw conflict('a document has just been moved');
      await this.requireMovable(rows, target, reader, transaction);
      await this.put(rows, target, caller, transaction);
      await this.audit.recordAct(caller, 'moveDocuments', [target.id, ...rows.map(({ id }) => id)], transaction);
    });
    await this.pubsub.publish(INDEX_TOPIC, '').catch(() => undefined);
  }

  private async rows(ids: readonly string[], { filter }: Reader, manager: EntityManager): Promise<DocumentRow[]> {
    const rows = await this.documents.byIds(ids, filter, manager);
    if (rows.length > 0 && rows.length === new Set(ids).size) return rows;
    throw new Refusal('NOT_FOUND', 'there is no such document', { field: FIELD });
  }

  private async requireMovable(
    rows: readonly DocumentRow[],
    target: CollectionEntity,
    reader: Reader,
    transaction: EntityManager,
  ): Promise<void> {
    if (rows.some(({ partOf }) => partOf !== null)) {
      throw new Refusal('BAD_INPUT', 'a part goes with the document that it is of', { field: FIELD });
    }
    if (rows.some(({ state }) => state === DocumentState.IN_REVIEW)) {
      throw conflict('a document in review is moved before or after');
    }
    for (const id of new Set(rows.map(({ collectionId }) => collectionId))) {
      const source = await this.collections.require(id, Access.WRITE, reader, { field: FIELD });
      await this.requireSameCeiling(source, target, reader, transaction);
    }
    const named = rows.flatMap(({ sourceId }) => sourceId ?? []);
    const taken = await this.documents.bySource(target.id, named, reader.filter, transaction);
    if (taken.length > 0 || new Set(named).size < named.length) {
      throw conflict('a document with this source id lies there already');
    }
  }

  private async requireSameCeiling(
    source: CollectionEntity,
    target: CollectionEntity,
    reader: Reader,
    transaction: EntityManager,
  ): Promise<void> {
    if ([source, target].every(({ path }) => may(Access.MANAGE, path, reader))) return;
    const here = await lowestCeiling(source.path, reader, transaction);
    if (here === (await lowestCeiling(target.path, reader, transaction))) return;
    const message = 'the two collections let different levels into search: this needs the access MANAGE to both';
    throw new Refusal('FORBIDDEN', message, { field: 'collectionId' });
  }

  private async put(
    rows: readonly DocumentRow[],
    { id: collectionId }: CollectionEntity,
    { personId: actorId }: Caller,
    transaction: EntityManager,
  ): Promise<void> {
    const ids = rows.map(({ id }) => id);
    await transaction.query('UPDATE document SET collection_id = $1 WHERE id = ANY($2) OR part_of = ANY($2)', [
      collectionId,
      ids,
    ]);
    await transaction.query(
      `UPDATE document_draft SET collection_id = $1
       WHERE document_id IN (SELECT id FROM document WHERE id = ANY($2) OR part_of = ANY($2))`,
      [collectionId, ids],
    );
    await enqueue(ids, transaction);
    const happened = rows.map(({ id, number }) => ({
      documentId: id,
      version: number,
      kind: 'MOVED' as const,
      actorId,
    }));
    await this.happenings.note(happened, transaction);
  }
}

/** The rank above which nothing enters a search engine; -1 where a ceiling has no meaning, so that nothing does. */
async function lowestCeiling(
  path: readonly string[],
  { policy }: Reader,
  manager: EntityManager,
): Promise<number | undefined> {
  const rows = await manager.query<{ ceiling: string }[]>(
    'SELECT index_ceiling AS ceiling FROM collection WHERE id = ANY($1) AND index_ceiling IS NOT NULL',
    [path],
  );
  return rows.map(({ ceiling }) => rankOf(ceiling, policy) ?? -1).toSorted((a, b) => a - b)[0];
}

function conflict(message: string): Refusal {
  return new Refusal('CONFLICT', message, { field: FIELD });
}
