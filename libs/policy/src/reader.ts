import type { CategoryValues, Clearance } from './label.js';
import { sortCategories, valuesOf } from './label.js';
import { rankOf } from './lookup.js';
import type { PolicyCategory, SecurityPolicy } from './policy.js';
import { underPolicy } from './succession.js';

/** Who reads: a person in a session of a device. */
export interface Reader {
  readonly clearance?: Clearance | undefined;
  readonly roles?: readonly string[];
  /** Level above which the device shows nothing, whoever holds it; absent: no ceiling. */
  readonly ceiling?: string | undefined;
}

/**
 * What a reader holds here and now, as a clearance that the rule (`canRead`), filters of databases and search engines
 * then take as it is: the person's clearance, with the captions that their roles hold, and no level above the device's
 * ceiling. Undefined for a reader who reads nothing: no clearance, or a ceiling that the policy does not know.
 */
export function effectiveClearance(
  { clearance: given, roles = [], ceiling }: Reader,
  policy: SecurityPolicy,
): Clearance | undefined {
  if (!given) return undefined;
  const clearance = underPolicy(given, policy);
  const level = ceiling === undefined ? clearance.level : lower(clearance.level, ceiling, policy);
  if (level === undefined) return undefined;
  const tags = new Set([...clearance.categories.map(({ tag }) => tag), ...policy.categories.map(({ tag }) => tag)]);
  const categories = [...tags].flatMap((tag) => held(tag, clearance, roles, policy));
  return { ...clearance, level, categories: sortCategories(categories) };
}

function lower(level: string, ceiling: string, policy: SecurityPolicy): string | undefined {
  const [own, most] = [rankOf(level, policy), rankOf(ceiling, policy)];
  if (own === undefined || most === undefined) return undefined;
  return own <= most ? level : ceiling;
}

function held(tag: string, clearance: Clearance, roles: readonly string[], policy: SecurityPolicy): CategoryValues[] {
  const own = valuesOf(clearance, tag);
  const category = policy.categories.find((known) => known.tag === tag);
  const values = [...new Set([...(own ?? []), ...(category ? captionsOf(category, roles) : [])])];
  return own || values.length > 0 ? [{ tag, values }] : [];
}

function captionsOf({ values }: PolicyCategory, roles: readonly string[]): string[] {
  return values.filter(({ role }) => role !== undefined && roles.includes(role)).map(({ id }) => id);
}
