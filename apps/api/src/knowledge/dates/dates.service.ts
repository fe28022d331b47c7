import { Injectable } from '@nestjs/common';
import { DataSource, In } from 'typeorm';
import type { EntityManager } from 'typeorm';

import { dominates } from '#policy';
import type { Label } from '#policy';

import { AuditTrail } from '../../access/index.js';
import type { Caller } from '../../access/index.js';
import { Clock } from '../../platform/clock.js';
import { toLabelType } from '../../platform/graphql/index.js';
import { Refusal } from '../../platform/refusal.js';
import { Access } from '../access.js';
import { CollectionsService, requireKnown } from '../collections/collections.service.js';
import type { DocumentEntity } from '../documents/document.entity.js';
import { DocumentsService, READABLE } from '../documents/documents.service.js';
import { Relabelling } from '../downgrades/relabelling.js';
import { Labels } from '../labels.js';
import { enqueue } from '../indexing/outbox.js';
import { ReadingService, may } from '../reading.service.js';
import type { Reader } from '../reading.service.js';
import { DatesEntity } from './dates.entity.js';
import { DateJobs } from './dateJobs.js';
import type { DocumentDates, DocumentDatesInput } from './dates.types.js';
import { checkedDay, dayOf, startOf } from './days.js';

const DAY_MS = 24 * 60 * 60_000;
/** A clock that one person sets runs at least so long, so that it takes the place of no downgrade, which takes two. */
const SHORTEST_CLOCK_MS = 30 * DAY_MS;

/** A document whose review is due. */
export interface DueReview {
  readonly id: string;
  readonly reviewOn: string;
}

/** Which of the documents whose review is due are asked for. */
export interface DueFilter {
  /** The last day, as yyyy-mm-dd; today where it is left out. */
  readonly until: string | null | undefined;
  /** Whose documents; everybody's where it is left out. */
  readonly ownerId: string | undefined;
}

/** What the clock of a document is to do. */
interface ClockSetting {
  readonly declassifyOn: string | null;
  readonly successor: Label | null;
}

const NO_CLOCK = { declassifyOn: null, fromLabelId: null, toLabelId: null, authorityId: null };
const NONE = { reviewOn: null, expiresOn: null, expiredAt: null, ...NO_CLOCK };

/** Review, expiry and declassification of documents: who may set the days. What happens on them: `DateJobs`. */
@Injectable()
export class DatesService {
  constructor(
    private readonly database: DataSource,
    private readonly reading: ReadingService,
    private readonly collections: CollectionsService,
    private readonly documents: DocumentsService,
    private readonly labels: Labels,
    private readonly relabelling: Relabelling,
    private readonly jobs: DateJobs,
    private readonly clock: Clock,
    private readonly audit: AuditTrail,
  ) {}

  /** The dates of documents that were read through a filter, in the order of the ids. */
  async of(documentIds: readonly string[], reader: Reader): Promise<DocumentDates[]> {
    const rows = await this.database.manager.findBy(DatesEntity, { documentId: In([...documentIds]) });
    const labels = await this.labels.byIds(rows.flatMap(({ toLabelId }) => toLabelId ?? []));
    const dates = new Map(rows.map((row) => [row.documentId, row]));
    return documentIds.map((id) => {
      const { reviewOn, expiresOn, expiredAt, declassifyOn, toLabelId } = dates.get(id) ?? NONE;
      const label = toLabelId === null ? undefined : labels.get(toLabelId);
      const successor = label ? toLabelType(label, reader.policy) : null;
      return { reviewOn, expiresOn, isExpired: expiredAt !== null, declassifyOn, successor };
    });
  }

  /** Up to `limit` documents that the caller may read and whose review is due until then, the longest due first. */
  async due(
    { until, ownerId }: DueFilter,
    after: readonly [string, string],
    limit: number,
    { filter }: Reader,
  ): Promise<DueReview[]> {
    const day = checkedDay('until', until) ?? dayOf(this.clock.now());
    const from = checkedDay('after', after[0]);
    return this.database.query<DueReview[]>(
      `SELECT d.id, x.review_on::text AS "reviewOn" FROM document_dates x
       JOIN document d ON d.id = x.document_id JOIN collection c ON c.id = d.collection_id
       LEFT JOIN document_owner o ON o.document_id = d.id
       WHERE ${READABLE} AND x.review_on <= $3::date AND (x.review_on, d.id) > ($4::date, $5)
         AND ($6::text IS NULL OR o.owner_id = $6)
       ORDER BY x.review_on, d.id LIMIT $7`,
      [filter.labels, filter.scopes, day, from, after[1], ownerId ?? null, limit],
    );
  }

