import type { SigningKeyPair } from '#primitives';

import type { LeafIndex } from './brand.js';
import type { PskChoice } from './pskCreation.js';
import type { ExternalPsk } from './psk.js';
import type { Successor } from './successor.js';

export interface CreateGroupParameters {
  /** By default the hybrid post-quantum suite. */
  readonly suite?: number;
  /** Chosen at random: 16 bytes in Chancery. */
  readonly groupId: Uint8Array;
  readonly identity: Uint8Array;
  readonly signatureKeyPair: SigningKeyPair;
  /** Extensions of the group context by type. */
  readonly extensions?: ReadonlyMap<number, Uint8Array>;
}

export interface WelcomeParameters {
  /** MLSMessage(Welcome) */
  readonly welcome: Uint8Array;
  /** MLSMessage(KeyPackage), as created. */
  readonly keyPackage: Uint8Array;
  readonly keyPackageSecrets: Uint8Array;
  readonly signatureKeyPair: SigningKeyPair;
  /** `optional<Node> ratchet_tree<V>`, where the Welcome does not hold it. */
  readonly ratchetTree?: Uint8Array;
  readonly psks?: readonly ExternalPsk[];
  /** The longest accepted lifetime of a leaf in the tree, in seconds; by default a year and a day. */
  readonly maxLifetimeSeconds?: number;
  /** Whether this device is in a group already: a Welcome into such a group is refused (RFC 9420 section 12.4.3.1). */
  readonly isMemberOf?: (groupId: Uint8Array) => boolean;
}

export interface HandshakeOptions {
  /**
   * The time at which lifetimes of added KeyPackages are judged, in milliseconds since 1970; by default the clock. A
   * receiver that catches up passes the time at which the server took the message.
   */
  readonly now?: number;
  /** External pre-shared keys that a commit may name. */
  readonly psks?: readonly ExternalPsk[];
  /**
   * Take Add proposals by the new members themselves (RFC 9420 section 12.1.8) and external commits of newcomers; by
   * default the former are refused, and external commits serve members to come back under their own signature key only.
   */
  readonly acceptNewMembers?: boolean;
  /** The longest accepted lifetime of a KeyPackage in seconds; by default a year and a day. */
  readonly maxLifetimeSeconds?: number;
}

export interface CommitParameters extends HandshakeOptions {
  /** MLSMessage(KeyPackage) of those to add. */
  readonly add?: readonly Uint8Array[];
  readonly remove?: readonly LeafIndex[];
  /** Renew one's own keys even where RFC 9420 does not require it. */
  readonly update?: boolean;
  /** All extensions of the group context from now on, not only the changed ones. */
  readonly extensions?: ReadonlyMap<number, Uint8Array>;
  /** Pre-shared keys to mix in, each with a fresh nonce: external ones are looked up in `psks`. */
  readonly usePsks?: readonly PskChoice[];
  /** Close the group in favour of a successor; nothing else can be in such a commit (RFC 9420 section 12.1.5). */
  readonly reinit?: Successor;
  readonly authenticatedData?: Uint8Array;
  /** Leave the ratchet tree out of the Welcome, for joiners who get it from the server. */
  readonly treeBesideWelcome?: boolean;
}

export interface RejoinParameters {
  /** MLSMessage(GroupInfo) of the current epoch, as `Group.groupInfo` makes it. */
  readonly groupInfo: Uint8Array;
  /** `optional<Node> ratchet_tree<V>`, where the GroupInfo does not hold it. */
  readonly ratchetTree?: Uint8Array;
  readonly identity: Uint8Array;
  /** The one under which this device stands in the tree. */
  readonly signatureKeyPair: SigningKeyPair;
  readonly psks?: readonly ExternalPsk[];
  /** External pre-shared keys to mix in; resumption keys went with the state that was lost. */
  readonly usePsks?: readonly PskChoice[];
  readonly authenticatedData?: Uint8Array;
  /** The longest accepted lifetime of a leaf in the tree, in seconds; by default a year and a day. */
  readonly maxLifetimeSeconds?: number;
}

export interface ReinitializeParameters extends Pick<HandshakeOptions, 'now' | 'maxLifetimeSeconds'> {
  /** MLSMessage(KeyPackage) of the other members, of the new group's suite. */
  readonly keyPackages: readonly Uint8Array[];
  readonly identity: Uint8Array;
  readonly signatureKeyPair: SigningKeyPair;
  /** Leave the ratchet tree out of the Welcome, for joiners who get it from the server. */
  readonly treeBesideWelcome?: boolean;
}

export interface BranchParameters extends ReinitializeParameters {
  readonly groupId: Uint8Array;
  /** Extensions of the group context by type; by default those of the group itself. */
  readonly extensions?: ReadonlyMap<number, Uint8Array>;
}
