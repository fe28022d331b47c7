import { Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';
import type { EntityManager } from 'typeorm';

import { equalBytes } from '#primitives/verify';

import { AuditTrail, Role } from '../../access/index.js';
import type { Caller } from '../../access/index.js';
import { Clock } from '../../platform/clock.js';
import { decodeCursor, toConnection } from '../../platform/graphql/index.js';
import type { Connection } from '../../platform/graphql/index.js';
import { Refusal } from '../../platform/refusal.js';
import { HASH_BYTES, badInput, requireBytes, requireId, requireKnownForm, requireName } from '../input.js';
import { PersonEntity } from '../people/person.entity.js';
import { PostsService } from '../posts/posts.service.js';
import { InvitationEntity } from './invitation.entity.js';
import { InvitationState } from './invitation.model.js';
import type { CreateInvitationInput, Invitation } from './invitation.model.js';
import { toInvitation } from './invitationState.js';

const MAX_LIFE_MS = 30 * 24 * 60 * 60_000;

/** Enrolment links as the officers see them. */
@Injectable()
export class InvitationsService {
  constructor(
    private readonly source: DataSource,
    private readonly clock: Clock,
    private readonly posts: PostsService,
    private readonly audit: AuditTrail,
  ) {}

  /** The same input again changes nothing. Throws BAD_INPUT, which names the field, FORBIDDEN or CONFLICT. */
  async create(input: CreateInvitationInput, caller: Caller): Promise<Invitation> {
    await this.validate(input, caller);
    const { id, personId, personName, postId, expiresAt } = input;
    const now = this.clock.now();
    const tokenHash = Buffer.from(input.tokenHash);
    const row = { id, personId, personName, postId, expiresAt, tokenHash, roles: [...new Set(input.roles)] };
    const values = { ...row, state: InvitationState.OPEN, createdBy: caller.personId, createdAt: now };
    const stored = await this.source.transaction(async (manager) => {
      await manager.createQueryBuilder().insert().into(InvitationEntity).values(values).orIgnore().execute();
      const found = await manager.findOneBy(InvitationEntity, { id });
      if (!found || found.personId !== personId || !equalBytes(found.tokenHash, tokenHash)) {
        throw new Refusal('CONFLICT', 'another invitation has this id or token', { field: 'input.id' });
      }
      await this.audit.recordAct(caller, 'createInvitation', [id, personId], manager);
      return found;
    });
    return toInvitation(stored, now);
  }

  /** Makes the link void; a second time changes nothing. Throws NOT_FOUND, or CONFLICT when the enrolment is complete. */
  async withdraw(id: string, caller: Caller): Promise<Invitation> {
    return this.source.transaction(async (manager) => {
      const row = await this.lock(id, manager);
      if (row.state === InvitationState.COMPLETED) {
        throw new Refusal('CONFLICT', 'this enrolment is complete', { field: 'id' });
      }
      await manager.update(InvitationEntity, { id }, { state: InvitationState.WITHDRAWN });
      await this.audit.recordAct(caller, 'withdrawInvitation', [id], manager);
      return toInvitation(Object.assign(row, { state: InvitationState.WITHDRAWN }), this.clock.now());
    });
  }

  /** The invitation, kept from changing until the transaction ends. Throws NOT_FOUND. */
  async lock(id: string, manager: EntityManager): Promise<InvitationEntity> {
    requireKnownForm(id, 'id');
    const row = await manager.findOne(InvitationEntity, { where: { id }, lock: { mode: 'pessimistic_write' } });
    if (!row) throw new Refusal('NOT_FOUND', 'there is no such invitation', { field: 'id' });
    return row;
  }

  /** Invitations by age, newest first. */
  async page(
    first: number,
    after: string | null | undefined,
    state: InvitationState | null | undefined,
  ): Promise<Connection<Invitation>> {
    const now = this.clock.now();
    const query = this.source.manager.createQueryBuilder(InvitationEntity, 'invitation');
    const key = decodeCursor(after, ['number', 'string']);
    if (key) {
      const at = new Date(Number(key[0]));
      if (Number.isNaN(at.getTime()))
        throw new Refusal('BAD_CURSOR', 'the cursor was not made by this list', { field: 'after' });
      query.andWhere('(invitation.created_at, invitation.id) < (:at, :id)', { at, id: key[1] });
    }
    if (state) query.andWhere(...conditionFor(state, now));
    query.orderBy('invitation.created_at', 'DESC').addOrderBy('invitation.id', 'DESC');
    const rows = await query.limit(first + 1).getMany();
    const keyOf = ({ createdAt, id }: InvitationEntity) => [createdAt.getTime(), id];
    return toConnection(rows, first, keyOf, (row) => toInvitation(row, now));
  }

  private async validate(input: CreateInvitationInput, caller: Caller): Promise<void> {
    requireId(input.id, 'input.id');
    requireId(input.personId, 'input.personId');
    requireName(input.personName, 'input.personName');
    requireBytes(input.tokenHash, HASH_BYTES, 'input.tokenHash');
    const life = input.expiresAt.getTime() - this.clock.now().getTime();
    if (life <= 0 || life > MAX_LIFE_MS) throw badInput('input.expiresAt', 'has to be within the next 30 days');
    requireGrantable(input.roles, caller);
    if (!(await this.posts.exists(input.postId))) throw badInput('input.postId', 'is no post');
    if (await this.source.manager.existsBy(PersonEntity, { id: input.personId })) {
      throw new Refusal('CONFLICT', 'this person is enrolled already', { field: 'input.personId' });
    }
  }
}

/** Whoever may enrol makes members; every other role is given by those who may change roles. */
function requireGrantable(roles: readonly Role[], { permissions }: Caller): void {
  if (permissions.has('directory.roles') || roles.every((role) => role === Role.MEMBER)) return;
  const detail = { field: 'input.roles' };
  throw new Refusal('FORBIDDEN', 'roles other than MEMBER need the permission directory.roles', detail);
}

function conditionFor(state: InvitationState, now: Date): [string, object] {
  const open = { now, open: InvitationState.OPEN };
  if (state === InvitationState.EXPIRED) return ['invitation.state = :open AND invitation.expires_at <= :now', open];
  if (state === InvitationState.OPEN) return ['invitation.state = :open AND invitation.expires_at > :now', open];
  return ['invitation.state = :state', { state }];
}
