import { Injectable } from '@nestjs/common';
import { DataSource, MoreThan } from 'typeorm';
import type { EntityManager } from 'typeorm';

import { dominates } from '#policy';
import type { Label } from '#policy';

import { AuditTrail } from '../../access/index.js';
import type { Caller } from '../../access/index.js';
import { Clock } from '../../platform/clock.js';
import { decodeCursor, toConnection } from '../../platform/graphql/index.js';
import type { Connection } from '../../platform/graphql/index.js';
import { PubSub } from '../../platform/pubsub/index.js';
import { Refusal } from '../../platform/refusal.js';
import { Access } from '../access.js';
import { CollectionEntity } from '../collections/collection.entity.js';
import { CollectionsService, requireKnown } from '../collections/collections.service.js';
import { DocumentEntity } from '../documents/document.entity.js';
import { DocumentsService, WHOLE_IS_READABLE } from '../documents/documents.service.js';
import { Labels } from '../labels.js';
import { INDEX_TOPIC } from '../indexing/outbox.js';
import { ReadingService, isCleared } from '../reading.service.js';
import type { Reader } from '../reading.service.js';
import { requireText } from '../texts.js';
import { DowngradeEntity } from './downgrade.entity.js';
import { DowngradeState } from './downgrades.types.js';
import type { DowngradeInput } from './downgrades.types.js';
import { Relabelling } from './relabelling.js';

const DAY_MS = 24 * 60 * 60_000;
const DEFAULT_LIFE_MS = 7 * DAY_MS;
const MAX_LIFE_MS = 30 * DAY_MS;
/** Requests of one person that may wait at once. */
const MAX_OPEN = 100;
const MAX_REASON = 2000;
const ID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/;

/** A request as somebody sees it who may read both labels. */
export interface SeenDowngrade {
  readonly row: DowngradeEntity;
  readonly state: DowngradeState;
  readonly from: Label;
  readonly to: Label;
  readonly reader: Reader;
}

/**
 * Lowering the label of a document takes authority, a reason and two people: somebody who may write in the collection asks, somebody else
 * who manages it and may read the document decides. Whoever may not read the document learns nothing of its requests.
 */
@Injectable()
export class DowngradesService {
  constructor(
    private readonly database: DataSource,
    private readonly clock: Clock,
    private readonly reading: ReadingService,
    private readonly collections: CollectionsService,
    private readonly documents: DocumentsService,
    private readonly labels: Labels,
    private readonly relabelling: Relabelling,
    private readonly pubsub: PubSub,
    private readonly audit: AuditTrail,
  ) {}

  /** Throws NOT_FOUND, FORBIDDEN, BAD_INPUT, LABEL_UNKNOWN, CLEARANCE_TOO_LOW, CONFLICT. */
  async request(input: DowngradeInput, caller: Caller): Promise<SeenDowngrade> {
    const reader = await this.reading.readerOf(caller);
    const document = await this.documents.require(input.documentId, reader.filter);
    await this.collections.require(document.collectionId, Access.WRITE, reader);
    await this.requireLower(input, document, reader);
    const times = this.timesOf(input);
    const row = await this.database.transaction(async (transaction) => {
      const stored = await this.store(input, document, times, caller, transaction);
      await this.audit.recordAct(caller, 'requestDowngrade', [stored.id, document.id], transaction);
      return stored;
    });
    return this.see(row, reader);
  }

  /** Gives the document the lower label as a new version. Throws NOT_FOUND, FORBIDDEN, APPROVAL_OWN, APPROVAL_CLOSED, CONFLICT. */
  async approve(id: string, caller: Caller): Promise<SeenDowngrade> {
    const reader = await this.reading.readerOf(caller);
    const row = await this.database.transaction(async (transaction) => {
      const { open, document } = await this.lock(id, reader, transaction);
      if (open.requesterId === caller.personId) {
        throw new Refusal('APPROVAL_OWN', 'nobody approves the own request', { field: 'id' });
      }
      await this.collections.require(document.collectionId, Access.MANAGE, reader);
      // a lost answer does no harm
      if (open.state === DowngradeState.APPROVED && open.deciderId === caller.personId) return open;
      this.requireOpen(open);
      await this.carryOut(open, document, reader, transaction);
      await this.record(open, caller, transaction);
      return this.decide(open, DowngradeState.APPROVED, caller, transaction);
    });
    await this.pubsub.publish(INDEX_TOPIC, '').catch(() => undefined);
    return this.see(row, reader);
  }

