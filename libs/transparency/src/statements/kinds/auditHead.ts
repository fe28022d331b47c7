import { StatementError } from '../error.js';
import { HASH_LENGTH } from '../fields.js';
import type { Fields } from '../fields.js';
import type { State } from '../state.js';
import { requirePower } from './act.js';
import type { Act } from './act.js';

/**
 * The audit trail had this hash at its entry number `entry`: whoever edits, cuts or replaces what stands before can't make it
 * fit again. Signed by somebody with the power witness, who has followed the trail from the head that was stated before.
 */
export interface AuditHead {
  readonly type: 'auditHead';
  readonly at: number;
  /** Number of the newest entry that is covered, from 1. */
  readonly entry: number;
  /** SHA-256 of that entry, see `auditHash`. */
  readonly hash: Uint8Array;
}

export function readAuditHead(fields: Fields, at: number): AuditHead {
  const entry = fields.time('entry');
  if (entry < 1) throw new StatementError('FIELD_INVALID', 'entry is a number from 1', 'entry');
  return { type: 'auditHead', at, entry, hash: fields.bytes('hash', HASH_LENGTH) };
}

export function applyAuditHead({ at, entry, hash }: AuditHead, { signer, seq }: Act, state: State): void {
  requirePower('witness', at, signer, state);
  const before = state.auditHead;
  if (before && entry <= before.entry) {
    throw new StatementError('REPLAYED', 'the audit trail was longer when its head was stated before', 'entry');
  }
  state.auditHead = { entry, hash, at, seq };
}
