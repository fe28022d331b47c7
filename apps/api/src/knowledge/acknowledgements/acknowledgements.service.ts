import { Injectable } from '@nestjs/common';
import { DataSource, In, IsNull } from 'typeorm';
import type { EntityManager } from 'typeorm';

import { AuditTrail } from '../../access/index.js';
import type { Caller } from '../../access/index.js';
import { DirectoryService } from '../../directory/index.js';
import { Clock } from '../../platform/clock.js';
import { Refusal } from '../../platform/refusal.js';
import { Access } from '../access.js';
import { CollectionsService } from '../collections/collections.service.js';
import type { DocumentEntity } from '../documents/document.entity.js';
import { DocumentsService, READABLE } from '../documents/documents.service.js';
import { NoticeKind } from '../notices/notices.types.js';
import { Notices } from '../notices/notices.service.js';
import { ownerOf } from '../owners/ownerOf.js';
import { ReadingService, may } from '../reading.service.js';
import type { Reader } from '../reading.service.js';
import { requireCount, requireText } from '../texts.js';
import { AcknowledgementEntity, AcknowledgementListEntity } from './acknowledgement.entity.js';
import { Reminders } from './reminders.js';
import type {
  Acknowledgement,
  AcknowledgementInput,
  AcknowledgementList,
  ReadingDuty,
} from './acknowledgements.types.js';

const MAX_PEOPLE = 500;
const MAX_NOTE = 2000;
/** Lists of one document that are open at once. */
const MAX_OPEN = 50;
const ID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/;

/** The version that is asked for now, of a list `l` on a document `d`. */
const WANTED = 'CASE WHEN l.every_version THEN d.version ELSE l.version END';

const MINE = `FROM acknowledgement a JOIN acknowledgement_list l ON l.id = a.list_id
  JOIN document d ON d.id = l.document_id JOIN collection c ON c.id = d.collection_id
  WHERE ${READABLE} AND a.person_id = $3 AND l.closed_at IS NULL`;

/**
 * Read-and-acknowledge lists. Somebody who answers for a document names people and posts; who of them may not read it is never told of
 * it, and stands on the list as one who has not answered yet: naming somebody tells nothing of their clearance. Lists are seen
 * by who asked, by the document's owner and by who manages its collection.
 */
@Injectable()
export class AcknowledgementsService {
  constructor(
    private readonly database: DataSource,
    private readonly reading: ReadingService,
    private readonly collections: CollectionsService,
    private readonly documents: DocumentsService,
    private readonly directory: DirectoryService,
    private readonly notices: Notices,
    private readonly reminders: Reminders,
    private readonly clock: Clock,
    private readonly audit: AuditTrail,
  ) {}

  /** Throws NOT_FOUND, FORBIDDEN, BAD_INPUT, TOO_LARGE, QUOTA_EXCEEDED, CONFLICT. */
  async ask(input: AcknowledgementInput, caller: Caller): Promise<AcknowledgementList> {
    this.check(input);
    const people = await this.peopleOf(input);
    const reader = await this.reading.readerOf(caller);
    const id = await this.database.transaction(async (transaction) => {
      const document = await this.answeredFor(input.documentId, caller, reader, transaction);
      const known = await transaction.findOneBy(AcknowledgementListEntity, { id: input.id });
      if (known?.documentId === document.id && known.requesterId === caller.personId) return known.id;
      if (known) throw new Refusal('CONFLICT', 'another list has this id', { field: 'id' });
      await this.insert(input, document, people, caller, transaction);
      await this.audit.recordAct(caller, 'askAcknowledgement', [input.id, document.id], transaction);
      return input.id;
    });
    return this.one(id);
  }

  /** Says that the caller has read that version. Throws NOT_FOUND for a list that the caller is not on, CONFLICT for an old version. */
  async acknowledge(listId: string, version: number, caller: Caller): Promise<ReadingDuty> {
    const reader = await this.reading.readerOf(caller);
    await this.database.transaction(async (transaction) => {
      const duty = (await this.duties(caller, reader, { listId }, transaction))[0];
      if (!duty) throw notFound();
      // neither a version that there is not, nor one that the caller may not read
      const { number } = await this.documents.version(duty.documentId, version, reader.filter);
      if (number < duty.version) {
        throw new Refusal('CONFLICT', `version ${String(duty.version)} is to be read`, { field: 'version' });
      }
      await transaction.query(
        `UPDATE acknowledgement SET version = $3, acknowledged_at = $4
         WHERE list_id = $1 AND person_id = $2 AND coalesce(version, 0) < $3`,
        [listId, caller.personId, number, this.clock.now()],
      );
      await this.audit.recordAct(caller, 'acknowledgeDocument', [listId, duty.documentId], transaction);
    });
    const [duty] = await this.duties(caller, reader, { listId }, this.database.manager);
    if (!duty) throw notFound();
    return duty;
  }

