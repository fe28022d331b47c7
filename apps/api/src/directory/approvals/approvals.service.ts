import { Injectable } from '@nestjs/common';
import { DataSource, MoreThan } from 'typeorm';
import type { EntityManager } from 'typeorm';

import { equalBytes } from '#primitives/verify';
import type { VerifiedStatement } from '#transparency';

import { AuditTrail } from '../../access/index.js';
import type { Caller } from '../../access/index.js';
import { AppConfig } from '../../config/index.js';
import { Clock } from '../../platform/clock.js';
import { decodeCursor, toConnection } from '../../platform/graphql/index.js';
import type { Connection } from '../../platform/graphql/index.js';
import { PubSub } from '../../platform/pubsub/index.js';
import { Refusal } from '../../platform/refusal.js';
import { badInput, requireId, requireKnownForm } from '../input.js';
import { Policies } from '../ministry/policies.js';
import { Announcer } from '../statements/announcer.js';
import { requireSeasoned } from '../statements/newOfficers.js';
import { StatementLog } from '../statements/statementLog.js';
import { APPROVALS_CHANGED_TOPIC } from '../statements/topics.js';
import { ApprovalEntity } from './approval.entity.js';
import { ApprovalState } from './approval.model.js';
import type { Approval, ProposeActInput } from './approval.model.js';
import { policyAmong, requireFirstHalves, requireOther, requireSecondHalves } from './halves.js';

/** As long as the log takes a statement that is older than others (see `Directory`). */
const MAX_LIFE_MS = 24 * 60 * 60_000;
const MAX_STATEMENTS = 100;
/** Acts of one officer that may wait at once. */
const MAX_OPEN = 50;

/** Acts that need two people: the first signature waits here until somebody else has read the act and signs it too. */
@Injectable()
export class ApprovalsService {
  constructor(
    private readonly source: DataSource,
    private readonly clock: Clock,
    private readonly pubsub: PubSub,
    private readonly policies: Policies,
    private readonly log: StatementLog,
    private readonly announcer: Announcer,
    private readonly audit: AuditTrail,
    private readonly config: AppConfig,
  ) {}

  /** Throws BAD_INPUT, STATEMENT_INVALID, FORBIDDEN, CONFLICT. */
  async propose(input: ProposeActInput, caller: Caller): Promise<Approval> {
    const now = this.clock.now();
    const row = await this.readProposal(input, caller, now);
    await this.requireRoom(caller, now);
    const stored = await this.source.transaction(async (manager) => {
      await manager.createQueryBuilder().insert().into(ApprovalEntity).values(row).orIgnore().execute();
      const found = await manager.findOneByOrFail(ApprovalEntity, { id: row.id });
      if (!isSame(found, row)) throw new Refusal('CONFLICT', 'another act has this id', { field: 'input.id' });
      await this.audit.recordAct(caller, 'proposeAct', [row.id], manager);
      return found;
    });
    await this.pubsub.publish(APPROVALS_CHANGED_TOPIC, row.id);
    return toApproval(stored, now);
  }

  /** Records the whole act and decides, in one transaction; the same again changes nothing. */
  async approve(id: string, statements: readonly Uint8Array[], caller: Caller): Promise<Approval> {
    const { policy } = await this.policies.inForce();
    const { row, fresh } = await this.source.transaction(async (manager) => {
      const open = await this.lock(id, manager);
      requireOther(open, caller);
      if (open.state !== ApprovalState.APPROVED) requireOpen(open, this.clock.now());
      requireSecondHalves(statements, open.statements, caller, await this.log.state());
      const appended = await this.log.append(manager, statements, policy);
      const season = { now: this.clock.now(), minutes: this.config.newOfficerMinutes };
      await requireSeasoned(appended.fresh, season, await this.log.state(), manager);
      await this.enact(appended.fresh, open, manager);
      return { row: await this.close(open, appended.fresh, caller, manager), fresh: appended.fresh };
    });
    this.policies.forget();
    await this.announcer.announce(fresh);
    await this.pubsub.publish(APPROVALS_CHANGED_TOPIC, id);
    return toApproval(row, this.clock.now());
  }

  /** Ends an act that waits: by its proposer it is withdrawn, by anybody else refused. */
  async refuse(id: string, caller: Caller): Promise<Approval> {
    const row = await this.source.transaction(async (manager) => {
      const open = await this.lock(id, manager);
      requireOpen(open, this.clock.now());
      const state = open.proposerId === caller.personId ? ApprovalState.WITHDRAWN : ApprovalState.REFUSED;
      const decided = await this.decide(open, state, caller, manager);
      await this.audit.recordAct(caller, 'refuseAct', [id], manager);
      return decided;
    });
    await this.pubsub.publish(APPROVALS_CHANGED_TOPIC, id);
    return toApproval(row, this.clock.now());
  }

  async find(id: string): Promise<Approval | null> {
    requireKnownForm(id, 'id');
    const row = await this.source.manager.findOneBy(ApprovalEntity, { id });
    return row && toApproval(row, this.clock.now());
  }

