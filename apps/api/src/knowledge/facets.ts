import { Refusal } from '../platform/refusal.js';
import type { DocumentFacts } from './documents.service.js';

export interface FacetCount {
  readonly field: string;
  readonly values: readonly { readonly value: string; readonly count: number }[];
}

const MAX_VALUES = 100;

const VALUES_OF: Readonly<Record<string, (facts: DocumentFacts) => readonly string[]>> = {
  kind: ({ kind }) => [kind],
  language: ({ language }) => [language],
  level: ({ level }) => [level],
  country: ({ countries }) => countries,
  topic: ({ topics }) => topics,
};

/** Checks the names of facets. Throws BAD_INPUT that names the known ones. */
export function requireFacets(fields: readonly string[]): string[] {
  const unknown = fields.some((field) => !Object.hasOwn(VALUES_OF, field));
  if (!unknown) return [...new Set(fields)];
  const known = Object.keys(VALUES_OF).join(', ');
  throw new Refusal('BAD_INPUT', `the facets are ${known}`, { field: 'facets' });
}

/** How many of the documents have each value: the most frequent first, of equals by the alphabet. */
export function countFacets(fields: readonly string[], documents: readonly DocumentFacts[]): FacetCount[] {
  return fields.map((field) => {
    const counts = new Map<string, number>();
    for (const document of documents) {
      for (const value of VALUES_OF[field]?.(document) ?? []) counts.set(value, (counts.get(value) ?? 0) + 1);
    }
    const sorted = [...counts].sort(([a, left], [b, right]) => right - left || (a < b ? -1 : 1));
    return { field, values: sorted.slice(0, MAX_VALUES).map(([value, count]) => ({ value, count })) };
  });
}
