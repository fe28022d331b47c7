import { concatBytes, sha256, toHex, verifySignature } from '#primitives/verify';

import { signContent } from './labels.js';

const mostRemembered = 4096;
const publicKeyLength = 32;
const signatureLength = 64;

/** Digests of key, signature and content that verified, the oldest first. */
const remembered = new Set<string>();

/**
 * VerifyWithLabel (RFC 9420 section 5.1.2) for signatures that one process meets several times: of KeyPackages, which are
 * checked when they are fetched, added and committed, and of leaves. Only what verified is remembered, by a SHA-256
 * over all three inputs, so that nothing else is ever taken for it.
 */
export function verifyLastingWithLabel(
  publicKey: Uint8Array,
  label: string,
  content: Uint8Array,
  signature: Uint8Array,
): boolean {
  if (publicKey.length !== publicKeyLength || signature.length !== signatureLength) return false;
  const signed = signContent(label, content);
  const digest = toHex(sha256(concatBytes(publicKey, signature, signed)));
  if (remembered.has(digest)) return true;
  if (!verifySignature(publicKey, signed, signature)) return false;
  remember(digest);
  return true;
}

function remember(digest: string): void {
  const [oldest] = remembered.size < mostRemembered ? [] : remembered;
  if (oldest !== undefined) remembered.delete(oldest);
  remembered.add(digest);
}
