import { leafIndex, nodeIndex } from './brand.js';
import type { LeafIndex, NodeIndex } from './brand.js';
import { decodeWith, encodeWith } from './codec.js';
import type { LeafNode } from './leafNode.js';
import { demand } from './rules.js';
import { leafHash, parentTreeHash } from './treeHash.js';
import {
  directPathOf,
  fullLeafCount,
  isLeaf,
  isUnder,
  leafOfNode,
  leftOf,
  nodeCountOf,
  nodeOfLeaf,
  rightOf,
  rootOf,
} from './treeMath.js';
import { decodeTreeNode, encodeTreeNode } from './treeNode.js';
import type { ParentNode, TreeNode } from './treeNode.js';

type Slot = TreeNode | undefined;

/** A node of a filtered direct path and the child that is not on the path (RFC 9420 section 4.1.2). */
export interface PathStep {
  readonly node: NodeIndex;
  readonly copath: NodeIndex;
}

/**
 * The public ratchet tree (RFC 9420 section 7). Nodes are immutable and replaced whole, so that `fork` is a shallow
 * copy; tree hashes are kept and only those above a changed node are computed again.
 */
export class RatchetTree {
  /** Positions that were written since `fork`, for those who store nodes one by one. */
  readonly changed = new Set<NodeIndex>();

  private constructor(
    private nodes: Slot[],
    private hashes: (Uint8Array | undefined)[],
  ) {}

  static ofLeaf(leaf: LeafNode): RatchetTree {
    return RatchetTree.ofNodes([{ kind: 'leaf', leaf }]);
  }

  /** Extends to a full tree with blanks; the hashes are computed when they are asked for. */
  static ofNodes(slots: readonly Slot[]): RatchetTree {
    const nodes: Slot[] = slots.slice();
    const size = nodeCountOf(fullLeafCount(Math.ceil((nodes.length + 1) / 2)));
    while (nodes.length < size) nodes.push(undefined);
    return new RatchetTree(nodes, new Array<undefined>(size));
  }

