import { concatBytes, wipe } from './bytes.js';
import { requireLength } from './errors.js';
import { nodeCrypto, plain } from './platform.js';
import { randomBytes } from './random.js';
import { sodium } from './sodium.js';

interface NodeSigning {
  createPrivateKey(input: { key: Uint8Array; format: 'der'; type: 'pkcs8' }): unknown;
  sign(algorithm: null, message: Uint8Array, key: unknown): Uint8Array;
}

const node = nodeCrypto as NodeSigning | undefined;
const seedLength = 32;

/** An Ed25519 key pair: the private key is the 32-byte seed of RFC 8032, the public key 32 bytes. */
export interface SigningKeyPair {
  readonly publicKey: Uint8Array;
  readonly privateKey: Uint8Array;
}

/** A private key that is expanded once, for those who sign often. */
export interface Signer {
  readonly publicKey: Uint8Array;
  /** Ed25519 (RFC 8032): 64 bytes. */
  sign(message: Uint8Array): Uint8Array;
}

export function generateSigningKeyPair(): SigningKeyPair {
  const privateKey = randomBytes(seedLength);
  return { publicKey: signingPublicKey(privateKey), privateKey };
}

/** The public key of a 32-byte seed. @throws PrimitivesError `INVALID_LENGTH` */
export function signingPublicKey(privateKey: Uint8Array): Uint8Array {
  requireLength(privateKey, seedLength, 'a signing key');
  const { publicKey, privateKey: expanded } = sodium().crypto_sign_seed_keypair(privateKey);
  wipe(expanded);
  return publicKey;
}

/** Ed25519 (RFC 8032): 64 bytes. `createSigner` is twice as fast for many messages. */
export function sign(privateKey: Uint8Array, message: Uint8Array): Uint8Array {
  requireLength(privateKey, seedLength, 'a signing key');
  const { privateKey: expanded } = sodium().crypto_sign_seed_keypair(privateKey);
  const signature = sodium().crypto_sign_detached(message, expanded);
  wipe(expanded);
  return signature;
}

/**
 * The public key is always computed from the seed: signing under a public key that a caller supplies would give the
 * private key away.
 */
export function createSigner(privateKey: Uint8Array): Signer {
  const publicKey = signingPublicKey(privateKey);
  const expanded = concatBytes(privateKey, publicKey);
  let signed = 0;
  let key: unknown;
  const sign = (message: Uint8Array): Uint8Array => {
    if (node === undefined || signed++ < worthImport) return sodium().crypto_sign_detached(message, expanded);
    key ??= importKey(node, expanded);
    return plain(node.sign(null, message, key));
  };
  return { publicKey, sign };
}

/** Importing a key costs as much as thirty signatures gain: those who sign a KeyPackage only don't do it. */
const worthImport = 8;

/** The ASN.1 in front of an Ed25519 seed (RFC 8410 section 7). */
const pkcs8Prefix = Uint8Array.of(0x30, 0x2e, 2, 1, 0, 0x30, 5, 6, 3, 0x2b, 0x65, 0x70, 4, 0x22, 4, 0x20);

/** OpenSSL's own copy of the key, which it clears when it is collected. */
function importKey(crypto: NodeSigning, expanded: Uint8Array): unknown {
  const pkcs8 = concatBytes(pkcs8Prefix, expanded.subarray(0, seedLength));
  const key = crypto.createPrivateKey({ key: pkcs8, format: 'der', type: 'pkcs8' });
  wipe(pkcs8);
  return key;
}
