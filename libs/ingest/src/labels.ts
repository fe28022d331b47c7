import type { Label, SecurityPolicy } from '#policy';

const plain = (words: string): string =>
  words
    .toLowerCase()
    .replace(/[^a-z]+/gu, ' ')
    .trim();

/** Level ids by the words that older papers use for them. */
const LEVELS: Readonly<Record<string, string>> = {
  'top secret': 'TOP_SECRET',
  secret: 'SECRET',
  confidential: 'CONFIDENTIAL',
  restricted: 'RESTRICTED',
  'limited official use': 'RESTRICTED',
  'official use only': 'RESTRICTED',
  'for official use only': 'RESTRICTED',
  'office use only': 'RESTRICTED',
  unclassified: 'UNCLASSIFIED',
  'not classified': 'UNCLASSIFIED',
  'no classification': 'UNCLASSIFIED',
  'no classification marking': 'UNCLASSIFIED',
};

/** Handling values by the words that mean them; the first that fits counts. */
const HANDLING: readonly (readonly [words: RegExp, value: string])[] = [
  [/\bnodis\b/u, 'NODIS'],
  [/\bexdis\b/u, 'EXDIS'],
  [/\blimdis\b|\blimit(?:ed)? distribution\b/u, 'LIMDIS'],
  [/\bstadis\b/u, 'STADIS'],
  [/\bnoforn\b|\bno foreign dissem/u, 'NOFORN'],
  [/\beyes only\b|\beyes of\b|\bfor the president only\b/u, 'EYES_ONLY'],
  [/\bsensitive\b/u, 'SENSITIVE'],
  [/\bcontrolled dissem/u, 'CONTROLLED_DISSEM'],
];

/** The level of the policy that a classification means: by id, by marking, by the words of older papers; or undefined. */
export function levelFromWords(words: string, policy: SecurityPolicy): string | undefined {
  const key = plain(words);
  const known = policy.levels.find(({ id, marking }) => plain(id) === key || plain(marking) === key)?.id ?? LEVELS[key];
  return policy.levels.some(({ id }) => id === known) ? known : undefined;
}

interface Value {
  readonly tag: string;
  readonly value: string;
}

/** The value of the policy that a handling word means, with its category. */
function valueFromWords(words: string, policy: SecurityPolicy): Value | undefined {
  const key = plain(words);
  const byRule = HANDLING.find(([pattern]) => pattern.test(key))?.[1];
  for (const { tag, values } of policy.categories) {
    const found = values.find(({ id, marking }) => id === byRule || plain(id) === key || plain(marking) === key);
    if (found !== undefined) return { tag, value: found.id };
  }
  return undefined;
}

/**
 * The label that a classification and handling words mean in a policy; words that the policy does not know add nothing.
 * Undefined where the policy has no such level.
 */
export function labelFromWords(
  classification: string,
  handling: readonly string[],
  policy: SecurityPolicy,
): Label | undefined {
  const level = levelFromWords(classification, policy);
  if (level === undefined) return undefined;
  const found = handling.map((words) => valueFromWords(words, policy)).filter((value) => value !== undefined);
  const tags = [...new Set(found.map(({ tag }) => tag))];
  const categories = tags.map((tag) => ({
    tag,
    values: [...new Set(found.filter((one) => one.tag === tag).map(({ value }) => value))],
  }));
  return { policy: policy.id, level, categories };
}
