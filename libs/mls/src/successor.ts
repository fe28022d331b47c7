import { decodeWith, encodeWith } from './codec.js';
import type { Decode, Encode } from './codec.js';
import { extensionList, extensionMap } from './extension.js';
import { mls10 } from './keyPackage.js';
import { decodeReInit, encodeReInit } from './proposal.js';
import type { ReInit } from './proposal.js';
import type { SentProposal } from './proposalStore.js';

/** The group that takes the place of one that is reinitialized (RFC 9420 section 12.1.5); its version is always mls10. */
export interface Successor {
  readonly groupId: Uint8Array;
  readonly suite: number;
  /** All extensions of its group context. */
  readonly extensions: ReadonlyMap<number, Uint8Array>;
}

export const reInitOf = ({ groupId, suite, extensions }: Successor): ReInit => ({
  kind: 'reinit',
  groupId,
  version: mls10,
  cipherSuite: suite,
  extensions: extensionList(extensions),
});

const fromReInit = ({ groupId, cipherSuite, extensions }: ReInit): Successor => ({
  groupId,
  suite: cipherSuite,
  extensions: extensionMap(extensions),
});

/** What a commit of these proposals makes of the group: undefined if it lives on. */
export function successorIn(proposals: readonly SentProposal[]): Successor | undefined {
  for (const { proposal } of proposals) if (proposal.kind === 'reinit') return fromReInit(proposal);
  return undefined;
}

export const encodeSuccessor: Encode<Successor> = (writer, successor) => {
  encodeReInit(writer, reInitOf(successor));
};

export const decodeSuccessor: Decode<Successor> = (reader) => fromReInit(decodeReInit(reader));

export const successorBytes = (successor: Successor): Uint8Array => encodeWith(encodeSuccessor, successor);

export const successorFrom = (bytes: Uint8Array): Successor => decodeWith(decodeSuccessor, bytes);
