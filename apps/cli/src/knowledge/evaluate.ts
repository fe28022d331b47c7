import type { PaperInput } from '#ingest';
import { Bm25, mean, ndcgAt, recallAt, reciprocalRank } from '#text';

import type { Question, TestCollection } from './testCollection.js';

/** What is measured: a search that documents can be filed into. */
export interface EvaluationTarget {
  /** Name of the engine, for instance `postgres`. */
  readonly engine: string;
  file(documents: readonly PaperInput[]): Promise<void>;
  /** Resolves when everything filed can be found. */
  drain(): Promise<void>;
  /** Source ids of the best documents, best first. */
  search(question: string, limit: number): Promise<readonly string[]>;
}

export interface Figures {
  readonly ndcg10: number;
  readonly recall10: number;
  readonly recall100: number;
  readonly mrr: number;
}

/** Where the first right answer to a question stands, from 1; null: not among the first hundred. */
export interface Placed {
  readonly id: string;
  readonly text: string;
  readonly place: number | null;
  readonly bm25: number | null;
}

/** Relevance of a search over a collection, and beside it that of plain BM25 over the same words. */
export interface Evaluation extends Figures {
  readonly collection: string;
  readonly engine: string;
  readonly queries: number;
  readonly bm25: Figures;
  /** nDCG@10 over that of plain BM25. */
  readonly ratio: number;
  readonly seconds: number;
  /** Of one question, through the whole API, in milliseconds. */
  readonly latency: { readonly median: number; readonly p95: number };
  /** Of each question, those that are answered worst first. */
  readonly each: readonly Placed[];
}

/** Of each question: ids of documents, best first. */
type Rankings = readonly (readonly string[])[];

/** How far down a ranking the first relevant document is looked for. */
const RANKING_DEPTH = 100;
const DEPTH = 10;

/** Means over all questions of a ranking for each. */
export function figuresOf(questions: readonly Question[], rankings: Rankings): Figures {
  const over = (measure: (ranking: readonly string[], question: Question) => number): number =>
    mean(questions.map((question, at) => measure(rankings[at] ?? [], question)));
  return {
    ndcg10: over((ranking, { gains }) => ndcgAt(ranking, gains, DEPTH)),
    recall10: over((ranking, { gains }) => recallAt(ranking, gains, DEPTH)),
    recall100: over((ranking, { gains }) => recallAt(ranking, gains, RANKING_DEPTH)),
    mrr: over((ranking, { gains }) => reciprocalRank(ranking, gains)),
  };
}

/** Plain BM25 (k1 1.2, b 0.75) over title and text as one field: the yardstick. */
export function rankWithBm25({ documents, questions, language }: TestCollection): string[][] {
  const index = new Bm25(language);
  for (const { sourceId, title, body } of documents) index.add(sourceId, `${title}\n\n${body}`);
  return questions.map(({ text }) => index.search(text, RANKING_DEPTH).map(({ id }) => id));
}

/** Where people look who ask why a figure is low. */
function placesOf(questions: readonly Question[], own: Rankings, bm25: Rankings): Placed[] {
  const placeIn = (ranking: readonly string[] = [], { gains }: Question): number | null =>
    ranking.findIndex((id) => (gains.get(id) ?? 0) > 0) + 1 || null;
  return questions
    .map((question, at) => ({
      id: question.id,
      text: question.text,
      place: placeIn(own[at], question),
      bm25: placeIn(bm25[at], question),
    }))
    .sort((a, b) => (b.place ?? Infinity) - (a.place ?? Infinity));
}

const places = (value: number, digits = 4): number => Number(value.toFixed(digits));

const rounded = ({ ndcg10, recall10, recall100, mrr }: Figures): Figures => ({
  ndcg10: places(ndcg10),
  recall10: places(recall10),
  recall100: places(recall100),
  mrr: places(mrr),
});

function latencyOf(milliseconds: readonly number[]): Evaluation['latency'] {
  const sorted = [...milliseconds].sort((a, b) => a - b);
  const at = (share: number): number => places(sorted[Math.floor((sorted.length - 1) * share)] ?? 0, 1);
  return { median: at(0.5), p95: at(0.95) };
}

/** Files the collection, waits for the index, asks every question; `onStep` hears what is being done. */
export async function evaluate(
  collection: TestCollection,
  target: EvaluationTarget,
  onStep: (step: string) => void = () => undefined,
): Promise<Evaluation> {
  const started = performance.now();
  onStep(`filing ${collection.documents.length} documents`);
  await target.file(collection.documents);
  onStep('waiting for the index');
  await target.drain();
  onStep(`asking ${collection.questions.length} questions`);
  const rankings: (readonly string[])[] = [];
  const milliseconds: number[] = [];
  for (const { text } of collection.questions) {
    const askedAt = performance.now();
    rankings.push(await target.search(text, RANKING_DEPTH));
    milliseconds.push(performance.now() - askedAt);
  }
  const seconds = places((performance.now() - started) / 1000, 1);
  const own = figuresOf(collection.questions, rankings);
  const yardstick = rankWithBm25(collection);
  const bm25 = figuresOf(collection.questions, yardstick);
  return {
    collection: collection.name,
    engine: target.engine,
    queries: collection.questions.length,
    ...rounded(own),
    bm25: rounded(bm25),
    ratio: bm25.ndcg10 === 0 ? 0 : places(own.ndcg10 / bm25.ndcg10),
    seconds,
    latency: latencyOf(milliseconds),
    each: placesOf(collection.questions, rankings, yardstick),
  };
}
