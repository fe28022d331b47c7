import { concatBytes } from './bytes.js';
import { PrimitivesError, requireLength } from './errors.js';
import { randomBytes } from './random.js';
import { sodium } from './sodium.js';

const keyLength = 32;
const nonceLength = 24;
const tagLength = 16;

/**
 * XChaCha20-Poly1305 under a 32-byte key. The nonce is random and 24 bytes long, so that one key may seal any number
 * of messages. Returns nonce ‖ ciphertext ‖ tag, 40 bytes longer than the plaintext.
 */
export function seal(key: Uint8Array, plaintext: Uint8Array, associatedData: Uint8Array): Uint8Array {
  requireLength(key, keyLength, 'the key');
  const nonce = randomBytes(nonceLength);
  const ciphertext = sodium().crypto_aead_xchacha20poly1305_ietf_encrypt(plaintext, associatedData, null, nonce, key);
  return concatBytes(nonce, ciphertext);
}

/** The inverse of `seal`. @throws PrimitivesError `DECRYPTION_FAILED` */
export function open(key: Uint8Array, sealed: Uint8Array, associatedData: Uint8Array): Uint8Array {
  requireLength(key, keyLength, 'the key');
  if (sealed.length < nonceLength + tagLength) throw failed();
  const nonce = sealed.subarray(0, nonceLength);
  const ciphertext = sealed.subarray(nonceLength);
  try {
    return sodium().crypto_aead_xchacha20poly1305_ietf_decrypt(null, ciphertext, associatedData, nonce, key);
  } catch {
    throw failed();
  }
}

function failed(): PrimitivesError {
  return new PrimitivesError('DECRYPTION_FAILED', 'sealed data does not authenticate');
}
