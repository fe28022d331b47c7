import { PrimitivesError, hpkeOpen, hpkeSeal } from '#primitives';
import type { KemKeyPair, Signer } from '#primitives';

import type { HpkeCiphertext } from './commit.js';
import { MlsError } from './errors.js';
import { encryptContext, signContent } from './labels.js';
import type { CipherSuite } from './suite.js';

const none = new Uint8Array(0);

/** SignWithLabel (RFC 9420 section 5.1.2). */
export function signWithLabel(signer: Signer, label: string, content: Uint8Array): Uint8Array {
  return signer.sign(signContent(label, content));
}

/** EncryptWithLabel (RFC 9420 section 5.1.3). */
export function encryptWithLabel(
  suite: CipherSuite,
  publicKey: Uint8Array,
  label: string,
  context: Uint8Array,
  plaintext: Uint8Array,
): HpkeCiphertext {
  return guarded(() => hpkeSeal(suite, publicKey, encryptContext(label, context), none, plaintext));
}

/** DecryptWithLabel (RFC 9420 section 5.1.3). @throws MlsError `DECRYPTION_FAILED` */
export function decryptWithLabel(
  suite: CipherSuite,
  pair: KemKeyPair,
  label: string,
  context: Uint8Array,
  ciphertext: HpkeCiphertext,
): Uint8Array {
  return guarded(() => hpkeOpen(suite, pair, encryptContext(label, context), none, ciphertext));
}

/** Turns refusals of the primitives into ours. */
export function guarded<T>(operation: () => T): T {
  try {
    return operation();
  } catch (error) {
    if (error instanceof PrimitivesError) throw new MlsError('DECRYPTION_FAILED', error.message);
    throw error;
  }
}
