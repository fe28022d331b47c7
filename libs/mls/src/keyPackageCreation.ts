import { createSigner, generateKemKeyPair, wipe } from '#primitives';
import type { Signer, SigningKeyPair } from '#primitives';

import { decodeOpaque, decodeWith, encodeOpaque, encodeWith } from './codec.js';
import type { Credential } from './credential.js';
import { MlsError } from './errors.js';
import { extensionTypes } from './extension.js';
import { keyPackageTbs, mls10 } from './keyPackage.js';
import type { KeyPackage } from './keyPackage.js';
import type { LeafNode, Lifetime } from './leafNode.js';
import { sameBytes } from './keySet.js';
import { encodeMessage } from './message.js';
import { advertisedCapabilities, greaseExtension } from './ownCapabilities.js';
import { signWithLabel } from './sealing.js';
import { defaultSuite, signatureKeyLength, suiteOf } from './suite.js';
import type { CipherSuite } from './suite.js';
import { signLeaf } from './treeKem.js';
import { keyPackageRef } from './verifiedKeyPackage.js';

export interface KeyPackageParameters {
  /** By default the hybrid post-quantum suite. */
  readonly suite?: number;
  readonly identity: Uint8Array;
  readonly signatureKeyPair: SigningKeyPair;
  /** Seconds since 1970; by default from an hour ago (clocks differ) for 30 days, or a year for a last-resort package. */
  readonly notBefore?: number;
  readonly notAfter?: number;
  /** May be used more than once, when all others are used up (RFC 9420 section 16.8). */
  readonly lastResort?: boolean;
  /**
   * Types of the credentials that the application can judge, for groups that require more than the basic ones (RFC 9420
   * sections 5.3.1 and 11.1); basic among them, since it is this device's own. By default that alone.
   */
  readonly credentials?: readonly number[];
}

export interface CreatedKeyPackage {
  /** MLSMessage(KeyPackage), to publish. */
  readonly keyPackage: Uint8Array;
  readonly ref: Uint8Array;
  /** Opaque, to store sealed until a Welcome names `ref`, and to delete then (not for a last-resort package). */
  readonly secrets: Uint8Array;
}

export interface KeyPackageSecrets {
  readonly initPrivateKey: Uint8Array;
  readonly leafPrivateKey: Uint8Array;
}

const hour = 3600;
const day = 24 * hour;

export function createKeyPackage(parameters: KeyPackageParameters): CreatedKeyPackage {
  const suite = suiteOf(parameters.suite ?? defaultSuite);
  const signer = signerOf(parameters.signatureKeyPair);
  const init = generateKemKeyPair(suite.kem);
  const lifetime = lifetimeOf(parameters);
  const { identity, credentials } = parameters;
  const { leafNode, leafPrivateKey } = createLeaf(suite, identity, signer, lifetime, credentials);
  const lastResort =
    parameters.lastResort === true ? [{ type: extensionTypes.lastResort, data: new Uint8Array(0) }] : [];
  // Of the leaf's GREASE type, which is in its capabilities: some peers look for it there.
  const extensions = [...lastResort, ...leafNode.extensions];
  const content = { version: mls10, cipherSuite: suite.id, initKey: init.publicKey, leafNode, extensions };
  const signature = signWithLabel(signer, 'KeyPackageTBS', keyPackageTbs(content));
  const keyPackage: KeyPackage = { ...content, signature };
  const secrets = encodeKeyPackageSecrets({ initPrivateKey: init.privateKey, leafPrivateKey });
  wipe(init.privateKey);
  wipe(leafPrivateKey);
  return {
    keyPackage: encodeMessage({ kind: 'keyPackage', body: keyPackage }),
    ref: keyPackageRef(keyPackage),
    secrets,
  };
}

/** A leaf as it stands in a KeyPackage, with a fresh encryption key. */
export function createLeaf(
  suite: CipherSuite,
  identity: Uint8Array,
  signer: Signer,
  lifetime: Lifetime,
  credentials?: readonly number[],
): { leafNode: LeafNode; leafPrivateKey: Uint8Array } {
  const pair = generateKemKeyPair(suite.kem);
  const credential: Credential = { kind: 'basic', identity };
  const unknown = greaseExtension();
  const content = {
    encryptionKey: pair.publicKey,
    signatureKey: signer.publicKey,
    credential,
    capabilities: advertisedCapabilities(unknown.type, credentials),
    source: { kind: 'keyPackage', lifetime } as const,
    extensions: [unknown],
  };
  return { leafNode: signLeaf(content, signer, undefined), leafPrivateKey: pair.privateKey };
}

export function lifetimeOf({
  notBefore = Math.floor(Date.now() / 1000) - hour,
  notAfter,
  lastResort = false,
}: Pick<KeyPackageParameters, 'notBefore' | 'notAfter' | 'lastResort'>): Lifetime {
  const end = notAfter ?? notBefore + hour + (lastResort ? 365 : 30) * day;
  return { notBefore: BigInt(notBefore), notAfter: BigInt(end) };
}

/** @throws MlsError `MISUSE` if the two keys are no pair */
export function signerOf({ privateKey, publicKey }: SigningKeyPair): Signer {
  if (privateKey.length !== signatureKeyLength) throw new MlsError('MISUSE', 'a signature key has 32 bytes');
  const signer = createSigner(privateKey);
  if (!sameBytes(signer.publicKey, publicKey)) throw new MlsError('MISUSE', 'the signature keys are no pair');
  return signer;
}

export function encodeKeyPackageSecrets(secrets: KeyPackageSecrets): Uint8Array {
  return encodeWith((writer, { initPrivateKey, leafPrivateKey }) => {
    encodeOpaque(writer, initPrivateKey);
    encodeOpaque(writer, leafPrivateKey);
  }, secrets);
}

export function decodeKeyPackageSecrets(bytes: Uint8Array): KeyPackageSecrets {
  return decodeWith(
    (reader) => ({ initPrivateKey: decodeOpaque(reader), leafPrivateKey: decodeOpaque(reader) }),
    bytes,
  );
}
