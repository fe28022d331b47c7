import { fromHex } from '#primitives/verify';

import { demand } from './rules.js';
import type { CipherSuite } from './suite.js';

/**
 * An HPKE public key that came from outside (RFC 9420 section 5.1.1, RFC 9180 section 7.1.4): of the right size, and one
 * that encryption takes. Somebody whose key nobody can encrypt to would keep all others from committing.
 * @throws MlsError valn070315, valn070316
 */
export function checkPublicKey(key: Uint8Array, { kem, publicKeyLength }: CipherSuite): void {
  demand(key.length === publicKeyLength, 'valn070315');
  demand(!isLowOrder(key.subarray(publicKeyLength - pointLength)), 'valn070316');
  demand(kem === 'x25519' || isReduced(key.subarray(0, vectorLength)), 'valn070316');
}

/** X25519, which X-Wing puts behind the key of ML-KEM-768. */
const pointLength = 32;

/** u-coordinates whose product with any scalar is zero (RFC 7748 section 6.1): 0, 1, two of order 8, p - 1, p and p + 1. */
const lowOrder = [
  '00'.repeat(32),
  `01${'00'.repeat(31)}`,
  'e0eb7a7c3b41b8ae1656e3faf19fc46ada098deb9c32b1fd866205165f49b800',
  '5f9c95bca3508c24b1d0b1559c83ef5b04445cc4581c8e86d8224eddd09f1157',
  `ec${'ff'.repeat(30)}7f`,
  `ed${'ff'.repeat(30)}7f`,
  `ee${'ff'.repeat(30)}7f`,
].map(fromHex);

/** The highest bit does not count (RFC 7748 section 5). */
function isLowOrder(point: Uint8Array): boolean {
  return lowOrder.some((low) => low.every((byte, i) => byte === (i < 31 ? point[i] : (point[i] ?? 0) & 0x7f)));
}

/** The bytes of the vector of an ML-KEM-768 key: 768 coefficients of 12 bits. */
const vectorLength = 1152;
const modulus = 3329;

/** The modulus check of FIPS 203 section 7.2. */
function isReduced(vector: Uint8Array): boolean {
  for (let at = 0; at < vector.length; at += 3) {
    const [low = 0, middle = 0, high = 0] = vector.subarray(at, at + 3);
    if (low + (middle & 0x0f) * 256 >= modulus || (middle >> 4) + high * 16 >= modulus) return false;
  }
  return true;
}
