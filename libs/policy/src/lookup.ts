import type { CategoryType, LevelSuccession, PolicyCategory, PolicyLevel, SecurityPolicy } from './policy.js';

interface KnownCategory {
  readonly type: CategoryType;
  readonly values: ReadonlySet<string>;
}

interface PolicyLookup {
  readonly ranks: ReadonlyMap<string, number>;
  /** Of the levels that this policy itself had before. */
  readonly successors: ReadonlyMap<string, string>;
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
    successors: new Map(ownPast(policy).map(({ from, to }) => [from, to])),
    categories: new Map(policy.categories.map((category) => [category.tag, knownCategory(category)])),
  };
  lookups.set(policy, made);
  return made;
}

/** The rank of a level, or of the one that has taken its place; undefined for a level that the policy does not have. */
export function rankOf(level: string, policy: SecurityPolicy): number | undefined {
  const { ranks, successors } = lookupOf(policy);
  return ranks.get(successors.get(level) ?? level);
}

/** The level itself, or the one that has taken its place. */
export function levelNamed(level: string, policy: SecurityPolicy): PolicyLevel | undefined {
  const current = lookupOf(policy).successors.get(level) ?? level;
  return policy.levels.find(({ id }) => id === current);
}

function ownPast({ id, successions = [] }: SecurityPolicy): readonly LevelSuccession[] {
  return successions.find(({ policy }) => policy === id)?.levels ?? [];
}

function knownCategory({ type, values }: PolicyCategory): KnownCategory {
  return { type, values: new Set(values.map(({ id }) => id)) };
}
