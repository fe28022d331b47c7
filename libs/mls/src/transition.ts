import { epochOf } from './brand.js';
import type { LeafIndex, NodeIndex } from './brand.js';
import type { Commit, UpdatePath } from './commit.js';
import { MlsError } from './errors.js';
import type { Extension } from './extension.js';
import { checkExternalList, checkSameClient, externalInitOf, olderLeaf } from './externalCommit.js';
import type { AuthenticatedContent, FramedContent, Sender } from './framing.js';
import { checkContext } from './groupContext.js';
import type { GroupContext } from './groupContext.js';
import type { LeafNode } from './leafNode.js';
import { KeySet, sameBytes } from './keySet.js';
import { checkAgainstContext, checkAmongMembers, checkLeafNode, checkSource } from './leafValidation.js';
import type { LifetimePolicy } from './lifetime.js';
import { mergePathKeys } from './parentHashes.js';
import type { Continuation } from './preSharedKey.js';
import { pathlessKinds } from './proposal.js';
import { applyProposals, checkProposalList } from './proposalList.js';
import type { AppliedProposals } from './proposalList.js';
import type { ProposalStore, SentProposal } from './proposalStore.js';
import { checkPublicKey } from './publicKey.js';
import type { PathStep, RatchetTree } from './ratchetTree.js';
import { broken, demand } from './rules.js';
import type { Successor } from './successor.js';
import { suiteOf } from './suite.js';
import type { CipherSuite } from './suite.js';
import { confirmedTranscriptHash } from './transcript.js';
import { nodeOfLeaf } from './treeMath.js';

/** What everybody who follows a group knows of it, the Delivery Service included. */
export interface PublicState {
  readonly tree: RatchetTree;
  readonly context: GroupContext;
  readonly interimTranscriptHash: Uint8Array;
  /** Set once a ReInit was committed: the group takes no more handshakes (RFC 9420 section 12.4.2). */
  readonly successor?: Successor | undefined;
}

/** @throws MlsError `REINITIALIZED` */
export function demandOpen({ successor }: PublicState): void {
  if (successor !== undefined)
    throw new MlsError('REINITIALIZED', 'this group is closed: its successor takes its place');
}

/** The public half of a commit, before its path is merged: proposals checked and applied. */
export interface ProposedTransition extends AppliedProposals {
  readonly committer: LeafIndex;
  readonly proposals: readonly SentProposal[];
}

/** The public half of a commit, complete; the tree hash of `provisional` covers the path. */
export interface Transition extends ProposedTransition {
  readonly path: UpdatePath | undefined;
  readonly steps: readonly PathStep[];
  /** The context under which path secrets are encrypted (RFC 9420 section 12.4.1). */
  readonly provisional: GroupContext;
}

export interface CommitContent {
  /** Undefined for an external commit, which gives its sender a leaf. */
  readonly committer: LeafIndex | undefined;
  readonly commit: Commit;
}

/** The commit in framed content that was verified. */
export function commitOf({ content, sender }: FramedContent, tree: RatchetTree): CommitContent {
  if (content.kind !== 'commit') throw broken('valn060105');
  if (sender.kind === 'newMemberCommit') return { committer: undefined, commit: content.commit };
  const committer = sender.kind === 'member' ? tree.memberAt(sender.leaf) : undefined;
  if (committer === undefined) throw broken('valn060105');
  return { committer, commit: content.commit };
}

/** Proposals by value come from the committer, those by reference from whoever sent them. @throws valn120402 */
function resolveProposals({ committer, commit }: CommitContent, store: ProposalStore): SentProposal[] {
  const sender: Sender = committer === undefined ? { kind: 'newMemberCommit' } : { kind: 'member', leaf: committer };
  return commit.proposals.map((item) => {
    if (item.kind === 'proposal') return { proposal: item.proposal, sender, ref: undefined };
    demand(committer !== undefined, 'valn120422');
    const stored = store.get(item.reference);
    if (stored === undefined) throw broken('valn120402');
    return stored;
  });
}

/** Checks and applies proposals (RFC 9420 sections 12.2 and 12.3). */
export function propose(
  state: PublicState,
  committer: LeafIndex,
  proposals: readonly SentProposal[],
  lifetimes: LifetimePolicy | undefined,
  continues?: Continuation,
): ProposedTransition {
  const rules = { tree: state.tree, context: state.context, lifetimes, continues };
  checkProposalList(proposals, committer, rules);
  return { ...applyProposals(proposals, rules), committer, proposals };
}

/** The same for an external commit: its sender gets the leftmost blank leaf of the new tree (section 12.4.2). */
export function proposeExternally(state: PublicState, proposals: readonly SentProposal[]): ProposedTransition {
  const rules = { tree: state.tree, context: state.context, lifetimes: undefined };
  checkExternalList(proposals, rules);
  const applied = applyProposals(proposals, rules);
  return { ...applied, committer: applied.tree.leftmostBlankLeaf(), proposals };
}

