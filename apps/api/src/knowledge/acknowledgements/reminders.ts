import { Injectable } from '@nestjs/common';
import type { OnModuleInit } from '@nestjs/common';
import type { EntityManager } from 'typeorm';

import { AuditTrail } from '../../access/index.js';
import { Clock } from '../../platform/clock.js';
import { Jobs } from '../../platform/jobs/index.js';
import { NoticeKind } from '../notices/notices.types.js';
import { Notices } from '../notices/notices.service.js';
import type { AcknowledgementListEntity } from './acknowledgement.entity.js';

const DAY_MS = 24 * 60 * 60_000;
const TOMORROW = 'acknowledgements.tomorrow';
const OVERDUE = 'acknowledgements.overdue';

/** Reminds those who have not acknowledged a document yet: a day before the deadline, and at it. */
@Injectable()
export class Reminders implements OnModuleInit {
  constructor(
    private readonly jobs: Jobs,
    private readonly notices: Notices,
    private readonly clock: Clock,
    private readonly audit: AuditTrail,
  ) {}

  onModuleInit(): void {
    const remind = (kind: NoticeKind) => (listId: string, manager: EntityManager) => this.remind(kind, listId, manager);
    this.jobs.register(TOMORROW, remind(NoticeKind.ACKNOWLEDGEMENT_TOMORROW));
    this.jobs.register(OVERDUE, remind(NoticeKind.ACKNOWLEDGEMENT_OVERDUE));
  }

  async schedule(
    { id, dueAt }: Pick<AcknowledgementListEntity, 'id' | 'dueAt'>,
    manager: EntityManager,
  ): Promise<void> {
    if (dueAt === null) return;
    const dayBefore = new Date(dueAt.getTime() - DAY_MS);
    // whoever is asked for tomorrow has just been told
    if (dayBefore > this.clock.now())
      await this.jobs.schedule(manager, { kind: TOMORROW, subject: id, due: dayBefore });
    await this.jobs.schedule(manager, { kind: OVERDUE, subject: id, due: dueAt });
  }

  async cancel(listId: string, manager: EntityManager): Promise<void> {
    for (const kind of [TOMORROW, OVERDUE]) await this.jobs.cancel(manager, kind, listId);
  }

  /** Tells those who are asked at every version that there are new ones of these documents. */
  async askAgain(documentIds: readonly string[], manager: EntityManager): Promise<void> {
    const asked = await manager.query<{ subject: string; documentId: string; personIds: string[] }[]>(
      `SELECT l.id || ' ' || d.version AS subject, d.id AS "documentId", array_agg(a.person_id) AS "personIds"
       FROM acknowledgement_list l JOIN document d ON d.id = l.document_id JOIN acknowledgement a ON a.list_id = l.id
       WHERE d.id = ANY($1) AND l.every_version AND l.closed_at IS NULL AND d.version > l.version
         AND coalesce(a.version, 0) < d.version
       GROUP BY l.id, d.id`,
      [documentIds],
    );
    for (const one of asked) await this.notices.give(manager, { kind: NoticeKind.ACKNOWLEDGEMENT_ASKED, ...one });
  }

  private async remind(kind: NoticeKind, listId: string, manager: EntityManager): Promise<void> {
    const waiting = await manager.query<{ personId: string; documentId: string }[]>(
      `SELECT a.person_id AS "personId", l.document_id AS "documentId" FROM acknowledgement a
       JOIN acknowledgement_list l ON l.id = a.list_id JOIN document d ON d.id = l.document_id
       WHERE l.id = $1 AND l.closed_at IS NULL
         AND coalesce(a.version, 0) < CASE WHEN l.every_version THEN d.version ELSE l.version END`,
      [listId],
    );
    const [first] = waiting;
    if (!first) return;
    const personIds = waiting.map(({ personId }) => personId);
    await this.notices.give(manager, { personIds, kind, documentId: first.documentId, subject: listId });
    await this.audit.record(
      { kind: 'clock', operation: 'remindAcknowledgement', outcome: 'DONE', about: [listId] },
      manager,
    );
  }
}
