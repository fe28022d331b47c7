import { encodeWith } from './codec.js';
import { encodeExternalSenders, extensionList, externalSendersOf } from './extension.js';
import type { ExternalSender } from './extension.js';
import { epochOf } from './brand.js';
import { framedContentTbs } from './framing.js';
import type { FramedContent } from './framing.js';
import { signContent } from './labels.js';
import { encodeMessage } from './message.js';
import { mls10 } from './keyPackage.js';
import type { Proposal } from './proposal.js';

export interface ExternalRemove {
  readonly groupId: Uint8Array;
  readonly epoch: number;
  /** The leaf to remove. */
  readonly leaf: number;
  /** The place of the signer in the external_senders extension. */
  readonly senderIndex: number;
  readonly authenticatedData?: Uint8Array;
}

export interface UnsignedProposal {
  /** What the external sender signs with Ed25519. */
  readonly toBeSigned: Uint8Array;
  /** MLSMessage(PublicMessage) with that signature. */
  readonly withSignature: (signature: Uint8Array) => Uint8Array;
}

/**
 * A Remove by an external sender (RFC 9420 section 12.1.8), to be signed by whatever holds its key: this part of the
 * library holds none.
 */
export function externalRemove(remove: ExternalRemove): UnsignedProposal {
  const proposal: Proposal = { kind: 'remove', removed: remove.leaf };
  const content: FramedContent = {
    groupId: remove.groupId,
    epoch: epochOf(remove.epoch),
    sender: { kind: 'external', index: remove.senderIndex },
    authenticatedData: remove.authenticatedData ?? new Uint8Array(0),
    content: { kind: 'proposal', proposal },
  };
  return {
    toBeSigned: signContent('FramedContentTBS', framedContentTbs('publicMessage', content, unsignedContext)),
    withSignature: (signature) => {
      const auth = { signature, confirmationTag: undefined };
      return encodeMessage({ kind: 'publicMessage', body: { content, auth, membershipTag: undefined } });
    },
  };
}

const none = new Uint8Array(0);

/** External senders don't sign the group context (RFC 9420 section 6.1), so that any serves. */
const unsignedContext = {
  version: mls10,
  cipherSuite: 0,
  groupId: none,
  epoch: epochOf(0),
  treeHash: none,
  confirmedTranscriptHash: none,
  extensions: [],
};

/** Somebody outside the group who may propose, with a basic credential. */
export interface ProposingSender {
  /** Ed25519, 32 bytes. */
  readonly signatureKey: Uint8Array;
  readonly identity: Uint8Array;
}

/** Data of the external_senders extension (RFC 9420 section 12.1.8.1). */
export function externalSendersExtension(senders: readonly ProposingSender[]): Uint8Array {
  const listed = senders.map(({ signatureKey, identity }): ExternalSender => ({
    signatureKey,
    credential: { kind: 'basic', identity },
  }));
  return encodeWith(encodeExternalSenders, listed);
}

/**
 * Who may propose by the external_senders extension of a group context, in its order; nobody without the extension.
 * @throws MlsError when it is malformed, which that of a group never is
 */
export function externalSendersIn(
  extensions: ReadonlyMap<number, Uint8Array>,
): readonly Pick<ProposingSender, 'signatureKey'>[] {
  return externalSendersOf(extensionList(extensions)).map(({ signatureKey }) => ({ signatureKey }));
}
