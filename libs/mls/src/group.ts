import type { SigningKeyPair } from '#primitives';

import { decryptApplication, encryptApplication } from './applicationMessages.js';
import type { DecryptedMessage } from './applicationMessages.js';
import type { LeafIndex } from './brand.js';
import { membersOf, proposerOf } from './commitSummary.js';
import type { Member } from './commitSummary.js';
import { MlsError } from './errors.js';
import { extensionList, extensionMap } from './extension.js';
import { externalPublicKey } from './externalInit.js';
import { GroupCore } from './groupCore.js';
import type { StagedCommit } from './groupCore.js';
import { createGroupInfo } from './groupInfoCreation.js';
import type {
  BranchParameters,
  CommitParameters,
  CreateGroupParameters,
  HandshakeOptions,
  ReinitializeParameters,
  RejoinParameters,
  WelcomeParameters,
} from './groupParameters.js';
import {
  commitNow,
  extensionsProposal,
  pendingProposals,
  receiveProposal,
  sendProposal,
  stageCommit,
  updateProposal,
} from './handshake.js';
import type { Circumstances, CommitResult } from './handshake.js';
import { createEpoch, joinEpoch } from './joining.js';
import type { ContinuedGroup } from './joining.js';
import { decodeKeyPackageSecrets, signerOf } from './keyPackageCreation.js';
import { exportFrom, longestExport } from './keySchedule.js';
import { sameBytes } from './keySet.js';
import { maxLifetimeSeconds } from './lifetime.js';
import { decodeMessageOf, encodeMessage } from './message.js';
import type { Proposal } from './proposal.js';
import { selectProposals } from './proposalSelection.js';
import { externalPskLookup } from './psk.js';
import type { PskLookup } from './psk.js';
import { pskProposal } from './pskCreation.js';
import type { PskChoice } from './pskCreation.js';
import type { ReceivedProposal } from './publicGroup.js';
import type { RecordChanges } from './recordLog.js';
import { continueGroup, reinitProposal } from './reinitialization.js';
import type { ContinueInput } from './reinitialization.js';
import { rejoinEpoch } from './rejoin.js';
import { broken } from './rules.js';
import type { Successor } from './successor.js';
import { defaultSuite } from './suite.js';

export interface JoinGroupParameters extends WelcomeParameters {
  /**
   * The group of this device that the Welcome continues, as its successor or as a branch of it (RFC 9420 sections 11.2
   * and 11.3). Such a Welcome is not joined without, and no other with it.
   */
  readonly from?: Group;
}

const none = new Uint8Array(0);

/**
 * A group as one of its members sees it.
 *
 * Durability: every call that changes the group writes records; `takeChanges` hands them over. **Store them before
 * anything leaves the device**: an `encrypt` result, a commit or a proposal is sent only after the transaction with its
 * changes is on disk, and a message counts as received only then. A group restored from what was stored last then
 * never uses a generation twice. Nothing in the records can prove that they are the newest ones, so a restored group
 * encrypts only after `confirmNewest`: one from an older copy moves past its own later messages while it catches up
 * (`decrypt` of one's own message of a generation that this state has not used advances the ratchet); a commit of its
 * own that it does not remember is `UNKNOWN_COMMIT`.
 */
export class Group {
  /** An older copy would use generations a second time. */
  private isNewest = true;

  private constructor(private readonly core: GroupCore) {}

