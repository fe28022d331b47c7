import { z } from 'zod';

import { CATEGORY_TYPES, PolicyError } from './policy.js';
import type { SecurityPolicy } from './policy.js';

/** Longest policy text that is read, in UTF-16 code units. */
const MAX_POLICY_TEXT = 262_144;

const id = z.string().regex(/^[A-Z][A-Z0-9_]{0,63}$/, 'is no identifier (capital letters, digits, underscore)');
const words = z.string().min(1).max(100);
const rank = z.int().min(0).max(1000);

const level = z.strictObject({
  id,
  rank,
  marking: words,
  colour: z.string().regex(/^#[0-9a-f]{6}$/, 'is no colour (#rrggbb, lower case)'),
  rotation: z
    .strictObject({ days: z.int().min(1).max(3650), messages: z.int().min(1).max(10_000_000) })
    .exactOptional(),
});
const category = z.strictObject({
  tag: id,
  type: z.enum(CATEGORY_TYPES),
  prefix: words.exactOptional(),
  values: z
    .array(z.strictObject({ id, marking: words }))
    .min(1)
    .max(1000)
    .superRefine(unique((value) => value.id, 'id')),
});
const precedence = z.strictObject({ id, rank, marking: words, handlingMinutes: z.int().min(1).max(100_000) });
const schema = z.strictObject({
  id: z.string().regex(/^[a-z0-9][a-z0-9.-]{0,63}$/, 'is no policy identifier (small letters, digits, dot, hyphen)'),
  name: words,
  levels: z
    .array(level)
    .min(1)
    .max(100)
    .superRefine(unique((item) => item.id, 'id'))
    .superRefine(unique((item) => item.rank, 'rank')),
  categories: z
    .array(category)
    .max(100)
    .superRefine(unique((item) => item.tag, 'tag')),
  precedences: z
    .array(precedence)
    .min(1)
    .max(20)
    .superRefine(unique((item) => item.id, 'id'))
    .superRefine(unique((item) => item.rank, 'rank')),
});

/**
 * Reads a policy from JSON text, strictly: unknown keys, wrong types and doubled identifiers are refused.
 * @throws PolicyError whose path names the first place that is wrong.
 */
export function parsePolicy(text: string): SecurityPolicy {
  if (text.length > MAX_POLICY_TEXT) throw new PolicyError('', `is longer than ${String(MAX_POLICY_TEXT)} characters`);
  const result = schema.safeParse(parseJson(text));
  if (result.success) return result.data;
  const [issue] = result.error.issues;
  throw new PolicyError(issue?.path.map(String).join('.') ?? '', issue?.message ?? 'is no security policy');
}

/** The one text of a policy, for hashing and signing: JSON without spaces, keys sorted at every depth, lists in their order. */
export function canonicalPolicy(policy: SecurityPolicy): string {
  return JSON.stringify(sortKeys(policy));
}

function sortKeys(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sortKeys);
  if (typeof value !== 'object' || value === null) return value;
  const entries = Object.entries(value).toSorted(([a], [b]) => (a < b ? -1 : 1));
  return Object.fromEntries(entries.map(([key, item]) => [key, sortKeys(item)]));
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw new PolicyError('', 'is no JSON text');
  }
}

function unique<T>(key: (item: T) => unknown, name: string) {
  return (items: readonly T[], context: z.RefinementCtx): void => {
    const seen = new Set<unknown>();
    items.forEach((item, index) => {
      if (seen.has(key(item))) context.addIssue({ code: 'custom', path: [index, name], message: 'stands there twice' });
      seen.add(key(item));
    });
  };
}
