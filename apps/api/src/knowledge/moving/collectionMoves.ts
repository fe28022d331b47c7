import { Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';
import type { EntityManager } from 'typeorm';

import { AuditTrail } from '../../access/index.js';
import type { Caller } from '../../access/index.js';
import { PubSub } from '../../platform/pubsub/index.js';
import { Refusal } from '../../platform/refusal.js';
import { Access } from '../access.js';
import { CollectionEntity } from '../collections/collection.entity.js';
import { CollectionsService } from '../collections/collections.service.js';
import { INDEX_TOPIC, enqueue } from '../indexing/outbox.js';
import { ReadingService, may } from '../reading.service.js';
import type { Reader } from '../reading.service.js';
import { SavedChanges } from '../saved/savedChanges.js';
import { lockTree } from './locks.js';

/** The newest documents of what was moved, which the saved searches of those who read them now are told of. */
const MAX_TOLD = 100;

/**
 * Moves collections in their tree. What is inherited from above decides who reads, so it takes MANAGE of the collection, of the one
 * that it lies in and of the one that it shall lie in. A collection that lies in none is its mover's to manage, as a new one is.
 */
@Injectable()
export class CollectionMoves {
  constructor(
    private readonly database: DataSource,
    private readonly reading: ReadingService,
    private readonly collections: CollectionsService,
    private readonly searches: SavedChanges,
    private readonly pubsub: PubSub,
    private readonly audit: AuditTrail,
  ) {}

  /** The collection as it is then; the index follows. Throws NOT_FOUND, FORBIDDEN, BAD_INPUT that names the field. */
  async move(id: string, parentId: string | undefined, caller: Caller): Promise<CollectionEntity> {
    const reader = await this.reading.readerOf(caller);
    const moved = await this.database.transaction(async (transaction) => {
      await lockTree(transaction);
      const collection = await this.collections.require(id, Access.MANAGE, reader, { manager: transaction });
      await this.requireLeave(collection, reader, transaction);
      const path = [...(await this.pathOf(parentId, collection, reader, transaction)), id];
      if (!may(Access.MANAGE, path, reader)) {
        const grantee = { kind: 'person' as const, id: caller.personId };
        await this.collections.putGrant({ collectionId: id, access: Access.MANAGE, grantee }, caller, transaction);
      }
      if (collection.path.join() !== path.join()) await this.put(collection, path, transaction);
      await this.audit.recordAct(caller, 'moveCollection', parentId === undefined ? [id] : [id, parentId], transaction);
      return Object.assign(collection, { parentId: parentId ?? null, path });
    });
    await this.pubsub.publish(INDEX_TOPIC, '').catch(() => undefined);
    return moved;
  }

  /** Who manages what lies above keeps it: nobody takes a part of it away from them. */
  private async requireLeave(
    { parentId }: CollectionEntity,
    reader: Reader,
    transaction: EntityManager,
  ): Promise<void> {
    const [above] = await this.collections.byIds(parentId === null ? [] : [parentId], reader, transaction);
    if (parentId === null || (above && may(Access.MANAGE, above.path, reader))) return;
    throw new Refusal('FORBIDDEN', 'this needs the access MANAGE to what the collection lies in', {
      field: 'collectionId',
    });
  }

  /** Of the new place, without the collection itself. */
  private async pathOf(
    parentId: string | undefined,
    { id, path }: CollectionEntity,
    reader: Reader,
    transaction: EntityManager,
  ): Promise<readonly string[]> {
    if (parentId === undefined) return [];
    const [row] = await transaction.query<{ depth: number }[]>(
      'SELECT max(cardinality(path))::integer AS depth FROM collection WHERE $1 = ANY(path)',
      [id],
    );
    const height = (row?.depth ?? path.length) - path.length + 1;
    const parent = await this.collections.requireParent(parentId, reader, height, transaction);
    if (!parent.path.includes(id)) return parent.path;
    throw new Refusal('BAD_INPUT', 'a collection does not lie in itself', { field: 'parentId' });
  }

  /** Everything below comes along. */
  private async put(
    { id, path: before }: CollectionEntity,
    path: readonly string[],
    transaction: EntityManager,
  ): Promise<void> {
    await transaction.update(CollectionEntity, { id }, { parentId: path.at(-2) ?? null });
    const sql = 'UPDATE collection SET path = $2::text[] || path[$3::integer + 1:] WHERE $1 = ANY(path)';
    await transaction.query(sql, [id, path, before.length]);
    const documents = await transaction.query<{ id: string }[]>(
      'SELECT d.id FROM document d JOIN collection c ON c.id = d.collection_id WHERE $1 = ANY(c.path) ORDER BY d.id DESC',
      [id],
    );
    const ids = documents.map((document) => document.id);
    await enqueue(ids, transaction);
    await this.searches.changed(ids.slice(0, MAX_TOLD), transaction);
  }
}
