import type { Decode, Encode, Reader, Writer } from './codec.js';
import { decodeExtension, encodeExtension } from './extension.js';
import type { Extension } from './extension.js';
import { decodeKeyPackageBody, encodeKeyPackage } from './keyPackage.js';
import type { KeyPackage } from './keyPackage.js';
import { decodeLeafNode, encodeLeafNode } from './leafNode.js';
import type { LeafNode } from './leafNode.js';
import { decodePreSharedKeyId, encodePreSharedKeyId } from './preSharedKey.js';
import type { PreSharedKeyId } from './preSharedKey.js';
import { broken } from './rules.js';

interface Add {
  readonly kind: 'add';
  readonly keyPackage: KeyPackage;
}

export interface Update {
  readonly kind: 'update';
  readonly leafNode: LeafNode;
}

/** `removed` is a leaf index as the sender claims it: any uint32. */
interface Remove {
  readonly kind: 'remove';
  readonly removed: number;
}

interface PreSharedKey {
  readonly kind: 'psk';
  readonly psk: PreSharedKeyId;
}

export interface ReInit {
  readonly kind: 'reinit';
  readonly groupId: Uint8Array;
  readonly version: number;
  readonly cipherSuite: number;
  readonly extensions: readonly Extension[];
}

interface ExternalInit {
  readonly kind: 'externalInit';
  readonly kemOutput: Uint8Array;
}

interface GroupContextExtensions {
  readonly kind: 'groupContextExtensions';
  readonly extensions: readonly Extension[];
}

/** RFC 9420 section 12.1. */
export type Proposal = Add | Update | Remove | PreSharedKey | ReInit | ExternalInit | GroupContextExtensions;

export type ProposalKind = Proposal['kind'];

/** IANA "MLS Proposal Types": 1 to 7, all of them default types. */
const kinds = [
  'add',
  'update',
  'remove',
  'psk',
  'reinit',
  'externalInit',
  'groupContextExtensions',
] as const satisfies readonly ProposalKind[];

export const isDefaultProposal = (type: number): boolean => type >= 1 && type <= kinds.length;

/** What an external sender may propose (RFC 9420 section 12.1.8). */
export const externalKinds: ReadonlySet<ProposalKind> = new Set<ProposalKind>([
  'add',
  'remove',
  'psk',
  'reinit',
  'groupContextExtensions',
]);

/** What RFC 9420 section 12.4 lets a commit cover without a path. */
export const pathlessKinds: ReadonlySet<ProposalKind> = new Set<ProposalKind>(['add', 'psk', 'reinit']);

export const encodeProposal: Encode<Proposal> = (writer, proposal) => {
  writer.uint16(kinds.indexOf(proposal.kind) + 1);
  encodeProposalBody(writer, proposal);
};

/** A proposal that is not of our seven types can't be parsed and so can't be committed either. */
export const decodeProposal: Decode<Proposal> = (reader) => {
  const kind = kinds[reader.uint16() - 1];
  if (kind === undefined) throw broken('valn020105');
  return proposalDecoders[kind](reader);
};

export function encodeProposalBody(writer: Writer, proposal: Proposal): void {
  switch (proposal.kind) {
    case 'add':
      encodeKeyPackage(writer, proposal.keyPackage);
      break;
    case 'update':
      encodeLeafNode(writer, proposal.leafNode);
      break;
    case 'remove':
      writer.uint32(proposal.removed);
      break;
    case 'psk':
      encodePreSharedKeyId(writer, proposal.psk);
      break;
    case 'reinit':
      encodeReInit(writer, proposal);
      break;
    case 'externalInit':
      writer.opaque(proposal.kemOutput);
      break;
    case 'groupContextExtensions':
      writer.vector(proposal.extensions, encodeExtension);
  }
}

export function encodeReInit(writer: Writer, reInit: ReInit): void {
  writer.opaque(reInit.groupId);
  writer.uint16(reInit.version);
  writer.uint16(reInit.cipherSuite);
  writer.vector(reInit.extensions, encodeExtension);
}

export function decodeReInit(reader: Reader): ReInit {
  const groupId = reader.opaque();
  const version = reader.uint16();
  const cipherSuite = reader.uint16();
  return { kind: 'reinit', groupId, version, cipherSuite, extensions: reader.vector(decodeExtension) };
}

/** Decoders of the seven bodies, without the type in front. */
export const proposalDecoders: { readonly [Kind in ProposalKind]: Decode<Extract<Proposal, { kind: Kind }>> } = {
  add: (reader) => ({ kind: 'add', keyPackage: decodeKeyPackageBody(reader) }),
  update: (reader) => ({ kind: 'update', leafNode: decodeLeafNode(reader) }),
  remove: (reader) => ({ kind: 'remove', removed: reader.uint32() }),
  psk: (reader) => ({ kind: 'psk', psk: decodePreSharedKeyId(reader) }),
  reinit: decodeReInit,
  externalInit: (reader) => ({ kind: 'externalInit', kemOutput: reader.opaque() }),
  groupContextExtensions: (reader) => ({
    kind: 'groupContextExtensions',
    extensions: reader.vector(decodeExtension),
  }),
};
