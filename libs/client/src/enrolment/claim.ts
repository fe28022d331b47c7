import { MinistryDocument, ViewInvitationDocument } from '#contracts';
import type { InvitationViewPartsFragment } from '#contracts';
import { generateSigningKeyPair, toBase64 } from '#primitives';
import type { SigningKeyPair } from '#primitives';

import { ChanceryError } from '../errors.js';
import { newUuid } from '../identifiers.js';
import type { Store } from '../ports/store.js';
import type { Transport } from '../ports/transport.js';
import type { Profile } from '../profile.js';
import { signStatement } from '../statements.js';
import { claimProof, claimToken } from './link.js';
import type { EnrolmentLink } from './link.js';
import { fillFirst } from './registration.js';
import type { Registration } from './registration.js';

/** What the server shows to the holder of a link, held against what the link itself says. */
export interface SeenInvitation {
  readonly view: InvitationViewPartsFragment;
  readonly policy: string;
}

/** @throws ChanceryError LINK_INVALID, LINK_EXPIRED, LINK_USED, ROOT_MISMATCH, SERVER_UNREACHABLE */
export async function viewInvitation(transport: Transport, link: EnrolmentLink): Promise<SeenInvitation> {
  const token = toBase64(claimToken(link.secret));
  const { invitation } = await transport.execute(ViewInvitationDocument, { claimToken: token });
  const { ministry } = await transport.execute(MinistryDocument, {});
  if (!invitation || !ministry)
    throw new ChanceryError('LINK_INVALID', 'The server does not know this link.', { field: 'link' });
  if (ministry.rootFingerprint !== link.rootFingerprint || invitation.rootFingerprint !== link.rootFingerprint) {
    throw new ChanceryError('ROOT_MISMATCH', 'The server does not serve the ministry that the link names.');
  }
  if (invitation.state === 'CLAIMED' || invitation.state === 'COMPLETED') {
    throw new ChanceryError('LINK_USED', 'This link has been used.', { field: 'link' });
  }
  if (invitation.state !== 'OPEN')
    throw new ChanceryError('LINK_EXPIRED', 'This link holds no longer.', { field: 'link' });
  return { view: invitation, policy: ministry.policy };
}

/** Makes the keys of a new person's first device and writes them into a new vault, with the claim still to be sent. */
export function prepareClaim(
  link: EnrolmentLink,
  { view, policy }: SeenInvitation,
  deviceName: string,
  now: Date,
): (store: Store) => Promise<void> {
  const identity = generateSigningKeyPair();
  const device = generateSigningKeyPair();
  const profile: Profile = {
    server: link.origin,
    ministryName: view.ministryName,
    policy,
    rootFingerprint: link.rootFingerprint,
    personId: view.personId,
    personName: view.personName,
    postId: view.post.id,
    deviceId: newUuid(now),
    deviceName,
    state: 'waiting',
  };
  const registration = claimOf(link, profile, identity, device, now);
  return fillFirst(profile, identity, device, registration);
}

function claimOf(
  link: EnrolmentLink,
  { personId: person, deviceId, deviceName: name }: Profile,
  identity: SigningKeyPair,
  device: SigningKeyPair,
  now: Date,
): Registration {
  const body = {
    type: 'addDevice',
    at: now.getTime(),
    person,
    device: deviceId,
    name,
    signatureKey: device.publicKey,
  } as const;
  const addDevice = signStatement(body, { kind: 'person', id: person }, identity);
  const proof = claimProof(link.secret, link.invitationId, identity.publicKey, addDevice);
  return {
    kind: 'claim',
    input: {
      claimToken: toBase64(claimToken(link.secret)),
      identityKey: toBase64(identity.publicKey),
      addDevice: toBase64(addDevice),
      proof: toBase64(proof),
    },
  };
}
