/** How useful a document is for a query: document id → gain; what is absent or 0 is not relevant. */
export type Gains = ReadonlyMap<string, number>;

const discount = (rank: number): number => 1 / Math.log2(rank + 1);

function discounted(gains: readonly number[]): number {
  return gains.reduce((sum, gain, at) => sum + gain * discount(at + 1), 0);
}

/** Normalised discounted cumulative gain of the first `depth` places, linear gains as in trec_eval; 0 without relevant documents. */
export function ndcgAt(ranking: readonly string[], gains: Gains, depth: number): number {
  const ideal = discounted([...gains.values()].sort((left, right) => right - left).slice(0, depth));
  if (ideal === 0) return 0;
  return discounted(ranking.slice(0, depth).map((id) => gains.get(id) ?? 0)) / ideal;
}

/** The part of all relevant documents that stands in the first `depth` places; 0 without relevant documents. */
export function recallAt(ranking: readonly string[], gains: Gains, depth: number): number {
  const relevant = [...gains].filter(([, gain]) => gain > 0).length;
  if (relevant === 0) return 0;
  return ranking.slice(0, depth).filter((id) => (gains.get(id) ?? 0) > 0).length / relevant;
}

/** One over the place of the first relevant document; 0 where there is none. */
export function reciprocalRank(ranking: readonly string[], gains: Gains): number {
  const place = ranking.findIndex((id) => (gains.get(id) ?? 0) > 0);
  return place < 0 ? 0 : 1 / (place + 1);
}

/** Arithmetic mean; 0 of nothing. */
export function mean(values: readonly number[]): number {
  return values.length === 0 ? 0 : values.reduce((sum, value) => sum + value, 0) / values.length;
}
