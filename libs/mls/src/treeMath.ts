import { nodeIndex, leafIndex } from './brand.js';
import type { LeafIndex, NodeIndex } from './brand.js';

/**
 * The array representation of RFC 9420 appendix C: in a tree of 2^d leaves the leaf `l` stands at position 2l, and the
 * level of a position is the number of its trailing one bits. `leafCount` is a power of two at most 2^30, so that the
 * 32-bit operators are exact.
 */
export const nodeCountOf = (leafCount: number): number => 2 * leafCount - 1;

export const rootOf = (leafCount: number): NodeIndex => nodeIndex(leafCount - 1);

export const nodeOfLeaf = (leaf: LeafIndex): NodeIndex => nodeIndex(2 * leaf);

export const isLeaf = (node: NodeIndex): boolean => node % 2 === 0;

export const leafOfNode = (node: NodeIndex): LeafIndex => leafIndex(node / 2);

/** 0 for leaves. */
const levelOf = (node: NodeIndex): number => 31 - Math.clz32(~node & (node + 1));

/** Of a parent node. */
export const leftOf = (node: NodeIndex): NodeIndex => nodeIndex(node ^ (1 << (levelOf(node) - 1)));

/** Of a parent node. */
export const rightOf = (node: NodeIndex): NodeIndex => nodeIndex(node ^ (3 << (levelOf(node) - 1)));

/** Of any node but the root. */
export function parentOf(node: NodeIndex): NodeIndex {
  const level = levelOf(node);
  const isRightChild = (node >> (level + 1)) & 1;
  return nodeIndex((node | (1 << level)) ^ (isRightChild << (level + 1)));
}

/** Of any node but the root. */
export function siblingOf(node: NodeIndex): NodeIndex {
  const parent = parentOf(node);
  return node < parent ? rightOf(parent) : leftOf(parent);
}

/** From the parent up to and with the root; empty for the root. */
export function directPathOf(node: NodeIndex, leafCount: number): NodeIndex[] {
  const path: NodeIndex[] = [];
  const root = rootOf(leafCount);
  for (let at = node; at !== root;) {
    at = parentOf(at);
    path.push(at);
  }
  return path;
}

/** Whether `node` stands in the subtree under `ancestor` (or is it). */
export function isUnder(node: NodeIndex, ancestor: NodeIndex): boolean {
  const reach = 2 ** levelOf(ancestor) - 1;
  return node >= ancestor - reach && node <= ancestor + reach;
}

/** The smallest power of two that is at least `count`. */
export function fullLeafCount(count: number): number {
  let leaves = 1;
  while (leaves < count) leaves *= 2;
  return leaves;
}
