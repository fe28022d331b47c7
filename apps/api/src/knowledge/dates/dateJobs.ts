import { Injectable } from '@nestjs/common';
import type { OnModuleInit } from '@nestjs/common';
import type { EntityManager } from 'typeorm';

import { dominates } from '#policy';

import { AuditTrail } from '../../access/index.js';
import { DirectoryService } from '../../directory/index.js';
import { Clock } from '../../platform/clock.js';
import { Jobs } from '../../platform/jobs/index.js';
import { Refusal } from '../../platform/refusal.js';
import { requireKnown } from '../collections/collections.service.js';
import { DocumentEntity, DocumentState } from '../documents/document.entity.js';
import { Relabelling } from '../downgrades/relabelling.js';
import { Labels } from '../labels.js';
import { NoticeKind } from '../notices/notices.types.js';
import { Notices } from '../notices/notices.service.js';
import { enqueue } from '../indexing/outbox.js';
import { ownerOf } from '../owners/ownerOf.js';
import { DatesEntity } from './dates.entity.js';
import { startOf } from './days.js';

const DAY_MS = 24 * 60 * 60_000;
const REVIEW = 'dates.review';
const EXPIRY = 'dates.expiry';
const DECLASSIFICATION = 'dates.declassification';

/** What happens to a document on its days: each once, in one transaction with its line in the audit trail. */
@Injectable()
export class DateJobs implements OnModuleInit {
  constructor(
    private readonly jobs: Jobs,
    private readonly directory: DirectoryService,
    private readonly labels: Labels,
    private readonly relabelling: Relabelling,
    private readonly notices: Notices,
    private readonly clock: Clock,
    private readonly audit: AuditTrail,
  ) {}

  onModuleInit(): void {
    this.jobs.register(REVIEW, (id, manager) => this.review(id, manager));
    this.jobs.register(EXPIRY, (id, manager) => this.expire(id, manager));
    this.jobs.register(DECLASSIFICATION, (id, manager) => this.declassify(id, manager));
  }

  /** Schedules what these dates ask for, and takes back what they no longer do. */
  async follow({ documentId, ...dates }: DatesEntity, manager: EntityManager): Promise<void> {
    const wanted = [
      [REVIEW, dates.reviewOn],
      [EXPIRY, dates.expiredAt === null ? dates.expiresOn : null],
      [DECLASSIFICATION, dates.declassifyOn],
    ] as const;
    for (const [kind, day] of wanted) {
      if (day === null) await this.jobs.cancel(manager, kind, documentId);
      else await this.jobs.schedule(manager, { kind, subject: documentId, due: startOf(day) });
    }
  }

  /** After the transaction in which `follow` was called. */
  wake(): Promise<void> {
    return this.jobs.wake();
  }

  private async review(documentId: string, manager: EntityManager): Promise<void> {
    const found = await this.held(documentId, 'reviewOn', manager);
    if (!found) return;
    await this.tell(NoticeKind.REVIEW_DUE, documentId, found.dates.reviewOn, manager);
    await this.record('reviewDue', documentId, manager);
  }

  private async expire(documentId: string, manager: EntityManager): Promise<void> {
    const found = await this.held(documentId, 'expiresOn', manager);
    if (!found || found.dates.expiredAt !== null) return;
    await manager.update(DatesEntity, { documentId }, { expiredAt: this.clock.now() });
    await enqueue([documentId], manager);
    await this.tell(NoticeKind.EXPIRED, documentId, found.dates.expiresOn, manager);
    await this.record('expire', documentId, manager);
  }

  /** Gives the document the successor's label, or says in the audit trail and to the owner why it keeps its own. */
  private async declassify(documentId: string, manager: EntityManager): Promise<void> {
    const found = await this.held(documentId, 'declassifyOn', manager);
    if (!found) return;
    const { dates, document } = found;
    if (document.state === DocumentState.IN_REVIEW) return this.postpone(documentId, manager);
    const refusal = await this.attempt(dates, document, manager);
    const clock = { declassifyOn: null, fromLabelId: null, toLabelId: null, authorityId: null };
    await manager.update(DatesEntity, { documentId }, clock);
    const kind = refusal ? NoticeKind.DECLASSIFICATION_REFUSED : NoticeKind.DECLASSIFIED;
    await this.tell(kind, documentId, dates.declassifyOn, manager);
    const about = [documentId, dates.authorityId ?? ''].filter((id) => id !== '');
    const outcome = refusal?.code ?? 'DONE';
    const note = { kind: refusal ? 'refusal' : 'downgrade', operation: 'declassify', outcome } as const;
    await this.audit.record({ ...note, about }, manager);
  }

  /** The refusal that stands against it, before anything has changed. */
  private async attempt(
    { fromLabelId, toLabelId, authorityId }: DatesEntity,
    document: DocumentEntity,
    manager: EntityManager,
  ): Promise<Refusal | undefined> {
    const labels = await this.labels.byIds([fromLabelId ?? 0, toLabelId ?? 0]);
    const [from, successor] = [labels.get(fromLabelId ?? 0), labels.get(toLabelId ?? 0)];
    if (!from || !successor) throw new Error('a label in use has no text');
    const policy = await this.directory.policy();
    try {
      if (document.labelId !== fromLabelId) throw new Refusal('CONFLICT', 'the label has changed since');
      // the policy may be another one by now
      requireKnown(successor, policy, 'successor');
      if (!dominates(from, successor, policy)) throw new Refusal('BAD_INPUT', 'the successor is not lower any more');
      await this.relabelling.requireFits(document, successor, { policy }, manager);
    } catch (error) {
      if (error instanceof Refusal) return error;
      throw error;
    }
    const reason = `Declassified on ${this.clock.now().toISOString().slice(0, 10)}.`;
    await this.relabelling.relabel(document, { label: successor, authorId: authorityId ?? '', reason }, manager);
    return undefined;
  }

  /** A label does not change under the eyes of reviewers: it is tried again the next day. */
  private async postpone(subject: string, manager: EntityManager): Promise<void> {
    const due = new Date(this.clock.now().getTime() + DAY_MS);
    await this.jobs.schedule(manager, { kind: DECLASSIFICATION, subject, due });
  }

  /** The document and its dates, held until the transaction ends; undefined when that day is not, or is still to come. */
  private async held(
    documentId: string,
    day: 'reviewOn' | 'expiresOn' | 'declassifyOn',
    manager: EntityManager,
  ): Promise<{ document: DocumentEntity; dates: DatesEntity } | undefined> {
    // whoever holds the document may be about to move this very job: then it fails, and is done a little later
    const lock = { mode: 'pessimistic_write', onLocked: 'nowait' } as const;
    const document = await manager.findOne(DocumentEntity, { where: { id: documentId }, lock });
    const dates = await manager.findOneBy(DatesEntity, { documentId });
    const wanted = dates?.[day];
    if (!document || !dates || !wanted || startOf(wanted) > this.clock.now()) return undefined;
    return { document, dates };
  }

  private async tell(kind: NoticeKind, documentId: string, day: string | null, manager: EntityManager): Promise<void> {
    const owner = await ownerOf(documentId, manager);
    if (owner !== null) await this.notices.give(manager, { personIds: [owner], kind, documentId, subject: day ?? '' });
  }

  private async record(operation: string, documentId: string, manager: EntityManager): Promise<void> {
    await this.audit.record({ kind: 'clock', operation, outcome: 'DONE', about: [documentId] }, manager);
  }
}
