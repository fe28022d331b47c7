import type { Clearance } from './label.js';
import type { SecurityPolicy } from './policy.js';

/** Everything that a policy has: the highest level, and every value of every category that decides. A founder begins with it. */
export function fullClearance(policy: SecurityPolicy): Clearance {
  const [highest] = policy.levels.toSorted((a, b) => b.rank - a.rank);
  const categories = policy.categories
    .filter(({ type }) => type !== 'INFORMATIVE')
    .map(({ tag, values }) => ({ tag, values: values.map(({ id }) => id) }));
  return { policy: policy.id, level: highest?.id ?? '', categories };
}
