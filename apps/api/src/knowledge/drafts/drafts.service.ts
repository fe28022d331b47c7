import { isDeepStrictEqual } from 'node:util';

import { Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';
import type { EntityManager } from 'typeorm';

import { documentFromText, mergeDocuments } from '#document';
import type { BlockDocument, MergePart } from '#document';
import type { Label } from '#policy';

import type { Caller } from '../../access/index.js';
import { Clock } from '../../platform/clock.js';
import { Refusal } from '../../platform/refusal.js';
import { Access } from '../access.js';
import { bodyOf, requireCovered } from '../filing/body.js';
import { CollectionsService, requireKnown } from '../collections/collections.service.js';
import { DocumentsService } from '../documents/documents.service.js';
import type { DocumentInput } from '../documents/documents.types.js';
import { checkedMetadata } from '../filing/draft.js';
import { FilingService } from '../filing/filing.service.js';
import type { Filed } from '../filing/filing.service.js';
import { Labels } from '../labels.js';
import { ReadingService, isCleared } from '../reading.service.js';
import type { Reader } from '../reading.service.js';
import { VersionsService } from '../versions/versions.service.js';
import { DraftEntity } from './draft.entity.js';
import type { DraftContent } from './draft.entity.js';
import type { DraftInput } from './drafts.types.js';

const ID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/;
const MAX_DRAFTS = 200;

/** What stands between a draft and its publication when somebody else published meanwhile. */
export interface Conflict {
  readonly draftId: string;
  readonly newestVersion: number;
  readonly base: BlockDocument | undefined;
  readonly theirs: BlockDocument;
  readonly yours: BlockDocument;
  readonly parts: readonly MergePart[];
}

/**
 * Drafts: one an author and document. A save is answered when it is on the disk, and may come again; saves of two devices
 * that do not know of each other end in a CONFLICT, not in a lost text. A draft is gone only when it was published or
 * thrown away.
 */
@Injectable()
export class DraftsService {
  constructor(
    private readonly database: DataSource,
    private readonly reading: ReadingService,
    private readonly collections: CollectionsService,
    private readonly documents: DocumentsService,
    private readonly versions: VersionsService,
    private readonly filing: FilingService,
    private readonly labels: Labels,
    private readonly clock: Clock,
  ) {}

  /** Up to `limit` of the caller's own that the caller is cleared for, by id, after `after`. */
  async list(after: string, limit: number, caller: Caller): Promise<{ rows: DraftEntity[]; reader: Reader }> {
    const reader = await this.reading.readerOf(caller);
    const rows = await this.database
      .getRepository(DraftEntity)
      .createQueryBuilder('d')
      .where('d.authorId = :author AND d.id > :after', { author: caller.personId, after })
      .andWhere('d.labelId = ANY(:labels)', { labels: reader.filter.labels })
      .orderBy('d.id')
      .limit(limit)
      .getMany();
    return { rows, reader };
  }

  /** Throws NOT_FOUND, the same for absent, for another's, and for a label that the caller is no longer cleared for. */
  async require(id: string, caller: Caller): Promise<{ row: DraftEntity; reader: Reader }> {
    const reader = await this.reading.readerOf(caller);
    const row = await this.database.getRepository(DraftEntity).findOneBy({ id, authorId: caller.personId });
    if (row && reader.filter.labels.includes(row.labelId)) return { row, reader };
    throw new Refusal('NOT_FOUND', 'there is no such draft', { field: 'id' });
  }

  /** Throws what filing would throw, and CONFLICT where another save came first. */
  async save(input: DraftInput, caller: Caller): Promise<{ row: DraftEntity; reader: Reader }> {
    if (!ID.test(input.id)) throw new Refusal('BAD_INPUT', 'an id is a lower-case UUID', { field: 'id' });
    const reader = await this.reading.readerOf(caller);
    const collection = await this.collections.require(await this.placeOf(input, reader), Access.WRITE, reader);
    const label =
      input.document.label ?? (await this.labels.byIds([collection.defaultLabelId])).get(collection.defaultLabelId);
    if (!label) throw new Error('a collection without a default label');
    checkContent(input.document, label, reader);
    const placed = Object.assign({}, input, { collectionId: collection.id });
    const row = await this.database.transaction((transaction) => this.put(placed, label, caller, transaction));
    return { row, reader };
  }

  /** A draft of a document lies where that does, wherever it lay when the draft was begun. */
  private async placeOf({ documentId, baseVersion, collectionId }: DraftInput, reader: Reader): Promise<string> {
    if (typeof documentId !== 'string') return collectionId;
    const document = await this.documents.require(documentId, reader.filter);
    if (baseVersion) return document.collectionId;
    throw new Refusal('BAD_INPUT', 'a draft of a document names the version that it is made from', {
      field: 'baseVersion',
    });
  }

  private async put(input: DraftInput, label: Label, caller: Caller, transaction: EntityManager): Promise<DraftEntity> {
    await transaction.query('SELECT pg_advisory_xact_lock(hashtextextended($1, 4461))', [caller.personId]);
    const known = await transaction.findOneBy(DraftEntity, { id: input.id });
    if (known && known.authorId !== caller.personId)
      throw new Refusal('BAD_INPUT', 'this id is in use', { field: 'id' });
    const categories = label.categories.map(({ tag, values }) => ({ tag, values: [...values] }));
    const content: DraftContent = Object.assign({}, input.document, { label: { ...label, categories } });
    if (known?.seq === input.seq && isDeepStrictEqual(known.content, JSON.parse(JSON.stringify(content)))) return known;
    if (input.seq !== (known?.seq ?? 0) + 1) throw outOfTurn(known?.seq ?? 0);
    const now = this.clock.now();
    const row: DraftEntity = {
      id: input.id,
      authorId: caller.personId,
      collectionId: known?.collectionId ?? input.collectionId,
      documentId: known?.documentId ?? input.documentId ?? null,
      baseVersion: input.baseVersion ?? known?.baseVersion ?? null,
      labelId: await this.labels.numberOf(label, transaction),
      seq: input.seq,
      content,
      createdAt: known?.createdAt ?? now,
      updatedAt: now,
    };
    if (!known) await requireRoom(row, transaction);
    await transaction.save(DraftEntity, row);
    return row;
  }

  /** False when it is gone already. */
  async discard(id: string, caller: Caller): Promise<boolean> {
    const { affected } = await this.database.getRepository(DraftEntity).delete({ id, authorId: caller.personId });
    return affected === 1;
  }

  /** Makes a document or a new version of it; the draft goes only when that was done. */
  async publish(id: string, note: string, caller: Caller): Promise<Filed | Conflict> {
    const { row, reader } = await this.require(id, caller);
    const input: DraftContent = { ...row.content, ...(note === '' ? {} : { changeNote: note }) };
    // The same draft published twice, by an answer that was lost, is filed once: its id is the new paper's name.
    const named = row.documentId === null ? { ...input, sourceId: input.sourceId ?? `draft ${row.id}` } : input;
    const filed = await this.file(row, named, caller);
    if (!filed) throw new Error('a draft that was filed came to nothing');
    if (!('refusal' in filed)) await this.discard(id, caller);
    else if (filed.refusal.code === 'CONFLICT') return this.conflict(row, input, reader);
    return filed;
  }

  private async file(row: DraftEntity, input: DocumentInput, caller: Caller): Promise<Filed | undefined> {
    if (row.documentId !== null) return this.filing.revise(row.documentId, row.baseVersion ?? 0, input, caller);
    const [filed] = await this.filing.file(row.collectionId, [input], caller);
    return filed;
  }

  private async conflict(row: DraftEntity, input: DocumentInput, reader: Reader): Promise<Conflict> {
    const documentId = row.documentId ?? '';
    const newest = await this.documents.version(documentId, undefined, reader.filter);
    const [base, theirs] = await Promise.all([
      this.versions.blocksOf(documentId, row.baseVersion ?? 0, reader),
      this.versions.blocksOf(documentId, newest.number, reader),
    ]);
    if (!theirs) throw new Refusal('NOT_FOUND', 'there is no such document', { field: 'id' });
    const { body, blocks } = bodyOf(input);
    const yours = blocks ?? documentFromText(body);
    const parts = mergeDocuments(base ?? theirs, yours, theirs);
    return { draftId: row.id, newestVersion: newest.number, base, theirs, yours, parts };
  }
}

function checkContent(document: DocumentInput, label: Label, reader: Reader): void {
  // A title may still be missing from what is being written; everything else is held to what can be published.
  checkedMetadata(Object.assign({}, document, { title: document.title.trim() === '' ? '-' : document.title }));
  requireKnown(label, reader.policy, 'label');
  if (!isCleared(label, reader)) {
    throw new Refusal('CLEARANCE_TOO_LOW', 'you are not cleared for this label', { field: 'label' });
  }
  requireCovered(bodyOf(document), label, reader);
}

function outOfTurn(seq: number): Refusal {
  const message = `the newest save is number ${String(seq)}: load it, then save on top of it`;
  return new Refusal('CONFLICT', message, { field: 'seq' });
}

/** Throws CONFLICT for a second draft of one document, QUOTA_EXCEEDED for one too many. */
async function requireRoom({ authorId, documentId }: DraftEntity, transaction: EntityManager): Promise<void> {
  if (documentId !== null && (await transaction.existsBy(DraftEntity, { authorId, documentId }))) {
    throw new Refusal('CONFLICT', 'you have a draft of this document already', { field: 'documentId' });
  }
  if ((await transaction.countBy(DraftEntity, { authorId })) < MAX_DRAFTS) return;
  throw new Refusal('QUOTA_EXCEEDED', `you have ${String(MAX_DRAFTS)} drafts`, { field: 'id' });
}
