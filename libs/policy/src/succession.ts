import { sortCategories } from './label.js';
import type { CategoryValues, Label } from './label.js';
import type { PolicySuccession, SecurityPolicy } from './policy.js';

/**
 * A label or clearance as the policy in force reads it: what was made under an older policy gets the names that have taken the place of
 * the old ones. What has no successor stays as it is, and is then refused like everything that the policy does not know.
 */
export function underPolicy<Marked extends Label>(marked: Marked, policy: SecurityPolicy): Marked {
  const row = policy.successions?.find((succession) => succession.policy === marked.policy);
  if (!row) return marked;
  const level = row.levels?.find(({ from }) => from === marked.level)?.to ?? marked.level;
  return { ...marked, policy: policy.id, level, categories: movedCategories(marked.categories, row) };
}

function movedCategories(categories: readonly CategoryValues[], row: PolicySuccession): readonly CategoryValues[] {
  if (row.categories === undefined || row.categories.length === 0) return categories;
  const values = new Map<string, string[]>();
  for (const category of categories) {
    for (const value of category.values) {
      const { tag, id } = movedValue(category.tag, value, row);
      values.set(tag, [...(values.get(tag) ?? []), id]);
    }
  }
  // last: what nobody but the originator may read does not become readable by what moves into its category
  for (const { tag } of categories.filter((category) => category.values.length === 0)) values.set(tag, []);
  return sortCategories([...values].map(([tag, chosen]) => ({ tag, values: [...new Set(chosen)] })));
}

function movedValue(tag: string, id: string, { categories = [] }: PolicySuccession): { tag: string; id: string } {
  const move = categories.find(({ fromTag, fromValue }) => fromTag === tag && fromValue === id);
  return move ? { tag: move.toTag, id: move.toValue } : { tag, id };
}
