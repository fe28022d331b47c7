import type { Label } from './label.js';
import { levelNamed } from './lookup.js';
import type { SecurityPolicy } from './policy.js';

/** Where the policy says nothing about a level. */
const DEFAULT_DAYS = 14;

/** For how many days devices send to a conversation with this label without having heard where the others stand. */
export function freshnessDays({ level }: Pick<Label, 'level'>, policy: SecurityPolicy): number {
  return levelNamed(level, policy)?.freshness ?? DEFAULT_DAYS;
}
