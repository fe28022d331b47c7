/** A date as exact as its source: ISO 8601 YYYY-MM-DD, YYYY-MM or YYYY. */
export interface FoundDate {
  readonly date: string;
  readonly end?: string;
  readonly time?: string;
}

const MONTHS: Readonly<Record<string, number>> = {
  january: 1,
  february: 2,
  march: 3,
  april: 4,
  may: 5,
  june: 6,
  july: 7,
  august: 8,
  september: 9,
  october: 10,
  november: 11,
  december: 12,
};
const MONTH = `(${Object.keys(MONTHS).join('|')})`;
const DASH = '\\s*[–—-]\\s*';

const PATTERNS = {
  /** May 17, 1955; July 18–23, 1955; May 28–June 3, 1955 */
  monthFirst: new RegExp(`\\b${MONTH}\\s+(\\d{1,2})(?:${DASH}(?:${MONTH}\\s+)?(\\d{1,2}))?,?\\s+(\\d{4})\\b`, 'iu'),
  /** 17 April 1948 */
  dayFirst: new RegExp(`\\b(\\d{1,2})\\s+${MONTH},?\\s+(\\d{4})\\b`, 'iu'),
  /** August 1975 */
  monthOnly: new RegExp(`\\b${MONTH},?\\s+(\\d{4})\\b`, 'iu'),
};

const two = (value: number): string => String(value).padStart(2, '0');
const monthOf = (name: string | undefined): number => MONTHS[(name ?? '').toLowerCase()] ?? 0;

/** A calendar day that exists, as ISO 8601, else undefined. */
function day(year: string | undefined, month: number, date: string | undefined): string | undefined {
  const [y, d] = [Number(year), Number(date)];
  const last = new Date(Date.UTC(y, month, 0)).getUTCDate();
  return month >= 1 && month <= 12 && d >= 1 && d <= last
    ? `${String(y).padStart(4, '0')}-${two(month)}-${two(d)}`
    : undefined;
}

function monthFirst(text: string): FoundDate | undefined {
  const match = PATTERNS.monthFirst.exec(text);
  if (match === null) return undefined;
  const [, month, first, endMonth, last, year] = match;
  const date = day(year, monthOf(month), first);
  if (date === undefined) return undefined;
  const end = last === undefined ? undefined : day(year, monthOf(endMonth ?? month), last);
  return end === undefined ? { date } : { date, end };
}

function dayFirst(text: string): FoundDate | undefined {
  const match = PATTERNS.dayFirst.exec(text);
  const date = match === null ? undefined : day(match[3], monthOf(match[2]), match[1]);
  return date === undefined ? undefined : { date };
}

function monthOnly(text: string): FoundDate | undefined {
  const match = PATTERNS.monthOnly.exec(text);
  return match === null ? undefined : { date: `${match[2] ?? ''}-${two(monthOf(match[1]))}` };
}

/** The first English date of a text, such as `May 17, 1955—5:05 p.m.`, `17 April 1948`, `July 18–23, 1955`, `August 1975`. */
export function dateInText(text: string): FoundDate | undefined {
  return monthFirst(text) ?? dayFirst(text) ?? monthOnly(text);
}

const ISO = /^(\d{4})(?:-(\d{2})(?:-(\d{2}))?)?(T[\d:.]+(?:Z|[+-]\d{2}:?\d{2})?)?$/u;

/** Takes an encoded date apart, such as `1967-11-25T22:18:00Z` or `1975-08`; undefined where it is not a date. */
export function isoDate(encoded: string): FoundDate | undefined {
  const match = ISO.exec(encoded.trim());
  if (match === null) return undefined;
  const [whole, year = '', month, date, time] = match;
  if (month === undefined) return { date: year };
  if (date === undefined)
    return monthOf(undefined) <= 12 && Number(month) >= 1 && Number(month) <= 12
      ? { date: `${year}-${month}` }
      : undefined;
  const full = day(year, Number(month), date);
  if (full === undefined) return undefined;
  return time === undefined ? { date: full } : { date: full, time: whole };
}
