import type { ClearanceFilter } from '../clearanceFilter.js';
import type { Narrowing } from '../types.js';

/** A value in Meilisearch's filter language: whatever it holds, it stays one value. */
export function quoted(value: string): string {
  return `"${value.replaceAll('\\', '\\\\').replaceAll('"', '\\"')}"`;
}

/** The filter that keeps a query to what the reader may read and asked for. */
export function filterText(filter: ClearanceFilter, { not, ...narrowing }: Narrowing): string {
  const readable = [`label IN [${filter.labels.map(String).join(', ')}]`, anyOf('scopes', filter.scopes)];
  const unwanted = not ? fits(not).map((condition) => `NOT (${condition})`) : [];
  return [...readable, ...fits(narrowing), ...unwanted].join(' AND ');
}

const ATTRIBUTES = {
  kinds: 'kind',
  languages: 'language',
  levels: 'level',
  countries: 'countries',
  topics: 'topics',
  states: 'state',
  collectionIds: 'scopes',
  documentIds: 'id',
} as const;

function anyOf(attribute: string, values: readonly string[]): string {
  return `${attribute} IN [${values.map(quoted).join(', ')}]`;
}

function fits(narrowing: Omit<Narrowing, 'not'>): string[] {
  const lists = Object.entries(ATTRIBUTES).flatMap(([field, attribute]) => {
    const wanted = narrowing[field as keyof typeof ATTRIBUTES];
    return wanted ? [anyOf(attribute, wanted)] : [];
  });
  const from = (narrowing.fromTerms ?? []).map((term) => `fromTerms = ${quoted(term)}`);
  const to = (narrowing.toTerms ?? []).map((term) => `toTerms = ${quoted(term)}`);
  return [...lists, ...from, ...to, ...days(narrowing)];
}

/** A paper whose date is not exact fits when any day that it can mean does; an undated one never does. */
function days({ firstDay, lastDay }: Narrowing): string[] {
  if (firstDay === undefined && lastDay === undefined) return [];
  const from = `lastDay >= ${String(firstDay ?? 0)}`;
  return [lastDay === undefined ? from : `(${from} AND firstDay <= ${String(lastDay)})`];
}
