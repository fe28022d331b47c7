import { Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';
import type { EntityManager } from 'typeorm';

import { rankOf, validateLabel } from '#policy';
import type { Label, SecurityPolicy } from '#policy';

import { AuditTrail } from '../../access/index.js';
import type { Caller } from '../../access/index.js';
import { Clock } from '../../platform/clock.js';
import { Refusal } from '../../platform/refusal.js';
import { Access } from '../access.js';
import { CollectionEntity, GrantEntity } from './collection.entity.js';
import type { GranteeKind } from './collection.entity.js';
import { newId } from '../ids.js';
import { lockTree } from '../moving/locks.js';
import { Labels } from '../labels.js';
import { ReadingService, isCleared, may } from '../reading.service.js';
import type { Reader } from '../reading.service.js';
import { SavedChanges } from '../saved/savedChanges.js';
import { requireText } from '../texts.js';

/** What a new collection is made from. */
export interface NewCollection {
  readonly id: string | undefined;
  readonly name: string;
  readonly description: string;
  readonly defaultLabel: Label;
  readonly parentId: string | undefined;
  readonly indexCeiling: string | undefined;
}

/** What people read of a collection; what is undefined stays. */
export interface CollectionNaming {
  readonly name: string;
  readonly description: string | undefined;
}

export interface NewGrant {
  readonly collectionId: string;
  readonly access: Access;
  readonly grantee: { readonly kind: GranteeKind; readonly id: string };
}

const MAX_DEPTH = 16;
const ID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/;

/**
 * Collections and who may enter them. A collection's name is read by everybody who holds a grant for it, whatever their
 * clearance; a collection without a grant can't be told from one that does not exist.
 */
@Injectable()
export class CollectionsService {
  constructor(
    private readonly database: DataSource,
    private readonly reading: ReadingService,
    private readonly labels: Labels,
    private readonly clock: Clock,
    private readonly audit: AuditTrail,
    private readonly searches: SavedChanges,
  ) {}

  /** Up to `limit` collections that the reader holds a grant for, by id, after `after`. */
  async list({ filter }: Reader, after: string, limit: number): Promise<CollectionEntity[]> {
    return this.database
      .getRepository(CollectionEntity)
      .createQueryBuilder('c')
      .where('c.path && :scopes::text[] AND c.id > :after', { scopes: filter.scopes, after })
      .orderBy('c.id')
      .limit(limit)
      .getMany();
  }

  /** Those of the collections that the reader holds a grant for. */
  async byIds(
    ids: readonly string[],
    { filter }: Reader,
    manager: EntityManager = this.database.manager,
  ): Promise<CollectionEntity[]> {
    return manager
      .createQueryBuilder(CollectionEntity, 'c')
      .where('c.id = ANY(:ids) AND c.path && :scopes::text[]', { ids, scopes: filter.scopes })
      .getMany();
  }

  /** Throws NOT_FOUND, the same for absent and for forbidden; FORBIDDEN where the reader may enter but not do this. */
  async require(
    id: string,
    needed: Access,
    reader: Reader,
    { field = 'collectionId', manager }: { field?: string; manager?: EntityManager } = {},
  ): Promise<CollectionEntity> {
    const [collection] = await this.byIds([id], reader, manager);
    if (!collection) throw new Refusal('NOT_FOUND', 'there is no such collection', { field });
    if (may(needed, collection.path, reader)) return collection;
    throw new Refusal('FORBIDDEN', `this needs the access ${needed} to the collection`, { field });
  }

  /** The collection that something is put into. Throws NOT_FOUND, FORBIDDEN; BAD_INPUT where `height` more levels lie too deep. */
  async requireParent(id: string, reader: Reader, height: number, manager: EntityManager): Promise<CollectionEntity> {
    const parent = await this.require(id, Access.MANAGE, reader, { field: 'parentId', manager });
    if (parent.path.length + height <= MAX_DEPTH) return parent;
    throw new Refusal('BAD_INPUT', `collections lie at most ${String(MAX_DEPTH)} deep`, { field: 'parentId' });
  }

  /** Number of documents that the reader may read, by collection, without those in collections below. */
  async documentCounts(ids: readonly string[], { filter }: Reader): Promise<Map<string, number>> {
    const rows = await this.database.query<{ collection_id: string; documents: number }[]>(
      `SELECT d.collection_id, count(*)::integer AS documents FROM document d JOIN collection c ON c.id = d.collection_id
       WHERE d.collection_id = ANY($1) AND d.part_of IS NULL AND d.label_id = ANY($2) AND c.path && $3
       GROUP BY d.collection_id`,
      [ids, filter.labels, filter.scopes],
    );
    return new Map(rows.map(({ collection_id, documents }) => [collection_id, documents]));
  }

  /** Whoever makes a collection manages it. */
  async create(input: NewCollection, caller: Caller): Promise<CollectionEntity> {
    const reader = await this.reading.readerOf(caller);
    check(input, reader);
    return this.database.transaction(async (transaction) => {
      await lockTree(transaction);
      const parent =
        input.parentId === undefined ? undefined : await this.requireParent(input.parentId, reader, 1, transaction);
      const collection = await this.insert(input, parent, caller, transaction);
      const grantee = { kind: 'person' as const, id: caller.personId };
      await this.putGrant({ collectionId: collection.id, access: Access.MANAGE, grantee }, caller, transaction);
      await this.audit.recordAct(caller, 'createCollection', [collection.id], transaction);
      return collection;
    });
  }

  /** The collection as it is then; the same name again changes nothing. Throws NOT_FOUND, FORBIDDEN, BAD_INPUT, TOO_LARGE. */
  async rename(id: string, naming: CollectionNaming, caller: Caller): Promise<CollectionEntity> {
    const reader = await this.reading.readerOf(caller);
    const collection = await this.require(id, Access.MANAGE, reader);
    const { name, description = collection.description } = naming;
    requireNaming(name, description);
    return this.database.transaction(async (transaction) => {
      await transaction.update(CollectionEntity, { id }, { name, description });
      await this.audit.recordAct(caller, 'renameCollection', [id], transaction);
      return Object.assign(collection, { name, description });
    });
  }

  async grant(input: NewGrant, caller: Caller): Promise<GrantEntity> {
    const reader = await this.reading.readerOf(caller);
    await this.require(input.collectionId, Access.MANAGE, reader);
    requireText('granteeId', input.grantee.id, 200);
    return this.database.transaction(async (transaction) => {
      const { collectionId, grantee } = input;
      const held = { collectionId, granteeKind: grantee.kind, granteeId: grantee.id };
      const isNew = !(await transaction.existsBy(GrantEntity, held));
      const grant = await this.putGrant(input, caller, transaction);
      if (isNew) await this.searches.granted(grant.id, transaction);
      await this.audit.recordAct(caller, 'grantCollection', [grant.id, collectionId], transaction);
      return grant;
    });
  }

  /** False when the grant is gone already. Throws NOT_FOUND for a grant that the caller may not manage. */
  async withdraw(id: string, caller: Caller): Promise<boolean> {
    const reader = await this.reading.readerOf(caller);
    const grant = await this.database.getRepository(GrantEntity).findOneBy({ id });
    const [collection] = await this.byIds(grant ? [grant.collectionId] : [], reader);
    if (!grant || !collection || !may(Access.MANAGE, collection.path, reader)) {
      throw new Refusal('NOT_FOUND', 'there is no such grant', { field: 'id' });
    }
    return this.database.transaction(async (transaction) => {
      const { affected } = await transaction.delete(GrantEntity, { id });
      await this.audit.recordAct(caller, 'withdrawGrant', [id, grant.collectionId], transaction);
      return affected === 1;
    });
  }

  async grants(collectionId: string, reader: Reader): Promise<GrantEntity[]> {
    await this.require(collectionId, Access.MANAGE, reader);
    return this.database.getRepository(GrantEntity).find({ where: { collectionId }, order: { id: 'ASC' } });
  }

  private async insert(
    { id = newId(this.clock.now()), name, description, defaultLabel, indexCeiling }: NewCollection,
    parent: CollectionEntity | undefined,
    caller: Caller,
    transaction: EntityManager,
  ): Promise<CollectionEntity> {
    const collection: CollectionEntity = {
      id,
      name,
      description,
      parentId: parent?.id ?? null,
      path: [...(parent?.path ?? []), id],
      defaultLabelId: await this.labels.numberOf(defaultLabel, transaction),
      indexCeiling: indexCeiling ?? null,
      createdBy: caller.personId,
      createdAt: this.clock.now(),
    };
    const inserted = await transaction
      .createQueryBuilder()
      .insert()
      .into(CollectionEntity)
      .values(collection)
      .orIgnore()
      .returning('id')
      .execute();
    const written: unknown = inserted.raw;
    if (!Array.isArray(written) || written.length === 0)
      throw new Refusal('CONFLICT', 'there is a collection with this id', { field: 'id' });
    return collection;
  }

  /** A second grant to the same grantee takes the place of the first. Asks nobody whether the caller may. */
  async putGrant(
    { collectionId, access, grantee }: NewGrant,
    caller: Caller,
    transaction: EntityManager,
  ): Promise<GrantEntity> {
    const now = this.clock.now();
    const [row] = await transaction.query<{ id: string }[]>(
      `INSERT INTO collection_grant (id, collection_id, access, grantee_kind, grantee_id, granted_by, granted_at)
       VALUES ($1, $2, $3, $4, $5, $6, $7)
       ON CONFLICT ON CONSTRAINT collection_grant_once
       DO UPDATE SET access = EXCLUDED.access, granted_by = EXCLUDED.granted_by, granted_at = EXCLUDED.granted_at
       RETURNING id`,
      [newId(now), collectionId, access, grantee.kind, grantee.id, caller.personId, now],
    );
    if (!row) throw new Error('a grant that was just written is not there');
    return {
      id: row.id,
      collectionId,
      access,
      granteeKind: grantee.kind,
      granteeId: grantee.id,
      grantedBy: caller.personId,
      grantedAt: now,
    };
  }
}

/** Throws LABEL_UNKNOWN that names what is wrong with the label. */
export function requireKnown(label: Label, policy: SecurityPolicy, field = 'defaultLabel'): void {
  const [problem] = validateLabel(label, policy);
  if (problem) throw new Refusal('LABEL_UNKNOWN', problem.message, { field: `${field}.${problem.field}` });
}

function requireNaming(name: string, description: string): void {
  requireText('name', name, 200);
  requireText('description', description, 2000, { mayBeEmpty: true });
}

/** Throws BAD_INPUT, TOO_LARGE, LABEL_UNKNOWN or CLEARANCE_TOO_LOW that names the field. */
function check(input: NewCollection, reader: Reader): void {
  const { id, name, description, defaultLabel, indexCeiling } = input;
  if (id !== undefined && !ID.test(id)) throw new Refusal('BAD_INPUT', 'an id is a lower-case UUID', { field: 'id' });
  requireNaming(name, description);
  const { policy } = reader;
  requireKnown(defaultLabel, policy);
  if (!isCleared(defaultLabel, reader)) {
    throw new Refusal('CLEARANCE_TOO_LOW', 'you are not cleared for this label', { field: 'defaultLabel' });
  }
  if (indexCeiling !== undefined && rankOf(indexCeiling, policy) === undefined) {
    throw new Refusal('LABEL_UNKNOWN', 'the policy in force has no such level', { field: 'indexCeiling' });
  }
}
