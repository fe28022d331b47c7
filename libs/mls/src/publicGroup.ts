import { decodeOpaque, decodeWith, encodeOpaque, encodeWith } from './codec.js';
import type { Decode, Encode } from './codec.js';
import { membersOf, proposerOf, summarize } from './commitSummary.js';
import type { CommitSummary, Member, Proposer } from './commitSummary.js';
import { MlsError } from './errors.js';
import { extensionMap, extensionTypes, findExtension } from './extension.js';
import { checkRejoin } from './externalCommit.js';
import { decodeAuthenticatedContent, encodeAuthenticatedContent } from './framing.js';
import type { AuthenticatedContent } from './framing.js';
import { decodeGroupContext, encodeGroupContext } from './groupContext.js';
import type { GroupContext } from './groupContext.js';
import { checkGroupInfo } from './groupInfoValidation.js';
import { maxLifetimeSeconds } from './lifetime.js';
import { decodeMessageOf } from './message.js';
import type { Proposal, ProposalKind } from './proposal.js';
import { checkProposal } from './proposalList.js';
import { ProposalStore } from './proposalStore.js';
import { RatchetTree } from './ratchetTree.js';
import { restoring } from './restoring.js';
import { broken, demand } from './rules.js';
import { checkGroupAndEpoch, checkNewMember, verifyContent } from './senderVerification.js';
import type { VerifiedContent } from './senderVerification.js';
import { decodeSuccessor, encodeSuccessor } from './successor.js';
import type { Successor } from './successor.js';
import { suiteOf } from './suite.js';
import { interimTranscriptHash } from './transcript.js';
import { commitOf, contextAfter, demandOpen, receiveTransition } from './transition.js';
import type { PublicState } from './transition.js';
import { checkTree } from './treeValidation.js';

export interface CheckOptions {
  /** The time at which lifetimes are judged, in milliseconds since 1970; by default the clock. */
  readonly now?: number;
  /**
   * Take Add proposals by the new members themselves (RFC 9420 section 12.1.8) and external commits of newcomers; by
   * default the former are refused, and external commits serve members to come back under their own signature key only.
   */
  readonly acceptNewMembers?: boolean;
  /** The longest accepted lifetime of a leaf in seconds; by default a year and a day. */
  readonly maxLifetimeSeconds?: number;
}

/** A commit that was verified as far as public data allow; `apply` of the group that staged it takes it. */
export type StagedPublicCommit = CommitSummary;

/** A verified proposal, kept until the next epoch. */
export interface ReceivedProposal {
  readonly ref: Uint8Array;
  readonly kind: ProposalKind;
  readonly proposedBy: Proposer;
  readonly proposal: Proposal;
}

interface StoredPublicGroup {
  readonly context: GroupContext;
  readonly interimTranscriptHash: Uint8Array;
  readonly tree: Uint8Array;
  readonly proposals: readonly AuthenticatedContent[];
  readonly successor: Successor | undefined;
}

/** Version 1 has no successor. */
const oldestVersion = 1;
const formatVersion = 2;

/**
 * A group as the Delivery Service follows it: the public tree and the group context, without a secret. It checks
 * everything but the membership and confirmation tags and the path secrets, which only members can.
 */
export class PublicGroup {
  private readonly staged = new WeakMap<StagedPublicCommit, { from: PublicState; to: PublicState }>();
  private readonly store = new ProposalStore();

  private constructor(private state: PublicState) {}

  /**
   * From an MLSMessage(GroupInfo) that holds the ratchet tree: of a new group, or of one to follow from now on.
   * @throws MlsError
   */
  static fromGroupInfo(bytes: Uint8Array, options: Pick<CheckOptions, 'maxLifetimeSeconds'> = {}): PublicGroup {
    const info = decodeMessageOf(bytes, 'groupInfo');
    const encodedTree = findExtension(info.extensions, extensionTypes.ratchetTree);
    if (encodedTree === undefined) throw broken('valn120509');
    const tree = RatchetTree.decode(encodedTree);
    checkTree(tree, info.context, suiteOf(info.context.cipherSuite), options.maxLifetimeSeconds);
    checkGroupInfo(info, tree);
    const interim = interimTranscriptHash(info.context.confirmedTranscriptHash, info.confirmationTag);
    return new PublicGroup({ tree, context: info.context, interimTranscriptHash: interim });
  }

  /** From `serialize`, which is trusted: nothing is verified again. @throws MlsError `CORRUPT_STATE` */
  static restore(bytes: Uint8Array): PublicGroup {
    const stored = restoring(() => decodeWith(decodeStored, bytes));
    const tree = restoring(() => RatchetTree.decode(stored.tree));
    const group = new PublicGroup({ ...stored, tree });
    for (const proposal of stored.proposals) group.store.add(proposal);
    return group;
  }

  /** All state, cached proposals included. */
  serialize(): Uint8Array {
    const { tree, ...rest } = this.state;
    const proposals = this.store.all().map(({ content }) => content);
    return encodeWith(encodeStored, { successor: undefined, ...rest, tree: tree.encode(), proposals });
  }

