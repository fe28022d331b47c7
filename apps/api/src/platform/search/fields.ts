/** The parts of a paper that are searched, in the order in which a term vector holds them. */
export const FIELDS = ['title', 'body', 'dateline', 'summary', 'source', 'persons', 'terms', 'footnotes'] as const;
export type FieldName = (typeof FIELDS)[number];

/** How much one occurrence of a word counts in each field (BM25F), in the order of `FIELDS`. */
export const FIELD_WEIGHTS: readonly number[] = [5, 1, 1, 1, 0.5, 0.4, 0.2, 0.2];

/** Weighted sum over fields, for instance of a term's frequencies or of lengths; both in the order of `FIELDS`. */
export function weighted(values: readonly number[]): number {
  return values.reduce((sum, value, field) => sum + value * (FIELD_WEIGHTS[field] ?? 0), 0);
}
