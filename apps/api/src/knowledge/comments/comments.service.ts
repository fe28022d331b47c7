import { Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';
import type { EntityManager, SelectQueryBuilder } from 'typeorm';

import { dominates, join } from '#policy';
import type { Label } from '#policy';

import { AuditTrail } from '../../access/index.js';
import type { Caller } from '../../access/index.js';
import { Clock } from '../../platform/clock.js';
import { Refusal } from '../../platform/refusal.js';
import { Access } from '../access.js';
import { CollectionEntity } from '../collections/collection.entity.js';
import { CollectionsService, requireKnown } from '../collections/collections.service.js';
import { DocumentEntity } from '../documents/document.entity.js';
import { DocumentsService } from '../documents/documents.service.js';
import type { DocumentRow } from '../documents/documents.service.js';
import { Labels } from '../labels.js';
import { ReadingService, isCleared } from '../reading.service.js';
import type { Reader } from '../reading.service.js';
import { requireCount, requireText } from '../texts.js';
import { CommentEntity } from './comment.entity.js';
import { CommentNotices } from './commentNotices.js';
import { CommentReaders } from './commentReaders.js';
import type { CommentInput } from './comments.types.js';

const ID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/;
const MAX_TEXT = 10_000;
const MAX_MENTIONS = 20;
const MAX_NAME = 200;

/** Which comments of a document somebody wants to see. */
interface CommentQuery {
  readonly blockId: string | undefined;
  /** Only threads that are not resolved. */
  readonly openOnly: boolean;
  /** The last one of the page before: when it was written, and its id. */
  readonly after: readonly [Date, string] | undefined;
  readonly limit: number;
}

/** Where a comment is about to be written. */
type Place = Pick<CommentInput, 'documentId' | 'blockId' | 'answerTo'>;

interface FoundPlace {
  readonly document: DocumentRow;
  readonly blockId: string | null;
  readonly thread: CommentEntity | undefined;
}

/** Comments as one reader may see them. */
export interface SeenComments {
  readonly rows: readonly CommentEntity[];
  readonly labels: ReadonlyMap<number, Label>;
  readonly reader: Reader;
}

/**
 * Comments on documents and their blocks, in threads of one level. A comment is read by whoever may read the document at
 * that moment and is cleared for the comment's own label, which covers what it is about.
 */
@Injectable()
export class CommentsService {
  constructor(
    private readonly database: DataSource,
    private readonly reading: ReadingService,
    private readonly documents: DocumentsService,
    private readonly collections: CollectionsService,
    private readonly labels: Labels,
    private readonly notices: CommentNotices,
    private readonly readers: CommentReaders,
    private readonly clock: Clock,
    private readonly audit: AuditTrail,
  ) {}

  /** Oldest first. Throws NOT_FOUND for a document that the caller may not read. */
  async list(documentId: string, query: CommentQuery, caller: Caller): Promise<SeenComments> {
    const reader = await this.reading.readerOf(caller);
    await this.documents.require(documentId, reader.filter);
    const rows = this.visible(reader).andWhere('m.documentId = :documentId', { documentId });
    if (query.blockId !== undefined) rows.andWhere('m.blockId = :blockId', { blockId: query.blockId });
    if (query.openOnly) rows.andWhere(`(${RESOLVED}) IS NULL`);
    if (query.after) rows.andWhere('(m.createdAt, m.id) > (:at, :id)', { at: query.after[0], id: query.after[1] });
    const page = await rows.orderBy('m.createdAt').addOrderBy('m.id').limit(query.limit).getMany();
    return this.see(page, reader);
  }

  /** Throws NOT_FOUND, BAD_INPUT, TOO_LARGE, LABEL_TOO_HIGH, CLEARANCE_TOO_LOW; CONFLICT for an id that is taken. */
  async add(input: CommentInput, caller: Caller): Promise<SeenComments> {
    checkInput(input);
    const reader = await this.reading.readerOf(caller);
    const place = await this.find(input, reader);
    const { document, thread, blockId } = place;
    const label = await this.labelFor(input, place, reader);
    const row = await this.database.transaction(async (transaction) => {
      if (thread) await hold(thread, transaction);
      const labelId = await this.labels.numberOf(label, transaction);
      const comment = Object.assign(new CommentEntity(), {
        id: input.id,
        documentId: document.id,
        blockId,
        version: document.number,
        labelId,
        answerTo: thread?.id ?? null,
        authorId: caller.personId,
        text: input.text,
        mentions: [...new Set(input.mentions ?? [])],
        createdAt: this.clock.now(),
        ...NOTHING_YET,
      });
      if (!(await isWritten(comment, transaction))) return this.writtenBefore(comment, transaction);
      await this.notices.tell(comment, label, thread?.authorId, transaction);
      return comment;
    });
    return this.see([row], reader);
  }

  /** One's own; without mentions they stay. Whom it names newly is told. Throws NOT_FOUND, FORBIDDEN, BAD_INPUT, TOO_LARGE. */
  async edit(id: string, text: string, mentions: readonly string[] | null, caller: Caller): Promise<SeenComments> {
    requireText('text', text, MAX_TEXT);
    checkMentions(mentions ?? []);
    const reader = await this.reading.readerOf(caller);
    const row = await this.require(id, reader);
    requireOwn(row, caller);
    const named = mentions === null ? row.mentions : [...new Set(mentions)];
    const change = { text, mentions: named, editedAt: this.clock.now() };
    const edited = await this.see([Object.assign(row, change)], reader);
    await this.database.transaction(async (transaction) => {
      await transaction.update(CommentEntity, { id }, change);
      const label = edited.labels.get(row.labelId);
      if (label) await this.notices.tell(row, label, undefined, transaction);
    });
    return edited;
  }

  /**
   * Ids of up to `first` others who may read what is about to be said there, by the beginnings of their names: whoever may not is not
   * among them. Throws what `add` throws for the place.
   */
  async readersOf(place: Place, typed: string, first: number, caller: Caller): Promise<string[]> {
    requireText('typed', typed, MAX_NAME, { mayBeEmpty: true });
    const reader = await this.reading.readerOf(caller);
    const found = await this.find(place, reader);
    const { path } = await this.collections.require(found.document.collectionId, Access.READ, reader);
    const label = await this.leastLabel(found, reader);
    return this.readers.named(typed, { documentId: place.documentId, path, label, authorId: caller.personId }, first);
  }

  /** One's own. Throws NOT_FOUND, FORBIDDEN. */
  async delete(id: string, caller: Caller): Promise<void> {
    const row = await this.require(id, await this.reading.readerOf(caller));
    requireOwn(row, caller);
    await this.database.transaction((transaction) => this.erase(row, transaction));
  }

  /** Another's, by who manages the collection; stands in the audit trail. Throws NOT_FOUND, FORBIDDEN. */
  async remove(id: string, caller: Caller): Promise<void> {
    const reader = await this.reading.readerOf(caller);
    const row = await this.require(id, reader);
    await this.requireAccess(Access.MANAGE, row, reader);
    await this.database.transaction(async (transaction) => {
      await this.erase(row, transaction);
      await this.audit.recordAct(caller, 'removeComment', [id, row.documentId, row.authorId], transaction);
    });
  }

  /** By who began the thread, or who may write in the collection. Throws NOT_FOUND, FORBIDDEN, BAD_INPUT for an answer. */
  async resolve(id: string, isResolved: boolean, caller: Caller): Promise<SeenComments> {
    const reader = await this.reading.readerOf(caller);
    const row = await this.require(id, reader);
    if (row.answerTo !== null) throw new Refusal('BAD_INPUT', 'a thread is resolved as a whole', { field: 'id' });
    if (row.authorId !== caller.personId) await this.requireAccess(Access.WRITE, row, reader);
    const change = isResolved
      ? { resolvedAt: this.clock.now(), resolvedBy: caller.personId }
      : { resolvedAt: null, resolvedBy: null };
    await this.database.manager.update(CommentEntity, { id }, change);
    return this.see([Object.assign(row, change)], reader);
  }

  /** By id of the document, the ids of the blocks of its newest version; only of documents that the reader may read. */
  async blockIdsOf(documentIds: readonly string[], { filter }: Reader): Promise<Map<string, ReadonlySet<string>>> {
    const rows = await this.documents.byIds(documentIds, filter);
    const bodies = await this.documents.blocks(rows.map(({ versionId }) => versionId));
    return new Map(
      rows.map(({ id, versionId }) => [id, new Set(bodies.get(versionId)?.content.map(({ attrs }) => attrs.id) ?? [])]),
    );
  }

  private async see(rows: readonly CommentEntity[], reader: Reader): Promise<SeenComments> {
    return { rows, reader, labels: await this.labels.byIds(rows.map(({ labelId }) => labelId)) };
  }

  /** Throws NOT_FOUND, the same for absent and for forbidden. */
  private async require(id: string, reader: Reader): Promise<CommentEntity> {
    const row = await this.visible(reader).andWhere('m.id = :id', { id }).getOne();
    if (row) return row;
    throw new Refusal('NOT_FOUND', 'there is no such comment', { field: 'id' });
  }

  /** An empty place is seen by those alone who see an answer below it: else it would tell that there is one. */
  private visible({ filter: { labels, scopes } }: Reader): SelectQueryBuilder<CommentEntity> {
    return this.database
      .getRepository(CommentEntity)
      .createQueryBuilder('m')
      .innerJoin(DocumentEntity, 'd', 'd.id = m.documentId')
      .innerJoin(CollectionEntity, 'c', 'c.id = d.collectionId')
      .where('d.labelId = ANY(:labels) AND m.labelId = ANY(:labels) AND c.path && :scopes::text[]', { labels, scopes })
      .andWhere(
        `(d.partOf IS NULL OR EXISTS (SELECT 1 FROM document whole WHERE whole.id = d.partOf AND whole.label_id = ANY(:labels)))`,
      )
      .andWhere(
        `(m.deletedAt IS NULL OR EXISTS (SELECT 1 FROM document_comment a
          WHERE a.answer_to = m.id AND a.deleted_at IS NULL AND a.label_id = ANY(:labels)))`,
      );
  }

  /** Throws NOT_FOUND, BAD_INPUT. */
  private async find(place: Place, reader: Reader): Promise<FoundPlace> {
    const document = await this.documents.version(place.documentId, undefined, reader.filter);
    const thread = await this.threadOf(place, reader);
    return { document, thread, blockId: thread ? thread.blockId : (place.blockId ?? null) };
  }

  private async threadOf({ documentId, answerTo }: Place, reader: Reader): Promise<CommentEntity | undefined> {
    if (answerTo === null || answerTo === undefined) return undefined;
    const first = await this.require(answerTo, reader);
    if (first.documentId === documentId && first.answerTo === null) return first;
    throw new Refusal('BAD_INPUT', 'an answer is to the comment that began a thread of this document', {
      field: 'answerTo',
    });
  }

  /** What was said about a paragraph is at least as secret as the paragraph, and an answer as what it answers. */
  private async labelFor({ label }: CommentInput, place: FoundPlace, reader: Reader): Promise<Label> {
    const least = await this.leastLabel(place, reader);
    if (!label) return least;
    requireKnown(label, reader.policy, 'label');
    if (!dominates(label, least, reader.policy)) {
      throw new Refusal('LABEL_TOO_HIGH', 'what the comment is about has a higher label', { field: 'label' });
    }
    if (isCleared(label, reader)) return label;
    throw new Refusal('CLEARANCE_TOO_LOW', 'you are not cleared for this label', { field: 'label' });
  }

  private async leastLabel({ document, blockId, thread }: FoundPlace, reader: Reader): Promise<Label> {
    const labels = await this.labels.byIds([document.labelId, ...(thread ? [thread.labelId] : [])]);
    const portion = blockId === null ? null : await this.portionLabel(document, blockId, thread !== undefined);
    const about = portion ?? labels.get(document.labelId);
    const said = thread && labels.get(thread.labelId);
    if (!about) throw new Error('a document with a label that has no number');
    return said ? join([about, said], reader.policy) : about;
  }

  /** Of a block of the newest version; a thread goes on where its block is gone. Throws BAD_INPUT. */
  private async portionLabel({ versionId }: DocumentRow, blockId: string, mayBeGone: boolean): Promise<Label | null> {
    const body = (await this.documents.blocks([versionId])).get(versionId);
    const block = body?.content.find(({ attrs }) => attrs.id === blockId);
    if (block) return block.attrs.label;
    if (mayBeGone) return null;
    throw new Refusal('BAD_INPUT', 'the newest version has no such paragraph', { field: 'blockId' });
  }

  private async requireAccess(needed: Access, { documentId }: CommentEntity, reader: Reader): Promise<void> {
    const { collectionId } = await this.documents.require(documentId, reader.filter);
    await this.collections.require(collectionId, needed, reader);
  }

  private async writtenBefore(comment: CommentEntity, transaction: EntityManager): Promise<CommentEntity> {
    const { id, documentId, authorId } = comment;
    const known = await transaction.findOneBy(CommentEntity, { id, documentId, authorId });
    if (known) return known;
    throw new Refusal('CONFLICT', 'another comment has this id', { field: 'id' });
  }

  /** The words go; the place stays while answers stand below it, and goes with the last of them. */
  private async erase({ id, answerTo }: CommentEntity, transaction: EntityManager): Promise<void> {
    const first = answerTo ?? id;
    await transaction.query('SELECT 1 FROM document_comment WHERE id = $1 FOR UPDATE', [first]);
    if (answerTo !== null) await transaction.delete(CommentEntity, { id });
    else await transaction.update(CommentEntity, { id }, { text: '', mentions: [], deletedAt: this.clock.now() });
    await transaction.query(
      `DELETE FROM document_comment m WHERE id = $1 AND deleted_at IS NOT NULL
         AND NOT EXISTS (SELECT 1 FROM document_comment a WHERE a.answer_to = m.id)`,
      [first],
    );
  }
}

const NOTHING_YET = { editedAt: null, deletedAt: null, resolvedAt: null, resolvedBy: null };

/** Of the thread of `m`. */
const RESOLVED = 'SELECT first.resolved_at FROM document_comment first WHERE first.id = coalesce(m.answer_to, m.id)';

function checkInput({ id, text, mentions, blockId, answerTo }: CommentInput): void {
  if (!ID.test(id)) throw new Refusal('BAD_INPUT', 'an id is a lower-case UUID', { field: 'id' });
  requireText('text', text, MAX_TEXT);
  checkMentions(mentions ?? []);
  if (typeof blockId !== 'string' || typeof answerTo !== 'string') return;
  throw new Refusal('BAD_INPUT', 'an answer stands where its thread stands', { field: 'blockId' });
}

/** Throws BAD_INPUT, TOO_LARGE. */
function checkMentions(mentions: readonly string[]): void {
  requireCount('mentions', mentions, MAX_MENTIONS);
  mentions.forEach((personId, index) => {
    requireText(`mentions.${String(index)}`, personId, 100);
  });
}

function requireOwn({ authorId, deletedAt }: CommentEntity, { personId }: Caller): void {
  if (authorId === personId && deletedAt === null) return;
  throw new Refusal('FORBIDDEN', 'only who wrote a comment changes it', { field: 'id' });
}

/** Keeps the beginning of a thread until the transaction ends. Throws NOT_FOUND when it went meanwhile. */
async function hold({ id }: CommentEntity, transaction: EntityManager): Promise<void> {
  const held = await transaction.query<object[]>('SELECT 1 FROM document_comment WHERE id = $1 FOR SHARE', [id]);
  if (held.length === 0) throw new Refusal('NOT_FOUND', 'there is no such comment', { field: 'answerTo' });
}

/** False where the id is taken. */
async function isWritten(comment: CommentEntity, transaction: EntityManager): Promise<boolean> {
  const insert = transaction.createQueryBuilder().insert().into(CommentEntity).values(comment).orIgnore();
  const { raw } = (await insert.returning('id').execute()) as { raw: unknown };
  return Array.isArray(raw) && raw.length > 0;
}
