import type { CategoryValues, Clearance, Label } from './label.js';
import { lookupOf } from './lookup.js';
import type { SecurityPolicy } from './policy.js';
import { underPolicy } from './succession.js';

/** What is wrong with one field; `field` is a path such as `categories.0.values.1`. */
export interface Problem {
  readonly field: string;
  readonly message: string;
}

/** Everything that is wrong with a label under a policy; an empty list when it is valid, be it by what has succeeded its names. */
export function validateLabel(given: Label, policy: SecurityPolicy): Problem[] {
  const label = underPolicy(given, policy);
  return [...validateHead(label, policy), ...validateCategories(label.categories, policy)];
}

/** Everything that is wrong with a clearance under a policy; an empty list when it is valid. Being expired is no fault. */
export function validateClearance(given: Clearance, policy: SecurityPolicy): Problem[] {
  const clearance = underPolicy(given, policy);
  const problems = [...validateHead(clearance, policy), ...validateCategories(clearance.categories, policy)];
  const { until } = clearance;
  if (until !== undefined && Number.isNaN(Date.parse(until)))
    problems.push({ field: 'until', message: 'is no instant' });
  return problems;
}

function validateHead({ policy: id, level }: { policy: string; level: string }, policy: SecurityPolicy): Problem[] {
  if (id !== policy.id) return [{ field: 'policy', message: `is not the policy in force, ${policy.id}` }];
  if (lookupOf(policy).ranks.has(level)) return [];
  return [{ field: 'level', message: `is no level of the policy ${policy.id}` }];
}

function validateCategories(categories: readonly CategoryValues[], policy: SecurityPolicy): Problem[] {
  const seen = new Set<string>();
  return categories.flatMap((category, index) => {
    const field = `categories.${String(index)}`;
    if (seen.has(category.tag)) return [{ field: `${field}.tag`, message: 'stands there twice' }];
    seen.add(category.tag);
    return validateCategory(category, field, policy);
  });
}

function validateCategory({ tag, values }: CategoryValues, field: string, policy: SecurityPolicy): Problem[] {
  const known = lookupOf(policy).categories.get(tag);
  if (!known) return [{ field: `${field}.tag`, message: `is no category of the policy ${policy.id}` }];
  // An empty PERMISSIVE category has a meaning (originator only); elsewhere it would be a second spelling of "absent".
  if (values.length === 0 && known.type !== 'PERMISSIVE') return [{ field: `${field}.values`, message: 'is empty' }];
  return values.flatMap((value, index) => validateValue(value, index, values, known.values, field));
}

function validateValue(
  value: string,
  index: number,
  values: readonly string[],
  known: ReadonlySet<string>,
  field: string,
): Problem[] {
  const place = `${field}.values.${String(index)}`;
  if (!known.has(value)) return [{ field: place, message: 'is no value of this category' }];
  return values.indexOf(value) === index ? [] : [{ field: place, message: 'stands there twice' }];
}
