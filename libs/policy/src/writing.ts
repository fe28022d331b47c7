import { valuesOf } from './label.js';
import type { CategoryValues, Label } from './label.js';
import { lookupOf, rankOf } from './lookup.js';
import { dominates, join } from './order.js';
import type { PolicyValue, SecurityPolicy } from './policy.js';
import { underPolicy } from './succession.js';
import { validateLabel } from './validate.js';
import type { Problem } from './validate.js';

/** What a label gives up against the sources of what it marks. */
export interface Downgrade {
  /** The least label that would give up nothing. */
  readonly least: Label;
  /** The levels, where the label's is the lower one. */
  readonly level?: { readonly from: string; readonly to: string };
  /** RESTRICTIVE values of the sources that the label drops. */
  readonly dropped: readonly CategoryValues[];
  /** PERMISSIVE values that the label admits and the sources do not; the tag alone, where the label leaves the category out. */
  readonly widened: readonly CategoryValues[];
}

/**
 * What is wrong with a label that a person chooses: all that `validateLabel` says, and values that exclude each other.
 * A label that was joined from others may hold both, since both restrictions then apply.
 */
export function validateChoice(label: Label, policy: SecurityPolicy): Problem[] {
  const exclusions = label.categories.flatMap((category, index) =>
    category.values.flatMap((id, place) => {
      const rival = rivalOf(id, category, policy);
      if (rival === undefined) return [];
      const field = `categories.${String(index)}.values.${String(place)}`;
      return [{ field, message: `can't stand beside ${rival}: choose one` }];
    }),
  );
  return [...validateLabel(label, policy), ...exclusions];
}

/**
 * The rule for writing: a text under this label that cites or takes over the sources gives up nothing, or is a
 * downgrade, which needs authority, a reason and a second person. Undefined: no downgrade.
 * @throws PolicyError for a source that is invalid under the policy.
 */
export function downgradeOf(given: Label, sources: readonly Label[], policy: SecurityPolicy): Downgrade | undefined {
  const least = join(sources, policy);
  if (dominates(given, least, policy)) return undefined;
  const target = underPolicy(given, policy);
  const fall = (rankOf(target.level, policy) ?? -1) < (rankOf(least.level, policy) ?? 0);
  return {
    least,
    ...(fall ? { level: { from: least.level, to: target.level } } : {}),
    dropped: missing(least, target, 'RESTRICTIVE', policy),
    widened: widenedBy(target, least, policy),
  };
}

function rivalOf(id: string, { tag, values }: CategoryValues, policy: SecurityPolicy): string | undefined {
  const known = policy.categories.find((category) => category.tag === tag)?.values ?? [];
  const find = (value: string): PolicyValue | undefined => known.find((item) => item.id === value);
  const isRival = (other: string): boolean =>
    other !== id && ((find(id)?.excludes?.includes(other) ?? false) || (find(other)?.excludes?.includes(id) ?? false));
  return values.find(isRival);
}

function missing(from: Label, to: Label, type: string, policy: SecurityPolicy): CategoryValues[] {
  return from.categories.flatMap(({ tag, values }) => {
    if (lookupOf(policy).categories.get(tag)?.type !== type) return [];
    const own = valuesOf(to, tag) ?? [];
    const lost = values.filter((value) => !own.includes(value));
    return lost.length === 0 ? [] : [{ tag, values: lost }];
  });
}

function widenedBy(target: Label, least: Label, policy: SecurityPolicy): CategoryValues[] {
  return least.categories.flatMap(({ tag, values }) => {
    if (lookupOf(policy).categories.get(tag)?.type !== 'PERMISSIVE') return [];
    const own = valuesOf(target, tag);
    const more = own?.filter((value) => !values.includes(value)) ?? [];
    return own === undefined || more.length > 0 ? [{ tag, values: more }] : [];
  });
}
