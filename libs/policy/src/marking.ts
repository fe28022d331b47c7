import type { Label } from './label.js';
import type { PolicyCategory, SecurityPolicy } from './policy.js';

const ORIGINATOR_ONLY = 'ORIGINATOR ONLY';

/**
 * What people read, for instance "SECRET // CRYPTO/INTEL // REL TO HOME STAFF // EYES ONLY": level, then the categories
 * and their values in the order of the policy. Ids that the policy does not know are shown as they are, so that a label
 * of an older policy stays legible.
 */
export function marking(label: Label, policy: SecurityPolicy): string {
  const level = policy.levels.find(({ id }) => id === label.level)?.marking ?? label.level;
  const known = policy.categories.flatMap((category) => {
    const values = label.categories.find(({ tag }) => tag === category.tag)?.values;
    return values === undefined ? [] : [categoryMarking(category, values)];
  });
  const unknown = label.categories.filter(({ tag }) => policy.categories.every((category) => category.tag !== tag));
  return [level, ...known, ...unknown.map(({ values }) => values.join('/'))].join(' // ');
}

function categoryMarking({ type, prefix, values }: PolicyCategory, chosen: readonly string[]): string {
  if (chosen.length === 0 && type === 'PERMISSIVE') return ORIGINATOR_ONLY;
  const known = values.filter(({ id }) => chosen.includes(id)).map((value) => value.marking);
  const unknown = chosen.filter((value) => values.every(({ id }) => id !== value));
  const words = [...known, ...unknown].join('/');
  return prefix === undefined ? words : `${prefix} ${words}`;
}
