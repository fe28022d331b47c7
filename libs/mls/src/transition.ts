import { epochOf } from './brand.js';
import type { LeafIndex, NodeIndex } from './brand.js';
import type { Commit, UpdatePath } from './commit.js';
import type { AuthenticatedContent, FramedContent } from './framing.js';
import type { GroupContext } from './groupContext.js';
import type { LeafNode } from './leafNode.js';
import {
  KeySet,
  checkAgainstContext,
  checkAmongMembers,
  checkLeafNode,
  checkSource,
  sameBytes,
} from './leafValidation.js';
import type { LifetimePolicy } from './lifetime.js';
import { mergePathKeys } from './parentHashes.js';
import { pathlessKinds } from './proposal.js';
import { applyProposals, checkProposalList } from './proposalList.js';
import type { AppliedProposals } from './proposalList.js';
import type { ProposalStore, SentProposal } from './proposalStore.js';
import type { PathStep, RatchetTree } from './ratchetTree.js';
import { broken, demand } from './rules.js';
import { suiteOf } from './suite.js';
import { confirmedTranscriptHash } from './transcript.js';
import { nodeOfLeaf } from './treeMath.js';
import { encryptionKeyOf } from './treeNode.js';

/** What everybody who follows a group knows of it, the Delivery Service included. */
export interface PublicState {
  readonly tree: RatchetTree;
  readonly context: GroupContext;
  readonly interimTranscriptHash: Uint8Array;
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
  readonly committer: LeafIndex;
  readonly commit: Commit;
}

/** The commit in framed content that was verified, by a member. */
export function commitOf({ content, sender }: FramedContent, tree: RatchetTree): CommitContent {
  if (content.kind !== 'commit') throw broken('valn060105');
  if (sender.kind === 'newMemberCommit') throw broken('valn120407');
  const committer = sender.kind === 'member' ? tree.memberAt(sender.leaf) : undefined;
  if (committer === undefined) throw broken('valn060105');
  return { committer, commit: content.commit };
}

/** Proposals by value come from the committer, those by reference from whoever sent them. @throws valn120402 */
function resolveProposals({ committer, commit }: CommitContent, store: ProposalStore): SentProposal[] {
  return commit.proposals.map((item) => {
    if (item.kind === 'proposal') {
      return { proposal: item.proposal, sender: { kind: 'member', leaf: committer }, ref: undefined };
    }
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
): ProposedTransition {
  const rules = { tree: state.tree, context: state.context, lifetimes };
  checkProposalList(proposals, committer, rules);
  return { ...applyProposals(proposals, rules), committer, proposals };
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
): Transition {
  const proposed = propose(state, content.committer, resolveProposals(content, store), lifetimes);
  const { path } = content.commit;
  demand(path !== undefined || !isPathRequired(proposed.proposals), 'valn120401');
  const steps = path === undefined ? [] : mergePath(state, proposed, path);
  return finishTransition(state, proposed, path, steps);
}

/** The end that creating and receiving share: rules over the new tree, and the provisional context. */
export function finishTransition(
  state: PublicState,
  proposed: ProposedTransition,
  path: UpdatePath | undefined,
  steps: readonly PathStep[],
): Transition {
  const { tree, extensions } = proposed;
  checkAmongMembers(tree, newLeavesOf(proposed, path));
  const epoch = epochOf(state.context.epoch + 1n);
  const provisional = { ...state.context, epoch, treeHash: tree.treeHash(), extensions };
  return { ...proposed, path, steps, provisional };
}

function newLeavesOf({ tree, added, updated }: ProposedTransition, path: UpdatePath | undefined): LeafNode[] {
  const leaves = [...added, ...updated].map(({ index }) => tree.leaf(index));
  return [...leaves, path?.leafNode].filter((leaf) => leaf !== undefined);
}

/** Validates an UpdatePath and merges it (RFC 9420 sections 12.4.2 and 7.5). Returns the filtered direct path. */
function mergePath(state: PublicState, proposed: ProposedTransition, path: UpdatePath): PathStep[] {
  const { tree, committer } = proposed;
  checkPathLeaf(state, proposed, path.leafNode);
  checkPathKeysAreNew(tree, path);
  const steps = tree.filteredDirectPath(committer);
  demand(path.nodes.length === steps.length, 'valn120404');
  checkPathNodes(proposed, path, steps, suiteOf(state.context.cipherSuite).publicKeyLength);
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

function checkPathLeaf(
  { context, tree: before }: PublicState,
  { committer, extensions }: ProposedTransition,
  leaf: LeafNode,
): void {
  const current = before.leaf(committer);
  checkSource(leaf, 'commit');
  demand(current !== undefined && !sameBytes(leaf.encryptionKey, current.encryptionKey), 'valn070308');
  checkLeafNode(leaf, suiteOf(context.cipherSuite), { groupId: context.groupId, index: committer });
  checkAgainstContext(leaf, extensions);
}

function checkPathKeysAreNew(tree: RatchetTree, path: UpdatePath): void {
  const seen = new KeySet();
  for (const [, node] of tree.nonBlankNodes()) seen.add(encryptionKeyOf(node));
  demand(seen.add(path.leafNode.encryptionKey), 'valn120403');
  for (const { encryptionKey } of path.nodes) demand(seen.add(encryptionKey), 'valn120403');
}

function checkPathNodes(
  proposed: ProposedTransition,
  path: UpdatePath,
  steps: readonly PathStep[],
  publicKeyLength: number,
): void {
  for (const [i, node] of path.nodes.entries()) {
    const step = steps[i];
    demand(node.encryptionKey.length === publicKeyLength, 'valn070315');
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
