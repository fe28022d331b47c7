import type { LeafIndex, NodeIndex } from './brand.js';
import type { GroupContext } from './groupContext.js';
import { sameBytes } from './keySet.js';
import { checkAgainstContext, checkAmongMembers, checkLeafNode } from './leafValidation.js';
import { checkTotalLifetime, maxLifetimeSeconds } from './lifetime.js';
import { checkParentHashes } from './parentHashes.js';
import { checkPublicKey } from './publicKey.js';
import type { RatchetTree } from './ratchetTree.js';
import { demand } from './rules.js';
import type { CipherSuite } from './suite.js';
import { isUnder, nodeOfLeaf, parentOf } from './treeMath.js';
import type { ParentNode } from './treeNode.js';

/**
 * The integrity of a ratchet tree that came from outside (RFC 9420 section 12.4.3.1). Lifetimes may be over: they say
 * until when a client may be added, and a member that was added in time stays one; but none may be too long.
 * @throws MlsError
 */
export function checkTree(
  tree: RatchetTree,
  context: GroupContext,
  suite: CipherSuite,
  longestLifetime: number = maxLifetimeSeconds,
): void {
  demand(sameBytes(tree.treeHash(), context.treeHash), 'valn120503');
  checkUnmergedLeaves(tree);
  checkKeys(tree, suite);
  checkParentHashes(tree);
  checkAmongMembers(tree);
  for (const [index, leaf] of tree.members()) {
    checkLeafNode(leaf, suite, { groupId: context.groupId, index });
    checkAgainstContext(leaf, context.extensions);
    checkTotalLifetime(leaf, longestLifetime);
  }
}

function checkKeys(tree: RatchetTree, suite: CipherSuite): void {
  for (const [, node] of tree.nonBlankNodes()) {
    if (node.kind === 'parent') checkPublicKey(node.parent.encryptionKey, suite);
  }
  demand(tree.hasUniqueEncryptionKeys, 'valn070310');
}

function checkUnmergedLeaves(tree: RatchetTree): void {
  const listed = new Map<NodeIndex, ReadonlySet<LeafIndex>>();
  for (const [at, node] of tree.nonBlankNodes()) {
    if (node.kind === 'parent') listed.set(at, new Set(node.parent.unmergedLeaves));
  }
  for (const [at, node] of tree.nonBlankNodes()) {
    if (node.kind === 'parent') demand(areUnmergedLeavesValid(tree, at, node.parent, listed), 'valn120504');
  }
}

function areUnmergedLeavesValid(
  tree: RatchetTree,
  at: NodeIndex,
  { unmergedLeaves }: ParentNode,
  listed: ReadonlyMap<NodeIndex, ReadonlySet<LeafIndex>>,
): boolean {
  return unmergedLeaves.every(
    (leaf, i) =>
      leaf > (unmergedLeaves[i - 1] ?? -1) &&
      isUnder(nodeOfLeaf(leaf), at) &&
      tree.leaf(leaf) !== undefined &&
      isKnownBelow(leaf, at, listed),
  );
}

/** Whether each non-blank node between the leaf and the parent lists the leaf too. */
function isKnownBelow(leaf: LeafIndex, at: NodeIndex, listed: ReadonlyMap<NodeIndex, ReadonlySet<LeafIndex>>): boolean {
  for (let node = parentOf(nodeOfLeaf(leaf)); node !== at; node = parentOf(node)) {
    if (listed.get(node)?.has(leaf) === false) return false;
  }
  return true;
}
