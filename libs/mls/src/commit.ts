import type { Decode, Encode } from './codec.js';
import { decodeLeafNode, encodeLeafNode } from './leafNode.js';
import type { LeafNode } from './leafNode.js';
import { decodeProposal, encodeProposal } from './proposal.js';
import type { Proposal } from './proposal.js';
import { broken } from './rules.js';

/** RFC 9420 section 7.6. */
export interface HpkeCiphertext {
  readonly kemOutput: Uint8Array;
  readonly ciphertext: Uint8Array;
}

interface UpdatePathNode {
  readonly encryptionKey: Uint8Array;
  /** One for each node of the copath child's resolution. */
  readonly encryptedPathSecrets: readonly HpkeCiphertext[];
}

export interface UpdatePath {
  readonly leafNode: LeafNode;
  readonly nodes: readonly UpdatePathNode[];
}

export type ProposalOrRef =
  | { readonly kind: 'proposal'; readonly proposal: Proposal }
  | { readonly kind: 'reference'; readonly reference: Uint8Array };

/** RFC 9420 section 12.4. */
export interface Commit {
  readonly proposals: readonly ProposalOrRef[];
  readonly path: UpdatePath | undefined;
}

const orRefTypes = { proposal: 1, reference: 2 } as const;

export const encodeHpkeCiphertext: Encode<HpkeCiphertext> = (writer, { kemOutput, ciphertext }) => {
  writer.opaque(kemOutput);
  writer.opaque(ciphertext);
};

export const decodeHpkeCiphertext: Decode<HpkeCiphertext> = (reader) => ({
  kemOutput: reader.opaque(),
  ciphertext: reader.opaque(),
});

const encodeUpdatePathNode: Encode<UpdatePathNode> = (writer, node) => {
  writer.opaque(node.encryptionKey);
  writer.vector(node.encryptedPathSecrets, encodeHpkeCiphertext);
};

const decodeUpdatePathNode: Decode<UpdatePathNode> = (reader) => ({
  encryptionKey: reader.opaque(),
  encryptedPathSecrets: reader.vector(decodeHpkeCiphertext),
});

const encodeUpdatePath: Encode<UpdatePath> = (writer, path) => {
  encodeLeafNode(writer, path.leafNode);
  writer.vector(path.nodes, encodeUpdatePathNode);
};

export const decodeUpdatePath: Decode<UpdatePath> = (reader) => ({
  leafNode: decodeLeafNode(reader),
  nodes: reader.vector(decodeUpdatePathNode),
});

const encodeProposalOrRef: Encode<ProposalOrRef> = (writer, item) => {
  writer.uint8(orRefTypes[item.kind]);
  if (item.kind === 'proposal') encodeProposal(writer, item.proposal);
  else writer.opaque(item.reference);
};

const decodeProposalOrRef: Decode<ProposalOrRef> = (reader) => {
  const type = reader.uint8();
  if (type === orRefTypes.proposal) return { kind: 'proposal', proposal: decodeProposal(reader) };
  if (type === orRefTypes.reference) return { kind: 'reference', reference: reader.opaque() };
  throw broken('valn020105');
};

export const encodeCommit: Encode<Commit> = (writer, commit) => {
  writer.vector(commit.proposals, encodeProposalOrRef);
  writer.optional(commit.path, encodeUpdatePath);
};

export const decodeCommit: Decode<Commit> = (reader) => ({
  proposals: reader.vector(decodeProposalOrRef),
  path: reader.optional(decodeUpdatePath),
});
