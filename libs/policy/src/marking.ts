import type { Label } from './label.js';
import { valuesOf } from './label.js';
import type { PolicyCategory, PolicyLevel, PolicyValue, SecurityPolicy } from './policy.js';
import { underPolicy } from './succession.js';

const ORIGINATOR_ONLY = 'ORIGINATOR ONLY';

/** Which words stand for a level or a value. */
type Words = (named: PolicyLevel | PolicyValue) => string;

/**
 * What people read, for instance "SECRET // CRYPTO/INTEL // REL TO HOME STAFF // EYES ONLY": level, then the categories
 * and their values in the order of the policy. Ids that the policy does not know are shown as they are, so that a label
 * of an older policy stays legible.
 */
export function marking(label: Label, policy: SecurityPolicy): string {
  return partsOf(label, policy, (named) => named.marking).join(' // ');
}

/** What stands before a paragraph, for instance "(S//CR//REL TO HS)": the same in the policy's short words. */
export function portionMark(label: Label, policy: SecurityPolicy): string {
  return `(${partsOf(label, policy, (named) => named.portion ?? named.marking).join('//')})`;
}

function partsOf(given: Label, policy: SecurityPolicy, words: Words): string[] {
  const label = underPolicy(given, policy);
  const level = policy.levels.find(({ id }) => id === label.level);
  const known = policy.categories.flatMap((category) => {
    const values = valuesOf(label, category.tag);
    return values === undefined ? [] : [categoryWords(category, values, words)];
  });
  const unknown = label.categories.filter(({ tag }) => policy.categories.every((category) => category.tag !== tag));
  return [level ? words(level) : label.level, ...known, ...unknown.map(({ values }) => values.join('/'))];
}

function categoryWords({ type, prefix, values }: PolicyCategory, chosen: readonly string[], words: Words): string {
  if (chosen.length === 0 && type === 'PERMISSIVE') return ORIGINATOR_ONLY;
  const known = values.filter(({ id }) => chosen.includes(id)).map(words);
  const unknown = chosen.filter((value) => values.every(({ id }) => id !== value));
  const all = [...known, ...unknown].join('/');
  return prefix === undefined ? all : `${prefix} ${all}`;
}
