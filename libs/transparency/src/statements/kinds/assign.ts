import { StatementError } from '../error.js';
import { asIdentifier, requireSorted } from '../fields.js';
import type { Fields } from '../fields.js';
import type { State } from '../state.js';
import { requireNewer, requirePower } from './act.js';
import type { Act } from './act.js';

const MAX_ROLES = 20;

/**
 * Person P serves at this post under this title in these roles, in the place of what was said before; no roles end all of them.
 * Signed by an officer with the power assign. What a role may do is the server's matter; this library knows their names only.
 */
export interface Assign {
  readonly type: 'assign';
  readonly at: number;
  readonly person: string;
  readonly post: string;
  /** What the person is called there, such as "Counsellor"; absent when nothing was said. */
  readonly title?: string;
  /** Sorted, each once. */
  readonly roles: readonly string[];
  /** Milliseconds since 1970; absent when the roles have no end. */
  readonly until?: number;
}

export function readAssign(fields: Fields, at: number): Assign {
  const roles = fields.list('roles', MAX_ROLES, asIdentifier);
  requireSorted(roles, 'roles');
  const title = fields.optionalName('title');
  const until = fields.optionalTime('until');
  return {
    type: 'assign',
    at,
    person: fields.uuid('person'),
    post: fields.uuid('post'),
    ...(title !== undefined && { title }),
    roles,
    ...(until !== undefined && { until }),
  };
}

export function applyAssign(assign: Assign, { signer, seq }: Act, state: State): void {
  const { at, person, post, title, roles, until } = assign;
  requirePower('assign', at, signer, state);
  const known = state.persons.get(person);
  if (!known) throw new StatementError('PERSON_UNKNOWN', 'the person is not enrolled', 'person');
  if (known.revoked) throw new StatementError('PERSON_REVOKED', 'the person is revoked', 'person');
  requireNewer(at, state.assignments.get(person));
  state.persons.set(person, { ...known, post });
  const kept = { ...(title !== undefined && { title }), ...(until !== undefined && { until }) };
  state.assignments.set(person, { person, roles, ...kept, at, seq });
}
