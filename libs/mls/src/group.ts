import { toHex } from '#primitives';
import type { SigningKeyPair } from '#primitives';

import { decryptApplication, encryptApplication } from './applicationMessages.js';
import type { DecryptedMessage } from './applicationMessages.js';
import type { LeafIndex } from './brand.js';
import { extensionMap, membersOf, proposerOf } from './commitSummary.js';
import type { Member } from './commitSummary.js';
import { MlsError } from './errors.js';
import { GroupCore } from './groupCore.js';
import type { StagedCommit } from './groupCore.js';
import { createGroupInfo } from './groupInfoCreation.js';
import {
  commitNow,
  extensionsProposal,
  receiveProposal,
  sendProposal,
  stageCommit,
  updateProposal,
} from './handshake.js';
import type { Circumstances, CommitResult } from './handshake.js';
import { createEpoch, joinEpoch } from './joining.js';
import { decodeKeyPackageSecrets, signerOf } from './keyPackageCreation.js';
import { exportFrom } from './keySchedule.js';
import { sameBytes } from './leafValidation.js';
import { maxLifetimeSeconds } from './lifetime.js';
import { decodeMessageOf, encodeMessage } from './message.js';
import type { Proposal } from './proposal.js';
import { selectProposals } from './proposalSelection.js';
import { externalPskLookup } from './psk.js';
import type { ExternalPsk, PskLookup } from './psk.js';
import type { ReceivedProposal } from './publicGroup.js';
import type { RecordChanges } from './recordLog.js';
import { defaultSuite } from './suite.js';

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

export interface JoinGroupParameters {
  /** MLSMessage(Welcome) */
  readonly welcome: Uint8Array;
  /** MLSMessage(KeyPackage), as created. */
  readonly keyPackage: Uint8Array;
  readonly keyPackageSecrets: Uint8Array;
  readonly signatureKeyPair: SigningKeyPair;
  /** `optional<Node> ratchet_tree<V>`, where the Welcome does not hold it. */
  readonly ratchetTree?: Uint8Array;
  readonly psks?: readonly ExternalPsk[];
}

export interface HandshakeOptions {
  /**
   * The time at which lifetimes of added KeyPackages are judged, in milliseconds since 1970; by default the clock. A
   * receiver that catches up passes the time at which the server took the message.
   */
  readonly now?: number;
  /** External pre-shared keys that a commit may name. */
  readonly psks?: readonly ExternalPsk[];
  /** Take Add proposals by the new members themselves (RFC 9420 section 12.1.8); by default they are refused. */
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
  readonly authenticatedData?: Uint8Array;
  /** Leave the ratchet tree out of the Welcome, for joiners who get it from the server. */
  readonly treeBesideWelcome?: boolean;
}

const none = new Uint8Array(0);

/**
 * A group as one of its members sees it.
 *
 * Durability: every call that changes the group writes records; `takeChanges` hands them over. **Store them before
 * anything leaves the device**: an `encrypt` result, a commit or a proposal is sent only after the transaction with its
 * changes is on disk, and a message counts as received only then. A group restored from what was stored last then
 * never uses a generation twice. A group restored from an older copy that catches up before it sends moves past its
 * own later messages (`decrypt` of one's own message of a generation that this state has not used advances the
 * ratchet); a commit of its own that it does not remember is `UNKNOWN_COMMIT`.
 */
export class Group {
  private constructor(private readonly core: GroupCore) {}

  /** A new group with its creator as the only member, at epoch 0. */
  static create(parameters: CreateGroupParameters): Group {
    const { suite = defaultSuite, extensions = new Map<number, Uint8Array>(), ...rest } = parameters;
    const listed = [...extensions].map(([type, data]) => ({ type, data }));
    const first = createEpoch({ ...rest, suite, extensions: listed });
    return new Group(GroupCore.start(signerOf(parameters.signatureKeyPair), first));
  }

