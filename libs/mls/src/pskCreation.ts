import { randomBytes } from '#primitives';

import type { Continuation, PreSharedKeyId } from './preSharedKey.js';
import type { Proposal } from './proposal.js';
import { hashLength } from './suite.js';

/**
 * A pre-shared key to put into the key schedule (RFC 9420 section 8.4): one that the application agreed on elsewhere, or
 * the resumption key of an epoch of this very group.
 */
export type PskChoice =
  { readonly kind: 'external'; readonly id: Uint8Array } | { readonly kind: 'resumption'; readonly epoch: number };

/** A PreSharedKey proposal; the nonce is fresh each time (RFC 9420 section 8.4). */
export function pskProposal(choice: PskChoice, groupId: Uint8Array): Proposal {
  const nonce = randomBytes(hashLength);
  const psk: PreSharedKeyId =
    choice.kind === 'external'
      ? { kind: 'external', id: choice.id, nonce }
      : { kind: 'resumption', usage: 'application', groupId, epoch: BigInt(choice.epoch), nonce };
  return { kind: 'psk', psk };
}

/** The PreSharedKey proposal in the first commit of a group that continues another one (sections 11.2 and 11.3). */
export function continuingPsk(usage: Continuation, groupId: Uint8Array, epoch: bigint): Proposal {
  return { kind: 'psk', psk: { kind: 'resumption', usage, groupId, epoch, nonce: randomBytes(hashLength) } };
}
