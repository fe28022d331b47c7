import { encodeWith } from './codec.js';
import type { Decode, Encode } from './codec.js';
import { decodeExtension, encodeExtension } from './extension.js';
import type { Extension } from './extension.js';
import { decodeLeafNode, encodeLeafNode } from './leafNode.js';
import type { LeafNode } from './leafNode.js';

/** ProtocolVersion `mls10`. */
export const mls10 = 0x0001;

/** RFC 9420 section 10. */
export interface KeyPackage {
  readonly version: number;
  readonly cipherSuite: number;
  readonly initKey: Uint8Array;
  readonly leafNode: LeafNode;
  readonly extensions: readonly Extension[];
  readonly signature: Uint8Array;
}

export type KeyPackageContent = Omit<KeyPackage, 'signature'>;

const encodeContent: Encode<KeyPackageContent> = (writer, keyPackage) => {
  writer.uint16(keyPackage.version);
  writer.uint16(keyPackage.cipherSuite);
  writer.opaque(keyPackage.initKey);
  encodeLeafNode(writer, keyPackage.leafNode);
  writer.vector(keyPackage.extensions, encodeExtension);
};

export const encodeKeyPackage: Encode<KeyPackage> = (writer, keyPackage) => {
  encodeContent(writer, keyPackage);
  writer.opaque(keyPackage.signature);
};

export const decodeKeyPackageBody: Decode<KeyPackage> = (reader) => ({
  version: reader.uint16(),
  cipherSuite: reader.uint16(),
  initKey: reader.opaque(),
  leafNode: decodeLeafNode(reader),
  extensions: reader.vector(decodeExtension),
  signature: reader.opaque(),
});

/** KeyPackageTBS (RFC 9420 section 10). */
export const keyPackageTbs = (content: KeyPackageContent): Uint8Array => encodeWith(encodeContent, content);