  /** Newest first. */
  async page(
    first: number,
    after: string | null | undefined,
    state: ApprovalState | null | undefined,
  ): Promise<Connection<Approval>> {
    const now = this.clock.now();
    const query = this.source.manager.createQueryBuilder(ApprovalEntity, 'approval');
    const key = decodeCursor(after, ['number', 'string']);
    if (key) {
      const at = new Date(Number(key[0]));
      if (Number.isNaN(at.getTime())) throw new Refusal('BAD_CURSOR', 'the cursor was not made by this list');
      query.andWhere('(approval.created_at, approval.id) < (:at, :id)', { at, id: key[1] });
    }
    if (state) query.andWhere(...conditionFor(state, now));
    query.orderBy('approval.created_at', 'DESC').addOrderBy('approval.id', 'DESC');
    const rows = await query.limit(first + 1).getMany();
    const keyOf = ({ createdAt, id }: ApprovalEntity) => [createdAt.getTime(), id];
    return toConnection(rows, first, keyOf, (row) => toApproval(row, now));
  }

  private async readProposal(input: ProposeActInput, caller: Caller, now: Date): Promise<ApprovalEntity> {
    const { id, statements } = input;
    requireId(id, 'input.id');
    if (statements.length === 0 || statements.length > MAX_STATEMENTS) {
      throw badInput('input.statements', `from 1 to ${String(MAX_STATEMENTS)}`);
    }
    const expiresAt = input.expiresAt ?? new Date(now.getTime() + MAX_LIFE_MS);
    const life = expiresAt.getTime() - now.getTime();
    if (life <= 0 || life > MAX_LIFE_MS) throw badInput('input.expiresAt', 'has to be within the next 24 hours');
    requireFirstHalves(statements, caller, await this.log.state(), now);
    const policy = input.policy ?? null;
    const named = policyAmong(statements);
    if ((named === undefined) !== (policy === null)) throw badInput('input.policy', 'belongs to a statement policy');
    if (named && policy !== null) await this.policies.requireNext(policy, named, 'input.policy');
    return {
      id,
      policy,
      statements: statements.map((statement) => Buffer.from(statement)),
      state: ApprovalState.OPEN,
      proposerId: caller.personId,
      createdAt: now,
      expiresAt,
      deciderId: null,
      decidedAt: null,
    };
  }

  private async enact(
    fresh: readonly VerifiedStatement[],
    { policy }: ApprovalEntity,
    manager: EntityManager,
  ): Promise<void> {
    const statement = fresh.find(({ body }) => body.type === 'policy');
    if (statement && policy !== null) await this.policies.enact(statement, policy, manager);
  }

  private async requireRoom({ personId: proposerId }: Caller, now: Date): Promise<void> {
    const where = { proposerId, state: ApprovalState.OPEN, expiresAt: MoreThan(now) };
    if ((await this.source.manager.countBy(ApprovalEntity, where)) < MAX_OPEN) return;
    throw new Refusal('CONFLICT', `at most ${String(MAX_OPEN)} acts of one officer wait at once`);
  }

  private async lock(id: string, manager: EntityManager): Promise<ApprovalEntity> {
    requireKnownForm(id, 'id');
    const row = await manager.findOne(ApprovalEntity, { where: { id }, lock: { mode: 'pessimistic_write' } });
    if (!row) throw new Refusal('NOT_FOUND', 'there is no such act', { field: 'id' });
    return row;
  }

  private async close(
    open: ApprovalEntity,
    fresh: readonly VerifiedStatement[],
    caller: Caller,
    manager: EntityManager,
  ): Promise<ApprovalEntity> {
    // a repeated request enters nothing new; one with another second signature would
    if (open.state === ApprovalState.APPROVED) {
      if (fresh.length > 0) throw closed(open.state);
      return open;
    }
    return this.decide(open, ApprovalState.APPROVED, caller, manager);
  }

  private async decide(
    open: ApprovalEntity,
    state: ApprovalState,
    { personId: deciderId }: Caller,
    manager: EntityManager,
  ): Promise<ApprovalEntity> {
    const decision = { state, deciderId, decidedAt: this.clock.now() };
    await manager.update(ApprovalEntity, { id: open.id }, decision);
    return Object.assign(open, decision);
  }
}

function requireOpen(row: ApprovalEntity, now: Date): void {
  const state = stateOf(row, now);
  if (state === ApprovalState.OPEN) return;
  throw closed(state);
}

function closed(state: ApprovalState): Refusal {
  return new Refusal('APPROVAL_CLOSED', `this act is ${state.toLowerCase()}`, { field: 'id' });
}

function isSame(stored: ApprovalEntity, row: ApprovalEntity): boolean {
  const sameStatements = stored.statements.every((one, index) => equalBytes(one, row.statements[index] ?? Buffer.of()));
  return stored.proposerId === row.proposerId && stored.statements.length === row.statements.length && sameStatements;
}

/** An open act ends with its time. */
function stateOf({ state, expiresAt }: ApprovalEntity, now: Date): ApprovalState {
  return state === ApprovalState.OPEN && expiresAt <= now ? ApprovalState.EXPIRED : state;
}

function toApproval(row: ApprovalEntity, now: Date): Approval {
  const { id, statements, policy, proposerId, createdAt, expiresAt, deciderId, decidedAt } = row;
  return { id, statements, policy, state: stateOf(row, now), proposerId, createdAt, expiresAt, deciderId, decidedAt };
}

function conditionFor(state: ApprovalState, now: Date): [string, object] {
  const open = { now, open: ApprovalState.OPEN };
  if (state === ApprovalState.EXPIRED) return ['approval.state = :open AND approval.expires_at <= :now', open];
  if (state === ApprovalState.OPEN) return ['approval.state = :open AND approval.expires_at > :now', open];
  return ['approval.state = :state', { state }];
}
