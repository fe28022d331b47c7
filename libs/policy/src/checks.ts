import type { z } from 'zod';

import { fault } from './faults.js';
import type { PlainFaultCode } from './faults.js';
import { PolicyError } from './policy.js';
import type {
  CategoryEquivalence,
  PolicyCategory,
  PolicyEquivalence,
  PolicySuccession,
  SecurityPolicy,
} from './policy.js';

/** Notes what is wrong at a place: the code stands where the library has its message. */
export function addFault(context: z.RefinementCtx, path: (string | number)[], code: PlainFaultCode): void {
  context.addIssue({ code: 'custom', path, message: code });
}

/** Captions: an excluded value exists, and only values that decide ask for a role. */
export function checkCaptions(
  { type, values }: Pick<PolicyCategory, 'type' | 'values'>,
  context: z.RefinementCtx,
): void {
  const known = new Set(values.map(({ id }) => id));
  values.forEach(({ id, excludes = [], role }, index) => {
    const place = ['values', index];
    if (excludes.some((other) => other === id || !known.has(other)))
      addFault(context, [...place, 'excludes'], 'EXCLUDES_NOTHING');
    if (role !== undefined && type === 'INFORMATIVE') addFault(context, [...place, 'role'], 'ROLE_WITHOUT_USE');
  });
}

/** A row is valid for some time, and says a level unless it refuses. */
export function checkRow(row: PolicyEquivalence, context: z.RefinementCtx): void {
  if (row.validTo !== undefined && Date.parse(row.validTo) <= Date.parse(row.validFrom))
    addFault(context, ['validTo'], 'ENDS_BEFORE');
  if (row.action === 'refuse' && row.toLevel !== undefined) addFault(context, ['toLevel'], 'LEVEL_WITHOUT_USE');
  if (row.action !== 'refuse' && row.toLevel === undefined) addFault(context, ['toLevel'], 'LEVEL_MISSING');
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
      throw new PolicyError(path, fault('RIVAL'));
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
    throw new PolicyError(`${path}.levels.${String(index)}.from`, fault('LEVEL_REMAINS'));
  });
  categories.forEach(({ fromTag, fromValue }, index) => {
    if (!hasValue(policy, fromTag, fromValue)) return;
    throw new PolicyError(`${path}.categories.${String(index)}`, fault('VALUE_REMAINS'));
  });
}

function checkLevel(level: string, policy: SecurityPolicy, path: string): void {
  if (policy.levels.some(({ id }) => id === level)) return;
  throw new PolicyError(path, fault('LEVEL_ELSEWHERE', { policy: policy.id }));
}

function checkValues(rows: readonly CategoryEquivalence[], policy: SecurityPolicy, path: string): void {
  rows.forEach(({ toTag, toValue }, index) => {
    if (hasValue(policy, toTag, toValue)) return;
    throw new PolicyError(`${path}.categories.${String(index)}`, fault('VALUE_ELSEWHERE', { policy: policy.id }));
  });
}

function hasValue({ categories }: SecurityPolicy, tag: string, value: string): boolean {
  return categories.find((category) => category.tag === tag)?.values.some(({ id }) => id === value) ?? false;
}
