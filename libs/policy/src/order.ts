import { sortCategories, valuesOf } from './label.js';
import type { CategoryValues, Clearance, Label } from './label.js';
import { lookupOf, rankOf } from './lookup.js';
import { labelError } from './policy.js';
import type { CategoryType, SecurityPolicy } from './policy.js';
import { underPolicy } from './succession.js';
import { validateClearance, validateLabel } from './validate.js';

/**
 * The decision rule: may the holder of this clearance read what carries this label at this moment?
 * Whatever the policy does not know (policy, level, tag, value) is refused. No clearance reads nothing.
 */
export function canRead(clearance: Clearance | undefined, label: Label, policy: SecurityPolicy, now: Date): boolean {
  if (!clearance || isExpired(clearance, now)) return false;
  if (validateClearance(clearance, policy).length > 0 || validateLabel(label, policy).length > 0) return false;
  const [held, asked] = [underPolicy(clearance, policy), underPolicy(label, policy)];
  if (!reaches(held.level, asked.level, policy)) return false;
  return asked.categories.every(({ tag, values }) => admits(typeOf(tag, policy), values, valuesOf(held, tag)));
}

/**
 * Whether `a` is at least as restrictive as `b`: whoever may read `a` may read `b`. A partial order up to INFORMATIVE
 * values, which never decide. A message's label has to be dominated by that of its group. False for invalid labels.
 */
export function dominates(a: Label, b: Label, policy: SecurityPolicy): boolean {
  if (validateLabel(a, policy).length > 0 || validateLabel(b, policy).length > 0) return false;
  const [greater, lesser] = [underPolicy(a, policy), underPolicy(b, policy)];
  if (!reaches(greater.level, lesser.level, policy)) return false;
  return lesser.categories.every((category) => covers(greater, category, typeOf(category.tag, policy)));
}

/**
 * The least label that dominates all of them: highest level, RESTRICTIVE and INFORMATIVE union, PERMISSIVE
 * intersection (an empty one means originator only). Without labels: the lowest level, no categories.
 * @throws PolicyError for a label that is invalid under the policy; the path starts with the label's index.
 */
export function join(given: readonly Label[], policy: SecurityPolicy): Label {
  given.forEach((label, index) => {
    const [problem] = validateLabel(label, policy);
    if (problem) throw labelError(`${String(index)}.${problem.field}`, problem.message);
  });
  const labels = given.map((label) => underPolicy(label, policy));
  const categories = policy.categories.flatMap(({ tag, type }) => {
    const sets = labels.flatMap((label) => label.categories.filter((category) => category.tag === tag));
    return sets.length === 0 ? [] : [{ tag, values: combine(type, sets) }];
  });
  return { policy: policy.id, level: highestLevel(labels, policy), categories: sortCategories(categories) };
}

/** Whether a clearance has ended. */
export function isExpired({ until }: Clearance, now: Date): boolean {
  // Written so that an unreadable instant (NaN) counts as expired.
  return until !== undefined && !(Date.parse(until) > now.getTime());
}

function reaches(level: string, asked: string, policy: SecurityPolicy): boolean {
  const held = rankOf(level, policy);
  const needed = rankOf(asked, policy);
  return held !== undefined && needed !== undefined && held >= needed;
}

function typeOf(tag: string, policy: SecurityPolicy): CategoryType | undefined {
  return lookupOf(policy).categories.get(tag)?.type;
}

function admits(type: CategoryType | undefined, asked: readonly string[], held: readonly string[] = []): boolean {
  if (type === 'INFORMATIVE') return true;
  if (type === 'PERMISSIVE') return asked.some((value) => held.includes(value));
  return asked.every((value) => held.includes(value));
}

function covers(label: Label, { tag, values }: CategoryValues, type: CategoryType | undefined): boolean {
  const own = valuesOf(label, tag);
  if (type === 'INFORMATIVE') return true;
  if (type === 'PERMISSIVE') return own !== undefined && own.every((value) => values.includes(value));
  return values.every((value) => own?.includes(value) ?? false);
}

function combine(type: CategoryType, sets: readonly CategoryValues[]): string[] {
  const all = [...new Set(sets.flatMap(({ values }) => values))];
  if (type !== 'PERMISSIVE') return all;
  return all.filter((value) => sets.every(({ values }) => values.includes(value)));
}

function highestLevel(labels: readonly Label[], policy: SecurityPolicy): string {
  const wanted = new Set(labels.map(({ level }) => level));
  const ranked = policy.levels.toSorted((a, b) => a.rank - b.rank);
  const level = ranked.findLast(({ id }) => wanted.has(id)) ?? ranked[0];
  if (!level) throw labelError('levels', 'a policy has at least one level');
  return level.id;
}
