/**
 * Entry `#primitives`: the one door to cryptography. Everything is synchronous after `ready()`; no caller passes a
 * nonce, except the two `aead…` functions that MLS's own key schedule needs.
 */
export * from './verify.js';
export { aeadDecrypt, aeadEncrypt, aeadKeyLength, aeadNonceLength } from './aead.js';
export type { AeadName } from './aead.js';
export { argon2id } from './argon2.js';
export type { Argon2Cost } from './argon2.js';
export { wipe } from './bytes.js';
export { hkdfExpand, hkdfExtract, hkdfSha256, hmacSha256 } from './hkdf.js';
export { hpkeOpen, hpkeReceiveExport, hpkeSeal, hpkeSealer, hpkeSendExport } from './hpke.js';
export type { HpkeCiphertext, HpkeSealer, HpkeSuite } from './hpke.js';
export { deriveKemKeyPair, generateKemKeyPair, kemKeyPair } from './kem.js';
export type { KemKeyPair } from './kem.js';
export { kemPublicKeyLength } from './kemPublicKey.js';
export { randomBytes } from './random.js';
export { open, seal } from './seal.js';
export { beginStream, openChunk, sealChunk, streamState } from './stream.js';
export type { BegunStream, OpenedChunk, SealedChunk, StreamState } from './stream.js';
export { createSigner, generateSigningKeyPair, sign, signingPublicKey } from './signature.js';
export type { Signer, SigningKeyPair } from './signature.js';
