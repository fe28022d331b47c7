const DATE = /^(\d{4})(?:-(\d{2})(?:-(\d{2})(?:T[0-9:.]+(?:Z|[+-]\d{2}:\d{2})?)?)?)?$/;

/** First and last day that a date can mean, as the number yyyymmdd. */
export interface DayRange {
  readonly first: number;
  readonly last: number;
}

/** Reads `1967`, `1967-05` or `1967-05-23` (a time after it is ignored); undefined for anything else. */
export function dayRange(text: string): DayRange | undefined {
  const [, year, month, day] = DATE.exec(text) ?? [];
  if (year === undefined) return undefined;
  const first = { month: Number(month ?? '1'), day: Number(day ?? '1') };
  const last = { month: Number(month ?? '12'), day: Number(day ?? '0') || daysIn(Number(year), Number(month ?? '12')) };
  if (first.month < 1 || first.month > 12 || first.day < 1 || first.day > daysIn(Number(year), first.month))
    return undefined;
  return { first: number(Number(year), first), last: number(Number(year), last) };
}

function number(year: number, { month, day }: { month: number; day: number }): number {
  return year * 10_000 + month * 100 + day;
}

function daysIn(year: number, month: number): number {
  return new Date(Date.UTC(year, month, 0)).getUTCDate();
}
