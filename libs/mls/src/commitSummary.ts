import type { LeafIndex } from './brand.js';
import { identityOf } from './credential.js';
import { externalInitOf } from './externalCommit.js';
import { extensionMap } from './extension.js';
import type { LeafNode } from './leafNode.js';
import type { ProposalKind } from './proposal.js';
import type { SentProposal } from './proposalStore.js';
import type { RatchetTree } from './ratchetTree.js';
import { successorIn } from './successor.js';
import type { Successor } from './successor.js';
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

/** Somebody who comes in; of one who comes by an external commit there is no KeyPackage and `keyPackageRef` is empty. */
export interface AddedMember extends Member {
  readonly keyPackageRef: Uint8Array;
  readonly proposedBy: Proposer;
}

/** What a commit would change, for the application's policy to judge before it is applied. */
export interface CommitSummary {
  /** The committer's leaf; of an external commit the one that it gets, which is among `adds`. */
  readonly sender: LeafIndex;
  /**
   * An external commit (RFC 9420 section 12.4.3.2): a device came in on its own. If it came back, `removes` holds its
   * older leaf, of the same identity.
   */
  readonly external: boolean;
  /** The commit closes the group: this one takes its place (RFC 9420 section 11.2). */
  readonly successor: Successor | undefined;
  readonly adds: readonly AddedMember[];
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
  const { committer, tree, path, proposals } = transition;
  const external = externalInitOf(proposals) !== undefined;
  const renewed = path === undefined || external ? [] : [committer];
  return {
    sender: committer,
    external,
    successor: successorIn(proposals),
    adds: external ? membersAt(tree, [committer]).map(joined) : transition.added.map(added),
    removes: transition.removed.flatMap(({ index, from }) =>
      membersAt(before.tree, [index]).map((member) => ({ ...member, proposedBy: proposerOf(from) })),
    ),
    updates: membersAt(tree, [...transition.updated.map(({ index }) => index), ...renewed]),
    extensionsAfter: extensionMap(transition.extensions),
    epochAfter: Number(transition.provisional.epoch),
    proposals: proposals.map((from) => ({ kind: from.proposal.kind, proposedBy: proposerOf(from) })),
  };
}

const added = ({ index, keyPackage, from }: Transition['added'][number]): AddedMember => ({
  ...memberOf(index, keyPackage.leafNode),
  keyPackageRef: keyPackageRef(keyPackage),
  proposedBy: proposerOf(from),
});

const joined = (member: Member): AddedMember => ({
  ...member,
  keyPackageRef: new Uint8Array(0),
  proposedBy: { kind: 'newMember' },
});

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
