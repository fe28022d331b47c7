import { equalBytes } from '#primitives/verify';

import { StatementError } from '../error.js';
import { HASH_LENGTH } from '../fields.js';
import type { Fields } from '../fields.js';
import type { State } from '../state.js';
import { requireNewer, requireTwo } from './act.js';
import type { Act } from './act.js';

/**
 * From here on another security policy is in force, for everything at once. Signed by two officers with the power clear: who says
 * what levels mean says who is cleared. The log carries the hash; the text is checked by it, wherever it comes from.
 */
export interface Policy {
  readonly type: 'policy';
  readonly at: number;
  /** SHA-256 of the canonical text of the security policy. */
  readonly policyHash: Uint8Array;
}

export const readPolicy = (fields: Fields, at: number): Policy => ({
  type: 'policy',
  at,
  policyHash: fields.bytes('policyHash', HASH_LENGTH),
});

export function applyPolicy({ at, policyHash }: Policy, act: Act, state: State): void {
  requireTwo('clear', at, act, state);
  const before = state.policy;
  requireNewer(at, before);
  if (before && equalBytes(before.hash, policyHash)) {
    throw new StatementError('REPLAYED', 'the policy is in force already', 'policyHash');
  }
  state.policy = { hash: policyHash, at, seq: act.seq };
}
