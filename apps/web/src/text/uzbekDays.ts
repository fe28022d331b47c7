/** By the first three letters of their English names: in a sentence, and short. */
const MONTHS: Readonly<Record<string, readonly [string, string]>> = {
  Jan: ['yanvar', 'yan'],
  Feb: ['fevral', 'fev'],
  Mar: ['mart', 'mar'],
  Apr: ['aprel', 'apr'],
  May: ['may', 'may'],
  Jun: ['iyun', 'iyn'],
  Jul: ['iyul', 'iyl'],
  Aug: ['avgust', 'avg'],
  Sep: ['sentabr', 'sen'],
  Oct: ['oktabr', 'okt'],
  Nov: ['noyabr', 'noy'],
  Dec: ['dekabr', 'dek'],
};
const WEEKDAYS: Readonly<Record<string, readonly [string, string]>> = {
  Mon: ['dushanba', 'Dush'],
  Tue: ['seshanba', 'Sesh'],
  Wed: ['chorshanba', 'Chor'],
  Thu: ['payshanba', 'Pay'],
  Fri: ['juma', 'Jum'],
  Sat: ['shanba', 'Shan'],
  Sun: ['yakshanba', 'Yak'],
};
/** What a screen reader says of each part of a date field. */
const FIELDS: Readonly<Record<string, string>> = {
  era: 'era',
  year: 'yil',
  month: 'oy',
  weekday: 'hafta kuni',
  day: 'kun',
  dayPeriod: 'TO/TK',
  hour: 'soat',
  minute: 'daqiqa',
  second: 'soniya',
  timeZoneName: 'vaqt mintaqasi',
};
const HALVES: Readonly<Record<string, string>> = { am: 'TO', pm: 'TK' };
/** What is as short as a short name, and is none. */
const LONG = /^(?:June|July|.{5,})$/u;

type Part = Intl.DateTimeFormatPart;
type Time = Date | number;

/** Days and times as Uzbek writes them (CLDR): 22-noyabr, 2026. Order and clock are those of British English. */
class UzbekDays extends Intl.DateTimeFormat {
  constructor(options?: Intl.DateTimeFormatOptions) {
    super('en-GB', options);
  }

  override format(time?: Time): string {
    return this.formatToParts(time)
      .map(({ value }) => value)
      .join('');
  }

  override formatToParts(time?: Time): Part[] {
    const parts = super.formatToParts(time);
    return parts.map((part, at) => ({ type: part.type, value: uzbek(part, parts[at - 1], parts[at + 1]) }));
  }

  override formatRange(start: Time, end: Time): string {
    return `${this.format(start)} – ${this.format(end)}`;
  }

  override resolvedOptions(): Intl.ResolvedDateTimeFormatOptions {
    return { ...super.resolvedOptions(), locale: 'uz' };
  }
}

function uzbek({ type, value }: Part, before: Part | undefined, after: Part | undefined): string {
  if (type === 'month') return named(MONTHS, value);
  if (type === 'weekday') return named(WEEKDAYS, value);
  if (type === 'dayPeriod') return HALVES[value.toLowerCase()] ?? value;
  return type === 'literal' ? between(value, before, after) : value;
}

/** A number stays what it is. */
function named(names: typeof MONTHS, value: string): string {
  const [long, short] = names[value.slice(0, 3)] ?? [value, value];
  return LONG.test(value) ? long : short;
}

function between(value: string, before: Part | undefined, after: Part | undefined): string {
  const isWord = (part: Part | undefined): boolean => part?.type === 'month' && /^\p{L}/u.test(part.value);
  if (before?.type === 'day' && isWord(after)) return '-';
  if (before?.type === 'weekday' || (isWord(before) && after?.type === 'year') || value === ' at ') return ', ';
  return value;
}

/** Names of the parts of dates; names of all else are those that the client has. */
class UzbekNames extends Intl.DisplayNames {
  override of(code: string): string | undefined {
    return this.resolvedOptions().type === 'dateTimeField' ? FIELDS[code] : super.of(code);
  }
}

/** Chromium comes without Uzbek days and names them in no language at all ("2026 M11 22"); what knows them is left as it is. */
export function teachUzbekDays(): void {
  const Given = Intl.DateTimeFormat;
  if (new Given('uz', { weekday: 'short', timeZone: 'UTC' }).format(0) === 'Pay') return;
  const make = (locales?: Intl.LocalesArgument, options?: Intl.DateTimeFormatOptions): Intl.DateTimeFormat =>
    isUzbek(locales) ? new UzbekDays(options) : new Given(locales, options);
  Intl.DateTimeFormat = new Proxy(Given, {
    construct: (_given, [locales, options]: Parameters<typeof make>) => make(locales, options),
    apply: (_given, _self, [locales, options]: Parameters<typeof make>) => make(locales, options),
  });
  const names = new Proxy(Intl.DisplayNames, {
    construct: (Names, [locales, options]: ConstructorParameters<typeof Intl.DisplayNames>) =>
      isUzbek(locales) ? new UzbekNames(locales, options) : new Names(locales, options),
  });
  Object.assign(Intl, { DisplayNames: names });
}

function isUzbek(locales: Intl.LocalesArgument): boolean {
  const first = Array.isArray(locales) ? (locales as readonly (string | Intl.Locale)[])[0] : locales;
  return first !== undefined && /^uz\b/u.test(String(first));
}
