import type { LeafIndex } from './brand.js';
import { wipeAll } from './derivation.js';
import type { EpochSecrets } from './keySchedule.js';
import type { PublicState } from './transition.js';
import type { PrivateKeys } from './treeKem.js';

/** The secrets that a member keeps through an epoch; those for messages live in the epoch store. */
export type KeptSecrets = Pick<
  EpochSecrets,
  'initSecret' | 'exporterSecret' | 'externalSecret' | 'membershipKey' | 'resumptionPsk' | 'epochAuthenticator'
>;

/** A member's view of one epoch; a commit makes the next one. */
export interface MemberState extends PublicState {
  readonly ownLeaf: LeafIndex;
  readonly confirmationTag: Uint8Array;
  readonly secrets: KeptSecrets;
  readonly privateKeys: PrivateKeys;
}

/** An epoch that is computed but not entered. */
export interface NextEpoch {
  readonly state: MemberState;
  readonly senderDataSecret: Uint8Array;
  readonly encryptionSecret: Uint8Array;
}

export function keptSecrets(secrets: EpochSecrets): KeptSecrets {
  const { initSecret, exporterSecret, externalSecret, membershipKey, resumptionPsk, epochAuthenticator } = secrets;
  return { initSecret, exporterSecret, externalSecret, membershipKey, resumptionPsk, epochAuthenticator };
}

/** Overwrites all secrets of an epoch's key schedule. */
export function wipeEpoch({ senderDataSecret, encryptionSecret, confirmationKey, ...rest }: EpochSecrets): void {
  wipeAll(senderDataSecret, encryptionSecret, confirmationKey);
  wipeKept(rest);
}

function wipeKept(kept: KeptSecrets): void {
  wipeAll(kept.initSecret, kept.exporterSecret, kept.externalSecret, kept.membershipKey);
  wipeAll(kept.resumptionPsk, kept.epochAuthenticator);
}

/** Overwrites an epoch's secrets, except the private keys that the next one goes on using. */
export function wipeState(state: MemberState, keep: PrivateKeys = new Map()): void {
  wipeKept(state.secrets);
  const kept = new Set(keep.values());
  for (const key of state.privateKeys.values()) if (!kept.has(key)) wipeAll(key);
}

export function wipeNext(next: NextEpoch, keep: PrivateKeys): void {
  wipeState(next.state, keep);
  wipeAll(next.senderDataSecret, next.encryptionSecret);
}
