import { StatementError } from '../error.js';
import { HASH_LENGTH, KEY_LENGTH } from '../fields.js';
import type { Fields } from '../fields.js';
import type { State } from '../state.js';
import type { Act } from './act.js';

/** The first statement, signed by the root key that it names. Its hash is the fingerprint that clients pin. */
export interface Root {
  readonly type: 'root';
  readonly at: number;
  /** Id of the ministry, a UUID. */
  readonly ministry: string;
  readonly name: string;
  readonly rootKey: Uint8Array;
  /** SHA-256 of the canonical text of the first security policy. */
  readonly policyHash: Uint8Array;
}

export function readRoot(fields: Fields, at: number): Root {
  return {
    type: 'root',
    at,
    ministry: fields.uuid('ministry'),
    name: fields.name('name'),
    rootKey: fields.bytes('rootKey', KEY_LENGTH),
    policyHash: fields.bytes('policyHash', HASH_LENGTH),
  };
}

export function applyRoot({ at, ministry, name, rootKey, policyHash }: Root, { seq, id }: Act, state: State): void {
  if (state.ministry) throw new StatementError('ROOT_REPEATED', 'a ministry has one root');
  state.takeKey(rootKey, 'root');
  state.ministry = { id: ministry, name, rootKey, policyHash, fingerprint: id, at, seq };
  state.policy = { hash: policyHash, at, seq };
}
