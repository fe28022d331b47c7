import { round, table } from './table.js';

/** Runs something once; how many seconds it took, and what came of it. */
export async function timed<Result>(work: () => Promise<Result>): Promise<[seconds: number, result: Result]> {
  const begin = performance.now();
  const result = await work();
  return [round((performance.now() - begin) / 1000, 2), result];
}

/** Prints the figures of one measurement: a row each for people, and a line of JSON for programs. */
export function reportFigures(title: string, figures: object, asJson: boolean): void {
  if (!asJson) {
    const rows = Object.entries(figures).map(([name, value]) => [name, String(value)]);
    process.stdout.write(`${table(title, ['', 'figure'], rows)}\n`);
  }
  process.stdout.write(`${JSON.stringify(figures)}\n`);
}
