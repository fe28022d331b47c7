import type { Label } from './label.js';
import type { SecurityPolicy } from './policy.js';

/** Where the policy says nothing about a level. */
const DEFAULT_DAYS = 14;

/** For how many days devices send to a conversation with this label without having heard where the others stand. */
export function freshnessDays({ level }: Pick<Label, 'level'>, { levels }: SecurityPolicy): number {
  return levels.find(({ id }) => id === level)?.freshness ?? DEFAULT_DAYS;
}
