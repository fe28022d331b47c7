import { FIELDS, FIELD_WEIGHTS, weighted } from './fields.js';
import { shortness } from './paperShape.js';
import type { LanguageQuery, Phrase, QueryPlan, QueryWord } from './queryPlan.js';
import type { Population } from './statistics.js';
import type { Places, TermVector } from './termVector.js';
import { timeliness } from './timeliness.js';
import type { StoredVector } from './vectorStore.js';

/** A paper and what it is worth as an answer. */
export interface RankedDocument {
  readonly documentId: string;
  readonly score: number;
}

/** BM25 of the whole paper. */
const DOCUMENT = { k1: 1.2, b: 0.75 };
/** BM25 of its best window of words: long papers often answer in one place. */
const WINDOW = { k1: 0.9, words: 120, step: 80 };
/** What the best window counts for in long papers; in short abstracts, which are one window, half of it. */
const WINDOW_SHARE = 0.3;
const PROXIMITY_SHARE = 0.3;
/** What the second measure of the whole paper counts for in short abstracts; in long papers next to nothing. */
const DIVERGENCE = { share: 0.6, normalisation: 1.5, scale: 2.2 };
/** Words of the question that stand this near to each other in it are wanted near in the paper. */
const PROXIMITY_WORDS = 2;
const PROXIMITY_POSITIONS = 8;
/** Brings a day, yyyymmdd, into the range of a score. */
const DAYS = 100_000_000;
/** Scores are told apart by so much of one. */
const SCORE_STEPS = 1e9;
const BODY = FIELDS.indexOf('body');

/**
 * Orders papers by how well they answer: the whole paper by weighted fields, the best window of its body, nearness of the
 * question's words, and whether the paper is of a time that it names. The whole paper is measured by BM25F (Robertson and
 * Zaragoza; k1 1.2, b 0.75) and, as far as the reader's papers are short, by divergence from randomness with the Laplace
 * after-effect and normalisation 2 (Amati and van Rijsbergen), which tells apart papers of twenty words better. Papers
 * without any word of the question, without a wanted wording or with an unwanted one are left out. Where nothing but
 * narrowing was asked for, the newest come first. Equal scores are ordered by id, so that pages never overlap.
 */
export function rank(plan: QueryPlan, documents: readonly StoredVector[]): RankedDocument[] {
  const ranked = documents.flatMap((document) => {
    const { documentId, language, vector } = document;
    const query = plan.byLanguage.get(language);
    if (!query || !admits(query, vector) || isUnwanted(plan, document)) return [];
    if (plan.browses) return [{ documentId, score: document.lastDay / DAYS }];
    const score = rounded(scoreOf(query, vector, plan.population) * timeliness(plan.periods, document));
    return score > 0 || query.phrases.length > 0 ? [{ documentId, score }] : [];
  });
  return ranked.sort(byScore);
}

/**
 * A score without its last digits: they come from the order in which words are summed up, and that from the numbers of the
 * words, which papers that the reader may not read have a part in.
 */
export function rounded(score: number): number {
  return Math.round(score * SCORE_STEPS) / SCORE_STEPS;
}

/** Best first, then by id. */
export function byScore(a: RankedDocument, b: RankedDocument): number {
  return b.score - a.score || (a.documentId < b.documentId ? -1 : 1);
}

/** Index of the body's passage that answers best; 0 when none does. */
export function bestPassage(query: LanguageQuery, vector: TermVector): number {
  const { passages } = vector;
  const scores = passages.map(() => 0);
  const first = vector.firstPosition(BODY);
  for (const { termId, worth } of passageTerms(query)) {
    const counts = new Map<number, number>();
    for (const position of inField(vector, termId, BODY)) {
      const index = passages.findLastIndex((passage) => passage.position <= position - first);
      counts.set(index, (counts.get(index) ?? 0) + 1);
    }
    for (const [index, count] of counts) scores[index] = (scores[index] ?? 0) + worth * saturated(count, WINDOW.k1);
  }
  return scores.reduce((best, score, index) => (score > (scores[best] ?? 0) ? index : best), 0);
}

function passageTerms({ words, phrases }: LanguageQuery): { termId: number; worth: number }[] {
  const ofWords = words.flatMap(({ variants, worth }) =>
    variants.map(({ termId, factor }) => ({ termId, worth: worth * factor })),
  );
  return [...ofWords, ...phrases.flatMap(({ terms }) => terms.map(({ termId }) => ({ termId, worth: 1 })))];
}

function admits(query: LanguageQuery, vector: TermVector): boolean {
  return !query.impossible && query.phrases.every((phrase) => holds(vector, phrase));
}

/** Whether a word or wording stands in the paper that none may have. */
export function isUnwanted(plan: QueryPlan, { language, vector }: StoredVector): boolean {
  return plan.byLanguage.get(language)?.excluded.some((phrase) => holds(vector, phrase)) ?? false;
}

/** Whether the wording stands in the paper, in the field that it asks for. */
function holds(vector: TermVector, { terms, field }: Phrase): boolean {
  const [first, ...rest] = terms;
  if (!first) return false;
  const others = rest.map(({ termId, offset }) => ({ places: new Set(vector.positions(termId)), offset }));
  const starts = field === undefined ? vector.positions(first.termId) : inField(vector, first.termId, field);
  return starts.some((start) => others.every(({ places, offset }) => places.has(start + offset)));
}

function inField(vector: TermVector, termId: number, field: number): Places {
  const from = vector.firstPosition(field);
  const to = field + 1 < FIELDS.length ? vector.firstPosition(field + 1) : Number.MAX_SAFE_INTEGER;
  return vector.positions(termId).filter((position) => position >= from && position < to);
}

