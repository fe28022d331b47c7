import type { CategoryValues, Label } from './label.js';
import { sortCategories } from './label.js';
import { labelError } from './policy.js';
import type { CategoryType, EquivalenceAction, PolicyEquivalence, PolicyError, SecurityPolicy } from './policy.js';

/** A label as another policy's people wrote it, with the names that they use. */
export interface ForeignLabel {
  /** Identifier of the policy. */
  readonly policy: string;
  readonly level: string;
  readonly categories: readonly ForeignCategory[];
}

export interface ForeignCategory {
  readonly tag: string;
  readonly type: CategoryType;
  readonly values: readonly string[];
}

/** What a foreign label means here. */
export interface Translation {
  readonly label: Label;
  readonly action: Exclude<EquivalenceAction, 'refuse'>;
  /** INFORMATIVE values that have no equal here; they decide nothing and are only left out. */
  readonly dropped: readonly CategoryValues[];
}

/**
 * Reads a foreign label by the equivalences that held at an instant. Whatever restricts and has no equal here is
 * refused: a restriction is never left out.
 * @throws PolicyError that names what has no equal, with the remedy.
 */
export function translateLabel(foreign: ForeignLabel, policy: SecurityPolicy, at: Date): Translation {
  const row = rowFor(foreign, policy, at);
  if (row.action === 'refuse' || row.toLevel === undefined) {
    throw labelError('level', `${foreign.policy} ${foreign.level} may not be taken over under ${policy.name}`);
  }
  const dropped: CategoryValues[] = [];
  const values = new Map<string, string[]>();
  for (const category of foreign.categories) {
    const lost = category.values.filter((value) => !moved(category.tag, value, row, values));
    if (lost.length > 0 && category.type !== 'INFORMATIVE') throw unequalled(category.tag, lost, policy);
    if (lost.length > 0) dropped.push({ tag: category.tag, values: lost });
    if (category.values.length === 0) throw unequalled(category.tag, ['(no value: originator only)'], policy);
  }
  const categories = [...values].map(([tag, chosen]) => ({ tag, values: [...new Set(chosen)] }));
  const label = { policy: policy.id, level: row.toLevel, categories: sortCategories(categories) };
  return { label, action: row.action, dropped };
}

function rowFor({ policy: from, level }: ForeignLabel, policy: SecurityPolicy, at: Date): PolicyEquivalence {
  const rows = (policy.equivalences ?? []).filter(
    (row) => row.toPolicy === policy.id && sameName(row.fromPolicy, from),
  );
  if (rows.length === 0) throw labelError('policy', `${policy.name} has no equivalences for the policy ${from}`);
  const row = rows.find((known) => sameName(known.fromLevel, level) && holdsAt(known, at));
  if (row) return row;
  throw labelError('level', `${policy.name} has no level for ${from} ${level} at ${at.toISOString()}`);
}

/** STANAG 4774 takes the names within a label without regard to case. */
export function sameName(a: string, b: string): boolean {
  return a.toLowerCase() === b.toLowerCase();
}

function holdsAt({ validFrom, validTo }: PolicyEquivalence, at: Date): boolean {
  return at.getTime() >= Date.parse(validFrom) && (validTo === undefined || at.getTime() < Date.parse(validTo));
}

function moved(tag: string, value: string, { categories }: PolicyEquivalence, into: Map<string, string[]>): boolean {
  const equals = (categories ?? []).filter((row) => sameName(row.fromTag, tag) && sameName(row.fromValue, value));
  for (const { toTag, toValue } of equals) into.set(toTag, [...(into.get(toTag) ?? []), toValue]);
  return equals.length > 0;
}

function unequalled(tag: string, values: readonly string[], { name }: SecurityPolicy): PolicyError {
  const detail = `${tag} ${values.join(', ')} restricts and has no equal under ${name}: choose a label by hand`;
  return labelError('categories', detail);
}
