import { StatementError } from '../error.js';
import { Fields, asIdentifier, requireSorted } from '../fields.js';
import type { HeldCategory, State } from '../state.js';
import { requirePower, requireNewer } from './act.js';
import type { Act } from './act.js';

const MAX_CATEGORIES = 100;
const MAX_VALUES = 1000;

/**
 * Person P's clearance, in the place of the one before; an `until` in the past withdraws it. Signed by an officer with the power
 * clear. The identifiers are those of the security policy that is named; this library does not know policies.
 */
export interface Clear {
  readonly type: 'clear';
  readonly at: number;
  readonly person: string;
  readonly policy: string;
  readonly level: string;
  /** Sorted by tag, values sorted, each once. */
  readonly categories: readonly HeldCategory[];
  /** Milliseconds since 1970; absent when the clearance has no end. */
  readonly until?: number;
}

export function readClear(fields: Fields, at: number): Clear {
  const until = fields.optionalTime('until');
  return {
    type: 'clear',
    at,
    person: fields.uuid('person'),
    policy: fields.identifier('policy'),
    level: fields.identifier('level'),
    categories: readCategories(fields),
    ...(until !== undefined && { until }),
  };
}

export function applyClear(body: Clear, { signer, seq }: Act, state: State): void {
  const { at, person, policy, level, categories, until } = body;
  requirePower('clear', at, signer, state);
  const known = state.persons.get(person);
  if (!known) throw new StatementError('PERSON_UNKNOWN', 'the person is not enrolled', 'person');
  if (known.revoked) throw new StatementError('PERSON_REVOKED', 'the person is revoked', 'person');
  requireNewer(at, state.clearances.get(person));
  state.clearances.set(person, { person, policy, level, categories, ...(until !== undefined && { until }), at, seq });
}

/** Reads the field `categories`, strictly sorted. */
export function readCategories(fields: Fields): HeldCategory[] {
  const categories = fields.list('categories', MAX_CATEGORIES, readCategory);
  requireSorted(
    categories.map(({ tag }) => tag),
    'categories',
  );
  return categories;
}

function readCategory(value: unknown, path: string): HeldCategory {
  const fields = new Fields(value);
  const tag = fields.identifier('tag');
  const values = fields.list('values', MAX_VALUES, asIdentifier);
  requireSorted(values, `${path}.values`);
  fields.end();
  return { tag, values };
}
