import { fromHex } from './bytes.js';

/** `x25519` is DHKEM(X25519, HKDF-SHA256) of RFC 9180; `xwing` is draft-connolly-cfrg-xwing-kem (ML-KEM-768 and X25519). */
export type KemName = 'x25519' | 'xwing';

const publicKeyLengths = { x25519: 32, xwing: 1216 } as const satisfies Record<KemName, number>;

export const kemPublicKeyLength = (kem: KemName): number => publicKeyLengths[kem];

/** Whether encapsulation takes this public key (RFC 9180 section 7.1.4): it needs no secret to tell. */
export function isKemPublicKey(kem: KemName, key: Uint8Array): boolean {
  if (key.length !== publicKeyLengths[kem] || isLowOrder(key.subarray(-pointLength))) return false;
  return kem === 'x25519' || isReduced(key.subarray(0, vectorLength));
}

/** X25519, which X-Wing puts behind the key of ML-KEM-768. */
const pointLength = 32;

/** u-coordinates whose product with any scalar is zero (RFC 7748 section 6.1): 0, 1, two of order 8, p - 1, p and p + 1. */
export const lowOrderPoints: readonly Uint8Array[] = [
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
  return lowOrderPoints.some((low) => low.every((byte, i) => byte === (i < 31 ? point[i] : (point[i] ?? 0) & 0x7f)));
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
