import { sign } from '#primitives';
import type { SigningKeyPair } from '#primitives';

import { externalRemove } from './externalProposal.js';
import type { ExternalRemove } from './externalProposal.js';

/** MLSMessage(PublicMessage): a Remove by an external sender who holds its key here. */
export function signExternalRemove(remove: ExternalRemove, { privateKey }: SigningKeyPair): Uint8Array {
  const unsigned = externalRemove(remove);
  return unsigned.withSignature(sign(privateKey, unsigned.toBeSigned));
}
