import { Injectable } from '@nestjs/common';
import { DataSource, In } from 'typeorm';
import type { EntityManager } from 'typeorm';

import { AuditTrail } from '../../access/index.js';
import type { Caller } from '../../access/index.js';
import { Clock } from '../../platform/clock.js';
import { Refusal } from '../../platform/refusal.js';
import { Access } from '../access.js';
import { CollectionsService } from '../collections/collections.service.js';
import { DocumentEntity, DocumentState, VersionEntity } from '../documents/document.entity.js';
import { DocumentsService, READABLE } from '../documents/documents.service.js';
import { newId } from '../ids.js';
import { kindOf } from '../documents/kinds.js';
import { enqueue } from '../indexing/outbox.js';
import { ReadingService, may } from '../reading.service.js';
import type { Reader } from '../reading.service.js';
import { requireCount, requireText } from '../texts.js';
import { Happenings } from '../watching/happenings.js';
import { ReviewEntity, ReviewerEntity } from './review.entity.js';
import { ReviewAnswer, ReviewState } from './reviews.types.js';
import type { Review, ReviewInput } from './reviews.types.js';

/** In one step, so that a review of what may not be read takes as long as one that is not there, and locks nothing. */
const FIND = `SELECT r.document_id FROM document_review r
  JOIN document d ON d.id = r.document_id JOIN collection c ON c.id = d.collection_id
  JOIN document_version v ON v.document_id = d.id AND v.number = r.version
  WHERE ${READABLE} AND v.label_id = ANY($1) AND r.id = $3`;

const MAX_REVIEWERS = 50;
const MAX_NOTE = 5000;

/**
 * Draft → review → approved → superseded. Approving is for those who were named, or who manage the collection, and never
 * for the author of the version or for who asked. What is approved is one version: a newer one begins anew.
 */
@Injectable()
export class ReviewsService {
  constructor(
    private readonly database: DataSource,
    private readonly reading: ReadingService,
    private readonly collections: CollectionsService,
    private readonly documents: DocumentsService,
    private readonly clock: Clock,
    private readonly audit: AuditTrail,
    private readonly happenings: Happenings,
  ) {}

  /** Open reviews in which the caller is asked, of documents that the caller may read; by id, after `after`. */
  async waiting(after: string, limit: number, caller: Caller): Promise<Review[]> {
    const { filter } = await this.reading.readerOf(caller);
    const rows = await this.database.query<{ id: string }[]>(
      `SELECT r.id FROM document_reviewer p JOIN document_review r ON r.id = p.review_id
       JOIN document d ON d.id = r.document_id JOIN collection c ON c.id = d.collection_id
       JOIN document_version v ON v.document_id = d.id AND v.number = r.version
       WHERE p.person_id = $3 AND p.answer IS NULL AND r.state = 'OPEN' AND r.id > $4
         AND d.label_id = ANY($1) AND v.label_id = ANY($1) AND c.path && $2::text[]
         AND (d.part_of IS NULL OR EXISTS (SELECT 1 FROM document whole WHERE whole.id = d.part_of AND whole.label_id = ANY($1)))
       ORDER BY r.id LIMIT $5`,
      [filter.labels, filter.scopes, caller.personId, after, limit],
    );
    return this.load(rows.map(({ id }) => id));
  }

  /** The newest review of each document of a version that the reader may read; the documents have to be readable. */
  async newestOf(documentIds: readonly string[], { filter }: Reader): Promise<Review[]> {
    const rows = await this.database.query<{ id: string }[]>(
      `SELECT DISTINCT ON (r.document_id) r.id FROM document_review r
       JOIN document_version v ON v.document_id = r.document_id AND v.number = r.version
       WHERE r.document_id = ANY($1) AND v.label_id = ANY($2) ORDER BY r.document_id, r.id DESC`,
      [documentIds, filter.labels],
    );
    return this.load(rows.map(({ id }) => id));
  }

