import type { LeafIndex } from './brand.js';
import { decodeUint16, encodeUint16, encodeWith } from './codec.js';
import type { Decode, Encode, Reader, Writer } from './codec.js';
import { decodeCredential, encodeCredential } from './credential.js';
import type { Credential } from './credential.js';
import { decodeExtension, encodeExtension } from './extension.js';
import type { Extension } from './extension.js';
import { broken } from './rules.js';

/** What a client supports (RFC 9420 section 7.2); default proposal and extension types are not listed. */
export interface Capabilities {
  readonly versions: readonly number[];
  readonly cipherSuites: readonly number[];
  readonly extensions: readonly number[];
  readonly proposals: readonly number[];
  readonly credentials: readonly number[];
}

/** Seconds since 1970. */
export interface Lifetime {
  readonly notBefore: bigint;
  readonly notAfter: bigint;
}

export type LeafNodeSource =
  | { readonly kind: 'keyPackage'; readonly lifetime: Lifetime }
  | { readonly kind: 'update' }
  | { readonly kind: 'commit'; readonly parentHash: Uint8Array };

/** RFC 9420 section 7.2. */
export interface LeafNode {
  readonly encryptionKey: Uint8Array;
  readonly signatureKey: Uint8Array;
  readonly credential: Credential;
  readonly capabilities: Capabilities;
  readonly source: LeafNodeSource;
  readonly extensions: readonly Extension[];
  readonly signature: Uint8Array;
}

export type LeafNodeContent = Omit<LeafNode, 'signature'>;

/** Where a leaf stands, for those signed in a group (sources `update` and `commit`). */
export interface LeafPlace {
  readonly groupId: Uint8Array;
  readonly index: LeafIndex;
}

const sources = { keyPackage: 1, update: 2, commit: 3 } as const;

const encodeCapabilities: Encode<Capabilities> = (writer, capabilities) => {
  writer.vector(capabilities.versions, encodeUint16);
  writer.vector(capabilities.cipherSuites, encodeUint16);
  writer.vector(capabilities.extensions, encodeUint16);
  writer.vector(capabilities.proposals, encodeUint16);
  writer.vector(capabilities.credentials, encodeUint16);
};

const decodeCapabilities: Decode<Capabilities> = (reader) => ({
  versions: reader.vector(decodeUint16),
  cipherSuites: reader.vector(decodeUint16),
  extensions: reader.vector(decodeUint16),
  proposals: reader.vector(decodeUint16),
  credentials: reader.vector(decodeUint16),
});

function encodeSource(writer: Writer, source: LeafNodeSource): void {
  writer.uint8(sources[source.kind]);
  if (source.kind === 'keyPackage') {
    writer.uint64(source.lifetime.notBefore);
    writer.uint64(source.lifetime.notAfter);
  } else if (source.kind === 'commit') {
    writer.opaque(source.parentHash);
  }
}

function decodeSource(reader: Reader): LeafNodeSource {
  const source = reader.uint8();
  if (source === sources.keyPackage) {
    return { kind: 'keyPackage', lifetime: { notBefore: reader.uint64(), notAfter: reader.uint64() } };
  }
  if (source === sources.update) return { kind: 'update' };
  if (source === sources.commit) return { kind: 'commit', parentHash: reader.opaque() };
  throw broken('valn020105');
}

const encodeContent: Encode<LeafNodeContent> = (writer, leaf) => {
  writer.opaque(leaf.encryptionKey);
  writer.opaque(leaf.signatureKey);
  encodeCredential(writer, leaf.credential);
  encodeCapabilities(writer, leaf.capabilities);
  encodeSource(writer, leaf.source);
  writer.vector(leaf.extensions, encodeExtension);
};

export const encodeLeafNode: Encode<LeafNode> = (writer, leaf) => {
  encodeContent(writer, leaf);
  writer.opaque(leaf.signature);
};

export const decodeLeafNode: Decode<LeafNode> = (reader) => ({
  encryptionKey: reader.opaque(),
  signatureKey: reader.opaque(),
  credential: decodeCredential(reader),
  capabilities: decodeCapabilities(reader),
  source: decodeSource(reader),
  extensions: reader.vector(decodeExtension),
  signature: reader.opaque(),
});

/** LeafNodeTBS (RFC 9420 section 7.2): `place` counts for leaves that were made in a group. */
export function leafNodeTbs(leaf: LeafNodeContent, place: LeafPlace | undefined): Uint8Array {
  return encodeWith((writer, content) => {
    encodeContent(writer, content);
    if (content.source.kind === 'keyPackage' || place === undefined) return;
    writer.opaque(place.groupId);
    writer.uint32(place.index);
  }, leaf);
}
