/** Some values of one category. */
export interface CategoryValues {
  readonly tag: string;
  readonly values: readonly string[];
}

/**
 * What a thing is marked with. An absent category restricts nothing; a PERMISSIVE category without values means
 * that nobody but the originator may read.
 */
export interface Label {
  readonly policy: string;
  readonly level: string;
  readonly categories: readonly CategoryValues[];
}

/** What a person holds. */
export interface Clearance {
  readonly policy: string;
  readonly level: string;
  readonly categories: readonly CategoryValues[];
  /** RFC 3339 instant from which the clearance no longer holds; absent when it has no end. */
  readonly until?: string;
}

/** Longest canonical text that `parseLabel` reads, in UTF-16 code units. */
const MAX_LABEL_TEXT = 4096;

/** Categories by tag, values by id, both in code unit order: equal labels then have one form. */
export function sortCategories(categories: readonly CategoryValues[]): CategoryValues[] {
  return categories
    .map(({ tag, values }) => ({ tag, values: values.toSorted(byCodeUnit) }))
    .toSorted((a, b) => byCodeUnit(a.tag, b.tag));
}

/**
 * The one text of a label: JSON with the keys categories, level, policy, without spaces, categories and values sorted.
 * It travels in group contexts and authenticated data, where two spellings of one label would be two labels.
 */
export function canonicalLabel(label: Label): string {
  const categories = sortCategories(label.categories).map(({ tag, values }) => ({ tag, values }));
  return JSON.stringify({ categories, level: label.level, policy: label.policy });
}

/** Reads a canonical text; undefined for anything that `canonicalLabel` would not have written. Says nothing about a policy. */
export function parseLabel(text: string): Label | undefined {
  if (text.length > MAX_LABEL_TEXT) return undefined;
  const value = parseJson(text);
  if (!isRecord(value)) return undefined;
  const { policy, level, categories } = value;
  if (typeof policy !== 'string' || typeof level !== 'string' || !isCategories(categories)) return undefined;
  const label = { policy, level, categories };
  return canonicalLabel(label) === text ? label : undefined;
}

/** The values of one category; undefined where it is absent. */
export function valuesOf({ categories }: Pick<Label, 'categories'>, tag: string): readonly string[] | undefined {
  return categories.find((category) => category.tag === tag)?.values;
}

function byCodeUnit(a: string, b: string): number {
  if (a === b) return 0;
  return a < b ? -1 : 1;
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function isCategories(value: unknown): value is CategoryValues[] {
  return Array.isArray(value) && value.every(isCategory);
}

function isCategory(value: unknown): value is CategoryValues {
  if (!isRecord(value)) return false;
  const { tag, values } = value;
  return typeof tag === 'string' && Array.isArray(values) && values.every((item) => typeof item === 'string');
}
