import { Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';
import type { EntityManager } from 'typeorm';

import { AuditTrail } from '../../access/index.js';
import type { Caller } from '../../access/index.js';
import { Refusal } from '../../platform/refusal.js';
import { Access } from '../access.js';
import { DraftEntity } from '../drafts/draft.entity.js';
import { ReadingService } from '../reading.service.js';
import type { Reader } from '../reading.service.js';
import { LeftDraftEntity } from './leftDraft.entity.js';
import type { LeftDraft } from './owners.types.js';

/**
 * A draft that its author left, for who owns its document or manages its collection, and is cleared for the draft; $1 labels, $2 scopes,
 * $3 the person, $4 collections that the person manages.
 */
const DECIDABLE = `FROM left_draft l JOIN document_draft t ON t.id = l.draft_id JOIN collection c ON c.id = t.collection_id
  LEFT JOIN document d ON d.id = t.document_id
  LEFT JOIN document_owner o ON o.document_id = coalesce(d.part_of, d.id)
  WHERE t.label_id = ANY($1) AND c.path && $2::text[] AND (t.document_id IS NULL OR d.label_id = ANY($1))
    AND (o.owner_id = $3 OR c.path && $4::text[])`;

/** Drafts of people who work here no more: who answers for the document, or for the collection, takes them over or discards them. */
@Injectable()
export class LeftDraftsService {
  constructor(
    private readonly database: DataSource,
    private readonly reading: ReadingService,
    private readonly audit: AuditTrail,
  ) {}

  /** Up to `limit`, by id, after `after`. */
  async list(after: string, limit: number, caller: Caller): Promise<LeftDraft[]> {
    const reader = await this.reading.readerOf(caller);
    return this.find(reader, caller, 't.id > $5 ORDER BY t.id LIMIT $6', [after, limit], this.database.manager);
  }

  /** The draft is the caller's from then on. Throws NOT_FOUND, and CONFLICT where the caller writes a draft of the document already. */
  async takeOver(id: string, caller: Caller): Promise<void> {
    await this.decide(id, 'takeOverDraft', caller, async ({ documentId }, transaction) => {
      const { personId: authorId } = caller;
      if (documentId !== null && (await transaction.existsBy(DraftEntity, { authorId, documentId }))) {
        throw new Refusal('CONFLICT', 'you have a draft of this document already', { field: 'id' });
      }
      await transaction.update(DraftEntity, { id }, { authorId });
      await transaction.delete(LeftDraftEntity, { draftId: id });
    });
  }

  /** Throws NOT_FOUND. */
  async discard(id: string, caller: Caller): Promise<void> {
    await this.decide(id, 'discardLeftDraft', caller, async (_, transaction) => {
      await transaction.delete(DraftEntity, { id });
    });
  }

  private async decide(
    id: string,
    operation: string,
    caller: Caller,
    work: (draft: LeftDraft, transaction: EntityManager) => Promise<void>,
  ): Promise<void> {
    const reader = await this.reading.readerOf(caller);
    await this.database.transaction(async (transaction) => {
      const [draft] = await this.find(reader, caller, 't.id = $5 FOR UPDATE OF t', [id], transaction);
      if (!draft) throw new Refusal('NOT_FOUND', 'there is no such draft', { field: 'id' });
      await work(draft, transaction);
      const about = [id, draft.authorId, ...(draft.documentId === null ? [] : [draft.documentId])];
      await this.audit.recordAct(caller, operation, about, transaction);
    });
  }

  private find(
    { filter, grants }: Reader,
    { personId }: Caller,
    which: string,
    values: readonly unknown[],
    manager: EntityManager,
  ): Promise<LeftDraft[]> {
    const managed = [...grants].filter(([, access]) => access === Access.MANAGE).map(([id]) => id);
    return manager.query<LeftDraft[]>(
      `SELECT t.id, t.author_id AS "authorId", t.collection_id AS "collectionId", t.document_id AS "documentId",
         t.content->>'title' AS title, t.updated_at AS "updatedAt", l.left_at AS "leftAt" ${DECIDABLE} AND ${which}`,
      [filter.labels, filter.scopes, personId, managed, ...values],
    );
  }
}
