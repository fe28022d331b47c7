/**
 * Entry `#primitives/verify`: what servers and auditors need, hashing and verifying only. No operation here takes or
 * makes a secret. Everything is synchronous after `ready()`.
 */
import { sodium } from './sodium.js';

export { PrimitivesError } from './errors.js';
export type { PrimitivesErrorCode } from './errors.js';
export {
  concatBytes,
  equalBytes,
  fromBase64,
  fromBase64Url,
  fromHex,
  fromUtf8,
  toBase64,
  toBase64Url,
  toHex,
  utf8,
} from './bytes.js';
export { sha256 } from './hash.js';
export { ready } from './sodium.js';

const publicKeyLength = 32;
const signatureLength = 64;

/**
 * Ed25519 (RFC 8032); small-order and non-canonical public keys are refused. A key or signature of the wrong size is a
 * signature that does not verify, never an exception.
 */
export function verifySignature(publicKey: Uint8Array, message: Uint8Array, signature: Uint8Array): boolean {
  if (publicKey.length !== publicKeyLength || signature.length !== signatureLength) return false;
  return sodium().crypto_sign_verify_detached(signature, message, publicKey);
}