  /** Ends a list; false when it has ended before. Throws NOT_FOUND, FORBIDDEN. */
  async close(listId: string, caller: Caller): Promise<boolean> {
    const reader = await this.reading.readerOf(caller);
    return this.database.transaction(async (transaction) => {
      const list = await transaction.findOneBy(AcknowledgementListEntity, { id: listId });
      if (!list || !(await this.seesLists(list.documentId, caller, reader, list.requesterId))) throw notFound();
      const open = { id: listId, closedAt: IsNull() };
      const { affected } = await transaction.update(AcknowledgementListEntity, open, { closedAt: this.clock.now() });
      await this.reminders.cancel(listId, transaction);
      await this.audit.recordAct(caller, 'closeAcknowledgement', [listId, list.documentId], transaction);
      return affected === 1;
    });
  }

  /** Up to `limit` lists of a document, by id, after `after`: all for who answers for it, else those that the caller made. */
  async lists(documentId: string, after: string, limit: number, caller: Caller): Promise<AcknowledgementList[]> {
    const reader = await this.reading.readerOf(caller);
    await this.documents.require(documentId, reader.filter);
    const all = await this.seesLists(documentId, caller, reader);
    const rows = await this.database.query<{ id: string }[]>(
      `SELECT id FROM acknowledgement_list WHERE document_id = $1 AND id > $2 AND ($3 OR requester_id = $4) ORDER BY id LIMIT $5`,
      [documentId, after, all, caller.personId, limit],
    );
    return this.load(rows.map(({ id }) => id));
  }

  /** Up to `limit` lists that the caller is on, by id, after `after`; of documents that the caller may read. */
  async mine(after: string, limit: number, openOnly: boolean, caller: Caller): Promise<ReadingDuty[]> {
    const reader = await this.reading.readerOf(caller);
    return this.duties(caller, reader, { after, limit, openOnly }, this.database.manager);
  }

  private async duties(
    { personId }: Caller,
    reader: Reader,
    wanted: { listId?: string; after?: string; limit?: number; openOnly?: boolean },
    manager: EntityManager,
  ): Promise<ReadingDuty[]> {
    const rows = await manager.query<Omit<ReadingDuty, 'reader'>[]>(
      `SELECT l.id, l.document_id AS "documentId", ${WANTED} AS version, l.every_version AS "everyVersion",
         l.requester_id AS "requesterId", l.note, l.created_at AS "createdAt", l.due_at AS "dueAt",
         a.version AS "acknowledgedVersion", a.acknowledged_at AS "acknowledgedAt", coalesce(a.version, 0) >= ${WANTED} AS "isDone"
       ${MINE} AND ($4::text IS NULL OR l.id = $4) AND l.id > $5 AND (NOT $6 OR coalesce(a.version, 0) < ${WANTED})
       ORDER BY l.id LIMIT $7`,
      [
        reader.filter.labels,
        reader.filter.scopes,
        personId,
        wanted.listId ?? null,
        wanted.after ?? '',
        wanted.openOnly ?? false,
        wanted.limit ?? 1,
      ],
    );
    return rows.map((row) => ({ ...row, reader }));
  }

  private check({ id, note, dueAt, personIds, postIds }: AcknowledgementInput): void {
    if (!ID.test(id)) throw new Refusal('BAD_INPUT', 'id is no lower-case UUID', { field: 'id' });
    requireText('note', note ?? '', MAX_NOTE, { mayBeEmpty: true });
    requireCount('personIds', personIds ?? [], MAX_PEOPLE);
    requireCount('postIds', postIds ?? [], MAX_PEOPLE);
    if (!dueAt || dueAt > this.clock.now()) return;
    throw new Refusal('BAD_INPUT', 'the deadline has passed already', { field: 'dueAt' });
  }