  /** A new group with its creator as the only member, at epoch 0. */
  static create(parameters: CreateGroupParameters): Group {
    const { suite = defaultSuite, extensions = new Map<number, Uint8Array>(), ...rest } = parameters;
    const first = createEpoch({ ...rest, suite, extensions: extensionList(extensions) });
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
      from: parameters.from?.continued(),
      longestLifetime: parameters.maxLifetimeSeconds ?? maxLifetimeSeconds,
      isMemberOf: parameters.isMemberOf ?? (() => false),
    });
    const signer = signerOf(parameters.signatureKeyPair);
    const own = first.state.tree.leaf(first.state.ownLeaf);
    if (own === undefined || !sameBytes(own.signatureKey, signer.publicKey)) {
      throw new MlsError('MISUSE', 'the signature key is not that of the KeyPackage');
    }
    return new Group(GroupCore.start(signer, first));
  }

  /**
   * Comes back into a group whose state was lost: an external commit replaces one's own leaf (RFC 9420 section 12.4.3.2).
   * The result stands in the epoch that the commit leads to: keep it if the Delivery Service takes the commit, or else
   * drop it and rejoin by a newer GroupInfo. @throws MlsError valn120424, valn120425, and all that joining throws
   */
  static rejoin(parameters: RejoinParameters): { group: Group; commit: Uint8Array } {
    const { ratchetTree, identity, usePsks = [], psks = [], authenticatedData = none } = parameters;
    const info = decodeMessageOf(parameters.groupInfo, 'groupInfo');
    const signer = signerOf(parameters.signatureKeyPair);
    const proposals = usePsks.map((choice) => pskProposal(choice, info.context.groupId));
    const longestLifetime = parameters.maxLifetimeSeconds ?? maxLifetimeSeconds;
    const given = { info, ratchetTree, identity, signer, authenticatedData, longestLifetime };
    const { commit, next } = rejoinEpoch({ ...given, usePsks: proposals, psks: externalPskLookup(psks) });
    return { group: new Group(GroupCore.start(signer, next)), commit };
  }

  /**
   * From all records that `takeChanges` gave, less those removed. It encrypts nothing until `confirmNewest`.
   * @throws MlsError `CORRUPT_STATE`, `MISUSE`
   */
  static restore(records: ReadonlyMap<string, Uint8Array>, signatureKeyPair: SigningKeyPair): Group {
    const group = new Group(GroupCore.restore(signerOf(signatureKeyPair), records));
    group.isNewest = false;
    return group;
  }

  /**
   * Says that this is the newest state of the group: either nothing but this process has had the records since they were
   * stored, or everything that the Delivery Service holds was processed, this device's own messages included, which
   * moves an older copy past the generations that are used.
   */
  confirmNewest(): void {
    this.isNewest = true;
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

  /** Of the ratchet tree of this epoch (RFC 9420 section 7.8): 32 bytes. */
  get treeHash(): Uint8Array {
    return this.core.state.context.treeHash;
  }

  /** Equal for all members that see the same group (RFC 9420 section 8.7): 32 bytes. */
  get epochAuthenticator(): Uint8Array {
    return this.core.state.secrets.epochAuthenticator.slice();
  }

  /** The proposals of this epoch that were received or sent, but for those set aside. */
  get proposals(): ReceivedProposal[] {
    return this.core.proposals.waiting().map((stored) => ({
      ref: stored.ref,
      kind: stored.proposal.kind,
      proposedBy: proposerOf(stored),
      proposal: stored.proposal,
    }));
  }

  /** MLS-Exporter (RFC 9420 section 8.5): a secret of this epoch for the application, `length` in bytes. */
  exportSecret(label: string, context: Uint8Array, length: number): Uint8Array {
    if (length > longestExport) throw new MlsError('MISUSE', 'an exported secret has at most 8160 bytes');
    return exportFrom(this.core.state.secrets.exporterSecret, label, context, length);
  }

  /**
   * The group that takes this one's place, once a commit with a ReInit was applied. Messages of the last epochs can still
   * be read then; whatever would send or change something throws `REINITIALIZED`.
   */
  get successor(): Successor | undefined {
    return this.core.state.successor;
  }

  /** MLSMessage(GroupInfo) with the ratchet tree and external_pub, for the Delivery Service and for `rejoin`. */
  groupInfo(): Uint8Array {
    const { openState: state, signer } = this.core;
    const externalPub = externalPublicKey(state.context.cipherSuite, state.secrets.externalSecret);
    return encodeMessage({ kind: 'groupInfo', body: createGroupInfo(state, signer, true, externalPub) });
  }

  /**
   * A commit of these changes and of the received proposals (by reference). The group does not change until the commit
   * is accepted and applied, either by `staged` or by `stage` of the same bytes, also after a restart.
   * @throws MlsError
   */
  commit(parameters: CommitParameters): CommitResult {
    const { authenticatedData = none, update = false, treeBesideWelcome = false } = parameters;
    const values = this.proposalsOf(parameters);
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

  /** Proposes to mix a pre-shared key in; all members need it. @throws MlsError `UNKNOWN_PSK` for an epoch out of reach */
  proposePsk(choice: PskChoice, authenticatedData = none): Uint8Array {
    const isKnown = choice.kind === 'external' || this.core.resumption.find(BigInt(choice.epoch)) !== undefined;
    if (!isKnown) throw broken('valn080401');
    return sendProposal(this.core, pskProposal(choice, this.groupId), authenticatedData);
  }

  /** Proposes all extensions of the group context from now on, not only the changed ones. */
  proposeExtensions(extensions: ReadonlyMap<number, Uint8Array>, authenticatedData = none): Uint8Array {
    return sendProposal(this.core, extensionsProposal(extensions), authenticatedData);
  }

  /** Proposes to close the group in favour of a successor. @throws MlsError `UNSUPPORTED` if a member could not follow */
  proposeReinit(successor: Successor, authenticatedData = none): Uint8Array {
    return sendProposal(this.core, reinitProposal(this.core.openState, successor), authenticatedData);
  }

  /**
   * Founds the successor of this group after a ReInit was applied, with the same members (RFC 9420 section 11.2); any of
   * them may. @throws MlsError valn110205, valn110206 for other members, `MISUSE` without a ReInit
   */
  reinitialize(parameters: ReinitializeParameters): { group: Group; welcome: Uint8Array } {
    const { successor } = this;
    if (successor === undefined) throw new MlsError('MISUSE', 'no ReInit was committed to this group');
    return this.continueAs('reinit', successor, parameters);
  }

  /** Founds another group of some of the members (RFC 9420 section 11.3). @throws MlsError valn110302 for strangers */
  branch(parameters: BranchParameters): { group: Group; welcome: Uint8Array } {
    const suite = this.core.openState.context.cipherSuite;
    const { groupId, extensions = this.extensions } = parameters;
    return this.continueAs('branch', { groupId, suite, extensions }, parameters);
  }

  /** Verifies a proposal of a member or an external sender and keeps it for the next commit. @throws MlsError */
  receiveProposal(message: Uint8Array, options: HandshakeOptions = {}): ReceivedProposal {
    return receiveProposal(this.core, message, this.circumstances(options));
  }

  /** Forgets a proposal, as if it had not come: a commit that covers it can't be read. */
  dropProposal(ref: Uint8Array): void {
    this.core.dropProposal(ref);
  }

  /**
   * Keeps a proposal that the application refuses out of this device's commits. Unlike a dropped one it stays known: a
   * commit of another member that covers it can be read, and judged.
   */
  setAside(ref: Uint8Array): void {
    this.core.setAside(ref);
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
   * @throws MlsError `PENDING_PROPOSALS` if received proposals are to be committed first (RFC 9420 section 12.4);
   * `UNCONFIRMED_STATE` for a restored group that may be an older copy; `REINITIALIZED`
   */
  encrypt(plaintext: Uint8Array, authenticatedData: Uint8Array): Uint8Array {
    if (!this.isNewest) throw new MlsError('UNCONFIRMED_STATE', 'a restored group must catch up before it encrypts');
    const { openState: state, epochs, signer, proposals } = this.core;
    const { psks } = this.circumstances({});
    const waiting = selectProposals(state, state.ownLeaf, proposals.waiting(), [], psks).references;
    if (waiting.length > 0) throw pendingProposals('application data is sent');
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
    if (id.kind !== 'resumption' || !sameBytes(id.groupId, this.groupId)) return undefined;
    return this.core.resumption.find(id.epoch);
  }

  /** What a group that continues this one is checked against. */
  private continued(): ContinuedGroup {
    return { state: this.core.state, psks: (id) => this.resumptionPsk(id) };
  }

  private continueAs(
    usage: ContinueInput['usage'],
    { groupId, suite, extensions }: Successor,
    parameters: ReinitializeParameters,
  ): { group: Group; welcome: Uint8Array } {
    const { identity, signatureKeyPair, keyPackages, treeBesideWelcome = false } = parameters;
    const target = { suite, groupId, identity, signatureKeyPair, extensions: extensionList(extensions) };
    const { lifetimes } = this.circumstances(parameters);
    const input = { usage, target, keyPackages, treeInWelcome: !treeBesideWelcome, lifetimes };
    const { core, welcome } = continueGroup(this.core, input);
    return { group: new Group(core), welcome };
  }

  private proposalsOf({ add = [], remove = [], extensions, usePsks = [], reinit }: CommitParameters): Proposal[] {
    return [
      ...(extensions === undefined ? [] : [extensionsProposal(extensions)]),
      ...remove.map((removed): Proposal => ({ kind: 'remove', removed })),
      ...add.map(addProposal),
      ...usePsks.map((choice) => pskProposal(choice, this.groupId)),
      ...(reinit === undefined ? [] : [reinitProposal(this.core.openState, reinit)]),
    ];
  }
}

const addProposal = (keyPackage: Uint8Array): Proposal => ({
  kind: 'add',
  keyPackage: decodeMessageOf(keyPackage, 'keyPackage'),
});
