import { fromBase64Url, hkdfSha256, hmacSha256, PrimitivesError, sha256, toBase64Url, utf8 } from '#primitives';
import { encode } from 'cborg';

import { ChanceryError } from '../errors.js';

/** What an enrolment link says: `<origin>/enrol#<secret>.<root fingerprint>.<invitation id>`. The part after # never reaches a server. */
export interface EnrolmentLink {
  /** Scheme, host and port. */
  readonly origin: string;
  /** 32 bytes; whoever holds them can enrol. */
  readonly secret: Uint8Array;
  /** base64url of 32 bytes. */
  readonly rootFingerprint: string;
  readonly invitationId: string;
}

const LINK = /^(https?:\/\/[^/#?\s]+)\/enrol#([\w-]{43})\.([\w-]{43})\.([0-9a-f-]{36})$/;

export function formatLink({ origin, secret, rootFingerprint, invitationId }: EnrolmentLink): string {
  return `${origin}/enrol#${toBase64Url(secret)}.${rootFingerprint}.${invitationId}`;
}

/** @throws ChanceryError LINK_INVALID */
export function parseLink(text: string): EnrolmentLink {
  const [, origin, secret, rootFingerprint, invitationId] = LINK.exec(text.trim()) ?? [];
  if (!origin || !secret || !rootFingerprint || !invitationId) throw invalid();
  try {
    fromBase64Url(rootFingerprint);
    return { origin, secret: fromBase64Url(secret), rootFingerprint, invitationId };
  } catch (error) {
    if (error instanceof PrimitivesError) throw invalid();
    throw error;
  }
}

/** What the holder of a link shows to the server at the claim. */
export function claimToken(secret: Uint8Array): Uint8Array {
  return hkdfSha256(secret, new Uint8Array(), utf8('chancery claim'), 32);
}

/** What the server knows of the link before the claim. */
export function claimTokenHash(secret: Uint8Array): Uint8Array {
  return sha256(claimToken(secret));
}

/**
 * A MAC under a secret that the server never sees, over the keys that are claimed: the officer whose vault holds the link's secret can
 * tell that they came from its holder.
 */
export function claimProof(
  secret: Uint8Array,
  invitationId: string,
  identityKey: Uint8Array,
  addDevice: Uint8Array,
): Uint8Array {
  const bindKey = hkdfSha256(secret, new Uint8Array(), utf8('chancery bind'), 32);
  return hmacSha256(bindKey, encode([invitationId, identityKey, addDevice]));
}

function invalid(): ChanceryError {
  return new ChanceryError('LINK_INVALID', 'This is not an enrolment link.', { field: 'link' });
}
