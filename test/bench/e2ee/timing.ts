import { percentile } from '../table.js';
import type { Awaitable, Measurement } from './contract.js';

/** Times of single operations, by operation, implementation and size. */
export class Stopwatch {
  private readonly series = new Map<string, { key: SeriesKey; values: number[] }>();

  /** Runs and times one operation. */
  async time<T>(key: SeriesKey, work: () => Awaitable<T>): Promise<T> {
    const startedAt = performance.now();
    const result = work();
    const value = result instanceof Promise ? await result : result;
    this.add(key, performance.now() - startedAt);
    return value;
  }

  add(key: SeriesKey, milliseconds: number): void {
    const id = JSON.stringify([key.operation, key.implementation, key.size]);
    const known = this.series.get(id);
    if (known === undefined) this.series.set(id, { key, values: [milliseconds] });
    else known.values.push(milliseconds);
  }

  measurements(): Measurement[] {
    return [...this.series.values()].map(({ key, values }) => ({ ...key, ...summary(values) }));
  }
}

export interface SeriesKey {
  readonly operation: string;
  readonly implementation: string;
  readonly size: number;
}

/** Median and 95th percentile of times in milliseconds. */
export function summary(values: readonly number[]): { median: number; p95: number; samples: number } {
  const sorted = Float64Array.from(values).sort();
  return { median: percentile(sorted, 0.5), p95: percentile(sorted, 0.95), samples: sorted.length };
}

/** How long and how often something is repeated. */
export interface Effort {
  /** Shared by all who take turns; who has used up its share sits out the further rounds… */
  readonly milliseconds: number;
  /** …but not before so many rounds, unless these take it `patience` times its share. */
  readonly least: number;
  /** Nobody takes more turns than this. */
  readonly most: number;
}

const patience = 10;

/** A B C A B C …: each round lets everybody take a turn, so that a noisy machine is noisy for all. */
export async function takeTurns(effort: Effort, turns: readonly ((round: number) => Promise<void>)[]): Promise<void> {
  const share = effort.milliseconds / turns.length;
  const spent = turns.map(() => 0);
  for (let round = 0; round < effort.most; round++) {
    const allowed = round < effort.least ? share * patience : share;
    const due = turns.flatMap((turn, i) => (round === 0 || (spent[i] ?? 0) < allowed ? [{ turn, i }] : []));
    if (due.length === 0) return;
    for (const { turn, i } of due) {
      const startedAt = performance.now();
      await turn(round);
      spent[i] = (spent[i] ?? 0) + performance.now() - startedAt;
    }
  }
}
