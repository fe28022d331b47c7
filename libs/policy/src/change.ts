import type { CategoryValues, Clearance, Label } from './label.js';
import { marking } from './marking.js';
import { canRead } from './order.js';
import type { SecurityPolicy } from './policy.js';
import { validateLabel } from './validate.js';

/** How often something is marked so. */
export interface Use<Marked extends Label = Label> {
  readonly marked: Marked;
  readonly count: number;
}

/** What a label in use means after a change of the policy. */
export interface LabelImpact {
  readonly label: Label;
  readonly count: number;
  /** Markings; `after` is absent where the next policy does not know the label. */
  readonly before: string;
  readonly after?: string;
  /** People who may read it after the change and could not before, and the other way round. */
  readonly gained: number;
  readonly lost: number;
}

/**
 * What a policy would leave without a meaning if it took the place of the one in force: levels and values that the one in force has, or
 * reads by its own successions, and for which the next has neither the name nor a successor. Empty when nothing is lost. It depends on the two
 * policies alone, so that nobody learns from it what is in use.
 */
export function lostBy(current: SecurityPolicy, next: SecurityPolicy): string[] {
  const ids = [current.id, ...(current.successions ?? []).map(({ policy }) => policy)];
  return [...new Set(ids)].flatMap((policy) => {
    const isLost = (label: Label): boolean =>
      validateLabel(label, current).length === 0 && validateLabel(label, next).length > 0;
    const levels = levelsUnder(policy, current).map((level) => ({ policy, level, categories: [] }));
    const lost = levels.filter(isLost).map(nameOf);
    const kept = levels.find((label) => !isLost(label) && validateLabel(label, current).length === 0);
    const values = kept ? valuesUnder(policy, current).map((category) => ({ ...kept, categories: [category] })) : [];
    return [...lost, ...values.filter(isLost).map(nameOf)];
  });
}

/** What becomes of the labels that are in use, for the people who hold these clearances. */
export function impactOn(
  labels: readonly Use[],
  clearances: readonly Use<Clearance>[],
  { current, next, now }: { readonly current: SecurityPolicy; readonly next: SecurityPolicy; readonly now: Date },
): LabelImpact[] {
  return labels.map(({ marked: label, count }) => {
    const isKnown = validateLabel(label, next).length === 0;
    const readers = clearances.map(({ marked, count: people }) => {
      const before = canRead(marked, label, current, now);
      const after = canRead(marked, label, next, now);
      return { gained: after && !before ? people : 0, lost: before && !after ? people : 0 };
    });
    return {
      label,
      count,
      before: marking(label, current),
      ...(isKnown && { after: marking(label, next) }),
      gained: sum(readers.map(({ gained }) => gained)),
      lost: sum(readers.map(({ lost }) => lost)),
    };
  });
}

/** The levels that may stand in labels made under the policy with this id. */
function levelsUnder(policy: string, current: SecurityPolicy): string[] {
  const past = current.successions?.find((row) => row.policy === policy)?.levels ?? [];
  return [...new Set([...past.map(({ from }) => from), ...current.levels.map(({ id }) => id)])];
}

function valuesUnder(policy: string, current: SecurityPolicy): CategoryValues[] {
  const past = current.successions?.find((row) => row.policy === policy)?.categories ?? [];
  return [
    ...past.map(({ fromTag, fromValue }) => ({ tag: fromTag, values: [fromValue] })),
    ...current.categories.flatMap(({ tag, values }) => values.map(({ id }) => ({ tag, values: [id] }))),
  ];
}

function nameOf({ policy, level, categories: [category] }: Label): string {
  const name = category ? [category.tag, ...category.values].join(' ') : level;
  return `${name} of ${policy}`;
}

const sum = (numbers: readonly number[]): number => numbers.reduce((total, number) => total + number, 0);
