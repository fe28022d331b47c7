/**
 * Entry `#primitives/verify`: what servers and auditors need: hashing, verifying, judging public keys. No operation takes or
 * makes a secret. Everything is synchronous after `ready()`.
 */
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
export { verifySignature } from './ed25519.js';
export { sha256, sha512 } from './hash.js';
export { isKemPublicKey } from './kemPublicKey.js';
export type { KemName } from './kemPublicKey.js';
export { ready } from './sodium.js';