  /** Ends a request: by who has made it, it is withdrawn; by somebody else who manages the collection, refused. */
  async refuse(id: string, caller: Caller): Promise<SeenDowngrade> {
    const reader = await this.reading.readerOf(caller);
    const row = await this.database.transaction(async (transaction) => {
      const { open, document } = await this.lock(id, reader, transaction);
      const isOwn = open.requesterId === caller.personId;
      if (!isOwn) await this.collections.require(document.collectionId, Access.MANAGE, reader);
      this.requireOpen(open);
      await this.audit.recordAct(caller, 'refuseDowngrade', [id, document.id], transaction);
      return this.decide(open, isOwn ? DowngradeState.WITHDRAWN : DowngradeState.REFUSED, caller, transaction);
    });
    return this.see(row, reader);
  }

  /** One's own, and those of the collections that one manages; newest first. */
  async page(
    first: number,
    { after, state }: { after?: string | null | undefined; state?: DowngradeState | null | undefined },
    caller: Caller,
  ): Promise<Connection<SeenDowngrade>> {
    const reader = await this.reading.readerOf(caller);
    const managed = [...reader.grants].filter(([, access]) => access === Access.MANAGE).map(([id]) => id);
    const query = this.readable(reader, this.database.manager)
      .andWhere('(r.requester_id = :self OR c.path && :managed::text[])', { self: caller.personId, managed })
      .orderBy('r.created_at', 'DESC')
      .addOrderBy('r.id', 'DESC')
      .limit(first + 1);
    const key = decodeCursor(after, ['number', 'string']);
    if (key) query.andWhere('(r.created_at, r.id) < (:at, :id)', { at: new Date(Number(key[0])), id: key[1] });
    if (state) query.andWhere(...conditionFor(state, this.clock.now()));
    const rows = await query.getMany();
    const seen = await Promise.all(rows.map((row) => this.see(row, reader)));
    return toConnection(
      seen,
      first,
      ({ row }) => [row.createdAt.getTime(), row.id],
      (one) => one,
    );
  }

  /** Requests whose document, and whose both labels, the reader may read. */
  private readable({ filter: { labels, scopes } }: Reader, manager: EntityManager) {
    return manager
      .createQueryBuilder(DowngradeEntity, 'r')
      .innerJoin(DocumentEntity, 'd', 'd.id = r.documentId')
      .innerJoin(CollectionEntity, 'c', 'c.id = d.collectionId')
      .where('d.labelId = ANY(:labels) AND r.fromLabelId = ANY(:labels) AND c.path && :scopes::text[]', {
        labels,
        scopes,
      })
      .andWhere(WHOLE_IS_READABLE);
  }

  private async requireLower(
    { baseVersion, label, reason }: DowngradeInput,
    document: DocumentEntity,
    reader: Reader,
  ): Promise<void> {
    requireText('reason', reason, MAX_REASON);
    requireKnown(label, reader.policy, 'label');
    const before = (await this.labels.byIds([document.labelId])).get(document.labelId);
    if (!before || dominates(label, before, reader.policy)) {
      throw new Refusal('BAD_INPUT', 'this label gives nothing up: file a new version with it', { field: 'label' });
    }
    if (!dominates(before, label, reader.policy)) {
      const message =
        'this label also restricts what the present one does not: file a version under both, then lower that';
      throw new Refusal('BAD_INPUT', message, { field: 'label' });
    }
    if (!isCleared(label, reader)) {
      throw new Refusal('CLEARANCE_TOO_LOW', 'you are not cleared for this label', { field: 'label' });
    }
    if (document.version !== baseVersion) throw isNewer(document);
    await this.relabelling.requireFits(document, label, reader, this.database.manager);
  }

  private timesOf({ expiresAt }: DowngradeInput): { createdAt: Date; expiresAt: Date } {
    const createdAt = this.clock.now();
    const end = expiresAt ?? new Date(createdAt.getTime() + DEFAULT_LIFE_MS);
    const life = end.getTime() - createdAt.getTime();
    if (life > 0 && life <= MAX_LIFE_MS) return { createdAt, expiresAt: end };
    throw new Refusal('BAD_INPUT', 'expiresAt has to be within the next 30 days', { field: 'expiresAt' });
  }

  private async store(
    { id, reason, label }: DowngradeInput,
    document: DocumentEntity,
    times: { createdAt: Date; expiresAt: Date },
    { personId: requesterId }: Caller,
    transaction: EntityManager,
  ): Promise<DowngradeEntity> {
    if (!ID.test(id)) throw new Refusal('BAD_INPUT', 'id is no lower-case UUID', { field: 'id' });
    await this.requireRoom(requesterId, transaction);
    const labels = {
      fromLabelId: document.labelId,
      toLabelId: await this.labels.numberOf(label, transaction),
    };
    const about = { id, documentId: document.id, baseVersion: document.version, reason, requesterId, ...labels };
    const row = { ...about, ...times, state: DowngradeState.OPEN, deciderId: null, decidedAt: null };
    await transaction.createQueryBuilder().insert().into(DowngradeEntity).values(row).orIgnore().execute();
    const stored = await transaction.findOneByOrFail(DowngradeEntity, { id });
    if (isSame(stored, row)) return stored;
    throw new Refusal('CONFLICT', 'another request has this id', { field: 'id' });
  }

