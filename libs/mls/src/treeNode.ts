import { leafIndex } from './brand.js';
import type { LeafIndex, NodeIndex } from './brand.js';
import type { Decode, Encode, Reader, Writer } from './codec.js';
import { decodeLeafNode, encodeLeafNode } from './leafNode.js';
import type { LeafNode } from './leafNode.js';
import { broken, demand } from './rules.js';
import { isLeaf } from './treeMath.js';

/** RFC 9420 section 7.1. */
export interface ParentNode {
  readonly encryptionKey: Uint8Array;
  readonly parentHash: Uint8Array;
  /** In increasing order. */
  readonly unmergedLeaves: readonly LeafIndex[];
}

export type TreeNode =
  { readonly kind: 'leaf'; readonly leaf: LeafNode } | { readonly kind: 'parent'; readonly parent: ParentNode };

export const nodeTypes = { leaf: 1, parent: 2 } as const;

export const encryptionKeyOf = (node: TreeNode): Uint8Array =>
  node.kind === 'leaf' ? node.leaf.encryptionKey : node.parent.encryptionKey;

export const encodeParentNode: Encode<ParentNode> = (writer, parent) => {
  writer.opaque(parent.encryptionKey);
  writer.opaque(parent.parentHash);
  writer.vector(parent.unmergedLeaves, (inner, leaf) => {
    inner.uint32(leaf);
  });
};

const decodeParentNode: Decode<ParentNode> = (reader) => ({
  encryptionKey: reader.opaque(),
  parentHash: reader.opaque(),
  unmergedLeaves: reader.vector((inner) => leafIndex(inner.uint32())),
});

export function encodeTreeNode(writer: Writer, node: TreeNode): void {
  writer.uint8(nodeTypes[node.kind]);
  if (node.kind === 'leaf') encodeLeafNode(writer, node.leaf);
  else encodeParentNode(writer, node.parent);
}

/** A node as it stands at a position; leaves are even, parents odd (RFC 9420 section 7.8). */
export function decodeTreeNode(reader: Reader, position: NodeIndex): TreeNode {
  const type = reader.uint8();
  if (type !== nodeTypes.leaf && type !== nodeTypes.parent) throw broken('valn020105');
  demand(isLeaf(position) === (type === nodeTypes.leaf), 'valn120511');
  return type === nodeTypes.leaf
    ? { kind: 'leaf', leaf: decodeLeafNode(reader) }
    : { kind: 'parent', parent: decodeParentNode(reader) };
}
