import { StatementError } from '../error.js';
import { HASH_LENGTH } from '../fields.js';
import type { Fields } from '../fields.js';
import type { State } from '../state.js';
import { actingPerson, requireNewer } from './act.js';
import type { Act } from './act.js';

/**
 * This is the browser client that the ministry's servers serve from now on. Signed by the root, or by an officer whose appointment has
 * `mayAppoint`: whoever says what everybody's browser runs is trusted like one who says whom to trust.
 */
export interface Release {
  readonly type: 'release';
  readonly at: number;
  /** SHA-256 of the release manifest, the file that names every file and its hash. */
  readonly hash: Uint8Array;
}

export const readRelease = (fields: Fields, at: number): Release => ({
  type: 'release',
  at,
  hash: fields.bytes('hash', HASH_LENGTH),
});

export function applyRelease({ at, hash }: Release, { signer, seq }: Act, state: State): void {
  const officer = actingPerson(signer, state);
  if (officer !== undefined && !state.appointmentAt(officer, at)?.mayAppoint) {
    throw new StatementError('POWER_MISSING', 'the signer may not appoint at that time');
  }
  requireNewer(at, state.release);
  state.release = { hash, at, seq };
}
