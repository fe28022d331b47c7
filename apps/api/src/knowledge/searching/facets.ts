import { marking } from '#policy';
import type { Label, SecurityPolicy } from '#policy';

import { Refusal } from '../../platform/refusal.js';
import type { DocumentFacts } from '../documents/documents.service.js';

export interface FacetCount {
  readonly field: string;
  readonly values: readonly { readonly value: string; readonly count: number }[];
}

/** What is counted of one document that was found. */
export interface Counted extends Omit<DocumentFacts, 'id' | 'labelId'> {
  readonly label: Label | undefined;
  /** First day that its date can mean, as yyyymmdd; 0 when undated. */
  readonly firstDay: number;
}

const MAX_VALUES = 100;
/** yyyymmdd: what a year counts. */
const YEAR = 10_000;

type ValuesOf = (counted: Counted, policy: SecurityPolicy) => readonly string[];

const VALUES_OF: Readonly<Record<string, ValuesOf>> = {
  kind: ({ kind }) => [kind],
  language: ({ language }) => [language],
  level: ({ level }) => [level],
  label: ({ label }, policy) => (label ? [marking(label, policy)] : []),
  country: ({ countries }) => countries,
  topic: ({ topics }) => topics,
  status: ({ state }) => [state],
  post: ({ postId }) => (postId === null ? [] : [postId]),
  year: ({ firstDay }) => (firstDay === 0 ? [] : [String(Math.floor(firstDay / YEAR))]),
};

/** Checks the names of facets. Throws BAD_INPUT that names the known ones. */
export function requireFacets(fields: readonly string[]): string[] {
  const unknown = fields.some((field) => !Object.hasOwn(VALUES_OF, field));
  if (!unknown) return [...new Set(fields)];
  const known = Object.keys(VALUES_OF).join(', ');
  throw new Refusal('BAD_INPUT', `the facets are ${known}`, { field: 'facets' });
}

/** How many of the documents have each value: the most frequent first, of equals by the alphabet. */
export function countFacets(
  fields: readonly string[],
  documents: readonly Counted[],
  policy: SecurityPolicy,
): FacetCount[] {
  return fields.map((field) => {
    const counts = new Map<string, number>();
    for (const document of documents) {
      for (const value of VALUES_OF[field]?.(document, policy) ?? []) counts.set(value, (counts.get(value) ?? 0) + 1);
    }
    const sorted = [...counts].sort(([a, left], [b, right]) => right - left || (a < b ? -1 : 1));
    return { field, values: sorted.slice(0, MAX_VALUES).map(([value, count]) => ({ value, count })) };
  });
}
