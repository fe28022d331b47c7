import { Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';
import type { EntityManager } from 'typeorm';

import { equalBytes } from '#primitives/verify';
import type { StatementBody, VerifiedStatement } from '#transparency';

import type { Caller } from '../../access/index.js';
import { Clock } from '../../platform/clock.js';
import { Refusal } from '../../platform/refusal.js';
import { badInput } from '../input.js';
import { Policies } from '../ministry/policies.js';
import { Announcer } from '../statements/announcer.js';
import { parse, placeOf } from '../statements/parse.js';
import { StatementLog } from '../statements/statementLog.js';
import { requireOwn } from '../statements/statements.service.js';
import { invalid } from '../statements/verifyNext.js';
import { InvitationEntity } from './invitation.entity.js';
import { InvitationState } from './invitation.model.js';
import type { Invitation } from './invitation.model.js';
import { toInvitation } from './invitationState.js';
import { InvitationsService } from './invitations.service.js';

/** Turns a claimed invitation into a person with a clearance and a device, in one transaction. */
@Injectable()
export class CompletionService {
  constructor(
    private readonly source: DataSource,
    private readonly clock: Clock,
    private readonly policies: Policies,
    private readonly invitations: InvitationsService,
    private readonly log: StatementLog,
    private readonly announcer: Announcer,
  ) {}

  /**
   * Enters `enrol`, `clear` and, of an officer with the power, `assign`, then the claimed `addDevice`; the same again changes nothing.
   * Without `assign` the person has no roles until an officer with that power gives some: the server gives none by itself.
   * Throws NOT_FOUND, CONFLICT (not claimed, withdrawn), BAD_INPUT, FORBIDDEN, STATEMENT_INVALID; nothing is recorded then.
   */
  async complete(id: string, statements: readonly Uint8Array[], caller: Caller): Promise<Invitation> {
    const { policy } = await this.policies.inForce();
    const { row, fresh } = await this.source.transaction(async (manager) => {
      const invitation = await this.invitations.lock(id, manager);
      const addDevice = requireClaim(invitation);
      await this.requireFitting(statements, invitation, caller);
      const appended = await this.log.append(manager, [...statements, addDevice], policy);
      return { row: await this.close(invitation, appended.fresh, manager), fresh: appended.fresh };
    });
    await this.announcer.announce(fresh);
    return toInvitation(row, this.clock.now());
  }

  /** The statements say what the invitation says, under the key of the claim, and the caller signed them. */
  private async requireFitting(
    payloads: readonly Uint8Array[],
    invitation: InvitationEntity,
    caller: Caller,
  ): Promise<void> {
    const [enrol, clear, assign, ...rest] = payloads.map((payload, index) => parse(payload, placeOf(index)));
    if (enrol?.body.type !== 'enrol' || clear?.body.type !== 'clear' || rest.length > 0) {
      throw badInput('statements', 'have to be enrol and clear, and assign where the officer may');
    }
    const { person, name, post, identityKey } = enrol.body;
    const sameKey = equalBytes(identityKey, invitation.claimIdentityKey ?? new Uint8Array());
    const same = person === invitation.personId && name === invitation.personName && post === invitation.postId;
    if (!same || !sameKey) throw invalid(placeOf(0), 'enrol does not say what invitation and claim say');
    if (clear.body.person !== invitation.personId) throw invalid(placeOf(1), 'clear is about somebody else');
    if (assign) requireFittingRoles(assign.body, invitation);
    const directory = await this.log.state();
    for (const { signer } of [enrol, clear, ...(assign ? [assign] : [])]) requireOwn(signer, caller, directory);
  }

  private async close(
    invitation: InvitationEntity,
    fresh: readonly VerifiedStatement[],
    manager: EntityManager,
  ): Promise<InvitationEntity> {
    if (invitation.state === InvitationState.COMPLETED) {
      // A repeated request enters nothing new; other statements for a person who is enrolled were refused before.
      if (fresh.length > 0) throw new Refusal('CONFLICT', 'this enrolment is complete', { field: 'id' });
      return invitation;
    }
    await manager.update(InvitationEntity, { id: invitation.id }, { state: InvitationState.COMPLETED });
    return Object.assign(invitation, { state: InvitationState.COMPLETED });
  }
}

/** Roles of the invitation, perhaps not all of them, at its post, without an end. */
function requireFittingRoles(body: StatementBody, { personId, postId, roles }: InvitationEntity): void {
  if (body.type !== 'assign') throw badInput(placeOf(2), 'has to be assign');
  const same = body.person === personId && body.post === postId && body.until === undefined;
  const promised: ReadonlySet<string> = new Set(roles);
  if (!same || !body.roles.every((role) => promised.has(role)))
    throw invalid(placeOf(2), 'assign does not say what the invitation says');
}

function requireClaim({ state, claimAddDevice }: InvitationEntity): Uint8Array {
  const claimed = state === InvitationState.CLAIMED || state === InvitationState.COMPLETED;
  if (claimed && claimAddDevice) return claimAddDevice;
  throw new Refusal('CONFLICT', 'the link of this invitation has not been used, or it was withdrawn', { field: 'id' });
}
