import { nodeIndex } from './brand.js';
import type { LeafIndex, NodeIndex } from './brand.js';
import { decodeWith, encodeWith } from './codec.js';
import { KeyIndex } from './keyIndex.js';
import { KeySet } from './keySet.js';
import type { LeafNode } from './leafNode.js';
import { demand } from './rules.js';
import { Subtree } from './subtree.js';
import type { Support } from './support.js';
import {
  directPathOf,
  fullLeafCount,
  isUnder,
  leafOfNode,
  leftOf,
  nodeCountOf,
  nodeOfLeaf,
  rightOf,
  rootOf,
} from './treeMath.js';
import { decodeTreeNode, encodeTreeNode, encryptionKeyOf } from './treeNode.js';
import type { ParentNode, TreeNode } from './treeNode.js';

type Slot = TreeNode | undefined;

/** A node of a filtered direct path and the child that is not on the path (RFC 9420 section 4.1.2). */
export interface PathStep {
  readonly node: NodeIndex;
  readonly copath: NodeIndex;
}

/** The parts of a tree that its forks share; all are immutable. */
interface Parts {
  readonly root: Subtree;
  readonly encryptionKeys: KeyIndex;
  readonly signatureKeys: KeyIndex;
}

/**
 * The public ratchet tree (RFC 9420 section 7). All that it holds is immutable and shared by its forks, hashes and
 * indexes of keys included, so that a commit costs O(log n) whatever the size of the group.
 */
export class RatchetTree {
  /** Positions that were written since `fork`, for those who store nodes one by one. */
  readonly changed = new Set<NodeIndex>();

  private constructor(private parts: Parts) {}

  static ofLeaf(leaf: LeafNode): RatchetTree {
    return RatchetTree.ofNodes([{ kind: 'leaf', leaf }]);
  }

  /** Extends to a full tree with blanks; the hashes are computed when they are asked for. */
  static ofNodes(slots: readonly Slot[]): RatchetTree {
    const root = Subtree.build(rootOf(fullLeafCount(Math.ceil((slots.length + 1) / 2))), slots);
    let [encryptionKeys, signatureKeys] = [KeyIndex.empty, KeyIndex.empty];
    root.forEach((at, node) => {
      encryptionKeys = encryptionKeys.with(encryptionKeyOf(node), at);
      if (node.kind === 'leaf') signatureKeys = signatureKeys.with(node.leaf.signatureKey, at);
    });
    return new RatchetTree({ root, encryptionKeys, signatureKeys });
  }

  /**
   * `optional<Node> ratchet_tree<V>` (RFC 9420 section 12.4.3.3). Keys are looked at before they are indexed: one key in
   * thousands of leaves would take the index a time that is not in proportion. @throws MlsError also valn070309, valn070310
   */
  static decode(bytes: Uint8Array): RatchetTree {
    let position = 0;
    const nodes = decodeWith(
      (reader) =>
        reader.vector((inner) => {
          const at = nodeIndex(position++);
          return inner.optional((present) => decodeTreeNode(present, at));
        }),
      bytes,
    );
    demand(nodes.at(-1) !== undefined, 'valn120505');
    demandUniqueKeys(nodes);
    return RatchetTree.ofNodes(nodes);
  }

  encode(): Uint8Array {
    const slots: Slot[] = [];
    for (const [at, node] of this.nonBlankNodes()) {
      while (slots.length < at) slots.push(undefined);
      slots.push(node);
    }
    return encodeWith((writer, nodes) => {
      writer.vector(nodes, (inner, node) => {
        inner.optional(node, encodeTreeNode);
      });
    }, slots);
  }

  fork(): RatchetTree {
    return new RatchetTree(this.parts);
  }

  get leafCount(): number {
    return this.parts.root.width;
  }

  get nodeCount(): number {
    return nodeCountOf(this.leafCount);
  }

  get root(): NodeIndex {
    return this.parts.root.at;
  }

  node(at: NodeIndex): TreeNode | undefined {
    return this.parts.root.find(at).node;
  }

  leaf(at: LeafIndex): LeafNode | undefined {
    const node = at < this.leafCount ? this.node(nodeOfLeaf(at)) : undefined;
    return node?.kind === 'leaf' ? node.leaf : undefined;
  }

  parent(at: NodeIndex): ParentNode | undefined {
    const node = this.node(at);
    return node?.kind === 'parent' ? node.parent : undefined;
  }

  /** The leaf that a message names by number, if there is a member. */
  memberAt(claimed: number): LeafIndex | undefined {
    const leaf = claimed as LeafIndex;
    return claimed < this.leafCount && this.leaf(leaf) !== undefined ? leaf : undefined;
  }

  members(): [LeafIndex, LeafNode][] {
    const members: [LeafIndex, LeafNode][] = [];
    this.parts.root.forEach((at, node) => {
      if (node.kind === 'leaf') members.push([leafOfNode(at), node.leaf]);
    });
    return members;
  }

  nonBlankNodes(): [NodeIndex, TreeNode][] {
    const nodes: [NodeIndex, TreeNode][] = [];
    this.parts.root.forEach((at, node) => nodes.push([at, node]));
    return nodes;
  }

  /** The members that have a signature key: at most one in a valid tree. */
  membersWithSignatureKey(key: Uint8Array): LeafIndex[] {
    return this.parts.signatureKeys.find(key).map(leafOfNode);
  }

