import type { KnownTerm } from './statistics.js';

/** At most so many corrections of one word. */
const MAX_CORRECTIONS = 3;

/** How many letters may be wrong in a word of this length. */
function tolerance(length: number): number {
  if (length < 4) return 0;
  return length < 8 ? 1 : 2;
}

/** Those of the terms that are a typing error away from `word`, the nearest first, and of those the more frequent. */
export function closeTerms(word: string, terms: readonly KnownTerm[]): KnownTerm[] {
  const letters = Array.from(word);
  const allowed = tolerance(letters.length);
  return terms
    .map((term) => ({ term, distance: editDistance(letters, Array.from(term.term), allowed) }))
    .filter(({ distance }) => distance <= allowed)
    .sort((a, b) => a.distance - b.distance || b.term.documents - a.term.documents)
    .slice(0, MAX_CORRECTIONS)
    .map(({ term }) => term);
}

/**
 * Optimal string alignment distance: insertions, deletions, substitutions and swaps of neighbours count one each.
 * A distance above `limit` comes out as some number above it, not always the right one.
 */
export function editDistance(a: readonly string[], b: readonly string[], limit: number): number {
  if (Math.abs(a.length - b.length) > limit) return limit + 1;
  let beforeLast: number[] = [];
  let last = Array.from({ length: b.length + 1 }, (_, column) => column);
  a.forEach((_, row) => {
    const current = [row + 1];
    b.forEach((_letter, column) => {
      current.push(cheapest(a, b, row, column, { beforeLast, last, current }));
    });
    beforeLast = last;
    last = current;
  });
  return last.at(-1) ?? 0;
}

interface Rows {
  readonly beforeLast: readonly number[];
  readonly last: readonly number[];
  readonly current: readonly number[];
}

const at = (row: readonly number[], column: number): number => row[column] ?? Number.MAX_SAFE_INTEGER;

function cheapest(a: readonly string[], b: readonly string[], row: number, column: number, rows: Rows): number {
  const substitution = at(rows.last, column) + (a[row] === b[column] ? 0 : 1);
  const best = Math.min(at(rows.last, column + 1) + 1, at(rows.current, column) + 1, substitution);
  const swapped = row > 0 && column > 0 && a[row] === b[column - 1] && a[row - 1] === b[column];
  return swapped ? Math.min(best, at(rows.beforeLast, column - 1) + 1) : best;
}
