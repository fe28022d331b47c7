import { percentile, round } from '../table.js';

/** What repeating a measurement came to. */
export interface Spread {
  readonly min: number;
  readonly median: number;
  readonly max: number;
  readonly samples: number;
}

/** @param values at least one */
export function spreadOf(values: readonly number[]): Spread {
  const sorted = [...values].sort((one, other) => one - other);
  const [min = Number.NaN] = sorted;
  const max = sorted.at(-1) ?? Number.NaN;
  return { min: round(min), median: round(percentile(sorted, 0.5)), max: round(max), samples: sorted.length };
}

/** Does something so many times, one after the other. */
export async function repeat<Result>(times: number, work: () => Promise<Result>): Promise<Result[]> {
  const results: Result[] = [];
  for (let time = 0; time < times; time++) results.push(await work());
  return results;
}
