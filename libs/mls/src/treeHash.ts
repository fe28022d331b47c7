import { sha256 } from '#primitives/verify';

import type { LeafIndex } from './brand.js';
import { encodeWith } from './codec.js';
import { encodeLeafNode } from './leafNode.js';
import type { LeafNode } from './leafNode.js';
import { encodeParentNode, nodeTypes } from './treeNode.js';
import type { ParentNode } from './treeNode.js';

/** TreeHashInput of a leaf (RFC 9420 section 7.8), hashed. */
export function leafHash(index: LeafIndex, leaf: LeafNode | undefined): Uint8Array {
  const input = encodeWith((writer, value) => {
    writer.uint8(nodeTypes.leaf);
    writer.uint32(index);
    writer.optional(value, encodeLeafNode);
  }, leaf);
  return sha256(input);
}

/** TreeHashInput of a parent (RFC 9420 section 7.8), hashed. */
export function parentTreeHash(parent: ParentNode | undefined, left: Uint8Array, right: Uint8Array): Uint8Array {
  const input = encodeWith((writer, value) => {
    writer.uint8(nodeTypes.parent);
    writer.optional(value, encodeParentNode);
    writer.opaque(left);
    writer.opaque(right);
  }, parent);
  return sha256(input);
}

/** ParentHashInput (RFC 9420 section 7.9), hashed. */
export function parentHash(
  encryptionKey: Uint8Array,
  above: Uint8Array,
  originalSiblingTreeHash: Uint8Array,
): Uint8Array {
  const input = encodeWith((writer, key) => {
    writer.opaque(key);
    writer.opaque(above);
    writer.opaque(originalSiblingTreeHash);
  }, encryptionKey);
  return sha256(input);
}