  /** The nodes that have an encryption key: at most one in a valid tree. */
  nodesWithEncryptionKey(key: Uint8Array): readonly NodeIndex[] {
    return this.parts.encryptionKeys.find(key);
  }

  /** Whether no two members have the same signature key. */
  get hasUniqueSignatureKeys(): boolean {
    return this.parts.signatureKeys.repetitions === 0;
  }

  /** Whether no two nodes have the same encryption key. */
  get hasUniqueEncryptionKeys(): boolean {
    return this.parts.encryptionKeys.repetitions === 0;
  }

  /** What all members have in common; undefined for a tree without members. */
  get support(): Support | undefined {
    return this.parts.root.support;
  }

  directPath(leaf: LeafIndex): NodeIndex[] {
    return directPathOf(nodeOfLeaf(leaf), this.leafCount);
  }

  /** The direct path without the nodes whose copath child has an empty resolution (RFC 9420 section 4.1.2). */
  filteredDirectPath(leaf: LeafIndex): PathStep[] {
    const steps: PathStep[] = [];
    for (const node of this.directPath(leaf)) {
      const copath = isUnder(nodeOfLeaf(leaf), leftOf(node)) ? rightOf(node) : leftOf(node);
      if (this.parts.root.find(copath).filled > 0) steps.push({ node, copath });
    }
    return steps;
  }

  /** The non-blank nodes that cover all members under a node (RFC 9420 section 4.1.1). */
  resolution(at: NodeIndex): NodeIndex[] {
    return this.parts.root.find(at).resolution();
  }

  /** Puts a leaf into the leftmost blank place, or a new one (RFC 9420 section 12.1.1). */
  addLeaf(leaf: LeafNode): LeafIndex {
    const at = this.leftmostBlankLeaf();
    for (const above of this.directPath(at)) {
      const parent = this.parent(above);
      if (parent === undefined) continue;
      const unmergedLeaves = [...parent.unmergedLeaves, at].sort((a, b) => a - b);
      this.setParent(above, { ...parent, unmergedLeaves });
    }
    this.setLeaf(at, leaf);
    return at;
  }

  /** RFC 9420 section 12.1.2. */
  updateLeaf(at: LeafIndex, leaf: LeafNode): void {
    this.setLeaf(at, leaf);
    this.blankPath(at);
  }

  /** RFC 9420 section 12.1.3. */
  removeLeaf(at: LeafIndex): void {
    this.write(nodeOfLeaf(at), undefined);
    this.blankPath(at);
    for (let half = this.parts.root.halved(); half !== undefined; half = half.halved()) {
      if (this.node(this.root) !== undefined) this.write(this.root, undefined);
      this.parts = { ...this.parts, root: half };
    }
  }

  setLeaf(at: LeafIndex, leaf: LeafNode): void {
    this.write(nodeOfLeaf(at), { kind: 'leaf', leaf });
  }

  setParent(at: NodeIndex, parent: ParentNode): void {
    this.write(at, { kind: 'parent', parent });
  }

  blankPath(leaf: LeafIndex): void {
    for (const above of this.directPath(leaf)) if (this.node(above) !== undefined) this.write(above, undefined);
  }

  /** The tree hash of the whole tree (RFC 9420 section 7.8). */
  treeHash(): Uint8Array {
    return this.parts.root.treeHash();
  }

  nodeHash(at: NodeIndex): Uint8Array {
    return this.parts.root.find(at).treeHash();
  }

  /** The tree hash of a subtree as if some leaves had never been added (RFC 9420 section 7.9). */
  nodeHashWithout(at: NodeIndex, leaves: readonly LeafIndex[]): Uint8Array {
    return this.parts.root.find(at).treeHashWithout(leaves);
  }

  /** Where a new leaf goes; the tree grows if it is full (RFC 9420 section 7.7). */
  leftmostBlankLeaf(): LeafIndex {
    const { root } = this.parts;
    const blank = root.blankLeaf();
    if (blank !== undefined) return blank;
    this.parts = { ...this.parts, root: root.doubled() };
    return root.width as LeafIndex;
  }

  private write(at: NodeIndex, node: Slot): void {
    const { root, encryptionKeys, signatureKeys } = this.parts;
    const before = root.find(at).node;
    this.parts = {
      root: root.with(at, node),
      encryptionKeys: reindexed(encryptionKeys, at, before && encryptionKeyOf(before), node && encryptionKeyOf(node)),
      signatureKeys: reindexed(signatureKeys, at, signatureKeyOf(before), signatureKeyOf(node)),
    };
    this.changed.add(at);
  }
}

const signatureKeyOf = (node: Slot): Uint8Array | undefined =>
  node?.kind === 'leaf' ? node.leaf.signatureKey : undefined;

function reindexed(
  index: KeyIndex,
  at: NodeIndex,
  before: Uint8Array | undefined,
  after: Uint8Array | undefined,
): KeyIndex {
  if (before === after) return index;
  const without = before === undefined ? index : index.without(before, at);
  return after === undefined ? without : without.with(after, at);
}

function demandUniqueKeys(nodes: readonly Slot[]): void {
  const [encryptionKeys, signatureKeys] = [new KeySet(), new KeySet()];
  for (const node of nodes) {
    if (node === undefined) continue;
    demand(encryptionKeys.add(encryptionKeyOf(node)), 'valn070310');
    if (node.kind === 'leaf') demand(signatureKeys.add(node.leaf.signatureKey), 'valn070309');
  }
}
