import { leafIndex, nodeIndex } from '../../libs/mls/src/brand.js';
import { decodeWith } from '../../libs/mls/src/codec.js';
import { checkLeafNode } from '../../libs/mls/src/leafValidation.js';
import { checkParentHashes } from '../../libs/mls/src/parentHashes.js';
import { decodeProposal } from '../../libs/mls/src/proposal.js';
import { applyProposals } from '../../libs/mls/src/proposalList.js';
import { RatchetTree } from '../../libs/mls/src/ratchetTree.js';
import { suiteOf } from '../../libs/mls/src/suite.js';
import { isLeaf, leftOf, nodeCountOf, parentOf, rightOf, rootOf, siblingOf } from '../../libs/mls/src/treeMath.js';
import { epochOf } from '../../libs/mls/src/brand.js';
import { assert, foreignSuite, hex, same } from './handler.js';
import type { Skipped } from './handler.js';

interface TreeMath {
  n_leaves: number;
  n_nodes: number;
  root: number;
  left: (number | null)[];
  right: (number | null)[];
  parent: (number | null)[];
  sibling: (number | null)[];
}

export function treeMath(entry: TreeMath): Skipped {
  const root = rootOf(entry.n_leaves);
  assert.equal(nodeCountOf(entry.n_leaves), entry.n_nodes);
  assert.equal(root, entry.root);
  for (let i = 0; i < entry.n_nodes; i++) {
    const node = nodeIndex(i);
    assert.equal(isLeaf(node) ? null : leftOf(node), entry.left[i]);
    assert.equal(isLeaf(node) ? null : rightOf(node), entry.right[i]);
    assert.equal(node === root ? null : parentOf(node), entry.parent[i]);
    assert.equal(node === root ? null : siblingOf(node), entry.sibling[i]);
  }
  return undefined;
}

interface TreeOperations {
  cipher_suite: number;
  tree_before: string;
  proposal: string;
  proposal_sender: number;
  tree_hash_before: string;
  tree_after: string;
  tree_hash_after: string;
}

export function treeOperations(entry: TreeOperations): Skipped {
  const skipped = foreignSuite(entry);
  if (skipped !== undefined) return skipped;
  const tree = RatchetTree.decode(hex(entry.tree_before));
  same(tree.treeHash(), entry.tree_hash_before, 'tree_hash_before');
  const proposal = decodeWith(decodeProposal, hex(entry.proposal));
  const none = new Uint8Array(0);
  const context = {
    version: 1,
    cipherSuite: entry.cipher_suite,
    groupId: none,
    epoch: epochOf(0),
    treeHash: none,
    confirmedTranscriptHash: none,
    extensions: [],
  };
  const sent = { proposal, sender: { kind: 'member', leaf: entry.proposal_sender }, ref: undefined } as const;
  const after = applyProposals([sent], { tree, context, lifetimes: undefined });
  same(after.tree.encode(), entry.tree_after, 'tree_after');
  same(after.tree.treeHash(), entry.tree_hash_after, 'tree_hash_after');
  same(tree.treeHash(), entry.tree_hash_before, 'the tree before is untouched');
  return undefined;
}

interface TreeValidation {
  cipher_suite: number;
  tree: string;
  group_id: string;
  resolutions: number[][];
  tree_hashes: string[];
}

export function treeValidation(entry: TreeValidation): Skipped {
  const skipped = foreignSuite(entry);
  if (skipped !== undefined) return skipped;
  const tree = RatchetTree.decode(hex(entry.tree));
  assert.equal(tree.nodeCount, entry.resolutions.length);
  for (let i = 0; i < tree.nodeCount; i++) {
    assert.deepEqual(tree.resolution(nodeIndex(i)), entry.resolutions[i]);
    same(tree.nodeHash(nodeIndex(i)), entry.tree_hashes[i] ?? '', `tree_hashes[${String(i)}]`);
  }
  checkParentHashes(tree);
  for (const [index, leaf] of tree.members()) {
    checkLeafNode(leaf, suiteOf(entry.cipher_suite), { groupId: hex(entry.group_id), index: leafIndex(index) });
  }
  return undefined;
}
