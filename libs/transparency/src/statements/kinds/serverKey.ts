import { StatementError } from '../error.js';
import { KEY_LENGTH } from '../fields.js';
import type { Fields } from '../fields.js';
import { SERVER_KEY_PURPOSES } from '../state.js';
import type { ServerKeyPurpose, State } from '../state.js';
import { actingPerson, requireNewer } from './act.js';
import type { Act } from './act.js';

/**
 * The server signs with this key for this purpose from now on; the one before it stays valid for a time (see
 * `Directory.serverKeys`). Signed by the root, or by an officer whose appointment has `mayAppoint`: the server alone can't
 * make anybody trust another key.
 */
export interface ServerKey {
  readonly type: 'serverKey';
  readonly at: number;
  readonly purpose: ServerKeyPurpose;
  /** Ed25519, 32 bytes. */
  readonly key: Uint8Array;
}

export function readServerKey(fields: Fields, at: number): ServerKey {
  return {
    type: 'serverKey',
    at,
    purpose: fields.oneOf('purpose', SERVER_KEY_PURPOSES),
    key: fields.bytes('key', KEY_LENGTH),
  };
}

export function applyServerKey({ at, purpose, key }: ServerKey, { signer, seq }: Act, state: State): void {
  const officer = actingPerson(signer, state);
  if (officer !== undefined && !state.appointmentAt(officer, at)?.mayAppoint) {
    throw new StatementError('POWER_MISSING', 'the signer may not appoint at that time');
  }
  const known = state.serverKeysFor(purpose);
  requireNewer(at, known[0]);
  if (state.isTaken(key)) throw new StatementError('KEY_TAKEN', 'the key is or was in use', 'key');
  state.takeKey(key, `server:${purpose}`);
  state.serverKeys.set(purpose, [{ purpose, key, at, seq }, ...known]);
}