  /** Throws NOT_FOUND, FORBIDDEN, BAD_INPUT; CONFLICT for a version that is not the newest, or under review already. */
  async request(input: ReviewInput, caller: Caller): Promise<Review> {
    requireText('note', input.note ?? '', MAX_NOTE, { mayBeEmpty: true });
    requireCount('reviewers', input.reviewers, MAX_REVIEWERS);
    const reader = await this.reading.readerOf(caller);
    const { collectionId } = await this.documents.require(input.documentId, reader.filter);
    await this.collections.require(collectionId, Access.WRITE, reader);
    return this.database.transaction(async (transaction) => {
      const document = await this.locked(input.documentId, reader, transaction);
      requireNewest(document, input.version);
      const author = await authorOf(document.id, input.version, transaction);
      requireReviewers(input, author, caller);
      const now = this.clock.now();
      const review = { id: newId(now), documentId: document.id, version: input.version, requesterId: caller.personId };
      const open = { ...review, note: input.note ?? '', state: ReviewState.OPEN, createdAt: now, closedAt: null };
      await transaction.insert(ReviewEntity, open);
      const asked = input.reviewers.map(({ personId, dueAt }) => ({
        reviewId: open.id,
        personId,
        dueAt: dueAt ?? null,
        note: '',
      }));
      await transaction.insert(ReviewerEntity, asked);
      await stand(document.id, { state: DocumentState.IN_REVIEW }, transaction);
      return this.closing(open.id, 'requestReview', caller, transaction);
    });
  }

  /** Throws NOT_FOUND, FORBIDDEN, and CONFLICT for a review that is closed or whose version is no longer the newest. */
  async answer(id: string, answer: ReviewAnswer, note: string, caller: Caller): Promise<Review> {
    requireText('note', note, MAX_NOTE, { mayBeEmpty: answer === ReviewAnswer.APPROVED });
    return this.change(id, 'answerReview', caller, async (review, document, reader, transaction) => {
      await this.requireMayAnswer(review, document, caller, reader, transaction);
      const at = this.clock.now();
      const said = { reviewId: id, personId: caller.personId, answer, note, answeredAt: at };
      await transaction.upsert(ReviewerEntity, said, ['reviewId', 'personId']);
      if (answer === ReviewAnswer.CHANGES_REQUESTED) {
        await close(review, ReviewState.CHANGES_REQUESTED, { state: DocumentState.DRAFT }, at, transaction);
      } else if (await isApproved(review, document, transaction)) {
        const approved = { state: DocumentState.APPROVED, approvedVersion: review.version };
        await close(review, ReviewState.APPROVED, approved, at, transaction);
        const { documentId, version } = review;
        await this.happenings.note([{ documentId, version, kind: 'APPROVED', actorId: caller.personId }], transaction);
      }
    });
  }

  /** By who asked, or by who manages the collection. */
  async withdraw(id: string, caller: Caller): Promise<Review> {
    return this.change(id, 'withdrawReview', caller, async (review, document, reader, transaction) => {
      if (review.requesterId !== caller.personId)
        await this.collections.require(document.collectionId, Access.MANAGE, reader);
      await close(review, ReviewState.WITHDRAWN, { state: DocumentState.DRAFT }, this.clock.now(), transaction);
    });
  }

  /** Says that one document took the place of another: both readable, the first managed. Throws NOT_FOUND, FORBIDDEN, BAD_INPUT. */
  async supersede(id: string, by: string, caller: Caller): Promise<void> {
    const reader = await this.reading.readerOf(caller);
    const { collectionId } = await this.documents.require(id, reader.filter);
    await this.collections.require(collectionId, Access.MANAGE, reader);
    const successor = await this.documents.require(by, reader.filter);
    if (successor.id === id) throw new Refusal('BAD_INPUT', 'a document does not follow itself', { field: 'by' });
    await this.database.transaction(async (transaction) => {
      const { version } = await this.locked(id, reader, transaction);
      await stand(id, { state: DocumentState.SUPERSEDED, supersededBy: successor.id }, transaction);
      const happening = { documentId: id, version, kind: 'SUPERSEDED', actorId: caller.personId } as const;
      await this.happenings.note([happening], transaction);
      await this.record('supersedeDocument', [id, successor.id], caller, transaction);
    });
  }

  private async change(
    id: string,
    operation: string,
    caller: Caller,
    work: (review: ReviewEntity, document: DocumentEntity, reader: Reader, transaction: EntityManager) => Promise<void>,
  ): Promise<Review> {
    const reader = await this.reading.readerOf(caller);
    return this.database.transaction(async (transaction) => {
      const [found] = await transaction.query<{ document_id: string }[]>(FIND, [
        reader.filter.labels,
        reader.filter.scopes,
        id,
      ]);
      if (!found) throw notFound();
      const document = await this.locked(found.document_id, reader, transaction);
      const current = await transaction.findOneByOrFail(ReviewEntity, { id });
      if (current.state !== ReviewState.OPEN) throw new Refusal('CONFLICT', 'this review is closed', { field: 'id' });
      await work(current, document, reader, transaction);
      return this.closing(id, operation, caller, transaction);
    });
  }

