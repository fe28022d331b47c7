import { queryTerms, terms } from './tokenize.js';

/** Parameters of BM25; the reference of `chancery evaluate` pins them. */
export interface Bm25Parameters {
  readonly k1: number;
  readonly b: number;
}

export const PINNED_BM25: Bm25Parameters = { k1: 1.2, b: 0.75 };

/** Inverse document frequency that never falls below zero: ln(1 + (N − n + ½) / (n + ½)). */
export function inverseDocumentFrequency(documents: number, documentFrequency: number): number {
  return Math.log(1 + (documents - documentFrequency + 0.5) / (documentFrequency + 0.5));
}

/** Numbers of one term in one document: how often it stands there, the document's length in terms, the mean length. */
export interface TermUse {
  readonly frequency: number;
  readonly length: number;
  readonly meanLength: number;
}

/** What one term adds to one document's score: idf · tf (k1 + 1) / (tf + k1 (1 − b + b · length / mean length)). */
export function bm25Weight(idf: number, use: TermUse, { k1, b }: Bm25Parameters = PINNED_BM25): number {
  const norm = 1 - b + (b * use.length) / (use.meanLength || 1);
  return (idf * use.frequency * (k1 + 1)) / (use.frequency + k1 * norm);
}

export interface Ranked {
  readonly id: string;
  readonly score: number;
}

interface Posting {
  readonly document: number;
  frequency: number;
}

/** Best first; of equal scores the one that was added first. */
function best(scores: ReadonlyMap<number, number>, ids: readonly string[], limit: number): Ranked[] {
  return [...scores]
    .sort(([leftId, left], [rightId, right]) => right - left || leftId - rightId)
    .slice(0, limit)
    .map(([document, score]) => ({ id: ids[document] ?? '', score }));
}

/** Plain BM25 in memory: the yardstick that search is measured against, not the search of the product. */
export class Bm25 {
  private readonly ids: string[] = [];
  private readonly lengths: number[] = [];
  private readonly postings = new Map<string, Posting[]>();
  private total = 0;

  constructor(
    private readonly language: string,
    private readonly parameters: Bm25Parameters = PINNED_BM25,
  ) {}

  add(id: string, text: string): void {
    const document = this.ids.push(id) - 1;
    const found = terms(text, this.language);
    for (const term of found) this.count(term, document);
    this.lengths.push(found.length);
    this.total += found.length;
  }

  /** The `limit` best documents; a term that the query repeats counts as often. */
  search(query: string, limit: number): Ranked[] {
    const scores = new Map<number, number>();
    for (const term of queryTerms(query, this.language)) this.score(term, scores);
    return best(scores, this.ids, limit);
  }

  private count(term: string, document: number): void {
    const list = this.postings.get(term);
    if (list === undefined) {
      this.postings.set(term, [{ document, frequency: 1 }]);
      return;
    }
    const last = list.at(-1);
    if (last?.document === document) last.frequency += 1;
    else list.push({ document, frequency: 1 });
  }

  private score(term: string, scores: Map<number, number>): void {
    const list = this.postings.get(term) ?? [];
    const idf = inverseDocumentFrequency(this.ids.length, list.length);
    const meanLength = this.total / this.ids.length;
    for (const { document, frequency } of list) {
      const use = { frequency, length: this.lengths[document] ?? 0, meanLength };
      scores.set(document, (scores.get(document) ?? 0) + bm25Weight(idf, use, this.parameters));
    }
  }
}