  get groupId(): Uint8Array {
    return this.state.context.groupId;
  }

  /** Of the ratchet tree of this epoch (RFC 9420 section 7.8): 32 bytes. */
  get treeHash(): Uint8Array {
    return this.state.context.treeHash;
  }

  get epoch(): number {
    return Number(this.state.context.epoch);
  }

  get cipherSuite(): number {
    return this.state.context.cipherSuite;
  }

  /** Extensions of the group context by type. */
  get extensions(): ReadonlyMap<number, Uint8Array> {
    return extensionMap(this.state.context.extensions);
  }

  /** Set once a ReInit was committed: this group takes no more handshakes, its successor does. */
  get successor(): Successor | undefined {
    return this.state.successor;
  }

  get members(): Member[] {
    return membersOf(this.state.tree);
  }

  /** The ratchet tree as a Welcome without it needs it (RFC 9420 section 12.4.3.3). */
  get ratchetTree(): Uint8Array {
    return this.state.tree.encode();
  }

  /** The cached proposals of this epoch. */
  get proposals(): ReceivedProposal[] {
    return this.store.all().map((stored) => received(stored));
  }

  /** Verifies a proposal in a PublicMessage and keeps it until the next epoch. @throws MlsError, also `REINITIALIZED` */
  addProposal(message: Uint8Array, options: CheckOptions = {}): ReceivedProposal {
    const content = this.verify(message);
    const { sender, content: body } = content.content;
    demand(body.kind === 'proposal', 'valn060105');
    checkNewMember(content.content, options.acceptNewMembers);
    const { tree, context } = this.state;
    checkProposal(
      { proposal: body.proposal, sender, ref: undefined },
      { tree, context, lifetimes: lifetimesAt(options) },
    );
    return received(this.store.add(content));
  }

  /** Verifies a commit in a PublicMessage; the group does not change. @throws MlsError, also `REINITIALIZED` */
  stage(message: Uint8Array, options: CheckOptions = {}): StagedPublicCommit {
    const content = this.verify(message);
    const commit = commitOf(content.content, this.state.tree);
    const transition = receiveTransition(this.state, commit, this.store, lifetimesAt(options));
    checkRejoin(this.state.tree, transition, options.acceptNewMembers ?? false);
    const context = contextAfter(this.state, transition, content);
    const tag = content.auth.confirmationTag ?? new Uint8Array(0);
    const interim = interimTranscriptHash(context.confirmedTranscriptHash, tag);
    const staged = summarize(this.state, transition);
    const to = { tree: transition.tree, context, interimTranscriptHash: interim, successor: staged.successor };
    this.staged.set(staged, { from: this.state, to });
    return staged;
  }

  /** @throws MlsError `MISUSE` for a commit that was staged elsewhere or before another was applied */
  apply(staged: StagedPublicCommit): void {
    const change = this.staged.get(staged);
    if (change?.from !== this.state) throw new MlsError('MISUSE', 'this commit was not staged on the current epoch');
    this.state = change.to;
    this.store.clear();
  }

  private verify(message: Uint8Array): VerifiedContent {
    demandOpen(this.state);
    const { content, auth } = decodeMessageOf(message, 'publicMessage');
    checkGroupAndEpoch(content, this.state.context);
    demand(content.content.kind !== 'application', 'valn060003');
    return verifyContent({ wireFormat: 'publicMessage', content, auth }, this.state.tree, this.state.context);
  }
}

const lifetimesAt = ({ now = Date.now(), maxLifetimeSeconds: maxSeconds = maxLifetimeSeconds }: CheckOptions) => ({
  now,
  maxSeconds,
});

const received = (stored: ReturnType<ProposalStore['add']>): ReceivedProposal => ({
  ref: stored.ref,
  kind: stored.proposal.kind,
  proposedBy: proposerOf(stored),
  proposal: stored.proposal,
});

const encodeStored: Encode<StoredPublicGroup> = (writer, stored) => {
  writer.uint8(formatVersion);
  encodeGroupContext(writer, stored.context);
  encodeOpaque(writer, stored.interimTranscriptHash);
  encodeOpaque(writer, stored.tree);
  writer.vector(stored.proposals, encodeAuthenticatedContent);
  writer.optional(stored.successor, encodeSuccessor);
};

const decodeStored: Decode<StoredPublicGroup> = (reader) => {
  const version = reader.uint8();
  if (version < oldestVersion || version > formatVersion) {
    throw new MlsError('CORRUPT_STATE', 'stored by another version');
  }
  return {
    context: decodeGroupContext(reader),
    interimTranscriptHash: decodeOpaque(reader),
    tree: decodeOpaque(reader),
    proposals: reader.vector(decodeAuthenticatedContent),
    successor: version === oldestVersion ? undefined : reader.optional(decodeSuccessor),
  };
};
