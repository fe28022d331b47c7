import { table } from '../table.js';
import type { Findings } from './contract.js';
import type { Goal } from './goals.js';

export interface Report {
  readonly findings: readonly Findings[];
  readonly goals: readonly Goal[];
  /** What one has to know to read the figures, and what was left out and why. */
  readonly notes: readonly string[];
  readonly seconds: number;
}

/** Times with four significant digits, for JSON. */
export function rounded(findings: Findings): Findings {
  const short = (milliseconds: number) => Number(milliseconds.toPrecision(4));
  const measurements = findings.measurements.map((one) => {
    return { ...one, median: short(one.median), p95: short(one.p95) };
  });
  return { ...findings, measurements };
}

interface Row {
  readonly implementation: string;
  readonly size: number;
  readonly cell: string;
}

export function printTables({ findings, goals, notes, seconds }: Report): void {
  const parts = [...findings.flatMap(tablesOf), goalTable(goals), '', ...notes.map((note) => `- ${note}`)];
  process.stdout.write(`${parts.join('\n')}\n\n${String(seconds)} s\n\n`);
}

/** One table for each operation and each thing counted: implementations down, members across. */
export function tablesOf({ platform, measurements, counts }: Findings): string[] {
  const timed = grouped(measurements, ({ operation }) => operation).map(([operation, rows]) => {
    const cells = rows.map((row) => ({ ...row, cell: `${time(row.median)} (${time(row.p95)})` }));
    return pivot(`${platform}: ${operation}, ms: median (p95), by members`, cells);
  });
  const sized = grouped(counts, ({ what }) => what).map(([what, rows]) => {
    const cells = rows.map((row) => ({ ...row, cell: String(row.value) }));
    return pivot(`${platform}: ${what}${what.startsWith('records') ? '' : ', bytes'}, by members`, cells);
  });
  return [...timed, ...sized];
}

function pivot(title: string, rows: readonly Row[]): string {
  const sizes = [...new Set(rows.map(({ size }) => size))].sort((a, b) => a - b);
  const lines = grouped(rows, ({ implementation }) => implementation).map(([implementation, own]) => [
    implementation,
    ...sizes.map((size) => own.find((row) => row.size === size)?.cell ?? '-'),
  ]);
  return table(title, ['', ...sizes.map(String)], lines);
}

/** Three significant digits. */
function time(milliseconds: number): string {
  return milliseconds >= 100 ? milliseconds.toFixed(0) : milliseconds.toPrecision(3);
}

export function goalTable(goals: readonly Goal[]): string {
  const rows = goals.map(({ platform, name, goal, value, met }) => {
    return [`${platform}: ${name}`, goal, value?.toFixed(2) ?? '-', met === undefined ? 'not measured' : verdict(met)];
  });
  return table('Goals: ratios of medians of this run', ['', 'goal', 'value', ''], rows);
}

const verdict = (met: boolean): string => (met ? 'met' : 'MISSED');

function grouped<Value>(values: readonly Value[], keyOf: (value: Value) => string): [string, Value[]][] {
  const groups = new Map<string, Value[]>();
  for (const value of values) {
    const key = keyOf(value);
    const known = groups.get(key);
    if (known === undefined) groups.set(key, [value]);
    else known.push(value);
  }
  return [...groups];
}
