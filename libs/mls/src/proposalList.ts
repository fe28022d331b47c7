import type { LeafIndex } from './brand.js';
import { checkContextExtensions } from './extension.js';
import type { Extension } from './extension.js';
import type { GroupContext } from './groupContext.js';
import { mls10 } from './keyPackage.js';
import type { KeyPackage } from './keyPackage.js';
import { checkKeyPackage } from './keyPackageValidation.js';
import { KeySet, sameBytes } from './keySet.js';
import { checkAgainstContext, checkLeafNode, checkSource } from './leafValidation.js';
import type { LifetimePolicy } from './lifetime.js';
import type { Continuation, PreSharedKeyId } from './preSharedKey.js';
import { encodePreSharedKeyId } from './preSharedKey.js';
import { encodeWith } from './codec.js';
import type { Proposal, ReInit, Update } from './proposal.js';
import type { SentProposal } from './proposalStore.js';
import type { RatchetTree } from './ratchetTree.js';
import { demand } from './rules.js';
import { hashLength, suiteOf } from './suite.js';

/** What a proposal list does to the group (RFC 9420 section 12.3). */
export interface AppliedProposals {
  readonly tree: RatchetTree;
  readonly extensions: readonly Extension[];
  readonly added: readonly {
    readonly index: LeafIndex;
    readonly keyPackage: KeyPackage;
    readonly from: SentProposal;
  }[];
  readonly removed: readonly { readonly index: LeafIndex; readonly from: SentProposal }[];
  readonly updated: readonly { readonly index: LeafIndex; readonly from: SentProposal }[];
}

export interface ProposalRules {
  readonly tree: RatchetTree;
  readonly context: GroupContext;
  readonly lifetimes: LifetimePolicy | undefined;
  /** Set for the first commit of a group that continues another one (RFC 9420 sections 11.2 and 11.3). */
  readonly continues?: Continuation | undefined;
}

/** One proposal on its own (RFC 9420 section 12.1). @throws MlsError */
export function checkProposal({ proposal, sender }: SentProposal, rules: ProposalRules): void {
  const { tree, context } = rules;
  switch (proposal.kind) {
    case 'add':
      checkKeyPackage(proposal.keyPackage, suiteOf(context.cipherSuite), rules.lifetimes);
      break;
    case 'update':
      demand(sender.kind === 'member', 'valn060102');
      checkUpdate(proposal, sender.leaf, rules);
      break;
    case 'remove':
      demand(tree.memberAt(proposal.removed) !== undefined, 'valn120101');
      break;
    case 'psk':
      checkPsk(proposal.psk, rules.continues);
      break;
    case 'reinit':
      checkReInit(proposal, context);
      break;
    case 'externalInit':
      demand(sender.kind === 'newMemberCommit', 'valn120208');
      demand(proposal.kemOutput.length === suiteOf(context.cipherSuite).kemOutputLength, 'valn080301');
      break;
    case 'groupContextExtensions':
      checkContextExtensions(proposal.extensions);
  }
}

function checkUpdate({ leafNode }: Update, claimed: number, { tree, context }: ProposalRules): void {
  const index = tree.memberAt(claimed);
  const current = index === undefined ? undefined : tree.leaf(index);
  demand(index !== undefined && current !== undefined, 'valn060004');
  checkSource(leafNode, 'update');
  demand(!sameBytes(leafNode.encryptionKey, current.encryptionKey), 'valn070308');
  checkLeafNode(leafNode, suiteOf(context.cipherSuite), { groupId: context.groupId, index });
}

function checkPsk(psk: PreSharedKeyId, continues: Continuation | undefined): void {
  demand(psk.nonce.length === hashLength, 'valn120102');
  demand(psk.kind === 'external' || psk.usage === 'application' || psk.usage === continues, 'valn120103');
}

/** RFC 9420 section 12.1.5; the extensions have to be such that a group context can hold them. */
function checkReInit({ version, extensions }: ReInit, context: GroupContext): void {
  demand(version >= context.version, 'valn120104');
  demand(version === mls10, 'valn120121');
  checkContextExtensions(extensions);
}

