import { isKemPublicKey } from '#primitives/verify';

import { demand } from './rules.js';
import type { CipherSuite } from './suite.js';

/**
 * An HPKE public key that came from outside (RFC 9420 section 5.1.1): of the right size, and one that encryption takes.
 * Somebody whose key nobody can encrypt to would keep all others from committing.
 * @throws MlsError valn070315, valn070316
 */
export function checkPublicKey(key: Uint8Array, { kem, publicKeyLength }: CipherSuite): void {
  demand(key.length === publicKeyLength, 'valn070315');
  demand(isKemPublicKey(kem, key), 'valn070316');
}
