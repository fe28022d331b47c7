import { utf8, wipe } from './bytes.js';
import { PrimitivesError, requireLength } from './errors.js';
import { sodium, wipeResidue } from './sodium.js';

const saltLength = 16;
const outputLength = 32;
const leastMemoryKiB = 8;
const mostMemoryKiB = 4 * 1024 * 1024;

export interface Argon2Cost {
  /** Memory in KiB: 262144 (256 MiB) where the device can, never under 65536 for a vault. */
  readonly memoryKiB: number;
  readonly passes: number;
}

/**
 * Argon2id (RFC 9106, one lane): 32 bytes. Blocks the thread for the whole computation (256 MiB, 3 passes: 1 to 2 s).
 * @param passphrase hashed as NFC, so that two keyboards that compose accents differently agree
 * @param salt 16 bytes
 */
export function argon2id(passphrase: string, salt: Uint8Array, { memoryKiB, passes }: Argon2Cost): Uint8Array {
  requireLength(salt, saltLength, 'the salt');
  const sane = memoryKiB >= leastMemoryKiB && memoryKiB <= mostMemoryKiB && passes >= 1 && passes <= 1000;
  if (!sane) throw new PrimitivesError('INVALID_PARAMETERS', 'Argon2id cost is out of bounds');
  const password = utf8(passphrase.normalize('NFC'));
  const algorithm = sodium().crypto_pwhash_ALG_ARGON2ID13;
  try {
    const key = sodium().crypto_pwhash(outputLength, password, salt, passes, memoryKiB * 1024, algorithm);
    wipeResidue();
    return key;
  } finally {
    wipe(password);
  }
}
