import type { InvitationEntity } from './invitation.entity.js';
import { InvitationState } from './invitation.model.js';
import type { Invitation } from './invitation.model.js';

/** An open invitation ends with its time; one that was claimed in time waits for the officer as long as it takes. */
export function stateOf({ state, expiresAt }: InvitationEntity, now: Date): InvitationState {
  return state === InvitationState.OPEN && expiresAt <= now ? InvitationState.EXPIRED : state;
}

export function toInvitation(row: InvitationEntity, now: Date): Invitation {
  const { id, personId, personName, postId, expiresAt, claimIdentityKey, claimAddDevice, claimProof, claimedAt } = row;
  const claim =
    claimIdentityKey && claimAddDevice && claimProof && claimedAt
      ? { identityKey: claimIdentityKey, addDevice: claimAddDevice, proof: claimProof, claimedAt }
      : null;
  return { id, personId, personName, postId, expiresAt, state: stateOf(row, now), claim };
}
