import { MinistryDocument } from '#contracts';
import { fromBase64Url, generateSigningKeyPair, PrimitivesError, sign, toBase64, toBase64Url } from '#primitives';
import { identityProofInput, isStatementName } from '#transparency';

import { ChanceryError } from '../errors.js';
import { newUuid } from '../identifiers.js';
import type { Store } from '../ports/store.js';
import type { Transport } from '../ports/transport.js';
import type { Profile } from '../profile.js';
import { signStatement } from '../statements.js';
import { identityNumber } from '../verification/safetyNumber.js';
import { fillFirst } from './registration.js';
import type { Registration } from './registration.js';

/** What an officer gives to somebody who needs a new identity key: `<origin>/identity#<person id>.<root fingerprint>`. It is no secret. */
interface IdentityLink {
  readonly origin: string;
  readonly personId: string;
  /** base64url of 32 bytes. */
  readonly rootFingerprint: string;
}

/** A new identity key, as its holder asks two officers to put it in force. */
interface IdentityRequest {
  readonly personId: string;
  readonly identityKey: Uint8Array;
  /** By the new key: see `identityProofInput`. */
  readonly proof: Uint8Array;
}

/** What the person hands to the officers. */
interface AskedIdentity {
  /** For the officers, by any way. */
  readonly text: string;
  /** Thirty digits in groups of five; the officers read the same, and compare it with the person by voice. */
  readonly number: string;
  /** Fills the new vault: it waits for the officers, and its device comes in by itself when they have decided. */
  readonly fill: (store: Store) => Promise<void>;
}

const LINK = /^(https?:\/\/[^/#?\s]+)\/identity#([0-9a-f-]{36})\.([\w-]{43})$/;
const REQUEST = /^chancery-identity:1\.([0-9a-f-]{36})\.([\w-]{43})\.([\w-]{86})$/;

export function formatIdentityLink({ origin, personId, rootFingerprint }: IdentityLink): string {
  return `${origin}/identity#${personId}.${rootFingerprint}`;
}

/** @throws ChanceryError LINK_INVALID */
export function parseIdentityLink(text: string): IdentityLink {
  const [, origin, personId, rootFingerprint] = LINK.exec(text.trim()) ?? [];
  if (origin && personId && rootFingerprint) return { origin, personId, rootFingerprint };
  throw new ChanceryError('LINK_INVALID', 'This is no link for a new identity key.', {
    field: 'link',
    remedy: 'Ask your security officer for another: chancery identity rotate --person.',
  });
}

/** @throws ChanceryError BAD_INPUT for anything that no device has written for this person */
export function parseIdentityRequest(text: string, personId: string): IdentityRequest {
  const [, person, key, proof] = REQUEST.exec(text.trim()) ?? [];
  if (person !== personId || !key || !proof) throw noRequest();
  try {
    return { personId, identityKey: fromBase64Url(key), proof: fromBase64Url(proof) };
  } catch (error) {
    if (error instanceof PrimitivesError) throw noRequest();
    throw error;
  }
}

/** Makes a new identity key and the keys of a first device under it. @throws ChanceryError ROOT_MISMATCH, BAD_INPUT, SERVER_UNREACHABLE */
export async function prepareIdentity(
  link: IdentityLink,
  transport: Transport,
  deviceName: string,
  now: Date,
): Promise<AskedIdentity> {
  if (!isStatementName(deviceName)) {
    throw new ChanceryError('BAD_INPUT', 'A device has a name of 1 to 200 printable characters.', { field: 'device' });
  }
  const { personId, rootFingerprint } = link;
  const { ministry } = await transport.execute(MinistryDocument, {});
  if (ministry?.rootFingerprint !== rootFingerprint) {
    throw new ChanceryError('ROOT_MISMATCH', 'The server does not serve the ministry that the link names.');
  }
  const names = { ministryName: ministry.name, policy: ministry.policy, deviceName };
  const unknown = { personName: '', postId: '' }; // the directory says who that is
  const ids = { server: link.origin, rootFingerprint, personId, deviceId: newUuid(now) };
  const { publicKey, privateKey, fill } = firstDevice({ ...ids, ...names, ...unknown, state: 'waiting' }, now);
  const proof = sign(privateKey, identityProofInput(personId, publicKey));
  const text = `chancery-identity:1.${personId}.${toBase64Url(publicKey)}.${toBase64Url(proof)}`;
  return { text, number: identityNumber({ personId, identityKey: publicKey }), fill };
}

function firstDevice(profile: Profile, now: Date) {
  const [identity, device] = [generateSigningKeyPair(), generateSigningKeyPair()];
  const { personId: person, deviceId, deviceName: name } = profile;
  const { publicKey: signatureKey } = device;
  const body = { type: 'addDevice', at: now.getTime(), person, device: deviceId, name, signatureKey } as const;
  const statement = signStatement(body, { kind: 'person', id: person }, identity);
  const registration: Registration = { kind: 'identity', addDevice: toBase64(statement) };
  return { ...identity, fill: fillFirst(profile, identity, device, registration) };
}

function noRequest(): ChanceryError {
  return new ChanceryError('BAD_INPUT', 'This is not what a device of this person has written.', {
    field: 'request',
    remedy: 'The person makes it with: chancery identity request.',
  });
}