/** RFC 9420 section 12.4. */
export function isPathRequired(proposals: readonly SentProposal[]): boolean {
  return proposals.length === 0 || proposals.some(({ proposal }) => !pathlessKinds.has(proposal.kind));
}

/** A received commit: its proposals, then its path (RFC 9420 section 12.4.2, the public steps). */
export function receiveTransition(
  state: PublicState,
  content: CommitContent,
  store: ProposalStore,
  lifetimes: LifetimePolicy | undefined,
  continues?: Continuation,
): Transition {
  const proposals = resolveProposals(content, store);
  const { committer } = content;
  const proposed =
    committer === undefined
      ? proposeExternally(state, proposals)
      : propose(state, committer, proposals, lifetimes, continues);
  const { path } = content.commit;
  demand(path !== undefined || !isPathRequired(proposed.proposals), 'valn120401');
  const steps = path === undefined ? [] : mergePath(state, proposed, path);
  return finishTransition(state, proposed, path, steps);
}

/** The context of the next epoch, but for the transcript (RFC 9420 section 12.4.1). */
export function provisionalContext(
  context: GroupContext,
  tree: RatchetTree,
  extensions: readonly Extension[],
): GroupContext {
  return { ...context, epoch: epochOf(context.epoch + 1n), treeHash: tree.treeHash(), extensions };
}

/** The end that creating and receiving share: rules over the new tree, and the provisional context. */
export function finishTransition(
  state: PublicState,
  proposed: ProposedTransition,
  path: UpdatePath | undefined,
  steps: readonly PathStep[],
): Transition {
  const { tree, extensions } = proposed;
  checkAmongMembers(tree);
  const provisional = provisionalContext(state.context, tree, extensions);
  checkContext(provisional);
  return { ...proposed, path, steps, provisional };
}

/** Validates an UpdatePath and merges it (RFC 9420 sections 12.4.2 and 7.5). Returns the filtered direct path. */
function mergePath(state: PublicState, proposed: ProposedTransition, path: UpdatePath): PathStep[] {
  const { tree, committer } = proposed;
  checkPathLeaf(state, proposed, path.leafNode);
  checkPathKeysAreNew(tree, path);
  const steps = tree.filteredDirectPath(committer);
  demand(path.nodes.length === steps.length, 'valn120404');
  checkPathNodes(proposed, path, steps, suiteOf(state.context.cipherSuite));
  tree.blankPath(committer);
  const parentHash = mergePathKeys(
    tree,
    steps,
    path.nodes.map(({ encryptionKey }) => encryptionKey),
  );
  const { source } = path.leafNode;
  demand(source.kind === 'commit' && sameBytes(source.parentHash, parentHash), 'valn070902');
  tree.setLeaf(committer, path.leafNode);
  return steps;
}

function checkPathLeaf({ context, tree: before }: PublicState, proposed: ProposedTransition, leaf: LeafNode): void {
  const { committer, extensions, proposals } = proposed;
  const isExternal = externalInitOf(proposals) !== undefined;
  const current = isExternal ? olderLeaf(before, proposed) : before.leaf(committer);
  checkSource(leaf, 'commit');
  demand(current === undefined || !sameBytes(leaf.encryptionKey, current.encryptionKey), 'valn070308');
  if (isExternal && current !== undefined) checkSameClient(current, leaf);
  checkLeafNode(leaf, suiteOf(context.cipherSuite), { groupId: context.groupId, index: committer });
  checkAgainstContext(leaf, extensions);
}

function checkPathKeysAreNew(tree: RatchetTree, path: UpdatePath): void {
  const seen = new KeySet();
  for (const { encryptionKey } of [path.leafNode, ...path.nodes]) {
    demand(tree.nodesWithEncryptionKey(encryptionKey).length === 0 && seen.add(encryptionKey), 'valn120403');
  }
}

function checkPathNodes(
  proposed: ProposedTransition,
  path: UpdatePath,
  steps: readonly PathStep[],
  suite: CipherSuite,
): void {
  for (const [i, node] of path.nodes.entries()) {
    const step = steps[i];
    checkPublicKey(node.encryptionKey, suite);
    const recipients = step === undefined ? [] : pathRecipients(proposed, step);
    demand(node.encryptedPathSecrets.length === recipients.length, 'valn120405');
  }
}

/** The resolution of a copath child without the leaves that this commit adds (RFC 9420 section 7.5). */
export function pathRecipients({ tree, added }: ProposedTransition, { copath }: PathStep): NodeIndex[] {
  const fresh = new Set(added.map(({ index }) => nodeOfLeaf(index)));
  const resolution = tree.resolution(copath);
  return fresh.size === 0 ? resolution : resolution.filter((node) => !fresh.has(node));
}

/** The context of the new epoch: the provisional one with the commit in its transcript (RFC 9420 section 8.2). */
export function contextAfter(state: PublicState, transition: Transition, commit: AuthenticatedContent): GroupContext {
  const confirmed = confirmedTranscriptHash(state.interimTranscriptHash, commit);
  return { ...transition.provisional, confirmedTranscriptHash: confirmed };
}
