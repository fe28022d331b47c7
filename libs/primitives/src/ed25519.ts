import { equalBytes, fromHex, toBase64Url } from './bytes.js';
import { nodeCrypto } from './platform.js';
import { sodium } from './sodium.js';

interface NodeVerifier {
  createPublicKey(input: { key: { kty: 'OKP'; crv: 'Ed25519'; x: string }; format: 'jwk' }): unknown;
  verify(algorithm: null, message: Uint8Array, key: unknown, signature: Uint8Array): boolean;
}

const node = nodeCrypto as NodeVerifier | undefined;
const publicKeyLength = 32;
const signatureLength = 64;

/** A public key that was used before; its bytes are kept to notice if the array was written over. */
interface KnownKey {
  readonly bytes: Uint8Array;
  /** From the second use on, for points that OpenSSL and libsodium agree about. */
  imported: unknown;
}

/** By the array, which a group keeps for each member: those who sign once only are not worth an import. */
const knownKeys = new WeakMap<Uint8Array, KnownKey>();

/**
 * Ed25519 (RFC 8032); small-order and non-canonical public keys are refused. A key or signature of the wrong size is a
 * signature that does not verify, never an exception.
 *
 * The answer is libsodium's on every platform: members who disagree about a commit are in different groups. OpenSSL is
 * faster and stricter in its equation (without the cofactor), but takes points that libsodium refuses. So its yes counts
 * for ordinary points only, and its no never.
 */
export function verifySignature(publicKey: Uint8Array, message: Uint8Array, signature: Uint8Array): boolean {
  if (publicKey.length !== publicKeyLength || signature.length !== signatureLength) return false;
  const library = sodium();
  if (node !== undefined) {
    const key = importedKey(node, publicKey);
    if (key !== undefined && isOrdinary(signature) && node.verify(null, message, key, signature)) return true;
  }
  return library.crypto_sign_verify_detached(signature, message, publicKey);
}

function importedKey(crypto: NodeVerifier, publicKey: Uint8Array): unknown {
  const known = knownKeys.get(publicKey);
  if (known === undefined || !equalBytes(known.bytes, publicKey)) {
    knownKeys.set(publicKey, { bytes: publicKey.slice(), imported: undefined });
    return undefined;
  }
  if (known.imported !== undefined || !isOrdinary(publicKey)) return known.imported;
  const key = { kty: 'OKP', crv: 'Ed25519', x: toBase64Url(publicKey) } as const;
  known.imported = crypto.createPublicKey({ key, format: 'jwk' });
  return known.imported;
}

/** The y coordinates of order 4, 1, 2, 8 and 8 (little-endian), which stand for points with either sign. */
const smallOrder = [
  '00'.repeat(32),
  `01${'00'.repeat(31)}`,
  `ec${'ff'.repeat(30)}7f`,
  '26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05',
  'c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a',
].map(fromHex);

/** Whether the encoded point that comes first is canonical (y below 2^255 - 19) and none of the eight of small order. */
function isOrdinary(point: Uint8Array): boolean {
  const highest = (point[31] ?? 0) & 0x7f;
  if (highest === 0x7f && (point[0] ?? 0) >= 0xed && point.subarray(1, 31).every((byte) => byte === 0xff)) return false;
  return !smallOrder.some((y) => highest === y[31] && y.every((byte, at) => at === 31 || byte === point[at]));
}
