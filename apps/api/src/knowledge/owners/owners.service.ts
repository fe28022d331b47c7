import { Injectable } from '@nestjs/common';
import { DataSource, In } from 'typeorm';
import type { EntityManager } from 'typeorm';

import { AuditTrail, Role } from '../../access/index.js';
import type { Caller } from '../../access/index.js';
import { DirectoryService } from '../../directory/index.js';
import { Clock } from '../../platform/clock.js';
import { Refusal } from '../../platform/refusal.js';
import { Access } from '../access.js';
import { CollectionsService } from '../collections/collections.service.js';
import { DocumentsService, READABLE } from '../documents/documents.service.js';
import type { DocumentRow } from '../documents/documents.service.js';
import { ReadingService, may } from '../reading.service.js';
import type { Reader } from '../reading.service.js';
import { requireCount } from '../texts.js';
import { Handover } from './handover.js';
import { OwnerEntity } from './owner.entity.js';
import type { DocumentOwner } from './owners.types.js';

const MAX_DOCUMENTS = 100;

/** Who answers for documents, and who may change that: the owner, who manages the collection, for orphans the registrar. */
@Injectable()
export class OwnersService {
  constructor(
    private readonly database: DataSource,
    private readonly reading: ReadingService,
    private readonly collections: CollectionsService,
    private readonly documents: DocumentsService,
    private readonly directory: DirectoryService,
    private readonly handover: Handover,
    private readonly clock: Clock,
    private readonly audit: AuditTrail,
  ) {}

  /** The owners of documents that were read through a filter, by id of the document; parts stand with their whole. */
  async of(documentIds: readonly string[]): Promise<Map<string, DocumentOwner>> {
    const rows = await this.database.manager.findBy(OwnerEntity, { documentId: In([...documentIds]) });
    return new Map(
      rows.map(({ documentId, ownerId, postId, since }) => [documentId, { personId: ownerId, postId, since }]),
    );
  }

  /** Ids of up to `limit` documents without an owner that the caller may give to somebody, after `after`. */
  async orphaned(after: string, limit: number, caller: Caller, { filter, grants }: Reader): Promise<string[]> {
    const managed = [...grants].filter(([, access]) => access === Access.MANAGE).map(([id]) => id);
    const rows = await this.database.query<{ id: string }[]>(
      `SELECT d.id FROM document_owner o JOIN document d ON d.id = o.document_id JOIN collection c ON c.id = d.collection_id
       WHERE ${READABLE} AND o.owner_id IS NULL AND ($3 OR c.path && $4::text[]) AND d.id > $5 ORDER BY d.id LIMIT $6`,
      [filter.labels, filter.scopes, isRegistrar(caller), managed, after, limit],
    );
    return rows.map(({ id }) => id);
  }

  /**
   * Gives documents to somebody, all or none. Throws NOT_FOUND, FORBIDDEN, TOO_LARGE; BAD_INPUT for a part, and for somebody who may not
   * read one of them: every device knows the clearances of colleagues, and who gives a document away knows who may enter.
   */
  async handOver(documentIds: readonly string[], personId: string, caller: Caller): Promise<void> {
    requireCount('documentIds', documentIds, MAX_DOCUMENTS);
    const reader = await this.reading.readerOf(caller);
    const rows = await this.documents.byIds(documentIds, reader.filter);
    if (rows.length < new Set(documentIds).size || rows.length === 0) throw notFound();
    const postId = await this.requireSuitable(rows, personId);
    await this.database.transaction(async (transaction) => {
      await this.requireMayGive(rows, caller, reader, transaction);
      const ids = rows.map(({ id }) => id);
      const owner = { ownerId: personId, postId, since: this.clock.now() };
      await transaction.update(OwnerEntity, { documentId: In(ids) }, owner);
      await this.handover.tell(personId, ids, transaction);
      await this.audit.recordAct(caller, 'handOverDocuments', [personId, ...ids].slice(0, MAX_DOCUMENTS), transaction);
    });
  }

  /** The post of somebody who can take the documents. */
  private async requireSuitable(rows: readonly DocumentRow[], personId: string): Promise<string> {
    const standing = (await this.directory.standings([personId])).get(personId);
    if (standing?.isActive !== true) {
      throw new Refusal('BAD_INPUT', 'there is no such person', { field: 'personId' });
    }
    const { filter } = await this.reading.readerOfPerson(personId);
    const readable = await this.documents.byIds(
      rows.map(({ id }) => id),
      filter,
    );
    if (readable.length === rows.length) return standing.postId;
    throw new Refusal('BAD_INPUT', 'this person may not read all of these documents', { field: 'personId' });
  }

  private async requireMayGive(
    rows: readonly DocumentRow[],
    caller: Caller,
    reader: Reader,
    transaction: EntityManager,
  ): Promise<void> {
    const ids = rows.map(({ id }) => id).toSorted();
    const lock = { mode: 'pessimistic_write' } as const;
    const owners = await transaction.find(OwnerEntity, {
      where: { documentId: In(ids) },
      order: { documentId: 'ASC' },
      lock,
    });
    if (owners.length < ids.length) {
      throw new Refusal('BAD_INPUT', 'a part goes with the document that it is of', { field: 'documentIds' });
    }
    const given = owners.filter(
      ({ ownerId }) => ownerId === caller.personId || (ownerId === null && isRegistrar(caller)),
    );
    const own = new Set(given.map(({ documentId }) => documentId));
    const others = new Set(rows.filter(({ id }) => !own.has(id)).map(({ collectionId }) => collectionId));
    const collections = await this.collections.byIds([...others], reader);
    if (collections.every(({ path }) => may(Access.MANAGE, path, reader))) return;
    throw new Refusal('FORBIDDEN', 'the owner gives a document away, or who manages the collection', {
      field: 'documentIds',
    });
  }
}

function isRegistrar({ roles }: Caller): boolean {
  return roles.includes(Role.REGISTRAR);
}

function notFound(): Refusal {
  return new Refusal('NOT_FOUND', 'there is no such document', { field: 'documentIds' });
}