  /** Throws NOT_FOUND, FORBIDDEN, BAD_INPUT, LABEL_UNKNOWN, LABEL_TOO_HIGH, CONFLICT. */
  async set(input: DocumentDatesInput, caller: Caller): Promise<DocumentDates> {
    const reader = await this.reading.readerOf(caller);
    const days = daysOf(input);
    await this.database.transaction(async (transaction) => {
      const document = await this.locked(input.documentId, reader, transaction);
      requireWhole(document, days);
      const before = await transaction.findOneBy(DatesEntity, { documentId: document.id });
      const kept = await this.clockOf(input, document, before, reader, caller, transaction);
      const isOver = before?.expiredAt != null && before.expiresOn === days.expiresOn;
      const row = { documentId: document.id, ...days, expiredAt: isOver ? before.expiredAt : null, ...kept };
      await transaction.upsert(DatesEntity, row, ['documentId']);
      await this.jobs.follow(row, transaction);
      // what was expired and holds again comes back into the search
      if (before?.expiredAt != null && !isOver) await enqueue([document.id], transaction);
      await this.audit.recordAct(caller, 'setDocumentDates', [document.id], transaction);
    });
    await this.jobs.wake();
    const [dates] = await this.of([input.documentId], reader);
    if (!dates) throw new Error('dates that were set are gone');
    return dates;
  }

  /** The document as it is, held until the transaction ends, for somebody who may write in its collection. */
  private async locked(id: string, reader: Reader, transaction: EntityManager): Promise<DocumentEntity> {
    const { collectionId } = await this.documents.require(id, reader.filter);
    await this.collections.require(collectionId, Access.WRITE, reader);
    await transaction.query('SELECT 1 FROM document WHERE id = $1 FOR UPDATE', [id]);
    return this.documents.require(id, reader.filter, transaction);
  }

  private async clockOf(
    input: DocumentDatesInput,
    document: DocumentEntity,
    before: DatesEntity | null,
    reader: Reader,
    { personId }: Caller,
    transaction: EntityManager,
  ): Promise<Pick<DatesEntity, keyof typeof NO_CLOCK>> {
    const setting = settingOf(input);
    const toLabelId = setting.successor && (await this.labels.numberOf(setting.successor, transaction));
    const { declassifyOn, fromLabelId, authorityId, ...kept } = before ?? NONE;
    const isSame = declassifyOn === setting.declassifyOn && kept.toLabelId === toLabelId;
    const isCurrent = fromLabelId === null || fromLabelId === document.labelId;
    if (isSame && (isCurrent || !(await this.manages(document, reader)))) {
      return { declassifyOn, fromLabelId, toLabelId, authorityId };
    }
    await this.collections.require(document.collectionId, Access.MANAGE, reader);
    if (setting.declassifyOn === null || setting.successor === null) return NO_CLOCK;
    await this.requireClock(setting.declassifyOn, setting.successor, document, reader, transaction);
    return {
      declassifyOn: setting.declassifyOn,
      fromLabelId: document.labelId,
      toLabelId,
      authorityId: personId,
    };
  }

  private async manages({ collectionId }: DocumentEntity, reader: Reader): Promise<boolean> {
    const [collection] = await this.collections.byIds([collectionId], reader);
    return collection !== undefined && may(Access.MANAGE, collection.path, reader);
  }

  private async requireClock(
    day: string,
    successor: Label,
    document: DocumentEntity,
    reader: Reader,
    transaction: EntityManager,
  ): Promise<void> {
    if (startOf(day).getTime() < this.clock.now().getTime() + SHORTEST_CLOCK_MS) {
      const message = 'this day is less than 30 days ahead: ask for a lower label, which another person approves';
      throw new Refusal('BAD_INPUT', message, { field: 'declassifyOn', remedy: 'See chancery downgrade --help.' });
    }
    requireKnown(successor, reader.policy, 'successor');
    const present = (await this.labels.byIds([document.labelId])).get(document.labelId);
    if (!present || !dominates(present, successor, reader.policy) || dominates(successor, present, reader.policy)) {
      throw new Refusal('BAD_INPUT', 'a successor is lower than the present label', { field: 'successor' });
    }
    await this.relabelling.requireFits(document, successor, reader, transaction);
  }
}

function daysOf({ reviewOn, expiresOn }: DocumentDatesInput): Pick<DatesEntity, 'reviewOn' | 'expiresOn'> {
  return { reviewOn: checkedDay('reviewOn', reviewOn), expiresOn: checkedDay('expiresOn', expiresOn) };
}

function settingOf({ declassifyOn, successor }: DocumentDatesInput): ClockSetting {
  const setting = { declassifyOn: checkedDay('declassifyOn', declassifyOn), successor: successor ?? null };
  if ((setting.declassifyOn === null) === (setting.successor === null)) return setting;
  throw new Refusal('BAD_INPUT', 'a declassification names its day and the label from then on', { field: 'successor' });
}

/** A part is looked at again, and ends, with the document that it is of. */
function requireWhole({ partOf }: DocumentEntity, { reviewOn, expiresOn }: ReturnType<typeof daysOf>): void {
  if (partOf === null || (reviewOn === null && expiresOn === null)) return;
  const field = reviewOn === null ? 'expiresOn' : 'reviewOn';
  throw new Refusal('BAD_INPUT', 'a part has this day of the document that it is of', { field });
}
