import { sha256, verifySignature } from '#primitives/verify';

import { encodeLabeled } from './codec.js';

const prefix = 'MLS 1.0 ';

/** SignContent (RFC 9420 section 5.1.2): the bytes that are signed. */
export function signContent(label: string, content: Uint8Array): Uint8Array {
  return encodeLabeled(prefix + label, content);
}

/** VerifyWithLabel (RFC 9420 section 5.1.2). */
export function verifyWithLabel(
  publicKey: Uint8Array,
  label: string,
  content: Uint8Array,
  signature: Uint8Array,
): boolean {
  return verifySignature(publicKey, signContent(label, content), signature);
}

/** EncryptContext (RFC 9420 section 5.1.3). */
export function encryptContext(label: string, context: Uint8Array): Uint8Array {
  return encodeLabeled(prefix + label, context);
}

/** RefHash (RFC 9420 section 5.2): 32 bytes. */
export function refHash(label: string, value: Uint8Array): Uint8Array {
  return sha256(encodeLabeled(label, value));
}

export const keyPackageRefOf = (encoded: Uint8Array): Uint8Array => refHash(`${prefix}KeyPackage Reference`, encoded);

export const proposalRefOf = (encoded: Uint8Array): Uint8Array => refHash(`${prefix}Proposal Reference`, encoded);
