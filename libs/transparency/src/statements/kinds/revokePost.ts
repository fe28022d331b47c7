import { StatementError } from '../error.js';
import type { Fields } from '../fields.js';
import { REVOCATION_REASONS } from '../state.js';
import type { RevocationReason, State } from '../state.js';
import { requireTwo } from './act.js';
import type { Act } from './act.js';
import { revokeDevices } from './revokePerson.js';

/**
 * All devices of everybody who serves at this post are no longer trusted, from this place of the log on and for good: a
 * mission is lost or left. The people stay who they are and may come back with new devices. Signed by two officers with
 * the power revoke.
 */
export interface RevokePost {
  readonly type: 'revokePost';
  readonly at: number;
  readonly post: string;
  readonly reason: RevocationReason;
}

export function readRevokePost(fields: Fields, at: number): RevokePost {
  return { type: 'revokePost', at, post: fields.uuid('post'), reason: fields.oneOf('reason', REVOCATION_REASONS) };
}

export function applyRevokePost({ at, post, reason }: RevokePost, act: Act, state: State): void {
  requireTwo('revoke', at, act, state);
  const people = [...state.persons.values()].filter((person) => person.post === post);
  if (people.length === 0) throw new StatementError('POST_UNKNOWN', 'nobody serves at this post', 'post');
  for (const person of people) revokeDevices(person, { at, reason, seq: act.seq }, state);
}
