import type { CategoryType, PolicyCategory, SecurityPolicy } from './policy.js';

interface KnownCategory {
  readonly type: CategoryType;
  readonly values: ReadonlySet<string>;
}

interface PolicyLookup {
  readonly ranks: ReadonlyMap<string, number>;
  readonly categories: ReadonlyMap<string, KnownCategory>;
}

// A list of hits asks the same policy hundreds of times; the policy value is immutable, so its tables can be kept with it.
const lookups = new WeakMap<SecurityPolicy, PolicyLookup>();

/** The tables of a policy, made once for each policy value. */
export function lookupOf(policy: SecurityPolicy): PolicyLookup {
  const known = lookups.get(policy);
  if (known) return known;
  const made = {
    ranks: new Map(policy.levels.map(({ id, rank }) => [id, rank])),
    categories: new Map(policy.categories.map((category) => [category.tag, knownCategory(category)])),
  };
  lookups.set(policy, made);
  return made;
}

/** The rank of a level; undefined for a level that the policy does not have. */
export function rankOf(level: string, policy: SecurityPolicy): number | undefined {
  return lookupOf(policy).ranks.get(level);
}

function knownCategory({ type, values }: PolicyCategory): KnownCategory {
  return { type, values: new Set(values.map(({ id }) => id)) };
}
