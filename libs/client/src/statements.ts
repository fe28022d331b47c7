import { sign } from '#primitives';
import type { SigningKeyPair } from '#primitives';
import { assembleStatement, draftStatement, StatementError } from '#transparency';
import type { Signer, StatementBody } from '#transparency';

import { ChanceryError } from './errors.js';

/**
 * A signed statement, encoded.
 * @throws ChanceryError BAD_INPUT when a field is wrong, for instance a name of 300 characters
 */
export function signStatement(body: StatementBody, signer: Signer, { privateKey }: SigningKeyPair): Uint8Array {
  try {
    const draft = draftStatement(body);
    return assembleStatement(draft.body, signer, sign(privateKey, draft.bytesToSign));
  } catch (error) {
    if (!(error instanceof StatementError)) throw error;
    throw new ChanceryError('BAD_INPUT', `The statement can't be made: ${error.message}.`, { field: error.field });
  }
}
