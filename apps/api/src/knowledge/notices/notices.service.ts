import { Injectable } from '@nestjs/common';
import { DataSource, In, IsNull } from 'typeorm';
import type { EntityManager } from 'typeorm';

import type { Caller } from '../../access/index.js';
import { Clock } from '../../platform/clock.js';
import { READABLE } from '../documents/documents.service.js';
import { newId } from '../ids.js';
import { ReadingService } from '../reading.service.js';
import { requireCount } from '../texts.js';
import { NoticeEntity } from './notice.entity.js';
import type { Notice, NoticeKind } from './notices.types.js';

const MAX_MARKED = 200;
/** Notices that are counted at most. */
const MAX_COUNTED = 1000;

/** What a notice is given about, and to whom. */
export interface Given {
  /** Those who may not read the document get a notice that they never see. */
  readonly personIds: readonly string[];
  readonly kind: NoticeKind;
  readonly documentId: string;
  /** What of the document: an id or a number, '' for the whole. Never anything that people wrote. */
  readonly subject: string;
}

/** What happened while a version was the newest is told to those who may read that version: a lowered paper tells nothing of before. */
const MINE = `FROM notice n JOIN document d ON d.id = n.document_id JOIN collection c ON c.id = d.collection_id
  WHERE ${READABLE} AND n.person_id = $3 AND (n.kind NOT LIKE 'WATCHED%' OR EXISTS (SELECT 1 FROM document_version v
    WHERE v.document_id = d.id AND v.number::text = n.subject AND v.label_id = ANY($1)))`;

/**
 * Notices are ids that stand in a person's list. A notice is shown, and counted, while its document may be read by that
 * person, and what it shows is read then.
 */
@Injectable()
export class Notices {
  constructor(
    private readonly database: DataSource,
    private readonly reading: ReadingService,
    private readonly clock: Clock,
  ) {}

  /** Gives each person the notice, once: the same kind, document and subject again changes nothing. */
  async give(manager: EntityManager, { personIds, kind, documentId, subject }: Given): Promise<void> {
    const createdAt = this.clock.now();
    const about = { kind, documentId, subject, createdAt, seenAt: null };
    // in one order, so that two who give the same notices do not wait for each other
    const people = [...new Set(personIds)].toSorted();
    const rows = people.map((personId) => ({ id: newId(createdAt), personId, ...about }));
    if (rows.length > 0)
      await manager.createQueryBuilder().insert().into(NoticeEntity).values(rows).orIgnore().execute();
  }

  /** Up to `limit` of the caller's, the newest first, before the id `before` where one is given. */
  async page(before: string | undefined, limit: number, unseenOnly: boolean, caller: Caller): Promise<Notice[]> {
    const reader = await this.reading.readerOf(caller);
    const rows = await this.database.query<Omit<Notice, 'reader'>[]>(
      `SELECT n.id, n.kind, n.document_id AS "documentId", n.subject, n.created_at AS "createdAt", n.seen_at AS "seenAt"
       ${MINE} AND ($4::text IS NULL OR n.id < $4) AND (n.seen_at IS NULL OR NOT $5) ORDER BY n.id DESC LIMIT $6`,
      [reader.filter.labels, reader.filter.scopes, caller.personId, before, unseenOnly, limit],
    );
    return rows.map((row) => ({ ...row, reader }));
  }

  /** How many the caller has not seen, up to 1,000. */
  async unseen(caller: Caller): Promise<number> {
    const { filter } = await this.reading.readerOf(caller);
    const [row] = await this.database.query<{ count: number }[]>(
      `SELECT count(*)::integer AS count FROM (SELECT 1 ${MINE} AND n.seen_at IS NULL LIMIT ${String(MAX_COUNTED)}) found`,
      [filter.labels, filter.scopes, caller.personId],
    );
    return row?.count ?? 0;
  }

  /** Marks those of the notices that are the caller's; what is not is passed over. */
  async markSeen(ids: readonly string[], { personId }: Caller): Promise<void> {
    requireCount('ids', ids, MAX_MARKED);
    const mine = { id: In([...ids]), personId, seenAt: IsNull() };
    await this.database.manager.update(NoticeEntity, mine, { seenAt: this.clock.now() });
  }
}
