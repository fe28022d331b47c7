import { hkdfExpand, hkdfExtract, hmacSha256, utf8, wipe } from '#primitives';

import { encodeWith } from './codec.js';
import { hashLength } from './suite.js';

const none = new Uint8Array(0);

/** ExpandWithLabel (RFC 9420 section 8). */
export function expandWithLabel(secret: Uint8Array, label: string, context: Uint8Array, length: number): Uint8Array {
  const info = encodeWith((writer, size) => {
    writer.uint16(size);
    writer.opaque(utf8(`MLS 1.0 ${label}`));
    writer.opaque(context);
  }, length);
  return hkdfExpand(secret, info, length);
}

/** DeriveSecret (RFC 9420 section 8). */
export function deriveSecret(secret: Uint8Array, label: string): Uint8Array {
  return expandWithLabel(secret, label, none, hashLength);
}

/** DeriveTreeSecret (RFC 9420 section 9.1). */
export function deriveTreeSecret(secret: Uint8Array, label: string, generation: number, length: number): Uint8Array {
  const context = encodeWith((writer, value) => {
    writer.uint32(value);
  }, generation);
  return expandWithLabel(secret, label, context, length);
}

/** KDF.Extract with the arguments in the order of the key schedule's drawing: from the top, from the left. */
export function extract(salt: Uint8Array, ikm: Uint8Array): Uint8Array {
  return hkdfExtract(salt, ikm);
}

/** MAC of RFC 9420 section 6.1. */
export function mac(key: Uint8Array, content: Uint8Array): Uint8Array {
  return hmacSha256(key, content);
}

/** Overwrites consumed secrets (RFC 9420 section 9.2). */
export function wipeAll(...secrets: readonly (Uint8Array | undefined)[]): void {
  for (const secret of secrets) if (secret !== undefined) wipe(secret);
}