  /** The document as it is, held until the transaction ends. */
  private async locked(id: string, { filter }: Reader, transaction: EntityManager): Promise<DocumentEntity> {
    await transaction.query('SELECT 1 FROM document WHERE id = $1 FOR UPDATE', [id]);
    return this.documents.require(id, filter, transaction);
  }

  private async requireMayAnswer(
    review: ReviewEntity,
    document: DocumentEntity,
    { personId }: Caller,
    reader: Reader,
    transaction: EntityManager,
  ): Promise<void> {
    requireNewest(document, review.version);
    const author = await authorOf(document.id, review.version, transaction);
    if (personId === author || personId === review.requesterId) {
      throw new Refusal('FORBIDDEN', "nobody approves one's own text", { field: 'id' });
    }
    if (await transaction.existsBy(ReviewerEntity, { reviewId: review.id, personId })) return;
    const [collection] = await this.collections.byIds([document.collectionId], reader);
    if (collection && may(Access.MANAGE, collection.path, reader)) return;
    throw new Refusal('FORBIDDEN', 'you were not asked for this review', { field: 'id' });
  }

  private async closing(id: string, operation: string, caller: Caller, transaction: EntityManager): Promise<Review> {
    const [review] = await this.load([id], transaction);
    if (!review) throw new Error('a review that was just written is not there');
    await this.record(operation, [id, review.documentId], caller, transaction);
    return review;
  }

  private async record(operation: string, about: string[], caller: Caller, transaction: EntityManager): Promise<void> {
    await this.audit.recordAct(caller, operation, about, transaction);
  }

  /** In the order of their ids. */
  private async load(ids: readonly string[], manager: EntityManager = this.database.manager): Promise<Review[]> {
    if (ids.length === 0) return [];
    const reviews = await manager.find(ReviewEntity, { where: { id: In([...ids]) }, order: { id: 'ASC' } });
    const reviewers = await manager.find(ReviewerEntity, {
      where: { reviewId: In([...ids]) },
      order: { personId: 'ASC' },
    });
    return reviews.map((review) =>
      Object.assign({}, review, { reviewers: reviewers.filter(({ reviewId }) => reviewId === review.id) }),
    );
  }
}

function notFound(): Refusal {
  return new Refusal('NOT_FOUND', 'there is no such review', { field: 'id' });
}

function requireNewest({ version }: DocumentEntity, asked: number): void {
  if (version === asked) return;
  throw new Refusal('CONFLICT', `the newest version is ${String(version)}`, { field: 'version' });
}

function requireReviewers({ reviewers }: ReviewInput, author: string, { personId: requester }: Caller): void {
  const people = reviewers.map(({ personId }) => personId);
  if (people.length === 0 || new Set(people).size < people.length) {
    throw new Refusal('BAD_INPUT', 'name each reviewer once', { field: 'reviewers' });
  }
  const own = people.findIndex((personId) => personId === author || personId === requester);
  if (own < 0) return;
  throw new Refusal('BAD_INPUT', "nobody reviews one's own text", { field: `reviewers.${String(own)}` });
}

async function authorOf(documentId: string, number: number, transaction: EntityManager): Promise<string> {
  const { authorId } = await transaction.findOneOrFail(VersionEntity, {
    where: { documentId, number },
    select: { authorId: true },
  });
  return authorId;
}

async function isApproved(
  { id }: ReviewEntity,
  { kind }: DocumentEntity,
  transaction: EntityManager,
): Promise<boolean> {
  const approvals = await transaction.countBy(ReviewerEntity, { reviewId: id, answer: ReviewAnswer.APPROVED });
  return approvals >= Math.max(1, kindOf(kind)?.approvals ?? 1);
}

async function close(
  { id, documentId }: ReviewEntity,
  state: ReviewState,
  document: Partial<DocumentEntity>,
  closedAt: Date,
  transaction: EntityManager,
): Promise<void> {
  await transaction.update(ReviewEntity, { id }, { state, closedAt });
  await stand(documentId, document, transaction);
}

/** Where a document stands is what search narrows by: the index follows. */
async function stand(id: string, state: Partial<DocumentEntity>, transaction: EntityManager): Promise<void> {
  await transaction.update(DocumentEntity, { id }, state);
  await enqueue([id], transaction);
}
