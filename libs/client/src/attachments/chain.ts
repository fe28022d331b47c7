import { concatBytes, sha256, utf8 } from '#primitives';

const DOMAIN = utf8('chancery attachment v1');

/**
 * The hash of an attachment's ciphertext, chunk by chunk, so that it can be stored on the way:
 * h(0) = SHA-256(domain ‖ header), h(n) = SHA-256(h(n-1) ‖ chunk n).
 */
export function firstLink(header: Uint8Array): Uint8Array {
  return sha256(concatBytes(DOMAIN, header));
}

export function nextLink(chain: Uint8Array, sealedChunk: Uint8Array): Uint8Array {
  return sha256(concatBytes(chain, sealedChunk));
}
