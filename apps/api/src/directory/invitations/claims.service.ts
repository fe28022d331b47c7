import { Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';
import type { EntityManager } from 'typeorm';

import { equalBytes, sha256, toBase64Url } from '#primitives/verify';
import { StatementError, decodeStatement, isSignedBy } from '#transparency';
import type { UnverifiedStatement } from '#transparency';

import { Clock } from '../../platform/clock.js';
import { Refusal } from '../../platform/refusal.js';
import { HASH_BYTES, KEY_BYTES, badInput, requireBytes } from '../input.js';
import { MinistryService } from '../ministry/ministry.service.js';
import { InvitationEntity } from './invitation.entity.js';
import { InvitationState } from './invitation.model.js';
import type { ClaimInvitationInput, InvitationView } from './invitation.model.js';
import { stateOf } from './invitationState.js';

/** Enrolment links as their holders see them. */
@Injectable()
export class ClaimsService {
  constructor(
    private readonly source: DataSource,
    private readonly clock: Clock,
    private readonly ministry: MinistryService,
  ) {}

  /** Null when there is no invitation for the token, or it was withdrawn. */
  async view(claimToken: Uint8Array): Promise<InvitationView | null> {
    const row = await this.source.manager.findOneBy(InvitationEntity, { tokenHash: hashOf(claimToken) });
    return row && !isWithdrawn(row) ? this.toView(row) : null;
  }

  /**
   * Leaves the holder's keys with the invitation, once; the same claim again changes nothing.
   * Throws LINK_INVALID, LINK_EXPIRED, LINK_USED, or BAD_INPUT when the claim is not sound in itself. Whether the holder
   * of the link made it, only the officer's client can tell: the server knows no key for the proof.
   */
  async claim(input: ClaimInvitationInput): Promise<InvitationView> {
    const row = await this.source.transaction(async (manager) => {
      const open = await this.lock(input.claimToken, manager);
      if (isSameClaim(open, input)) return open;
      this.requireOpen(open);
      requireSoundClaim(input, open.personId);
      const claim = {
        state: InvitationState.CLAIMED,
        claimIdentityKey: Buffer.from(input.identityKey),
        claimAddDevice: Buffer.from(input.addDevice),
        claimProof: Buffer.from(input.proof),
        claimedAt: this.clock.now(),
      };
      await manager.update(InvitationEntity, { id: open.id }, claim);
      return Object.assign(open, claim);
    });
    return this.toView(row);
  }

  private async lock(claimToken: Uint8Array, manager: EntityManager): Promise<InvitationEntity> {
    const where = { tokenHash: hashOf(claimToken) };
    const row = await manager.findOne(InvitationEntity, { where, lock: { mode: 'pessimistic_write' } });
    if (!row || isWithdrawn(row)) throw new Refusal('LINK_INVALID', 'this link is not valid');
    return row;
  }

  private requireOpen(row: InvitationEntity): void {
    const state = stateOf(row, this.clock.now());
    if (state === InvitationState.EXPIRED) throw new Refusal('LINK_EXPIRED', 'this link has expired');
    if (state !== InvitationState.OPEN) throw new Refusal('LINK_USED', 'this link has been used');
  }

  private async toView(row: InvitationEntity): Promise<InvitationView> {
    const { name, rootFingerprint } = await this.ministry.get();
    const { id, personId, personName, postId, expiresAt } = row;
    const state = stateOf(row, this.clock.now());
    const ministry = { ministryName: name, rootFingerprint: toBase64Url(rootFingerprint) };
    return { id, ...ministry, personId, personName, postId, state, expiresAt };
  }
}

function hashOf(claimToken: Uint8Array): Buffer {
  return Buffer.from(sha256(claimToken));
}

function isWithdrawn({ state }: InvitationEntity): boolean {
  return state === InvitationState.WITHDRAWN;
}

function isSameClaim(row: InvitationEntity, { identityKey, addDevice, proof }: ClaimInvitationInput): boolean {
  const { claimIdentityKey, claimAddDevice, claimProof } = row;
  if (!claimIdentityKey || !claimAddDevice || !claimProof) return false;
  return (
    equalBytes(claimIdentityKey, identityKey) && equalBytes(claimAddDevice, addDevice) && equalBytes(claimProof, proof)
  );
}

function requireSoundClaim({ identityKey, addDevice, proof }: ClaimInvitationInput, personId: string): void {
  requireBytes(identityKey, KEY_BYTES, 'input.identityKey');
  requireBytes(proof, HASH_BYTES, 'input.proof');
  const statement = parseClaim(addDevice);
  const { body, signer } = statement;
  const own = signer.kind === 'person' && signer.id === personId;
  if (body.type !== 'addDevice' || body.person !== personId || !own || !isSignedBy(statement, identityKey)) {
    throw badInput('input.addDevice', "is no statement addDevice for this person under the claim's identity key");
  }
}

function parseClaim(addDevice: Uint8Array): UnverifiedStatement {
  try {
    return decodeStatement(addDevice);
  } catch (error) {
    if (error instanceof StatementError) throw badInput('input.addDevice', `is no statement: ${error.code}`);
    throw error;
  }
}
