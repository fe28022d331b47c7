import { sign } from '#primitives';
import type { SigningKeyPair } from '#primitives';
import { assembleStatement, draftStatement, isStatementName, StatementError } from '#transparency';
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

/**
 * What a person is called, as a statement has it; an empty title is none.
 * @throws ChanceryError BAD_INPUT
 */
export function titleOf(title: string | undefined): { readonly title?: string } {
  const words = title?.trim() ?? '';
  if (words === '') return {};
  if (isStatementName(words)) return { title: words };
  throw new ChanceryError('BAD_INPUT', 'A title has at most 200 characters, all of them printable.', {
    field: 'title',
  });
}
