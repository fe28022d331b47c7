import { Injectable } from '@nestjs/common';

import { inverseDocumentFrequency } from '#text';

import { Papers } from './likeness.js';
import type { Idfs, Likeness, Profile } from './likeness.js';
import { meanBodyLength, shortness } from './paperShape.js';
import { byScore, fieldNorms, rounded, saturated } from './ranking.js';
import type { RankedDocument } from './ranking.js';
import { SearchStatistics } from './statistics.js';
import type { Population } from './statistics.js';
import type { StoredVector } from './vectorStore.js';

/** So many of the best papers are compared with what the first of them say. */
const MAX_COMPARED = 300;
/** So many of them, at most, with each other: fewer the longer papers are (most × shortness to this power). */
const NEIGHBOURS = { least: 10, most: 160, power: 1.5 };
/** Terms of one paper that are looked at, the most frequent first, and of all papers together. */
const TERMS_OF_PAPER = 150;
const MAX_TERMS = 5000;
/** Mean length of bodies, in terms, at which a paper's length is taken off its likeness whole, and the most that is taken off. */
const NORMALISING = { length: 150, most: 0.8 };
/** What neighbours count for: next to nothing among papers of few words, `most` among long ones, half of it at `length` terms. */
const SMOOTHING = { most: 0.35, length: 42 };
/** What likeness to the best counts for: the same, in proportion. */
const WORTH = { most: 4.7, length: 45 };
/** What all papers say is taken off what the best say, as far as papers are long enough to speak of several things: whole from `length` terms on. */
const CONTRAST = { most: 0.7, length: 95, power: 4 };

/**
 * The second look at a ranking: papers that are like the best ones move up, whether or not they use the question's own words
 * (pseudo-relevance feedback after Rocchio), and each is drawn to where the papers nearest to it stand (score
 * regularisation, Diaz). All of it is made from papers that the reader may read.
 */
@Injectable()
export class Feedback {
  constructor(private readonly statistics: SearchStatistics) {}

  /** The same papers, ordered anew. `ranked` is best first; `stored` has every one of them by id. */
  async refine(
    population: Population,
    ranked: readonly RankedDocument[],
    stored: ReadonlyMap<string, StoredVector>,
  ): Promise<readonly RankedDocument[]> {
    const best = ranked[0]?.score ?? 0;
    const compared = ranked.slice(0, MAX_COMPARED).filter(({ score }) => score > 0);
    if (compared.length < 2) return ranked;
    const profiles = compared.map(({ documentId, score }) =>
      profileOf(score / best, stored.get(documentId), population),
    );
    const size = neighbours(population);
    const papers = new Papers(profiles, await this.idfs(profiles.slice(0, size), population));
    const likeness = likenessFor(population);
    const scores = papers.drawnTogether(papers.likeTheBest(likeness), likeness, size);
    const refined = compared.map(({ documentId }, at) => ({ documentId, score: rounded(best * (scores[at] ?? 0)) }));
    return [...refined.sort(byScore), ...below(ranked.slice(compared.length), refined.at(-1)?.score ?? 0)];
  }

  private async idfs(profiles: readonly Profile[], population: Population): Promise<Idfs> {
    const ids = new Set<number>();
    for (const profile of profiles) {
      for (const id of mostFrequent(profile)) if (ids.size < MAX_TERMS) ids.add(id);
    }
    const frequencies = await this.statistics.documentFrequencies([...ids], population);
    for (const [id, documents] of frequencies)
      frequencies.set(id, inverseDocumentFrequency(population.documents, documents));
    return frequencies;
  }
}

function neighbours(population: Population): number {
  const size = NEIGHBOURS.most * shortness(population) ** NEIGHBOURS.power;
  return Math.max(NEIGHBOURS.least, Math.round(size));
}

function likenessFor(population: Population): Likeness {
  const length = meanBodyLength(population);
  return {
    normalising: Math.min(NORMALISING.most, length / NORMALISING.length),
    smoothing: (SMOOTHING.most * length ** 2) / (length ** 2 + SMOOTHING.length ** 2),
    contrast: Math.min(CONTRAST.most, (length / CONTRAST.length) ** CONTRAST.power),
    worth: (WORTH.most * length) / (length + WORTH.length),
  };
}

function profileOf(score: number, stored: StoredVector | undefined, population: Population): Profile {
  if (!stored) return { score, ids: new Int32Array(0), weights: new Float64Array(0) };
  const { vector } = stored;
  const weights = vector.weights(fieldNorms(vector, population));
  for (let at = 0; at < weights.length; at += 1) weights[at] = saturated(weights[at] ?? 0);
  return { score, ids: vector.termIds, weights };
}

function mostFrequent({ ids, weights }: Profile): Iterable<number> {
  if (ids.length <= TERMS_OF_PAPER) return ids;
  const least = weights.toSorted()[weights.length - TERMS_OF_PAPER] ?? 0;
  const above = ids.filter((_, at) => (weights[at] ?? 0) > least);
  const equal = ids.filter((_, at) => weights[at] === least);
  return [...above, ...equal.subarray(0, TERMS_OF_PAPER - above.length)];
}

/** Papers that were not compared stay in their order, below all that were. */
function below(ranked: readonly RankedDocument[], lowest: number): RankedDocument[] {
  const highest = ranked[0]?.score ?? 0;
  const factor = highest > lowest ? lowest / highest : 1;
  return ranked.map(({ documentId, score }) => ({ documentId, score: score * factor }));
}
