/** A paper as it is compared with others. */
export interface Profile {
  /** How well it answers by itself, from 0 to 1. */
  readonly score: number;
  /** All of its terms, and the saturated frequency of each. */
  readonly ids: Int32Array;
  readonly weights: Float64Array;
}

/** How papers are compared, from 0 (not at all) to 1 each. */
export interface Likeness {
  /** How far a paper's length is taken off its likeness to the best. */
  readonly normalising: number;
  /** What the nearest papers count for. */
  readonly smoothing: number;
}

/** Inverse document frequencies by term. */
export type Idfs = ReadonlyMap<number, number>;

/** So many papers say what is looked for, each this much less than the one before it. */
const MODEL_PAPERS = 10;
const DECAY = 0.55;
/** What likeness to them counts for beside the question's own words. */
const LIKENESS = 2;
const NEAREST = 8;

/** The terms of a paper whose idf is known, numbered from 0, with weight × idf; the length of that vector. */
interface Direction {
  readonly places: readonly number[];
  readonly weights: readonly number[];
  readonly length: number;
}

/** Compares the papers of one ranking, which come best first. */
export class Papers {
  private readonly directions: readonly Direction[];

  constructor(
    private readonly profiles: readonly Profile[],
    private readonly idfs: Idfs,
  ) {
    const places = new Map([...idfs.keys()].map((id, place) => [id, place]));
    this.directions = profiles.map((profile) => directionOf(profile, idfs, places));
  }

  /** Scores with what likeness to the best papers adds. */
  likeTheBest({ normalising }: Likeness): number[] {
    const model = this.model();
    const best = this.directions.slice(0, MODEL_PAPERS);
    const meanLength = mean(best.map(({ length }) => length));
    const sizes = this.profiles.map(({ ids }) => Math.sqrt(ids.length));
    const meanSize = mean(sizes.slice(0, MODEL_PAPERS));
    return this.profiles.map(({ score }, at) => {
      const size = ((sizes[at] ?? 0) / meanSize) ** normalising || 1;
      return score + (LIKENESS * product(this.directions[at], model)) / meanLength / size;
    });
  }

  /** `scores`, those of the first `size` papers drawn to the mean of the nearest; the others stay below, in their order. */
  drawnTogether(scores: readonly number[], { smoothing }: Likeness, size: number): number[] {
    const drawn = this.likenesses(size).map((row, at) => {
      return (1 - smoothing) * (scores[at] ?? 0) + smoothing * meanOfNearest(row, at, scores);
    });
    const lowest = Math.min(...drawn);
    const rest = scores.slice(drawn.length);
    const factor = Math.min(1, lowest / Math.max(Number.MIN_VALUE, ...rest));
    return [...drawn, ...rest.map((score) => score * factor)];
  }

  /** What the best papers say, each of them as long as the other. */
  private model(): Float64Array {
    const model = new Float64Array(this.idfs.size);
    const shares = this.profiles.slice(0, MODEL_PAPERS).map(({ score }, at) => DECAY ** at * score);
    const all = shares.reduce((sum, share) => sum + share, 0) || 1;
    shares.forEach((share, at) => {
      addTo(model, this.directions[at], share / all);
    });
    return model;
  }

  /** Row: how like the others are to a paper, each seen as long as the other. */
  private likenesses(size: number): number[][] {
    const compared = this.directions.slice(0, size);
    return compared.map((direction, at) => {
      const model = new Float64Array(this.idfs.size);
      addTo(model, direction, 1);
      return compared.map((other, column) => (column === at ? 0 : product(other, model) / other.length));
    });
  }
}

function directionOf({ ids, weights }: Profile, idfs: Idfs, places: ReadonlyMap<number, number>): Direction {
  const known: number[] = [];
  const values: number[] = [];
  let squares = 0;
  ids.forEach((id, at) => {
    const place = places.get(id);
    if (place === undefined) return;
    const value = (weights[at] ?? 0) * (idfs.get(id) ?? 0);
    known.push(place);
    values.push(value);
    squares += value ** 2;
  });
  return { places: known, weights: values, length: Math.sqrt(squares) || 1 };
}

/** Adds a paper, as of length 1, to a model. */
function addTo(model: Float64Array, direction: Direction | undefined, share: number): void {
  if (!direction) return;
  const { places, weights, length } = direction;
  places.forEach((place, at) => {
    model[place] = (model[place] ?? 0) + (share * (weights[at] ?? 0)) / length;
  });
}

function product(direction: Direction | undefined, model: Float64Array): number {
  let sum = 0;
  if (!direction) return sum;
  const { places, weights } = direction;
  for (let at = 0; at < places.length; at += 1) sum += (weights[at] ?? 0) * (model[places[at] ?? 0] ?? 0);
  return sum;
}

const mean = (values: readonly number[]): number =>
  values.reduce((sum, value) => sum + value, 0) / Math.max(1, values.length);

function meanOfNearest(row: readonly number[], own: number, scores: readonly number[]): number {
  const nearest = row
    .map((likeness, at) => ({ likeness, score: scores[at] ?? 0 }))
    .filter((_, at) => at !== own)
    .sort((a, b) => b.likeness - a.likeness)
    .slice(0, NEAREST);
  const all = nearest.reduce((sum, { likeness }) => sum + likeness, 0);
  if (all === 0) return 0;
  return nearest.reduce((sum, { likeness, score }) => sum + likeness * score, 0) / all;
}
