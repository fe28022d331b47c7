import type { LeafIndex, NodeIndex } from './brand.js';
import type { GroupContext } from './groupContext.js';
import { KeySet, checkAgainstContext, checkAmongMembers, checkLeafNode, sameBytes } from './leafValidation.js';
import { checkParentHashes } from './parentHashes.js';
import type { RatchetTree } from './ratchetTree.js';
import { demand } from './rules.js';
import type { CipherSuite } from './suite.js';
import { isUnder, nodeOfLeaf, parentOf } from './treeMath.js';
import { encryptionKeyOf } from './treeNode.js';
import type { ParentNode } from './treeNode.js';

/**
 * The integrity of a ratchet tree that came from outside (RFC 9420 section 12.4.3.1). Lifetimes are not looked at: they
 * say until when a client may be added, and a member that was added in time stays one.
 * @throws MlsError
 */
export function checkTree(tree: RatchetTree, context: GroupContext, suite: CipherSuite): void {
  demand(sameBytes(tree.treeHash(), context.treeHash), 'valn120503');
  checkUnmergedLeaves(tree);
  checkUniqueKeys(tree);
  checkParentHashes(tree);
  checkAmongMembers(tree);
  for (const [index, leaf] of tree.members()) {
    checkLeafNode(leaf, suite, { groupId: context.groupId, index });
    checkAgainstContext(leaf, context.extensions);
  }
}

function checkUniqueKeys(tree: RatchetTree): void {
  const seen = new KeySet();
  for (const [, node] of tree.nonBlankNodes()) demand(seen.add(encryptionKeyOf(node)), 'valn070310');
}

function checkUnmergedLeaves(tree: RatchetTree): void {
  for (const [at, node] of tree.nonBlankNodes()) {
    if (node.kind === 'parent') demand(areUnmergedLeavesValid(tree, at, node.parent), 'valn120504');
  }
}

function areUnmergedLeavesValid(tree: RatchetTree, at: NodeIndex, { unmergedLeaves }: ParentNode): boolean {
  return unmergedLeaves.every(
    (leaf, i) =>
      leaf > (unmergedLeaves[i - 1] ?? -1) &&
      isUnder(nodeOfLeaf(leaf), at) &&
      tree.leaf(leaf) !== undefined &&
      isKnownBelow(tree, leaf, at),
  );
}

/** Whether each non-blank node between the leaf and the parent lists the leaf too. */
function isKnownBelow(tree: RatchetTree, leaf: LeafIndex, at: NodeIndex): boolean {
  for (let node = parentOf(nodeOfLeaf(leaf)); node !== at; node = parentOf(node)) {
    const parent = tree.parent(node);
    if (parent !== undefined && !parent.unmergedLeaves.includes(leaf)) return false;
  }
  return true;
}
