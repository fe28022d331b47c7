import { concatBytes, fromBase64Url, toBase64Url, utf8, wipe } from './bytes.js';
import { PrimitivesError, requireLength } from './errors.js';
import { hkdfExpand, hkdfExtract } from './hkdf.js';
import { kemPublicKeyLength } from './kemPublicKey.js';
import type { KemName } from './kemPublicKey.js';
import { nodeCrypto, plain } from './platform.js';
import { randomBytes } from './random.js';
import { sodium, wipeResidue } from './sodium.js';

/** Private keys are 32 bytes in both (X-Wing's is the seed); public keys 32 bytes, or 1216. */
export interface KemKeyPair {
  readonly publicKey: Uint8Array;
  readonly privateKey: Uint8Array;
}

export interface Encapsulation {
  readonly kemOutput: Uint8Array;
  readonly sharedSecret: Uint8Array;
}

/** A public X25519 key as Node takes and gives it without the overhead of its ASN.1 decoder. */
interface PublicJwk {
  readonly kty: 'OKP';
  readonly crv: 'X25519';
  readonly x: string;
}

interface NodeDh {
  generateKeyPairSync(
    type: 'x25519',
    options: { publicKeyEncoding: { format: 'jwk' } },
  ): { publicKey: PublicJwk; privateKey: unknown };
  createPublicKey(input: { key: PublicJwk; format: 'jwk' }): unknown;
  diffieHellman(pair: { privateKey: unknown; publicKey: unknown }): Uint8Array;
}

const node = nodeCrypto as NodeDh | undefined;
const privateKeyLength = 32;
const empty = new Uint8Array(0);

const kems = {
  x25519: { id: 0x0020, kemOutputLength: 32, randomLength: 32 },
  xwing: { id: 0x647a, kemOutputLength: 1120, randomLength: 64 },
} as const;

/** HPKE KEM identifier (IANA registry). */
export const kemId = (kem: KemName): number => kems[kem].id;

export function generateKemKeyPair(kem: KemName): KemKeyPair {
  return kemKeyPair(kem, randomBytes(privateKeyLength));
}

/** DeriveKeyPair (RFC 9180 section 7.1.3; X-Wing: section "Use in HPKE" of its draft). */
export function deriveKemKeyPair(kem: KemName, ikm: Uint8Array): KemKeyPair {
  return kemKeyPair(kem, kem === 'xwing' ? sodium().crypto_xof_shake256(privateKeyLength, ikm) : x25519Seed(ikm));
}

/** The pair of a serialized private key. @throws PrimitivesError `INVALID_LENGTH` */
export function kemKeyPair(kem: KemName, privateKey: Uint8Array): KemKeyPair {
  requireLength(privateKey, privateKeyLength, 'a KEM private key');
  if (kem === 'x25519') return { publicKey: sodium().crypto_scalarmult_base(privateKey), privateKey };
  const pair = sodium().crypto_kem_xwing_seed_keypair(privateKey);
  wipeResidue();
  return { publicKey: pair.publicKey, privateKey };
}

/**
 * @param random only for known-answer tests: the ephemeral key (X25519, 32 bytes) or the encapsulation seed (X-Wing, 64)
 * @throws PrimitivesError `INVALID_KEY`
 */
export function encapsulate(kem: KemName, publicKey: Uint8Array, random?: Uint8Array): Encapsulation {
  requireLength(publicKey, kemPublicKeyLength(kem), 'a KEM public key');
  if (kem === 'x25519' && random === undefined && node !== undefined) return nodeEncapsulate(node, publicKey);
  const seed = random ?? randomBytes(kems[kem].randomLength);
  return kem === 'x25519' ? dhEncapsulate(publicKey, seed) : xwingEncapsulate(publicKey, seed);
}

/** @throws PrimitivesError `INVALID_KEY`, `INVALID_LENGTH` */
export function decapsulate(kem: KemName, pair: KemKeyPair, kemOutput: Uint8Array): Uint8Array {
  requireLength(kemOutput, kems[kem].kemOutputLength, 'a KEM output');
  if (kem === 'xwing') return xwingDecapsulate(pair.privateKey, kemOutput);
  return dhSharedSecret(pair.privateKey, kemOutput, concatBytes(kemOutput, pair.publicKey));
}