  /** Joins by a Welcome, after verifying all of it (RFC 9420 section 12.4.3.1). @throws MlsError */
  static join(parameters: JoinGroupParameters): Group {
    const first = joinEpoch({
      welcome: decodeMessageOf(parameters.welcome, 'welcome'),
      keyPackage: decodeMessageOf(parameters.keyPackage, 'keyPackage'),
      secrets: decodeKeyPackageSecrets(parameters.keyPackageSecrets),
      ratchetTree: parameters.ratchetTree,
      psks: externalPskLookup(parameters.psks ?? []),
    });
    const signer = signerOf(parameters.signatureKeyPair);
    const own = first.state.tree.leaf(first.state.ownLeaf);
    if (own === undefined || !sameBytes(own.signatureKey, signer.publicKey)) {
      throw new MlsError('MISUSE', 'the signature key is not that of the KeyPackage');
    }
    return new Group(GroupCore.start(signer, first));
  }

  /** From all records that `takeChanges` gave, less those removed. @throws MlsError `CORRUPT_STATE`, `MISUSE` */
  static restore(records: ReadonlyMap<string, Uint8Array>, signatureKeyPair: SigningKeyPair): Group {
    return new Group(GroupCore.restore(signerOf(signatureKeyPair), records));
  }

  /** False once a commit that removes this device was applied; everything else throws `REMOVED` then. */
  get isMember(): boolean {
    return this.core.isMember;
  }

  get groupId(): Uint8Array {
    return this.core.state.context.groupId;
  }

  get epoch(): number {
    return Number(this.core.state.context.epoch);
  }

  get ownLeaf(): LeafIndex {
    return this.core.state.ownLeaf;
  }

  get cipherSuite(): number {
    return this.core.state.context.cipherSuite;
  }

  get members(): Member[] {
    return membersOf(this.core.state.tree);
  }

  /** Extensions of the group context by type. */
  get extensions(): ReadonlyMap<number, Uint8Array> {
    return extensionMap(this.core.state.context.extensions);
  }

  extension(type: number): Uint8Array | undefined {
    return this.extensions.get(type);
  }

  /** Equal for all members that see the same group (RFC 9420 section 8.7): 32 bytes. */
  get epochAuthenticator(): Uint8Array {
    return this.core.state.secrets.epochAuthenticator.slice();
  }

  /** The proposals of this epoch that were received or sent. */
  get proposals(): ReceivedProposal[] {
    return this.core.proposals.all().map((stored) => ({
      ref: stored.ref,
      kind: stored.proposal.kind,
      proposedBy: proposerOf(stored),
      proposal: stored.proposal,
    }));
  }

  /** MLS-Exporter (RFC 9420 section 8.5): a secret of this epoch for the application, `length` in bytes. */
  exportSecret(label: string, context: Uint8Array, length: number): Uint8Array {
    return exportFrom(this.core.state.secrets.exporterSecret, label, context, length);
  }

  /** MLSMessage(GroupInfo) with the ratchet tree, for the Delivery Service. */
  groupInfo(): Uint8Array {
    return encodeMessage({ kind: 'groupInfo', body: createGroupInfo(this.core.state, this.core.signer, true) });
  }

  /**
   * A commit of these changes and of the received proposals (by reference). The group does not change until the commit
   * is accepted and applied, either by `staged` or by `stage` of the same bytes, also after a restart.
   * @throws MlsError
   */
  commit(parameters: CommitParameters): CommitResult {
    const { authenticatedData = none, update = false, treeBesideWelcome = false } = parameters;
    const values = proposalsOf(parameters);
    const request = { values, forcePath: update, authenticatedData, treeInWelcome: !treeBesideWelcome };
    return commitNow(this.core, request, this.circumstances(parameters));
  }

  /** MLSMessage(PublicMessage) that proposes to remove a member. */
  proposeRemove(leaf: LeafIndex, authenticatedData = none): Uint8Array {
    return sendProposal(this.core, { kind: 'remove', removed: leaf }, authenticatedData);
  }

  /** Asks another member to remove this device. */
  proposeSelfRemove(authenticatedData = none): Uint8Array {
    return this.proposeRemove(this.ownLeaf, authenticatedData);
  }

