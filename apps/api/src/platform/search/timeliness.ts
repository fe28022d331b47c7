import { clean, fold, tokenize } from '#text';

/** A time that a question names, as days yyyymmdd: a year, and maybe a part of it. */
export interface Period {
  readonly year: number;
  readonly part?: { readonly firstDay: number; readonly lastDay: number };
}

/** What a paper of the year, or of the very part of it, gains. */
const OF_THE_YEAR = 1.2;
const OF_THE_PART = 1.4;
/** Words between a month and its year, such as "of". */
const REACH = 3;
const YEAR = /^(?:1[5-9]|20)\d\d$/u;
const CHINESE_MONTH = /(?<!\d)(\d{4})\s*年\s*(\d{1,2})\s*月/gu;
const MONTHS = 12;
/** yyyymmdd: what a month and a year count. */
const MONTH = 100;
const YEAR_STEP = 10_000;
const LAST_DAY = 31;

/** Seasons (of the northern half) and thirds of a year, as first and last month. */
const PARTS: Readonly<Record<string, readonly (readonly [words: string, first: number, last: number])[]>> = {
  en: [
    ['spring', 3, 5],
    ['summer', 6, 8],
    ['autumn fall', 9, 11],
    ['early beginning start', 1, 4],
    ['mid middle', 5, 8],
    ['late end', 9, 12],
  ],
  fr: [
    ['printemps', 3, 5],
    ['été', 6, 8],
    ['automne', 9, 11],
    ['début', 1, 4],
    ['mi milieu', 5, 8],
    ['fin', 9, 12],
  ],
  es: [
    ['primavera', 3, 5],
    ['verano', 6, 8],
    ['otoño', 9, 11],
    ['principios comienzos inicios', 1, 4],
    ['mediados', 5, 8],
    ['finales fines', 9, 12],
  ],
  ru: [
    ['весна весной весны', 3, 5],
    ['лето летом лета', 6, 8],
    ['осень осенью осени', 9, 11],
    ['начало начале начала', 1, 4],
    ['середина середине середины', 5, 8],
    ['конец конце конца', 9, 12],
  ],
};

type Months = readonly [first: number, last: number];

const known = new Map<string, ReadonlyMap<string, Months>>();

const key = (word: string): string => fold(clean(word, ''));

/** Names of months as they stand alone and in a date, and other parts of a year, folded. */
function partsIn(language: string): ReadonlyMap<string, Months> {
  const before = known.get(language);
  if (before) return before;
  const parts = new Map<string, Months>();
  for (let month = 1; month <= MONTHS; month += 1) {
    for (const name of monthNames(month, language)) parts.set(key(name), [month, month]);
  }
  for (const [words, first, last] of PARTS[language] ?? []) {
    for (const word of words.split(' ')) parts.set(key(word), [first, last]);
  }
  known.set(language, parts);
  return parts;
}

function monthNames(month: number, language: string): string[] {
  const day = new Date(Date.UTC(2000, month - 1, 15));
  const locale = Intl.DateTimeFormat.supportedLocalesOf(language === '' ? [] : [language])[0] ?? 'en';
  const forms = [{ month: 'long' }, { month: 'long', day: 'numeric' }] as const;
  return forms.flatMap((form) =>
    new Intl.DateTimeFormat(locale, { ...form, timeZone: 'UTC', calendar: 'gregory' })
      .formatToParts(day)
      .flatMap(({ type, value }) => (type === 'month' && /\p{L}/u.test(value) ? [value] : [])),
  );
}

/** The times that a question names: years, with the month, season or third of the year that stands beside each. */
export function periodsNamed(text: string, language: string): Period[] {
  const written = Array.from(text.matchAll(CHINESE_MONTH), ([, year, month]) =>
    periodOf(Number(year), [Number(month), Number(month)]),
  );
  const words = tokenize(text, language);
  const parts = partsIn(language);
  const named = words.flatMap(({ surface }, at) => {
    const year = key(surface);
    if (!YEAR.test(year)) return [];
    const beside = words.slice(Math.max(0, at - REACH), at).reverse();
    const [part] = beside.flatMap((word) => {
      const months = parts.get(key(word.surface));
      return months ? [months] : [];
    });
    return [periodOf(Number(year), part)];
  });
  return [...written, ...named];
}

function periodOf(year: number, months: Months | undefined): Period {
  if (months === undefined) return { year };
  const [first, last] = months.map((month) => year * YEAR_STEP + month * MONTH);
  return { year, part: { firstDay: (first ?? 0) + 1, lastDay: (last ?? 0) + LAST_DAY } };
}

/** By how much a paper of these days (yyyymmdd, both 0 when undated) answers better: 1 when it is of no time that is named. */
export function timeliness(
  periods: readonly Period[],
  { firstDay, lastDay }: { firstDay: number; lastDay: number },
): number {
  if (lastDay === 0) return 1;
  const [first, last] = [Math.floor(firstDay / YEAR_STEP), Math.floor(lastDay / YEAR_STEP)];
  let best = 1;
  for (const { year, part } of periods) {
    if (year < first || year > last) continue;
    const inPart = part !== undefined && firstDay >= part.firstDay && lastDay <= part.lastDay;
    best = Math.max(best, inPart ? OF_THE_PART : OF_THE_YEAR);
  }
  return best;
}