function xwingEncapsulate(publicKey: Uint8Array, random: Uint8Array): Encapsulation {
  const { ciphertext, sharedSecret } = guarded(() => sodium().crypto_kem_xwing_enc_deterministic(publicKey, random));
  wipeResidue();
  return { kemOutput: ciphertext, sharedSecret };
}

function xwingDecapsulate(privateKey: Uint8Array, kemOutput: Uint8Array): Uint8Array {
  const sharedSecret = guarded(() => sodium().crypto_kem_xwing_dec(kemOutput, privateKey));
  wipeResidue();
  return sharedSecret;
}

function dhEncapsulate(publicKey: Uint8Array, ephemeral: Uint8Array): Encapsulation {
  const kemOutput = sodium().crypto_scalarmult_base(ephemeral);
  const sharedSecret = dhSharedSecret(ephemeral, publicKey, concatBytes(kemOutput, publicKey));
  wipe(ephemeral);
  return { kemOutput, sharedSecret };
}

/**
 * With an ephemeral key that never leaves OpenSSL, which clears it when it is collected. The public half is asked for together with the key:
 * Node 20 holds the pair's lock while it exports a key, and takes it again when the garbage collector ends the job that made the pair. When
 * that happens within an export, the process stands still for good (seen once in some 100,000).
 */
function nodeEncapsulate(crypto: NodeDh, recipient: Uint8Array): Encapsulation {
  const ephemeral = crypto.generateKeyPairSync('x25519', { publicKeyEncoding: { format: 'jwk' } });
  const kemOutput = fromBase64Url(ephemeral.publicKey.x);
  const key = { kty: 'OKP', crv: 'X25519', x: toBase64Url(recipient) } as const;
  const dh = guarded(() => {
    const publicKey = crypto.createPublicKey({ key, format: 'jwk' });
    return plain(crypto.diffieHellman({ privateKey: ephemeral.privateKey, publicKey }));
  });
  return { kemOutput, sharedSecret: extractAndExpand(dh, concatBytes(kemOutput, recipient)) };
}

/** libsodium and OpenSSL refuse the all-zero result that RFC 9180 section 7.1.4 forbids. */
function dhSharedSecret(privateKey: Uint8Array, publicKey: Uint8Array, context: Uint8Array): Uint8Array {
  return extractAndExpand(
    guarded(() => sodium().crypto_scalarmult(privateKey, publicKey)),
    context,
  );
}

/** ExtractAndExpand of RFC 9180 section 4.1; consumes the DH result. */
function extractAndExpand(dh: Uint8Array, context: Uint8Array): Uint8Array {
  const prk = labeledExtract(dhSuiteId, empty, 'eae_prk', dh);
  const sharedSecret = labeledExpand(dhSuiteId, prk, 'shared_secret', context, 32);
  wipe(dh);
  wipe(prk);
  return sharedSecret;
}

function x25519Seed(ikm: Uint8Array): Uint8Array {
  const prk = labeledExtract(dhSuiteId, empty, 'dkp_prk', ikm);
  const seed = labeledExpand(dhSuiteId, prk, 'sk', empty, privateKeyLength);
  wipe(prk);
  return seed;
}

function guarded<T>(operation: () => T): T {
  try {
    return operation();
  } catch {
    throw new PrimitivesError('INVALID_KEY', 'the KEM refuses this key or output');
  }
}

const version = utf8('HPKE-v1');
const dhSuiteId = concatBytes(utf8('KEM'), Uint8Array.of(0x00, kems.x25519.id));

/** LabeledExtract (RFC 9180 section 4). */
export function labeledExtract(suiteId: Uint8Array, salt: Uint8Array, label: string, ikm: Uint8Array): Uint8Array {
  const labeled = concatBytes(version, suiteId, utf8(label), ikm);
  const prk = hkdfExtract(salt, labeled);
  wipe(labeled);
  return prk;
}

/** LabeledExpand (RFC 9180 section 4). */
export function labeledExpand(
  suiteId: Uint8Array,
  prk: Uint8Array,
  label: string,
  info: Uint8Array,
  length: number,
): Uint8Array {
  const size = Uint8Array.of(length >> 8, length & 0xff);
  return hkdfExpand(prk, concatBytes(size, version, suiteId, utf8(label), info), length);
}