  /** Proposes a fresh encryption key for this device's leaf. */
  proposeUpdate(authenticatedData = none): Uint8Array {
    return sendProposal(this.core, updateProposal(this.core), authenticatedData);
  }

  proposeAdd(keyPackage: Uint8Array, authenticatedData = none): Uint8Array {
    return sendProposal(this.core, addProposal(keyPackage), authenticatedData);
  }

  /** Verifies a proposal of a member or an external sender and keeps it for the next commit. @throws MlsError */
  receiveProposal(message: Uint8Array, options: HandshakeOptions = {}): ReceivedProposal {
    return receiveProposal(this.core, message, this.circumstances(options));
  }

  /** Forgets a proposal that the application refuses: no commit of this device will cover it. */
  dropProposal(ref: Uint8Array): void {
    this.core.dropProposal(ref);
  }

  /**
   * Verifies a commit and computes the epoch that it leads to. The application's policy judges the result, then calls
   * `apply` or `discard`. @throws MlsError
   */
  stage(message: Uint8Array, options: HandshakeOptions = {}): StagedCommit {
    return stageCommit(this.core, message, this.circumstances(options));
  }

  /** Enters the epoch of a staged commit. @throws MlsError `MISUSE` if it was not staged on the current epoch */
  apply(staged: StagedCommit): void {
    this.core.apply(staged);
  }

  /** Forgets a staged commit; one of this device only when it was refused, since it can't be applied afterwards. */
  discard(staged: StagedCommit): void {
    this.core.discard(staged);
  }

  /**
   * MLSMessage(PrivateMessage), padded to a Padmé length. Store `takeChanges` before sending it.
   * @throws MlsError `PENDING_PROPOSALS` if received proposals are to be committed first (RFC 9420 section 12.4)
   */
  encrypt(plaintext: Uint8Array, authenticatedData: Uint8Array): Uint8Array {
    const { state, epochs, signer, proposals } = this.core;
    if (selectProposals(state, state.ownLeaf, proposals.all(), []).references.length > 0) {
      throw new MlsError('PENDING_PROPOSALS', 'received proposals must be committed before application data is sent');
    }
    return encryptApplication(state, epochs, signer, plaintext, authenticatedData);
  }

  /**
   * Decrypts application data of the current epoch or one of the last five. @throws MlsError, `GENERATION_USED` also
   * for this device's own messages
   */
  decrypt(message: Uint8Array): DecryptedMessage {
    return decryptApplication(this.core.state, this.core.epochs, decodeMessageOf(message, 'privateMessage'));
  }

  /** Records that changed since the last call, to be stored in one transaction with what they belong to. */
  takeChanges(): RecordChanges {
    return this.core.records.take();
  }

  private circumstances(options: HandshakeOptions): Circumstances {
    const external = externalPskLookup(options.psks ?? []);
    const psks: PskLookup = (id) => external(id) ?? this.resumptionPsk(id);
    const { now = Date.now(), maxLifetimeSeconds: maxSeconds = maxLifetimeSeconds, acceptNewMembers = false } = options;
    return { lifetimes: { now, maxSeconds }, psks, acceptNewMembers };
  }

  /** The resumption key of an epoch of this group that is still in the window (RFC 9420 section 8.6). */
  private resumptionPsk(id: Parameters<PskLookup>[0]): Uint8Array | undefined {
    if (id.kind !== 'resumption' || toHex(id.groupId) !== toHex(this.groupId)) return undefined;
    return this.core.resumption.find(id.epoch);
  }
}

function proposalsOf({ add = [], remove = [], extensions }: CommitParameters): Proposal[] {
  return [
    ...(extensions === undefined ? [] : [extensionsProposal(extensions)]),
    ...remove.map((removed): Proposal => ({ kind: 'remove', removed })),
    ...add.map(addProposal),
  ];
}

const addProposal = (keyPackage: Uint8Array): Proposal => ({
  kind: 'add',
  keyPackage: decodeMessageOf(keyPackage, 'keyPackage'),
});
