import { NumberedTerms } from './numberedTerms.js';

/** A paper as it is compared with others. */
export interface Profile {
  /** How well it answers by itself, from 0 to 1. */
  readonly score: number;
  /** All of its terms, and the saturated frequency of each. */
  readonly ids: Int32Array;
  readonly weights: Float64Array;
}

/** How papers are compared, each from 0 (not at all). */
export interface Likeness {
  /** How far a paper's length is taken off its likeness to the best. */
  readonly normalising: number;
  /** What the nearest papers count for. */
  readonly smoothing: number;
  /** How much of what all the papers say is taken off what the best say. */
  readonly contrast: number;
  /** What likeness to the best counts for beside the question's own words; may be above 1. */
  readonly worth: number;
}

/** Inverse document frequencies by term. */
export type Idfs = ReadonlyMap<number, number>;

/** So many papers say what is looked for, each this much less than the one before it. */
const MODEL_PAPERS = 10;
const DECAY = 0.55;
const NEAREST = 9;

/** The terms of a paper whose idf is known, numbered from 0, with weight × idf; the length of that vector. */
interface Direction {
  readonly places: Int32Array;
  readonly weights: Float64Array;
  readonly length: number;
}

/** Compares the papers of one ranking, which come best first. */
export class Papers {
  private readonly directions: readonly Direction[];

  constructor(
    private readonly profiles: readonly Profile[],
    private readonly idfs: Idfs,
  ) {
    const terms = new NumberedTerms(idfs);
    this.directions = profiles.map((profile) => directionOf(profile, terms));
  }

  /** Scores with what likeness to the best papers adds. */
  likeTheBest({ normalising, contrast, worth }: Likeness): number[] {
    const model = this.model(contrast);
    const best = this.directions.slice(0, MODEL_PAPERS);
    const meanLength = mean(best.map(({ length }) => length));
    const sizes = this.profiles.map(({ ids }) => Math.sqrt(ids.length));
    const meanSize = mean(sizes.slice(0, MODEL_PAPERS));
    return this.profiles.map(({ score }, at) => {
      const size = ((sizes[at] ?? 0) / meanSize) ** normalising || 1;
      return score + (worth * product(this.directions[at], model)) / meanLength / size;
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

  /** What the best papers say, each of them as long as the other, less what all of them say (Rocchio's negative part). */
  private model(contrast: number): Float64Array {
    const model = new Float64Array(this.idfs.size);
    const shares = this.profiles.slice(0, MODEL_PAPERS).map(({ score }, at) => DECAY ** at * score);
    const all = shares.reduce((sum, share) => sum + share, 0) || 1;
    shares.forEach((share, at) => {
      addTo(model, this.directions[at], share / all);
    });
    const common = new Float64Array(this.idfs.size);
    for (const direction of this.directions) addTo(common, direction, contrast / this.directions.length);
    return model.map((said, place) => (said > 0 ? said - (common[place] ?? 0) : 0));
  }

  /** Row: how like the others are to a paper, each seen as long as the other. What one is to the other, the other is to it. */
  private likenesses(size: number): Float64Array[] {
    const compared = this.directions.slice(0, size);
    const rows = compared.map(() => new Float64Array(compared.length));
    const model = new Float64Array(this.idfs.size);
    compared.forEach((direction, at) => {
      addTo(model, direction, 1);
      for (let other = at + 1; other < compared.length; other += 1) {
        const likeness = product(compared[other], model) / (compared[other]?.length ?? 1);
        setAt(rows[at], other, likeness);
        setAt(rows[other], at, likeness);
      }
      for (const place of direction.places) model[place] = 0;
    });
    return rows;
  }
}

function setAt(row: Float64Array | undefined, at: number, value: number): void {
  if (row) row[at] = value;
}

function directionOf({ ids, weights }: Profile, terms: NumberedTerms): Direction {
  const places = new Int32Array(ids.length);
  const values = new Float64Array(ids.length);
  let [count, squares] = [0, 0];
  for (let at = 0; at < ids.length; at += 1) {
    const place = terms.placeOf(ids[at] ?? 0);
    if (place < 0) continue;
    const value = (weights[at] ?? 0) * (terms.idfs[place] ?? 0);
    places[count] = place;
    values[count] = value;
    count += 1;
    squares += value ** 2;
  }
  return { places: places.subarray(0, count), weights: values.subarray(0, count), length: Math.sqrt(squares) || 1 };
}

/** Adds a paper, as of length 1, to a model. */
function addTo(model: Float64Array, direction: Direction | undefined, share: number): void {
  if (!direction) return;
  const { places, weights, length } = direction;
  for (let at = 0; at < places.length; at += 1) {
    const place = places[at] ?? 0;
    model[place] = (model[place] ?? 0) + (share * (weights[at] ?? 0)) / length;
  }
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

function meanOfNearest(row: Float64Array, own: number, scores: readonly number[]): number {
  let [sum, all] = [0, 0];
  for (const at of nearestIn(row, own)) {
    sum += (row[at] ?? 0) * (scores[at] ?? 0);
    all += row[at] ?? 0;
  }
  return all === 0 ? 0 : sum / all;
}

/** Where the greatest values stand, the greatest first; of equals the earlier. */
function nearestIn(row: Float64Array, own: number): number[] {
  const nearest: number[] = [];
  for (let at = 0; at < row.length; at += 1) {
    if (at === own) continue;
    let place = nearest.length;
    while (place > 0 && (row[at] ?? 0) > (row[nearest[place - 1] ?? 0] ?? 0)) place -= 1;
    if (place >= NEAREST) continue;
    nearest.splice(place, 0, at);
    if (nearest.length > NEAREST) nearest.pop();
  }
  return nearest;
}