/** The list as a whole for a commit by a member (RFC 9420 section 12.2), without what the resulting tree shows. */
export function checkProposalList(list: readonly SentProposal[], committer: LeafIndex, rules: ProposalRules): void {
  for (const sent of list) checkProposal(sent, rules);
  checkOncePerLeaf(list, committer);
  const kinds = list.map(({ proposal }) => proposal.kind);
  demand(kinds.filter((kind) => kind === 'groupContextExtensions').length <= 1, 'valn120206');
  demand(!kinds.includes('reinit') || kinds.length === 1, 'valn120207');
  checkDistinct(list, (p) => (p.kind === 'add' ? p.keyPackage.leafNode.signatureKey : undefined), 'valn120204');
  checkDistinctPsks(list);
}

export function checkDistinctPsks(list: readonly SentProposal[]): void {
  checkDistinct(list, (p) => (p.kind === 'psk' ? encodeWith(encodePreSharedKeyId, p.psk) : undefined), 'valn120205');
}

function checkOncePerLeaf(list: readonly SentProposal[], committer: LeafIndex): void {
  const touched = new Set<number>();
  for (const { proposal, sender } of list) {
    if (proposal.kind !== 'update' && proposal.kind !== 'remove') continue;
    const leaf = proposal.kind === 'remove' ? proposal.removed : sender.kind === 'member' ? sender.leaf : -1;
    demand(leaf !== committer, proposal.kind === 'remove' ? 'valn120202' : 'valn120201');
    demand(!touched.has(leaf), 'valn120203');
    touched.add(leaf);
  }
}

function checkDistinct(
  list: readonly SentProposal[],
  keyOf: (proposal: Proposal) => Uint8Array | undefined,
  rule: 'valn120204' | 'valn120205',
): void {
  const seen = new KeySet();
  for (const { proposal } of list) {
    const key = keyOf(proposal);
    demand(key === undefined || seen.add(key), rule);
  }
}

/**
 * Applies a checked list in the order of RFC 9420 section 12.3 to a fork of the tree. New leaves are checked against the
 * new extensions; all members are, if the extensions change.
 */
export function applyProposals(
  list: readonly SentProposal[],
  { tree: before, context }: ProposalRules,
): AppliedProposals {
  const tree = before.fork();
  const extensions = extensionsAfter(list, context.extensions);
  const updated = applyUpdates(list, tree);
  const removed = applyRemoves(list, tree);
  const added = applyAdds(list, tree);
  for (const { keyPackage } of added) checkAgainstContext(keyPackage.leafNode, extensions);
  for (const { index } of updated) checkLeafAt(tree, index, extensions);
  if (extensions !== context.extensions) checkMembersSupport(tree, extensions);
  return { tree, extensions, added, removed, updated };
}

function extensionsAfter(list: readonly SentProposal[], before: readonly Extension[]): readonly Extension[] {
  for (const { proposal } of list) if (proposal.kind === 'groupContextExtensions') return proposal.extensions;
  return before;
}

function checkMembersSupport(tree: RatchetTree, extensions: readonly Extension[]): void {
  if (tree.support !== undefined) checkAgainstContext(tree.support, extensions);
}

function checkLeafAt(tree: RatchetTree, index: LeafIndex, extensions: readonly Extension[]): void {
  const leaf = tree.leaf(index);
  if (leaf !== undefined) checkAgainstContext(leaf, extensions);
}

function applyUpdates(list: readonly SentProposal[], tree: RatchetTree): AppliedProposals['updated'] {
  return list.flatMap((from) => {
    const index = from.sender.kind === 'member' ? tree.memberAt(from.sender.leaf) : undefined;
    if (from.proposal.kind !== 'update' || index === undefined) return [];
    tree.updateLeaf(index, from.proposal.leafNode);
    return [{ index, from }];
  });
}

function applyRemoves(list: readonly SentProposal[], tree: RatchetTree): AppliedProposals['removed'] {
  return list.flatMap((from) => {
    const index = from.proposal.kind === 'remove' ? tree.memberAt(from.proposal.removed) : undefined;
    if (index === undefined) return [];
    tree.removeLeaf(index);
    return [{ index, from }];
  });
}

function applyAdds(list: readonly SentProposal[], tree: RatchetTree): AppliedProposals['added'] {
  return list.flatMap((from) => {
    if (from.proposal.kind !== 'add') return [];
    const { keyPackage } = from.proposal;
    return [{ index: tree.addLeaf(keyPackage.leafNode), keyPackage, from }];
  });
}
