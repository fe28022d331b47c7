import type { PolicyCategory, PolicyEquivalence, PolicyLevel, SecurityPolicy } from '#policy';

/** What the editors of its parts have in common. */
export interface EditProps {
  readonly policy: SecurityPolicy;
  readonly onChange: (policy: SecurityPolicy) => void;
}

type PolicySuccessionRow = NonNullable<SecurityPolicy['successions']>[number];

/** Identifiers are of capital letters, digits and underscores; they are made from the words that people read. */
function identifierOf(words: string): string {
  const plain = words
    .toUpperCase()
    .normalize('NFD')
    .replace(/\p{Mn}/gu, '');
  return plain.replace(/[^A-Z0-9]+/gu, '_').replace(/^[^A-Z]+|_+$/gu, '');
}

export function withLevel(policy: SecurityPolicy, index: number, change: Partial<PolicyLevel>): SecurityPolicy {
  return {
    ...policy,
    levels: policy.levels.map((level, place) => (place === index ? { ...level, ...change } : level)),
  };
}

/** Above all others. */
export function withNewLevel(policy: SecurityPolicy, marking: string): SecurityPolicy {
  const rank = Math.max(-1, ...policy.levels.map((level) => level.rank)) + 1;
  const level = { id: identifierOf(marking), rank, marking: marking.toUpperCase(), colour: '#37474f' };
  return { ...policy, levels: [...policy.levels, level] };
}

/** Changes the place with the next one below. */
export function loweredLevel(policy: SecurityPolicy, index: number): SecurityPolicy {
  const [upper, lower] = [policy.levels[index], policy.levels[index - 1]];
  if (!upper || !lower) return policy;
  const levels = [...policy.levels];
  levels[index - 1] = { ...upper, rank: lower.rank };
  levels[index] = { ...lower, rank: upper.rank };
  return { ...policy, levels };
}

export function withoutLevel(policy: SecurityPolicy, index: number): SecurityPolicy {
  return { ...policy, levels: policy.levels.filter((_, place) => place !== index) };
}

export function withCategory(policy: SecurityPolicy, index: number, change: Partial<PolicyCategory>): SecurityPolicy {
  const categories = policy.categories.map((category, place) =>
    place === index ? { ...category, ...change } : category,
  );
  return { ...policy, categories };
}

export function withNewCategory(policy: SecurityPolicy, name: string, value: string): SecurityPolicy {
  const values = [{ id: identifierOf(value), marking: value.toUpperCase() }];
  const category: PolicyCategory = { tag: identifierOf(name), type: 'RESTRICTIVE', name, values };
  return { ...policy, categories: [...policy.categories, category] };
}

export function withNewValue(policy: SecurityPolicy, index: number, marking: string): SecurityPolicy {
  const values = policy.categories[index]?.values ?? [];
  return withCategory(policy, index, {
    values: [...values, { id: identifierOf(marking), marking: marking.toUpperCase() }],
  });
}

export function withEquivalence(policy: SecurityPolicy, row: PolicyEquivalence): SecurityPolicy {
  return { ...policy, equivalences: [...(policy.equivalences ?? []), row] };
}

export function withoutEquivalence(policy: SecurityPolicy, index: number): SecurityPolicy {
  return { ...policy, equivalences: (policy.equivalences ?? []).filter((_, place) => place !== index) };
}

/** Levels that are in force and that the draft has no more. */
export function goneLevels(current: SecurityPolicy, draft: SecurityPolicy): readonly PolicyLevel[] {
  return current.levels.filter(({ id }) => draft.levels.every((level) => level.id !== id));
}

export function goneValues(current: SecurityPolicy, draft: SecurityPolicy): readonly { tag: string; value: string }[] {
  return current.categories.flatMap(({ tag, values }) => {
    const kept = draft.categories.find((category) => category.tag === tag)?.values ?? [];
    return values.filter(({ id }) => kept.every((value) => value.id !== id)).map(({ id }) => ({ tag, value: id }));
  });
}

/** Which level reads what was marked with one that is gone. */
export function withLevelSuccessor(
  { current, draft }: { readonly current: SecurityPolicy; readonly draft: SecurityPolicy },
  from: string,
  to: string,
): SecurityPolicy {
  return withRow(draft, current.id, ({ levels = [], ...row }) => ({
    ...row,
    levels: [...levels.filter((one) => one.from !== from), { from, to }],
  }));
}

export function withValueSuccessor(
  { current, draft }: { readonly current: SecurityPolicy; readonly draft: SecurityPolicy },
  { tag, value }: { readonly tag: string; readonly value: string },
  [toTag, toValue]: readonly [string, string],
): SecurityPolicy {
  return withRow(draft, current.id, ({ categories = [], ...row }) => ({
    ...row,
    categories: [
      ...categories.filter(({ fromTag, fromValue }) => fromTag !== tag || fromValue !== value),
      { fromTag: tag, fromValue: value, toTag, toValue },
    ],
  }));
}

function withRow(
  draft: SecurityPolicy,
  policy: string,
  change: (row: PolicySuccessionRow) => PolicySuccessionRow,
): SecurityPolicy {
  const rows = draft.successions ?? [];
  const row = rows.find((one) => one.policy === policy) ?? { policy };
  return { ...draft, successions: [...rows.filter((one) => one.policy !== policy), change(row)] };
}
