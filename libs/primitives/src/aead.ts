import { gcm } from '@noble/ciphers/aes.js';

import { concatBytes, wipe } from './bytes.js';
import { PrimitivesError, requireLength } from './errors.js';
import { nodeCrypto, plain } from './platform.js';
import { sodium } from './sodium.js';

interface NodeCiphers {
  createCipheriv(cipher: 'aes-128-gcm', key: Uint8Array, nonce: Uint8Array): NodeCipher;
  createDecipheriv(cipher: 'aes-128-gcm', key: Uint8Array, nonce: Uint8Array, options: TagLength): NodeDecipher;
}

interface TagLength {
  readonly authTagLength: 16;
}

interface NodeTransform {
  setAAD(associatedData: Uint8Array): unknown;
  update(input: Uint8Array): Uint8Array;
  final(): Uint8Array;
}

interface NodeCipher extends NodeTransform {
  getAuthTag(): Uint8Array;
}

interface NodeDecipher extends NodeTransform {
  setAuthTag(tag: Uint8Array): unknown;
}

const node = nodeCrypto as NodeCiphers | undefined;
const tagLength = 16;

/** libsodium's WASM build has no AES: AES-128-GCM is Node's own, or that of @noble/ciphers, behind the same door. */
export type AeadName = 'aes128gcm' | 'chacha20poly1305';

export const aeadNonceLength = 12;

/** Key length in bytes. */
export function aeadKeyLength(aead: AeadName): number {
  return aead === 'aes128gcm' ? 16 : 32;
}

/**
 * For protocols whose key schedule yields key and nonce together and each pair once (HPKE, MLS). Everyone else uses
 * `seal`, which takes no nonce. Returns ciphertext ‖ 16-byte tag.
 */
export function aeadEncrypt(
  aead: AeadName,
  key: Uint8Array,
  nonce: Uint8Array,
  associatedData: Uint8Array,
  plaintext: Uint8Array,
): Uint8Array {
  checkLengths(aead, key, nonce);
  if (aead === 'aes128gcm') return gcmEncrypt(key, nonce, associatedData, plaintext);
  return sodium().crypto_aead_chacha20poly1305_ietf_encrypt(plaintext, associatedData, null, nonce, key);
}

/** @throws PrimitivesError `DECRYPTION_FAILED` */
export function aeadDecrypt(
  aead: AeadName,
  key: Uint8Array,
  nonce: Uint8Array,
  associatedData: Uint8Array,
  ciphertext: Uint8Array,
): Uint8Array {
  checkLengths(aead, key, nonce);
  try {
    if (aead === 'aes128gcm') return gcmDecrypt(key, nonce, associatedData, ciphertext);
    return sodium().crypto_aead_chacha20poly1305_ietf_decrypt(null, ciphertext, associatedData, nonce, key);
  } catch {
    throw new PrimitivesError('DECRYPTION_FAILED', 'ciphertext does not authenticate');
  }
}

function checkLengths(aead: AeadName, key: Uint8Array, nonce: Uint8Array): void {
  requireLength(key, aeadKeyLength(aead), 'the key');
  requireLength(nonce, aeadNonceLength, 'the nonce');
}

function gcmEncrypt(key: Uint8Array, nonce: Uint8Array, associatedData: Uint8Array, plaintext: Uint8Array): Uint8Array {
  if (node === undefined) return gcm(key, nonce, associatedData).encrypt(plaintext);
  const cipher = node.createCipheriv('aes-128-gcm', key, nonce);
  cipher.setAAD(associatedData);
  const ciphertext = cipher.update(plaintext);
  cipher.final();
  return concatBytes(ciphertext, cipher.getAuthTag());
}

/** Throws whatever the provider throws when the tag is wrong; no plaintext leaves before `final` has checked it. */
function gcmDecrypt(
  key: Uint8Array,
  nonce: Uint8Array,
  associatedData: Uint8Array,
  ciphertext: Uint8Array,
): Uint8Array {
  if (node === undefined) return gcm(key, nonce, associatedData).decrypt(ciphertext);
  const end = ciphertext.length - tagLength;
  if (end < 0) throw new RangeError('too short for a tag');
  const decipher = node.createDecipheriv('aes-128-gcm', key, nonce, { authTagLength: tagLength });
  decipher.setAAD(associatedData);
  decipher.setAuthTag(ciphertext.subarray(end));
  const plaintext = plain(decipher.update(ciphertext.subarray(0, end)));
  try {
    decipher.final();
  } catch (error) {
    wipe(plaintext);
    throw error;
  }
  return plaintext;
}