/** Where one word of the question stands in a paper. */
interface Use {
  readonly idf: number;
  readonly worth: number;
  /** Positions of each variant that stands there, ascending. */
  readonly places: readonly { readonly positions: Places; readonly factor: number }[];
}

function usesOf(words: readonly QueryWord[], vector: TermVector): Use[] {
  return words.map(({ idf, worth, variants }) => ({
    idf,
    worth,
    places: variants.flatMap(({ termId, factor }) => {
      const positions = vector.positions(termId);
      return positions.length === 0 ? [] : [{ positions, factor }];
    }),
  }));
}

function scoreOf(query: LanguageQuery, vector: TermVector, population: Population): number {
  const uses = usesOf(query.words, vector);
  if (uses.every(({ places }) => places.length === 0)) return 0;
  const short = shortness(population);
  const window = WINDOW_SHARE * (1 - short / 2);
  const divergence = DIVERGENCE.share * short;
  const whole =
    (1 - divergence) * relevance(uses, vector, population) + divergence * divergenceOf(uses, vector, population);
  return (1 - window) * whole + window * bestWindow(uses, vector) + PROXIMITY_SHARE * proximity(uses);
}

/** BM25F of the whole paper. */
function relevance(uses: readonly Use[], vector: TermVector, population: Population): number {
  const norms = fieldNorms(vector, population);
  let sum = 0;
  for (const use of uses) sum += use.worth * saturated(frequency(use, vector, norms), DOCUMENT.k1);
  return sum;
}

/** Divergence from randomness of the whole paper, on the scale of BM25. */
function divergenceOf(uses: readonly Use[], vector: TermVector, { meanLengths }: Population): number {
  const relative = weighted(meanLengths) / Math.max(1, weighted(vector.lengths));
  const growth = Math.log2(1 + DIVERGENCE.normalisation * relative);
  let sum = 0;
  for (const use of uses) {
    const normalised = frequency(use, vector, FIELD_WEIGHTS) * growth;
    sum += (use.worth * DIVERGENCE.scale * normalised) / (normalised + 1);
  }
  return sum;
}

export const saturated = (frequency: number, k1 = DOCUMENT.k1): number => (frequency * (k1 + 1)) / (frequency + k1);

/** What one occurrence counts in each field: its weight over the field's relative length. */
export function fieldNorms(vector: TermVector, { meanLengths }: Pick<Population, 'meanLengths'>): number[] {
  const { b } = DOCUMENT;
  return vector.lengths.map((length, field) => {
    const mean = meanLengths[field] ?? 0;
    return (FIELD_WEIGHTS[field] ?? 0) / (mean > 0 ? 1 - b + (b * length) / mean : 1);
  });
}

function frequency({ places }: Use, vector: TermVector, norms: readonly number[]): number {
  let sum = 0;
  for (const { positions, factor } of places) {
    for (const position of positions) sum += factor * (norms[vector.fieldAt(position)] ?? 0);
  }
  return sum;
}

/** Best score of a window of the body; windows begin every `step` words and overlap. */
function bestWindow(uses: readonly Use[], vector: TermVector): number {
  const first = vector.firstPosition(BODY);
  const size = Math.max(1, Math.ceil((vector.firstPosition(BODY + 1) - first) / WINDOW.step));
  const scores = new Float64Array(size);
  const counts = new Float64Array(size);
  for (const { places, worth } of uses) {
    if (places.length === 0) continue;
    counts.fill(0);
    for (const { positions, factor } of places) {
      for (const position of positions)
        if (vector.fieldAt(position) === BODY) countWindows(position - first, factor, counts);
    }
    for (let window = 0; window < size; window += 1) {
      scores[window] = (scores[window] ?? 0) + worth * saturated(counts[window] ?? 0, WINDOW.k1);
    }
  }
  return Math.max(...scores);
}

/** Adds an occurrence to the windows that hold its place: the one that begins before it, and maybe the one before that. */
function countWindows(place: number, factor: number, counts: Float64Array): void {
  const last = Math.floor(place / WINDOW.step);
  const reachesBack = last > 0 && place - (last - 1) * WINDOW.step < WINDOW.words;
  for (let window = reachesBack ? last - 1 : last; window <= last; window += 1)
    counts[window] = (counts[window] ?? 0) + factor;
}

/** How near to each other the question's neighbours stand: the lesser idf of a pair, over their smallest distance. */
function proximity(uses: readonly Use[]): number {
  let sum = 0;
  uses.forEach((use, index) => {
    if (use.places.length === 0) return;
    for (const other of uses.slice(index + 1, index + 1 + PROXIMITY_WORDS)) {
      const distance = nearest(use, other);
      if (distance <= PROXIMITY_POSITIONS) sum += Math.min(use.idf, other.idf) / distance;
    }
  });
  return sum;
}

function nearest(a: Use, b: Use): number {
  let best = Number.POSITIVE_INFINITY;
  for (const left of a.places) {
    for (const right of b.places) best = Math.min(best, smallestDistance(left.positions, right.positions));
  }
  return best;
}

/** Smallest distance above zero between two ascending lists; infinite where there is none. */
function smallestDistance(a: Places, b: Places): number {
  let best = Number.POSITIVE_INFINITY;
  let i = 0;
  let j = 0;
  while (i < a.length && j < b.length) {
    const left = a[i] ?? 0;
    const right = b[j] ?? 0;
    const distance = Math.abs(left - right);
    if (distance > 0 && distance < best) best = distance;
    if (left < right) i += 1;
    else j += 1;
  }
  return best;
}
