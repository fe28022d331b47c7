import { verified } from './brand.js';
import type { Verified } from './brand.js';
import { encodeWith } from './codec.js';
import { identityOf } from './credential.js';
import { extensionTypes, findExtension } from './extension.js';
import { encodeKeyPackage } from './keyPackage.js';
import type { KeyPackage } from './keyPackage.js';
import { checkKeyPackage } from './keyPackageValidation.js';
import { keyPackageRefOf } from './labels.js';
import { maxLifetimeSeconds } from './lifetime.js';
import { decodeMessageOf } from './message.js';
import { suiteOf } from './suite.js';

export type VerifiedKeyPackage = Verified<{
  /** KeyPackageRef (RFC 9420 section 5.2): 32 bytes. */
  readonly ref: Uint8Array;
  readonly cipherSuite: number;
  /** Of the basic credential: in Chancery the UTF-8 device id. */
  readonly identity: Uint8Array;
  readonly signatureKey: Uint8Array;
  /** Seconds since 1970. */
  readonly notBefore: number;
  readonly notAfter: number;
  readonly isLastResort: boolean;
}>;

export interface KeyPackageOptions {
  /** Milliseconds since 1970, by default the clock. */
  readonly now?: number;
}

export const keyPackageRef = (keyPackage: KeyPackage): Uint8Array =>
  keyPackageRefOf(encodeWith(encodeKeyPackage, keyPackage));

/**
 * Decodes an MLSMessage(KeyPackage) and checks it wholly (RFC 9420 section 10.1): signatures, capabilities, lifetime.
 * @throws MlsError
 */
export function decodeKeyPackage(bytes: Uint8Array, { now = Date.now() }: KeyPackageOptions = {}): VerifiedKeyPackage {
  const keyPackage = decodeMessageOf(bytes, 'keyPackage');
  const { leafNode, cipherSuite, extensions } = keyPackage;
  checkKeyPackage(keyPackage, suiteOf(cipherSuite), { now, maxSeconds: maxLifetimeSeconds });
  const lifetime = leafNode.source.kind === 'keyPackage' ? leafNode.source.lifetime : undefined;
  return verified({
    ref: keyPackageRef(keyPackage),
    cipherSuite,
    identity: identityOf(leafNode.credential),
    signatureKey: leafNode.signatureKey,
    notBefore: Number(lifetime?.notBefore ?? 0n),
    notAfter: Number(lifetime?.notAfter ?? 0n),
    isLastResort: findExtension(extensions, extensionTypes.lastResort) !== undefined,
  });
}
