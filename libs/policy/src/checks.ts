import type { z } from 'zod';

import { PolicyError } from './policy.js';
import type {
  CategoryEquivalence,
  PolicyCategory,
  PolicyEquivalence,
  PolicySuccession,
  SecurityPolicy,
} from './policy.js';

/** Captions: an excluded value exists, and only values that decide ask for a role. */
export function checkCaptions(
  { type, values }: Pick<PolicyCategory, 'type' | 'values'>,
  context: z.RefinementCtx,
): void {
  const known = new Set(values.map(({ id }) => id));
  values.forEach(({ id, excludes = [], role }, index) => {
    const fault = (field: string, message: string): void => {
      context.addIssue({ code: 'custom', path: ['values', index, field], message });
    };
    if (excludes.some((other) => other === id || !known.has(other)))
      fault('excludes', 'names no other value of the category');
    if (role !== undefined && type === 'INFORMATIVE') fault('role', 'decides nothing in an INFORMATIVE category');
  });
}

/** A row is valid for some time, and says a level unless it refuses. */
export function checkRow(row: PolicyEquivalence, context: z.RefinementCtx): void {
  const fault = (field: string, message: string): void => {
    context.addIssue({ code: 'custom', path: [field], message });
  };
  if (row.validTo !== undefined && Date.parse(row.validTo) <= Date.parse(row.validFrom))
    fault('validTo', 'is not after validFrom');
  if (row.action === 'refuse' && row.toLevel !== undefined) fault('toLevel', 'has no place where the action is refuse');
  if (row.action !== 'refuse' && row.toLevel === undefined) fault('toLevel', 'is needed for this action');
}

/**
 * Rows that lead into this policy name levels and values of it, and no two say something of the same level at one time.
 * @throws PolicyError
 */
export function checkEquivalences(policy: SecurityPolicy): void {
  const rows = policy.equivalences ?? [];
  rows.forEach((row, index) => {
    const path = `equivalences.${String(index)}`;
    if (rows.some((other, place) => place < index && areRivals(row, other))) {
      throw new PolicyError(path, 'says of a level what another row says for the same time');
    }
    if (row.toPolicy === policy.id) checkTarget(row, policy, path);
  });
}

function areRivals(a: PolicyEquivalence, b: PolicyEquivalence): boolean {
  const name = ({ fromPolicy, fromLevel, toPolicy }: PolicyEquivalence): string =>
    [fromPolicy, fromLevel, toPolicy].map((part) => part.toLowerCase()).join('\n');
  return name(a) === name(b) && isBefore(a.validFrom, b.validTo) && isBefore(b.validFrom, a.validTo);
}

function isBefore(from: string, to: string | undefined): boolean {
  return to === undefined || Date.parse(from) < Date.parse(to);
}

function checkTarget({ toLevel, categories = [] }: PolicyEquivalence, policy: SecurityPolicy, path: string): void {
  if (toLevel !== undefined) checkLevel(toLevel, policy, `${path}.toLevel`);
  checkValues(categories, policy, path);
}

/**
 * Successions lead to levels and values of this policy, and those from this policy's own past name nothing that it still has.
 * @throws PolicyError
 */
export function checkSuccessions(policy: SecurityPolicy): void {
  policy.successions?.forEach((row, index) => {
    const path = `successions.${String(index)}`;
    row.levels?.forEach(({ to }, place) => {
      checkLevel(to, policy, `${path}.levels.${String(place)}.to`);
    });
    checkValues(row.categories ?? [], policy, path);
    if (row.policy === policy.id) checkPast(row, policy, path);
  });
}

function checkPast({ levels = [], categories = [] }: PolicySuccession, policy: SecurityPolicy, path: string): void {
  levels.forEach(({ from }, index) => {
    if (policy.levels.every(({ id }) => id !== from)) return;
    throw new PolicyError(`${path}.levels.${String(index)}.from`, 'is a level that the policy still has');
  });
  categories.forEach(({ fromTag, fromValue }, index) => {
    if (!hasValue(policy, fromTag, fromValue)) return;
    throw new PolicyError(`${path}.categories.${String(index)}`, 'names a value that the policy still has');
  });
}

function checkLevel(level: string, policy: SecurityPolicy, path: string): void {
  if (policy.levels.some(({ id }) => id === level)) return;
  throw new PolicyError(path, `is no level of the policy ${policy.id}`);
}

function checkValues(rows: readonly CategoryEquivalence[], policy: SecurityPolicy, path: string): void {
  rows.forEach(({ toTag, toValue }, index) => {
    if (hasValue(policy, toTag, toValue)) return;
    throw new PolicyError(`${path}.categories.${String(index)}`, `names no value of the policy ${policy.id}`);
  });
}

function hasValue({ categories }: SecurityPolicy, tag: string, value: string): boolean {
  return categories.find((category) => category.tag === tag)?.values.some(({ id }) => id === value) ?? false;
}
