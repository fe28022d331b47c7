import type { CandidateQuery } from '../types.js';

/** One query of a multi-search. */
export interface Subquery {
  readonly words: string;
  /** `all`: every word has to be there; `last`: words are given up from the end. */
  readonly strategy: 'all' | 'last';
  readonly size: number;
  readonly sort?: readonly string[];
  /** Whether all candidates are found only if this query returned all it had. */
  readonly decidesCompleteness: boolean;
  /** Whether terms of the question had to be left out. */
  readonly leavesOut: boolean;
}

/** Meilisearch reads ten words of a query. */
const WORDS_READ = 10;
const MAX_TERMS = 16;
const MAX_PAIRED = 10;
/** So many of each answer are looked at; the more answers there are, the fewer of each: what stands far down in one of many is no candidate. */
const SINGLE = { most: 300, least: 200, all: 1000 };
const COMBINED = { most: 150, least: 100, all: 600 };

/**
 * One query of Meilisearch finds too little for a question of many words: it insists on the first, or on the rarest.
 * So the rarest terms are asked for one by one, in pairs and in groups; what the union is worth is ranked afterwards.
 */
export function subqueries({ terms, required, excluded, oldestFirst }: CandidateQuery, limit: number): Subquery[] {
  const minus = excluded
    .slice(0, WORDS_READ)
    .map((id) => ` -${String(id)}`)
    .join('');
  const whole = { size: limit, decidesCompleteness: true, leavesOut: false };
  if (required.length > 0) {
    return required.map((ids) => {
      const distinct = [...new Set(ids)];
      const words = distinct.slice(0, WORDS_READ).map(String).join(' ') + minus;
      return { ...whole, words, strategy: 'all', leavesOut: false };
    });
  }
  const sort = [oldestFirst ? 'firstDay:asc' : 'lastDay:desc'];
  if (terms.length === 0) return [{ ...whole, words: minus.trim(), strategy: 'all', sort }];
  const ids = terms.slice(0, MAX_TERMS).map(({ id }) => String(id));
  const leavesOut = ids.length < terms.length;
  const paired = pairsOf(ids.slice(0, MAX_PAIRED));
  const combined = { size: COMBINED.most, decidesCompleteness: false, leavesOut };
  const groups =
    ids.length < 2
      ? []
      : [{ ...combined, words: ids.slice(0, WORDS_READ).join(' ') + minus, strategy: 'last' as const }];
  const pairs = paired.map((pair) => ({
    ...combined,
    size: sizeOf(COMBINED, paired.length),
    words: pair + minus,
    strategy: 'all' as const,
  }));
  const singles = ids.map((id) => ({
    words: id + minus,
    strategy: 'all' as const,
    size: sizeOf(SINGLE, ids.length),
    decidesCompleteness: true,
    leavesOut,
  }));
  return [...groups, ...pairs, ...singles];
}

function sizeOf({ most, least, all }: typeof SINGLE, answers: number): number {
  return Math.min(most, Math.max(least, Math.ceil(all / Math.max(1, answers))));
}

function pairsOf(ids: readonly string[]): string[] {
  return ids.flatMap((left, index) => ids.slice(index + 1).map((right) => `${left} ${right}`));
}
