import type { Client } from '#client';
import { join, marking, portionMark, rankOf } from '#policy';
import type { Clearance, Label, PolicyCategory, SecurityPolicy } from '#policy';

import type { Labelling, Marked, PlainLabel } from './protocol.js';

/** A label without what an answer says besides, as the API takes it. */
export const labelOf = ({ label: { policy, level, categories } }: { readonly label: Label }): PlainLabel => ({
  ...{ policy, level },
  categories: categories.map(({ tag, values }) => ({ tag, values: [...values] })),
});

export function highest(labels: readonly Label[], policy: SecurityPolicy): string {
  return labels.length === 0 ? '' : marking(join(labels, policy), policy);
}

export function markedAs(labels: readonly Label[], policy: SecurityPolicy): Marked {
  const label = labelOf({ label: join(labels, policy) });
  return { label, marking: marking(label, policy), portion: portionMark(label, policy) };
}

/** What this person can mark papers with: nobody writes what they could not read. */
export async function labellingOf(client: Client): Promise<Labelling> {
  const [policy, { clearance }] = await Promise.all([client.policy(), client.whoami()]);
  const held = clearance === undefined ? -1 : (rankOf(clearance.level, policy) ?? -1);
  const levels = policy.levels.filter(({ rank }) => rank <= held).toSorted((a, b) => a.rank - b.rank);
  return {
    policy: policy.id,
    levels: levels.map(({ id, marking: words }) => ({ id, marking: words })),
    categories: policy.categories
      .map((category) => choiceOf(category, clearance))
      .filter(({ values }) => values.length > 0),
  };
}

function choiceOf({ tag, name, prefix, type, values }: PolicyCategory, clearance: Clearance | undefined) {
  const held = clearance?.categories.find((category) => category.tag === tag)?.values ?? [];
  const own = type === 'INFORMATIVE' ? values : values.filter(({ id }) => held.includes(id));
  return {
    ...{ tag, name: name ?? prefix ?? tag },
    values: own.map(({ id, marking: words }) => ({ id, marking: words })),
  };
}
