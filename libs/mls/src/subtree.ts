import { nodeIndex } from './brand.js';
import type { LeafIndex, NodeIndex } from './brand.js';
import { mergeSupport, supportOf } from './support.js';
import type { Support } from './support.js';
import { leafHash, parentTreeHash } from './treeHash.js';
import { isLeaf, isUnder, leafOfNode, leftOf, nodeOfLeaf, rightOf } from './treeMath.js';
import type { ParentNode, TreeNode } from './treeNode.js';

/**
 * A place in the ratchet tree with everything below it. Immutable: a change makes new places from the root down to where
 * it happens and shares all others, so that trees of several epochs stand side by side for O(log n) each. What is
 * computed from a subtree is computed when it is asked for and kept.
 */
export class Subtree {
  /** Leaves, blank ones too. */
  readonly width: number;
  /** Non-blank leaves, and non-blank nodes. */
  readonly members: number;
  readonly filled: number;
  private hash: Uint8Array | undefined;
  private sharedSupport: Support | undefined;

  private constructor(
    readonly at: NodeIndex,
    readonly node: TreeNode | undefined,
    /** Both or, for a leaf, none. */
    private readonly left: Subtree | undefined,
    private readonly right: Subtree | undefined,
  ) {
    const own = node === undefined ? 0 : 1;
    this.width = left === undefined ? 1 : 2 * left.width;
    this.members = left === undefined || right === undefined ? own : left.members + right.members;
    this.filled = left === undefined || right === undefined ? own : own + left.filled + right.filled;
  }

  /** From the array representation; what it does not hold is blank. */
  static build(at: NodeIndex, nodes: readonly (TreeNode | undefined)[]): Subtree {
    if (isLeaf(at)) return new Subtree(at, nodes[at], undefined, undefined);
    return new Subtree(at, nodes[at], Subtree.build(leftOf(at), nodes), Subtree.build(rightOf(at), nodes));
  }

  /** This as the left half of a tree of twice the size (RFC 9420 section 7.7). */
  doubled(): Subtree {
    const above = nodeIndex(2 * this.at + 1);
    return new Subtree(above, undefined, this, Subtree.build(rightOf(above), []));
  }

  /** Without the right half, if that is blank: undefined if it is not. */
  halved(): Subtree | undefined {
    return this.right?.filled === 0 ? this.left : undefined;
  }

  /** @throws RangeError for a place that is not in here */
  find(at: NodeIndex): Subtree {
    if (at === this.at) return this;
    const half = at < this.at ? this.left : this.right;
    if (half === undefined) throw new RangeError('no such node');
    return half.find(at);
  }

  with(at: NodeIndex, node: TreeNode | undefined): Subtree {
    const { left, right } = this;
    if (at === this.at) return new Subtree(at, node, left, right);
    if (left === undefined || right === undefined) throw new RangeError('no such node');
    return at < this.at
      ? new Subtree(this.at, this.node, left.with(at, node), right)
      : new Subtree(this.at, this.node, left, right.with(at, node));
  }

  /** The leftmost blank leaf; undefined if there is none. */
  blankLeaf(): LeafIndex | undefined {
    const { left, right } = this;
    if (left === undefined || right === undefined) return this.node === undefined ? leafOfNode(this.at) : undefined;
    return left.members < left.width ? left.blankLeaf() : right.blankLeaf();
  }

  /** The non-blank nodes that cover all members under this place (RFC 9420 section 4.1.1). */
  resolution(): NodeIndex[] {
    const { node, at, left, right } = this;
    if (node?.kind === 'leaf') return [at];
    if (node?.kind === 'parent') return [at, ...node.parent.unmergedLeaves.map(nodeOfLeaf)];
    if (this.filled === 0 || left === undefined || right === undefined) return [];
    return [...left.resolution(), ...right.resolution()];
  }

  /** Calls back for each non-blank node, in the order of the array representation. */
  forEach(visit: (at: NodeIndex, node: TreeNode) => void): void {
    if (this.filled === 0) return;
    this.left?.forEach(visit);
    if (this.node !== undefined) visit(this.at, this.node);
    this.right?.forEach(visit);
  }

  /** The tree hash (RFC 9420 section 7.8). */
  treeHash(): Uint8Array {
    return (this.hash ??= this.hashWith(this.parent, (half) => half.treeHash()));
  }

  /** The tree hash as if some leaves had never been added (RFC 9420 section 7.9). */
  treeHashWithout(leaves: readonly LeafIndex[]): Uint8Array {
    const under = leaves.filter((leaf) => isUnder(nodeOfLeaf(leaf), this.at));
    if (under.length === 0) return this.treeHash();
    if (isLeaf(this.at)) return leafHash(leafOfNode(this.at), undefined);
    const { parent } = this;
    const gone = new Set(under);
    const pruned = parent && { ...parent, unmergedLeaves: parent.unmergedLeaves.filter((leaf) => !gone.has(leaf)) };
    return this.hashWith(pruned, (half) => half.treeHashWithout(under));
  }

  /** What all members under this place support; undefined without members. */
  get support(): Support | undefined {
    if (this.members === 0) return undefined;
    return (this.sharedSupport ??=
      this.node?.kind === 'leaf' ? supportOf(this.node.leaf) : mergeSupport(this.left?.support, this.right?.support));
  }

  private get parent(): ParentNode | undefined {
    return this.node?.kind === 'parent' ? this.node.parent : undefined;
  }

  private hashWith(parent: ParentNode | undefined, hashOf: (half: Subtree) => Uint8Array): Uint8Array {
    const { left, right, node } = this;
    return left === undefined || right === undefined
      ? leafHash(leafOfNode(this.at), node?.kind === 'leaf' ? node.leaf : undefined)
      : parentTreeHash(parent, hashOf(left), hashOf(right));
  }
}
