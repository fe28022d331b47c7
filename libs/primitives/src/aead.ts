import { gcm } from '@noble/ciphers/aes.js';

import { PrimitivesError, requireLength } from './errors.js';
import { sodium } from './sodium.js';

/** libsodium's WASM build has no AES: AES-128-GCM comes from @noble/ciphers, behind the same door. */
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
  if (aead === 'aes128gcm') return gcm(key, nonce, associatedData).encrypt(plaintext);
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
    if (aead === 'aes128gcm') return gcm(key, nonce, associatedData).decrypt(ciphertext);
    return sodium().crypto_aead_chacha20poly1305_ietf_decrypt(null, ciphertext, associatedData, nonce, key);
  } catch {
    throw new PrimitivesError('DECRYPTION_FAILED', 'ciphertext does not authenticate');
  }
}

function checkLengths(aead: AeadName, key: Uint8Array, nonce: Uint8Array): void {
  requireLength(key, aeadKeyLength(aead), 'the key');
  requireLength(nonce, aeadNonceLength, 'the nonce');
}
