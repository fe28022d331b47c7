import { Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';
import type { EntityManager } from 'typeorm';

import { encodeRecoveryApproval } from '#contracts';
import { verifySignature } from '#primitives/verify';

import { AuditTrail } from '../../access/index.js';
import type { Caller } from '../../access/index.js';
import { Clock } from '../../platform/clock.js';
import { decodeCursor, toConnection } from '../../platform/graphql/index.js';
import type { Connection } from '../../platform/graphql/index.js';
import { Refusal } from '../../platform/refusal.js';
import { badInput, requireKnownForm } from '../input.js';
import { DeviceEntity } from '../people/person.entity.js';
import { RecoveryRequestEntity } from './recovery.entity.js';
import { RecoveryState } from './recovery.model.js';
import type { ApproveRecoveryInput, RecoveryRequest } from './recovery.model.js';

const MAX_SKEW_MS = 10 * 60_000;

/**
 * What officers decide about people who come back by their code. Their yes is signed by their device and kept; it is checked by this server
 * only, for it opens nothing: whoever comes back proves themselves to everybody else by the identity key.
 */
@Injectable()
export class RecoveryDecisions {
  constructor(
    private readonly source: DataSource,
    private readonly clock: Clock,
    private readonly audit: AuditTrail,
  ) {}

  /** Those that wait, oldest first. */
  async page(first: number, after: string | null | undefined): Promise<Connection<RecoveryRequest>> {
    const query = this.source.manager
      .createQueryBuilder(RecoveryRequestEntity, 'request')
      .where('request.state = :state AND request.expires_at > :now', {
        state: RecoveryState.WAITING,
        now: this.clock.now(),
      });
    const key = decodeCursor(after, ['number', 'string']);
    if (key) {
      const at = new Date(Number(key[0]));
      if (Number.isNaN(at.getTime()))
        throw new Refusal('BAD_CURSOR', 'the cursor was not made by this list', { field: 'after' });
      query.andWhere('(request.requested_at, request.id) > (:at, :id)', { at, id: key[1] });
    }
    const rows = await query
      .orderBy('request.requested_at')
      .addOrderBy('request.id')
      .limit(first + 1)
      .getMany();
    return toConnection(rows, first, ({ requestedAt, id }) => [requestedAt.getTime(), id], toRequest);
  }

  /** Throws NOT_FOUND, FORBIDDEN for one's own, CONFLICT when it was decided, BAD_INPUT when the signature is not the caller's. */
  approve({ id, at, signature }: ApproveRecoveryInput, caller: Caller): Promise<RecoveryRequest> {
    return this.#decide('approveRecovery', id, caller, async (row, manager) => {
      if (Math.abs(at.getTime() - this.clock.now().getTime()) > MAX_SKEW_MS) throw badInput('input.at', 'is not now');
      const { personId, deviceId, signatureKey } = row;
      const approval = {
        requestId: row.id,
        personId,
        deviceId,
        signatureKey,
        at: at.getTime(),
        officer: caller.deviceId,
      };
      const officer = await manager.findOneByOrFail(DeviceEntity, { id: caller.deviceId });
      if (!verifySignature(officer.signatureKey, encodeRecoveryApproval(approval), signature)) {
        throw badInput('input.signature', 'does not verify');
      }
      return { state: RecoveryState.APPROVED, decidedAt: at, signature: Buffer.from(signature) };
    });
  }

  refuse(id: string, caller: Caller): Promise<RecoveryRequest> {
    const decision = { state: RecoveryState.REFUSED, decidedAt: this.clock.now() };
    return this.#decide('refuseRecovery', id, caller, () => Promise.resolve(decision));
  }

  #decide(
    operation: string,
    id: string,
    caller: Caller,
    decide: (row: RecoveryRequestEntity, manager: EntityManager) => Promise<Partial<RecoveryRequestEntity>>,
  ): Promise<RecoveryRequest> {
    requireKnownForm(id, 'id');
    const { personId, deviceId: decidedBy } = caller;
    return this.source.transaction(async (manager) => {
      const row = await manager.findOne(RecoveryRequestEntity, { where: { id }, lock: { mode: 'pessimistic_write' } });
      if (!row || row.expiresAt <= this.clock.now())
        throw new Refusal('NOT_FOUND', 'nobody waits under this id', { field: 'id' });
      if (row.personId === personId) throw new Refusal('FORBIDDEN', 'nobody decides about the own recovery');
      if (row.state !== RecoveryState.WAITING) throw new Refusal('CONFLICT', 'this recovery was decided already');
      const changed = { decidedBy, ...(await decide(row, manager)) };
      await manager.update(RecoveryRequestEntity, { id }, changed);
      await this.audit.recordAct(caller, operation, [id, row.personId], manager);
      return toRequest(Object.assign(row, changed));
    });
  }
}

function toRequest(row: RecoveryRequestEntity): RecoveryRequest {
  const { id, personId, deviceId, deviceName, signatureKey, state, requestedAt, expiresAt } = row;
  return { id, personId, deviceId, deviceName, signatureKey, state, requestedAt, expiresAt };
}
