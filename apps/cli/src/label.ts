import { readFile } from 'node:fs/promises';

import type { Client } from '#client';
import { PolicyError, parsePolicy, policyPresets } from '#policy';
import type { CategoryValues, Label, PolicyCategory, SecurityPolicy } from '#policy';

import { usage } from './failure.js';

/** Level and categories as people write them; a label and a clearance have the same ones. */
export type Marked = Pick<Label, 'policy' | 'level' | 'categories'>;

/** The security policy in force, as this device has verified it. */
export const policyOf = (client: Client): Promise<SecurityPolicy> => client.policy();

/** A security policy by the name of a preset, or from a file. */
export async function findPolicy(name: string): Promise<SecurityPolicy> {
  return policyPresets.get(name) ?? readPolicy(await readFile(name, 'utf8'));
}

/** A security policy from its JSON text. */
export function readPolicy(text: string): SecurityPolicy {
  try {
    return parsePolicy(text);
  } catch (error) {
    if (!(error instanceof PolicyError)) throw error;
    throw usage(
      `this is no security policy: ${error.message}`,
      '--policy',
      'Take the JSON text of a policy; see libs/policy.',
    );
  }
}

/**
 * Reads what people write for a label or a clearance: `SECRET`, `SECRET//NEGOTIATION`, `secret // intel/negotiation`,
 * `TOP SECRET // REL TO HOME STAFF`. Ids and markings of the policy both count, whatever their case.
 */
export function parseMarking(text: string, policy: SecurityPolicy, field: string): Marked {
  const [levelText = '', ...rest] = text.split('//').map((part) => part.trim());
  const level = policy.levels.find(({ id, marking }) => [id, marking].some((name) => same(name, levelText)));
  if (!level)
    throw usage(`"${levelText}" is no level`, field, `Levels: ${policy.levels.map(({ id }) => id).join(', ')}.`);
  const categories = new Map<string, string[]>();
  for (const word of rest.flatMap((part) => part.split('/')).map((part) => part.trim())) {
    const { tag, value } = findValue(word, policy, field);
    categories.set(tag, [...(categories.get(tag) ?? []), value]);
  }
  return { policy: policy.id, level: level.id, categories: toCategories(categories) };
}

const toCategories = (categories: ReadonlyMap<string, string[]>): CategoryValues[] =>
  [...categories].map(([tag, values]) => ({ tag, values: [...new Set(values)] }));

function findValue(word: string, policy: SecurityPolicy, field: string): { tag: string; value: string } {
  for (const category of policy.categories) {
    const bare = withoutPrefix(word, category);
    const value = category.values.find(({ id, marking }) => [id, marking].some((name) => same(name, bare)));
    if (value) return { tag: category.tag, value: value.id };
  }
  const known = policy.categories.flatMap(({ values }) => values.map(({ id }) => id));
  throw usage(`"${word}" is no category of the policy`, field, `Categories: ${known.join(', ')}.`);
}

function withoutPrefix(word: string, { prefix }: PolicyCategory): string {
  const begins = prefix !== undefined && word.toUpperCase().startsWith(`${prefix.toUpperCase()} `);
  return begins ? word.slice(prefix.length + 1) : word;
}

const same = (a: string, b: string): boolean => plain(a) === plain(b);
const plain = (name: string): string =>
  name
    .trim()
    .toUpperCase()
    .replaceAll(/[\s_-]+/gu, '_');

/** The label as the API takes it. */
export function toLabelInput({ policy, level, categories }: Marked): {
  policy: string;
  level: string;
  categories: { tag: string; values: string[] }[];
} {
  return { policy, level, categories: categories.map(({ tag, values }) => ({ tag, values: [...values] })) };
}
