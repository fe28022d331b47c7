import { z } from 'zod';

import { CATEGORY_TYPES, EQUIVALENCE_ACTIONS, PolicyError } from './policy.js';
import { addFault, checkCaptions, checkEquivalences, checkRow, checkSuccessions } from './checks.js';
import { fault, isPlainFault } from './faults.js';
import type { PlainFaultCode, PolicyFault } from './faults.js';
import type { SecurityPolicy } from './policy.js';

/** Longest policy text that is read, in UTF-16 code units. */
const MAX_POLICY_TEXT = 262_144;

const id = z.string().regex(/^[A-Z][A-Z0-9_]{0,63}$/, 'NO_IDENTIFIER' satisfies PlainFaultCode);
const words = z.string().min(1).max(100);
const rank = z.int().min(0).max(1000);

const level = z.strictObject({
  id,
  rank,
  marking: words,
  colour: z.string().regex(/^#[0-9a-f]{6}$/, 'NO_COLOUR' satisfies PlainFaultCode),
  portion: words.exactOptional(),
  classification: words.exactOptional(),
  rotation: z
    .strictObject({ days: z.int().min(1).max(3650), messages: z.int().min(1).max(10_000_000) })
    .exactOptional(),
  freshness: z.int().min(1).max(3650).exactOptional(),
});
const value = z.strictObject({
  id,
  marking: words,
  portion: words.exactOptional(),
  excludes: z.array(id).min(1).max(100).exactOptional(),
  role: id.exactOptional(),
});
const category = z
  .strictObject({
    tag: id,
    type: z.enum(CATEGORY_TYPES),
    name: words.exactOptional(),
    prefix: words.exactOptional(),
    values: z
      .array(value)
      .min(1)
      .max(1000)
      .superRefine(unique((item) => item.id, 'id')),
  })
  .superRefine(checkCaptions);
const precedence = z.strictObject({ id, rank, marking: words, handlingMinutes: z.int().min(1).max(100_000) });
const policyId = z.string().regex(/^[a-z0-9][a-z0-9.-]{0,63}$/, 'NO_POLICY_IDENTIFIER' satisfies PlainFaultCode);
const instant = z.iso.datetime({ offset: true });
const uri = z.string().regex(/^urn:oid:[0-9]+(\.[0-9]+)*$/, 'NO_OBJECT_IDENTIFIER' satisfies PlainFaultCode);
const moves = z.array(z.strictObject({ fromTag: words, fromValue: words, toTag: words, toValue: words })).max(1000);
const equivalence = z
  .strictObject({
    fromPolicy: words,
    fromLevel: words,
    validFrom: instant,
    validTo: instant.exactOptional(),
    toPolicy: words,
    toLevel: words.exactOptional(),
    action: z.enum(EQUIVALENCE_ACTIONS),
    categories: moves.exactOptional(),
  })
  .superRefine(checkRow);
const succession = z.strictObject({
  policy: policyId,
  levels: z
    .array(z.strictObject({ from: id, to: id }))
    .max(1000)
    .superRefine(unique((item) => item.from, 'from'))
    .exactOptional(),
  categories: moves
    .superRefine(unique(({ fromTag, fromValue }) => `${fromTag}\n${fromValue}`, 'fromValue'))
    .exactOptional(),
});
const schema = z.strictObject({
  id: policyId,
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
  rotation: z.strictObject({ identityDays: z.int().min(1).max(3650) }).exactOptional(),
  stanag: z.strictObject({ identifier: words, uri: uri.exactOptional() }).exactOptional(),
  equivalences: z.array(equivalence).max(1000).exactOptional(),
  successions: z
    .array(succession)
    .max(100)
    .superRefine(unique((item) => item.policy, 'policy'))
    .exactOptional(),
});

/**
 * Reads a policy from JSON text, strictly: unknown keys, wrong types and doubled identifiers are refused.
 * @throws PolicyError whose path names the first place that is wrong.
 */
export function parsePolicy(text: string): SecurityPolicy {
  if (text.length > MAX_POLICY_TEXT) throw new PolicyError('', fault('POLICY_TOO_LONG', { most: MAX_POLICY_TEXT }));
  const result = schema.safeParse(parseJson(text));
  if (result.success) {
    checkEquivalences(result.data);
    checkSuccessions(result.data);
    return result.data;
  }
  const [issue] = result.error.issues;
  if (!issue) throw new PolicyError('', fault('WRONG_KIND', { detail: 'is no security policy' }));
  throw new PolicyError(issue.path.map(String).join('.'), faultOf(issue));
}

/** A code where the schema gives one as its message; else by what the library found, whose words are English. */
function faultOf(issue: z.core.$ZodIssue): PolicyFault {
  const { message: detail } = issue;
  if (isPlainFault(detail)) return fault(detail);
  if (issue.code === 'too_small')
    return fault(TOO_LITTLE[amountOf(issue.origin)], { detail, least: Number(issue.minimum) });
  if (issue.code === 'too_big') return fault(TOO_MUCH[amountOf(issue.origin)], { detail, most: Number(issue.maximum) });
  if (issue.code === 'unrecognized_keys') return fault('UNKNOWN_KEY', { detail, keys: issue.keys.join(', ') });
  return fault(issue.code === 'invalid_format' ? 'NO_INSTANT' : 'WRONG_KIND', { detail });
}

type Amount = 'characters' | 'items' | 'number';
const TOO_LITTLE = { characters: 'TOO_SHORT', items: 'TOO_FEW', number: 'TOO_SMALL' } as const;
const TOO_MUCH = { characters: 'TOO_LONG', items: 'TOO_MANY', number: 'TOO_GREAT' } as const;

function amountOf(origin: string): Amount {
  if (origin === 'string') return 'characters';
  return origin === 'array' ? 'items' : 'number';
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
    throw new PolicyError('', fault('NO_JSON'));
  }
}

function unique<T>(key: (item: T) => unknown, name: string) {
  return (items: readonly T[], context: z.RefinementCtx): void => {
    const seen = new Set<unknown>();
    items.forEach((item, index) => {
      if (seen.has(key(item))) addFault(context, [index, name], 'TWICE');
      seen.add(key(item));
    });
  };
}