  private async requireRoom(requesterId: string, transaction: EntityManager): Promise<void> {
    const where = { requesterId, state: DowngradeState.OPEN, expiresAt: MoreThan(this.clock.now()) };
    if ((await transaction.countBy(DowngradeEntity, where)) < MAX_OPEN) return;
    throw new Refusal('CONFLICT', `at most ${String(MAX_OPEN)} requests of one person wait at once`);
  }

  /** Locks the request and then its document, so that neither changes before the decision stands. */
  private async lock(
    id: string,
    reader: Reader,
    transaction: EntityManager,
  ): Promise<{ open: DowngradeEntity; document: DocumentEntity }> {
    const readable = await this.readable(reader, transaction).andWhere('r.id = :id', { id }).getOne();
    if (!readable) throw new Refusal('NOT_FOUND', 'there is no such request', { field: 'id' });
    const lock = { mode: 'pessimistic_write' } as const;
    const open = await transaction.findOneOrFail(DowngradeEntity, { where: { id }, lock });
    const document = await transaction.findOneOrFail(DocumentEntity, { where: { id: open.documentId }, lock });
    return { open, document };
  }

  private requireOpen(row: DowngradeEntity): void {
    const state = stateOf(row, this.clock.now());
    if (state === DowngradeState.OPEN) return;
    throw new Refusal('APPROVAL_CLOSED', `this request is ${state.toLowerCase()}`, { field: 'id' });
  }

  private async carryOut(
    { baseVersion, fromLabelId, toLabelId, requesterId, reason }: DowngradeEntity,
    document: DocumentEntity,
    reader: Reader,
    transaction: EntityManager,
  ): Promise<void> {
    if (document.version !== baseVersion || document.labelId !== fromLabelId) throw isNewer(document);
    const label = (await this.labels.byIds([toLabelId])).get(toLabelId);
    if (!label) throw new Error('a label in use has no text');
    // the policy may be another one by now
    requireKnown(label, reader.policy, 'id');
    await this.relabelling.requireFits(document, label, reader, transaction);
    await this.relabelling.relabel(document, { label, authorId: requesterId, reason }, transaction);
  }

  private async record(
    { id, documentId, requesterId }: DowngradeEntity,
    caller: Caller,
    transaction: EntityManager,
  ): Promise<void> {
    await this.audit.recordAct(caller, 'approveDowngrade', [id, documentId], transaction);
    const { deviceId: device, personId: person } = caller;
    const note = { kind: 'downgrade', operation: 'approveDowngrade', outcome: 'DONE', device, person } as const;
    await this.audit.record({ ...note, about: [documentId, requesterId] }, transaction);
  }

  private async decide(
    row: DowngradeEntity,
    state: DowngradeState,
    { personId: deciderId }: Caller,
    transaction: EntityManager,
  ): Promise<DowngradeEntity> {
    const decision = { state, deciderId, decidedAt: this.clock.now() };
    await transaction.update(DowngradeEntity, { id: row.id }, decision);
    return Object.assign(row, decision);
  }

  private async see(row: DowngradeEntity, reader: Reader): Promise<SeenDowngrade> {
    const labels = await this.labels.byIds([row.fromLabelId, row.toLabelId]);
    const [from, to] = [labels.get(row.fromLabelId), labels.get(row.toLabelId)];
    if (!from || !to) throw new Error('a label in use has no text');
    return { row, state: stateOf(row, this.clock.now()), from, to, reader };
  }
}

function isNewer({ version }: DocumentEntity): Refusal {
  return new Refusal('CONFLICT', `the newest version is ${String(version)}`, { field: 'baseVersion' });
}

function isSame(stored: DowngradeEntity, row: Pick<DowngradeEntity, 'documentId' | 'toLabelId' | 'requesterId'>) {
  const fields = ['documentId', 'toLabelId', 'requesterId'] as const;
  return fields.every((field) => stored[field] === row[field]);
}

/** An open request ends with its time. */
function stateOf({ state, expiresAt }: DowngradeEntity, now: Date): DowngradeState {
  return state === DowngradeState.OPEN && expiresAt <= now ? DowngradeState.EXPIRED : state;
}

function conditionFor(state: DowngradeState, now: Date): [string, object] {
  const open = { now, open: DowngradeState.OPEN };
  if (state === DowngradeState.EXPIRED) return ['r.state = :open AND r.expires_at <= :now', open];
  if (state === DowngradeState.OPEN) return ['r.state = :open AND r.expires_at > :now', open];
  return ['r.state = :state', { state }];
}