  /** `optional<Node> ratchet_tree<V>` (RFC 9420 section 12.4.3.3). */
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
    return RatchetTree.ofNodes(nodes);
  }

  encode(): Uint8Array {
    let end = this.nodes.length;
    while (end > 0 && this.nodes[end - 1] === undefined) end--;
    return encodeWith(
      (writer, nodes) => {
        writer.vector(nodes, (inner, node) => {
          inner.optional(node, encodeTreeNode);
        });
      },
      this.nodes.slice(0, end),
    );
  }

  fork(): RatchetTree {
    return new RatchetTree(this.nodes.slice(), this.hashes.slice());
  }

  get leafCount(): number {
    return (this.nodes.length + 1) / 2;
  }

  get nodeCount(): number {
    return this.nodes.length;
  }

  get root(): NodeIndex {
    return rootOf(this.leafCount);
  }

  node(at: NodeIndex): TreeNode | undefined {
    return this.nodes[at];
  }

  leaf(at: LeafIndex): LeafNode | undefined {
    const node = this.nodes[2 * at];
    return node?.kind === 'leaf' ? node.leaf : undefined;
  }

  parent(at: NodeIndex): ParentNode | undefined {
    const node = this.nodes[at];
    return node?.kind === 'parent' ? node.parent : undefined;
  }

  /** The leaf that a message names by number, if there is a member. */
  memberAt(claimed: number): LeafIndex | undefined {
    return claimed < this.leafCount && this.nodes[2 * claimed] !== undefined ? leafIndex(claimed) : undefined;
  }

  *members(): Generator<[LeafIndex, LeafNode]> {
    for (let at = 0; at < this.nodes.length; at += 2) {
      const node = this.nodes[at];
      if (node?.kind === 'leaf') yield [leafIndex(at / 2), node.leaf];
    }
  }

  *nonBlankNodes(): Generator<[NodeIndex, TreeNode]> {
    for (const [at, node] of this.nodes.entries()) if (node !== undefined) yield [nodeIndex(at), node];
  }

  directPath(leaf: LeafIndex): NodeIndex[] {
    return directPathOf(nodeOfLeaf(leaf), this.leafCount);
  }

  /** The direct path without the nodes whose copath child has an empty resolution (RFC 9420 section 4.1.2). */
  filteredDirectPath(leaf: LeafIndex): PathStep[] {
    const steps: PathStep[] = [];
    for (const node of this.directPath(leaf)) {
      const copath = isUnder(nodeOfLeaf(leaf), leftOf(node)) ? rightOf(node) : leftOf(node);
      if (!this.isEmptyUnder(copath)) steps.push({ node, copath });
    }
    return steps;
  }

  /** The non-blank nodes that cover all members under a node (RFC 9420 section 4.1.1). */
  resolution(at: NodeIndex): NodeIndex[] {
    const node = this.nodes[at];
    if (node?.kind === 'leaf') return [at];
    if (node?.kind === 'parent') return [at, ...node.parent.unmergedLeaves.map(nodeOfLeaf)];
    return isLeaf(at) ? [] : [...this.resolution(leftOf(at)), ...this.resolution(rightOf(at))];
  }

  /** Puts a leaf into the leftmost blank place, or a new one (RFC 9420 section 12.1.1). */
  addLeaf(leaf: LeafNode): LeafIndex {
    const at = this.leftmostBlankLeaf();
    for (const above of this.directPath(at)) {
      const parent = this.parent(above);
      if (parent === undefined) continue;
      const unmergedLeaves = [...parent.unmergedLeaves, at].sort((a, b) => a - b);
      this.write(above, { kind: 'parent', parent: { ...parent, unmergedLeaves } });
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
    while (this.nodes.length > 1 && this.isBlankUnder(rightOf(this.root))) this.truncate();
  }

  setLeaf(at: LeafIndex, leaf: LeafNode): void {
    this.write(nodeOfLeaf(at), { kind: 'leaf', leaf });
  }

  setParent(at: NodeIndex, parent: ParentNode): void {
    this.write(at, { kind: 'parent', parent });
  }

  blankPath(leaf: LeafIndex): void {
    for (const above of this.directPath(leaf)) if (this.nodes[above] !== undefined) this.write(above, undefined);
  }

  /** The tree hash of the whole tree (RFC 9420 section 7.8). */
  treeHash(): Uint8Array {
    return this.nodeHash(this.root);
  }

  nodeHash(at: NodeIndex): Uint8Array {
    return (this.hashes[at] ??= isLeaf(at)
      ? leafHash(leafOfNode(at), this.leaf(leafOfNode(at)))
      : parentTreeHash(this.parent(at), this.nodeHash(leftOf(at)), this.nodeHash(rightOf(at))));
  }

  /** The tree hash of a subtree as if some leaves had never been added (RFC 9420 section 7.9). */
  nodeHashWithout(at: NodeIndex, leaves: readonly LeafIndex[]): Uint8Array {
    const under = leaves.filter((leaf) => isUnder(nodeOfLeaf(leaf), at));
    if (under.length === 0) return this.nodeHash(at);
    if (isLeaf(at)) return leafHash(leafOfNode(at), undefined);
    const parent = this.parent(at);
    const pruned = parent && { ...parent, unmergedLeaves: parent.unmergedLeaves.filter((l) => !under.includes(l)) };
    return parentTreeHash(pruned, this.nodeHashWithout(leftOf(at), under), this.nodeHashWithout(rightOf(at), under));
  }

  private leftmostBlankLeaf(): LeafIndex {
    for (let at = 0; at < this.nodes.length; at += 2) if (this.nodes[at] === undefined) return leafIndex(at / 2);
    const first = leafIndex(this.leafCount);
    const size = nodeCountOf(2 * this.leafCount);
    while (this.nodes.length < size) this.nodes.push(undefined);
    this.hashes.length = size;
    return first;
  }

  private truncate(): void {
    const size = nodeCountOf(this.leafCount / 2);
    for (let at = size; at < this.nodes.length; at++) if (this.nodes[at] !== undefined) this.changed.add(nodeIndex(at));
    this.nodes.length = size;
    this.hashes.length = size;
  }

  private isEmptyUnder(at: NodeIndex): boolean {
    return (
      this.nodes[at] === undefined && (isLeaf(at) || (this.isEmptyUnder(leftOf(at)) && this.isEmptyUnder(rightOf(at))))
    );
  }

  private isBlankUnder(at: NodeIndex): boolean {
    const reach = isLeaf(at) ? 0 : at - leftmostUnder(at);
    return this.nodes.slice(at - reach, at + reach + 1).every((node) => node === undefined);
  }

  private write(at: NodeIndex, slot: Slot): void {
    if (at >= this.nodes.length) throw new RangeError('no such node');
    this.nodes[at] = slot;
    this.changed.add(at);
    this.hashes[at] = undefined;
    for (const above of directPathOf(at, this.leafCount)) this.hashes[above] = undefined;
  }
}

function leftmostUnder(at: NodeIndex): NodeIndex {
  let node = at;
  while (!isLeaf(node)) node = leftOf(node);
  return node;
}
