import type { NodeIndex } from './brand.js';
import { sameBytes } from './keySet.js';
import type { PathStep, RatchetTree } from './ratchetTree.js';
import { demand } from './rules.js';
import { parentHash } from './treeHash.js';
import { isUnder, leftOf, nodeOfLeaf, rightOf } from './treeMath.js';
import type { ParentNode, TreeNode } from './treeNode.js';

const none = new Uint8Array(0);

/**
 * Sets the public keys of an UpdatePath along the sender's filtered direct path, with their parent hashes, from the
 * root down (RFC 9420 section 7.5). The direct path was blanked before.
 * @returns the parent hash for the sender's leaf
 */
export function mergePathKeys(tree: RatchetTree, steps: readonly PathStep[], keys: readonly Uint8Array[]): Uint8Array {
  let above: Uint8Array = none;
  for (let i = steps.length - 1; i >= 0; i--) {
    const step = steps[i];
    const encryptionKey = keys[i];
    if (step === undefined || encryptionKey === undefined) throw new RangeError('a key for each node of the path');
    tree.setParent(step.node, { encryptionKey, parentHash: above, unmergedLeaves: [] });
    // The commit resets unmerged leaves, so that the original sibling is the sibling as it stands now (section 7.9).
    above = parentHash(encryptionKey, above, tree.nodeHash(step.copath));
  }
  return above;
}

/** Every non-blank parent is parent-hash valid (RFC 9420 section 7.9.2, top down). @throws MlsError valn070901 */
export function checkParentHashes(tree: RatchetTree): void {
  for (const [at, node] of tree.nonBlankNodes()) {
    if (node.kind === 'parent') demand(isParentHashValid(tree, at, node.parent), 'valn070901');
  }
}

function isParentHashValid(tree: RatchetTree, at: NodeIndex, parent: ParentNode): boolean {
  const fromLeft = countChained(tree, parent, leftOf(at), rightOf(at));
  const fromRight = countChained(tree, parent, rightOf(at), leftOf(at));
  return fromLeft + fromRight === 1;
}

/** How many nodes in the resolution of `child` are authentically chained to `parent`. */
function countChained(tree: RatchetTree, parent: ParentNode, child: NodeIndex, sibling: NodeIndex): number {
  const unmerged = parent.unmergedLeaves.filter((leaf) => isUnder(nodeOfLeaf(leaf), child));
  const resolution = tree.resolution(child);
  if (resolution.length !== unmerged.length + 1) return 0;
  const expected = parentHash(
    parent.encryptionKey,
    parent.parentHash,
    tree.nodeHashWithout(sibling, parent.unmergedLeaves),
  );
  const rest = new Set(unmerged.map(nodeOfLeaf));
  const [merged, ...others] = resolution.filter((at) => !rest.has(at));
  // without a merged node every one is left over by itself; else only that one may be chained
  const candidates = merged === undefined ? resolution : others.length === 0 ? [merged] : [];
  return candidates.filter((at) => {
    const node = tree.node(at);
    return node !== undefined && sameBytes(parentHashOf(node) ?? notAHash, expected);
  }).length;
}

const notAHash = Uint8Array.of(0);

function parentHashOf(node: TreeNode): Uint8Array | undefined {
  if (node.kind === 'parent') return node.parent.parentHash;
  return node.leaf.source.kind === 'commit' ? node.leaf.source.parentHash : undefined;
}
