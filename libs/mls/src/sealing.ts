import { PrimitivesError, hpkeOpen, hpkeSealer } from '#primitives';
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

/** EncryptWithLabel for one recipient after another; label and context are hashed once. */
export type Encryptor = (publicKey: Uint8Array, plaintext: Uint8Array) => HpkeCiphertext;

export function encryptorWithLabel(suite: CipherSuite, label: string, context: Uint8Array): Encryptor {
  const seal = hpkeSealer(suite, encryptContext(label, context));
  return (publicKey, plaintext) => guarded(() => seal(publicKey, none, plaintext));
}

/** EncryptWithLabel (RFC 9420 section 5.1.3). */
export function encryptWithLabel(
  suite: CipherSuite,
  publicKey: Uint8Array,
  label: string,
  context: Uint8Array,
  plaintext: Uint8Array,
): HpkeCiphertext {
  return encryptorWithLabel(suite, label, context)(publicKey, plaintext);
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