  /** Who is in the directory is no secret. Throws BAD_INPUT, TOO_LARGE. */
  private async peopleOf({ personIds, postIds }: AcknowledgementInput): Promise<string[]> {
    const [named, posted] = await Promise.all([
      this.directory.standings(personIds ?? []),
      this.directory.peopleIn(postIds ?? []),
    ]);
    const unknown = (personIds ?? []).findIndex((id) => named.get(id)?.isActive !== true);
    if (unknown >= 0) {
      throw new Refusal('BAD_INPUT', 'there is no such person', { field: `personIds.${String(unknown)}` });
    }
    const people = [...new Set([...(personIds ?? []), ...posted])];
    if (people.length === 0) throw new Refusal('BAD_INPUT', 'name somebody', { field: 'personIds' });
    requireCount('personIds', people, MAX_PEOPLE);
    return people;
  }

  /** The document, for somebody who may ask others to read it: its owner, or who may write in the collection. */
  private async answeredFor(
    id: string,
    { personId }: Caller,
    reader: Reader,
    transaction: EntityManager,
  ): Promise<DocumentEntity> {
    const document = await this.documents.require(id, reader.filter, transaction);
    if ((await ownerOf(id, transaction)) !== personId) {
      await this.collections.require(document.collectionId, Access.WRITE, reader);
    }
    return document;
  }

  /** Whether the caller sees who has read a document that the caller may read. */
  private async seesLists(
    documentId: string,
    { personId }: Caller,
    reader: Reader,
    requesterId?: string,
  ): Promise<boolean> {
    const [row] = await this.documents.byIds([documentId], reader.filter);
    if (!row) return false;
    if (requesterId === personId || (await ownerOf(documentId, this.database.manager)) === personId) return true;
    const [collection] = await this.collections.byIds([row.collectionId], reader);
    return collection !== undefined && may(Access.MANAGE, collection.path, reader);
  }

  private async insert(
    { id, note, dueAt, everyVersion }: AcknowledgementInput,
    { id: documentId, version }: DocumentEntity,
    people: readonly string[],
    { personId: requesterId }: Caller,
    transaction: EntityManager,
  ): Promise<void> {
    const [open] = await transaction.query<{ count: number }[]>(
      'SELECT count(*)::integer AS count FROM acknowledgement_list WHERE document_id = $1 AND closed_at IS NULL',
      [documentId],
    );
    if ((open?.count ?? 0) >= MAX_OPEN) {
      throw new Refusal('QUOTA_EXCEEDED', `a document has at most ${String(MAX_OPEN)} open lists`, {
        field: 'documentId',
      });
    }
    const list = { id, documentId, version, requesterId, note: note ?? '', dueAt: dueAt ?? null };
    const rest = { everyVersion: everyVersion ?? false, createdAt: this.clock.now(), closedAt: null };
    await transaction.insert(AcknowledgementListEntity, { ...list, ...rest });
    const rows = people.map((personId) => ({ listId: id, personId, version: null, acknowledgedAt: null }));
    await transaction.insert(AcknowledgementEntity, rows);
    const asked = { personIds: people, kind: NoticeKind.ACKNOWLEDGEMENT_ASKED, documentId, subject: id };
    await this.notices.give(transaction, asked);
    await this.reminders.schedule(list, transaction);
  }

  private async one(id: string): Promise<AcknowledgementList> {
    const [list] = await this.load([id]);
    if (!list) throw notFound();
    return list;
  }

  /** In the order of their ids. Only of documents that were read through a filter. */
  private async load(ids: readonly string[]): Promise<AcknowledgementList[]> {
    const { manager } = this.database;
    const lists = await manager.query<Omit<AcknowledgementList, 'people'>[]>(
      `SELECT l.id, l.document_id AS "documentId", ${WANTED} AS version, l.every_version AS "everyVersion", l.requester_id AS "requesterId",
         l.note, l.created_at AS "createdAt", l.due_at AS "dueAt", l.closed_at AS "closedAt"
       FROM acknowledgement_list l JOIN document d ON d.id = l.document_id WHERE l.id = ANY($1) ORDER BY l.id`,
      [ids],
    );
    const order = { personId: 'ASC' } as const;
    const rows = await manager.find(AcknowledgementEntity, { where: { listId: In([...ids]) }, order });
    return lists.map((list) => {
      const people = rows.filter(({ listId }) => listId === list.id);
      return { ...list, people: people.map((row) => answerOf(row, list)) };
    });
  }
}

function notFound(): Refusal {
  return new Refusal('NOT_FOUND', 'there is no such list', { field: 'id' });
}

function answerOf(
  { personId, version, acknowledgedAt }: AcknowledgementEntity,
  list: Pick<AcknowledgementList, 'version'>,
): Acknowledgement {
  return { personId, version, acknowledgedAt, isDone: (version ?? 0) >= list.version };
}
