import { aeadKeyLength, aeadNonceLength, sha256 } from '#primitives';

import { deriveSecret, expandWithLabel, extract, mac, wipeAll } from './derivation.js';
import { groupContextBytes } from './groupContext.js';
import type { GroupContext } from './groupContext.js';
import { hashLength } from './suite.js';
import type { CipherSuite } from './suite.js';

/** The secrets of an epoch (RFC 9420 section 8, table 4): 32 bytes each. */
export interface EpochSecrets {
  readonly senderDataSecret: Uint8Array;
  readonly encryptionSecret: Uint8Array;
  readonly exporterSecret: Uint8Array;
  readonly externalSecret: Uint8Array;
  readonly confirmationKey: Uint8Array;
  readonly membershipKey: Uint8Array;
  readonly resumptionPsk: Uint8Array;
  readonly epochAuthenticator: Uint8Array;
  readonly initSecret: Uint8Array;
}

const none = new Uint8Array(0);

/** From the epoch before to the joiner secret of the next one. */
export function joinerSecretOf(initSecret: Uint8Array, commitSecret: Uint8Array, context: GroupContext): Uint8Array {
  const extracted = extract(initSecret, commitSecret);
  const joinerSecret = expandWithLabel(extracted, 'joiner', groupContextBytes(context), hashLength);
  wipeAll(extracted);
  return joinerSecret;
}

/** The secret between joiner_secret and epoch_secret, from which a Welcome is encrypted too. */
export function memberSecretOf(joinerSecret: Uint8Array, psk: Uint8Array): Uint8Array {
  return extract(joinerSecret, psk);
}

export function epochSecretsOf(memberSecret: Uint8Array, context: GroupContext): EpochSecrets {
  const epochSecret = expandWithLabel(memberSecret, 'epoch', groupContextBytes(context), hashLength);
  const secrets = secretsOfEpoch(epochSecret);
  wipeAll(epochSecret);
  return secrets;
}

/** From an epoch_secret, which a group's creator draws at random (RFC 9420 section 11). */
export function secretsOfEpoch(epochSecret: Uint8Array): EpochSecrets {
  return {
    senderDataSecret: deriveSecret(epochSecret, 'sender data'),
    encryptionSecret: deriveSecret(epochSecret, 'encryption'),
    exporterSecret: deriveSecret(epochSecret, 'exporter'),
    externalSecret: deriveSecret(epochSecret, 'external'),
    confirmationKey: deriveSecret(epochSecret, 'confirm'),
    membershipKey: deriveSecret(epochSecret, 'membership'),
    resumptionPsk: deriveSecret(epochSecret, 'resumption'),
    epochAuthenticator: deriveSecret(epochSecret, 'authentication'),
    initSecret: deriveSecret(epochSecret, 'init'),
  };
}

/** Key and nonce of the encrypted GroupInfo (RFC 9420 section 12.4.3.1). */
export function welcomeKeys(memberSecret: Uint8Array, suite: CipherSuite): { key: Uint8Array; nonce: Uint8Array } {
  const welcomeSecret = deriveSecret(memberSecret, 'welcome');
  const key = expandWithLabel(welcomeSecret, 'key', none, aeadKeyLength(suite.aead));
  const nonce = expandWithLabel(welcomeSecret, 'nonce', none, aeadNonceLength);
  wipeAll(welcomeSecret);
  return { key, nonce };
}

/** RFC 9420 section 6.1. */
export function confirmationTagOf(secrets: Pick<EpochSecrets, 'confirmationKey'>, context: GroupContext): Uint8Array {
  return mac(secrets.confirmationKey, context.confirmedTranscriptHash);
}

/** HKDF-Expand gives no more bytes (RFC 5869). */
export const longestExport = 255 * 32;

/** MLS-Exporter (RFC 9420 section 8.5). */
export function exportFrom(exporterSecret: Uint8Array, label: string, context: Uint8Array, length: number): Uint8Array {
  const derived = deriveSecret(exporterSecret, label);
  const exported = expandWithLabel(derived, 'exported', sha256(context), length);
  wipeAll(derived);
  return exported;
}
