import type { LeafIndex } from './brand.js';
import { identityOf } from './credential.js';
import type { Extension } from './extension.js';
import type { LeafNode } from './leafNode.js';
import type { ProposalKind } from './proposal.js';
import type { SentProposal } from './proposalStore.js';
import type { RatchetTree } from './ratchetTree.js';
import type { PublicState, Transition } from './transition.js';
import { keyPackageRef } from './verifiedKeyPackage.js';

export interface Member {
  readonly leafIndex: LeafIndex;
  readonly identity: Uint8Array;
  readonly signatureKey: Uint8Array;
}

/** Who asked for a change: a member, an external sender by its place in the extension, or the new member itself. */
export type Proposer =
  | { readonly kind: 'member'; readonly leafIndex: LeafIndex }
  | { readonly kind: 'external'; readonly index: number }
  | { readonly kind: 'newMember' };

/** What a commit would change, for the application's policy to judge before it is applied. */
export interface CommitSummary {
  readonly sender: LeafIndex;
  readonly adds: readonly (Member & { readonly keyPackageRef: Uint8Array; readonly proposedBy: Proposer })[];
  readonly removes: readonly (Member & { readonly proposedBy: Proposer })[];
  /** Leaves that are replaced, as they will be: those of Update proposals, and the committer's if there is a path. */
  readonly updates: readonly Member[];
  /** All extensions of the group context after the commit. */
  readonly extensionsAfter: ReadonlyMap<number, Uint8Array>;
  readonly epochAfter: number;
  /** Every proposal, in order. */
  readonly proposals: readonly { readonly kind: ProposalKind; readonly proposedBy: Proposer }[];
}

export function summarize(before: PublicState, transition: Transition): CommitSummary {
  const { committer, tree, path } = transition;
  const updated = [...transition.updated.map(({ index }) => index), ...(path === undefined ? [] : [committer])];
  return {
    sender: committer,
    adds: transition.added.map(({ index, keyPackage, from }) => ({
      ...memberOf(index, keyPackage.leafNode),
      keyPackageRef: keyPackageRef(keyPackage),
      proposedBy: proposerOf(from),
    })),
    removes: transition.removed.flatMap(({ index, from }) =>
      membersAt(before.tree, [index]).map((member) => ({ ...member, proposedBy: proposerOf(from) })),
    ),
    updates: membersAt(tree, updated),
    extensionsAfter: extensionMap(transition.extensions),
    epochAfter: Number(transition.provisional.epoch),
    proposals: transition.proposals.map((from) => ({ kind: from.proposal.kind, proposedBy: proposerOf(from) })),
  };
}

export const extensionMap = (extensions: readonly Extension[]): ReadonlyMap<number, Uint8Array> =>
  new Map(extensions.map(({ type, data }) => [type, data]));

export function membersOf(tree: RatchetTree): Member[] {
  return [...tree.members()].map(([index, leaf]) => memberOf(index, leaf));
}

function memberOf(leafIndex: LeafIndex, leaf: LeafNode): Member {
  return { leafIndex, identity: identityOf(leaf.credential), signatureKey: leaf.signatureKey };
}

function membersAt(tree: RatchetTree, indexes: readonly LeafIndex[]): Member[] {
  return indexes.flatMap((index) => {
    const leaf = tree.leaf(index);
    return leaf === undefined ? [] : [memberOf(index, leaf)];
  });
}

export function proposerOf({ sender }: Pick<SentProposal, 'sender'>): Proposer {
  if (sender.kind === 'member') return { kind: 'member', leafIndex: sender.leaf as LeafIndex };
  return sender.kind === 'external' ? { kind: 'external', index: sender.index } : { kind: 'newMember' };
}
