/** A whole number below `bound`. */
export const below = (bound: number, random: () => number): number => Math.floor(random() * bound);

/** Share of the times that count: what else the machine does makes some longer and none shorter. */
const FASTEST = 0.5;
const SHUFFLES = 5_000;

export interface Shift {
  /** How much larger the first values are: difference of the means of the smaller half of each side. */
  readonly by: number;
  /** How likely that is where it is a matter of chance which value of a pair is the first. */
  readonly p: number;
  /** How much a difference varies by chance: its standard deviation over the permutations. */
  readonly noise: number;
}

/** The permutation test of pairs: which is the first is drawn anew, and the difference is compared. */
export function shiftOf(pairs: readonly (readonly [number, number])[], random: () => number): Shift {
  const by = differenceIn(pairs);
  let [asFar, squares] = [0, 0];
  for (let shuffle = 0; shuffle < SHUFFLES; shuffle += 1) {
    const drawn = differenceIn(pairs.map(([one, other]) => (random() < 0.5 ? [one, other] : [other, one])));
    if (Math.abs(drawn) >= Math.abs(by)) asFar += 1;
    squares += drawn ** 2;
  }
  return { by, p: (asFar + 1) / (SHUFFLES + 1), noise: Math.sqrt(squares / SHUFFLES) };
}

function differenceIn(pairs: readonly (readonly [number, number])[]): number {
  return meanOfFastest(pairs.map(([one]) => one)) - meanOfFastest(pairs.map(([, other]) => other));
}

function meanOfFastest(values: readonly number[]): number {
  const fastest = Float64Array.from(values)
    .sort()
    .subarray(0, Math.ceil(values.length * FASTEST));
  return fastest.reduce((sum, value) => sum + value, 0) / fastest.length;
}
