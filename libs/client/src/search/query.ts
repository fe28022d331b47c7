import { parseQuery, tokenize } from '#text';
import type { FieldQuery } from '#text';

import { EVERY_MESSAGE, placeAt } from './messageIndex.js';
import { foldedWords, indexed, stemsOf } from './words.js';

/** What names in a query mean on this device, as facets of the index. */
export interface Names {
  /** People whose name fits; none is an answer too. */
  sendersOf(name: string): string[];
  conversationsOf(name: string): string[];
}

/** A query as the index is asked it. */
export interface SearchPlan {
  /** FTS5 match expression. */
  readonly match: string;
  /** Places from here on. */
  readonly from: number;
  /** Places before this one. */
  readonly to: number;
  /** What a passage marks. */
  readonly marks: Marks;
}

export interface Marks {
  /** Folded words that are marked as they stand. */
  readonly words: ReadonlySet<string>;
  /** Folded beginnings of words. */
  readonly prefixes: readonly string[];
  readonly stems: ReadonlySet<string>;
}

const FIELDS = ['from', 'in', 'before', 'after'];
const DATE = /^(\d{4})(?:-(\d{2})(?:-(\d{2}))?)?$/;
/** A shorter beginning would ask for half of the index. */
const LEAST_PREFIX = 2;
/** Bound of the work that one query can ask for. */
const MAX_PARTS = 32;

/** One word, or several in a row, that a message has to hold. */
interface Part {
  readonly words: readonly string[];
  readonly stems: readonly string[];
  /** The last word may go on. */
  readonly isPrefix: boolean;
}

/**
 * Takes a query apart: words, "phrases", beginnings*, -exclusions, from:person, in:conversation, before:2026-11-01, after:2026-10. Dates
 * are days, months or years in UTC; `before` leaves the named one out, `after` begins with it. Nothing that people type is an error.
 * @param languages of the vault's messages, most frequent first
 */
export function planSearch(text: string, names: Names, languages: readonly string[]): SearchPlan {
  const { words, phrases, excluded, fields } = parseQuery(text, FIELDS);
  const dates = fields.filter(({ field }) => field === 'before' || field === 'after');
  const unread = dates.filter((date) => timeOf(date) === undefined || date.excluded).map(({ value }) => value);
  const wanted = [
    ...withoutFunctionWords([words, ...unread].join(' ').split(/\s+/u), languages).map((word) =>
      partOf(word, languages),
    ),
    ...phrases.map(phraseOf),
  ].filter(({ words: said }) => said.length > 0);
  const unwanted = excluded.map(phraseOf).filter(({ words: said }) => said.length > 0);
  const positive = [...wanted.map(expressionOf), ...facetExpressions(fields, names, false)].slice(0, MAX_PARTS);
  const negative = [...unwanted.map(expressionOf), ...facetExpressions(fields, names, true)].slice(0, MAX_PARTS);
  const base = positive.length === 0 ? facets([EVERY_MESSAGE]) : positive.join(' AND ');
  const match = negative.length === 0 ? base : `(${base}) NOT (${negative.join(' OR ')})`;
  return { match, ...rangeOf(dates), marks: marksOf(wanted) };
}

/** "in", "the" and the like are in most messages and say nothing; a query of nothing else keeps them. */
function withoutFunctionWords(words: readonly string[], [language = 'en']: readonly string[]): readonly string[] {
  const telling = words.filter((word) => tokenize(word, language).some(({ stop }) => !stop));
  return telling.length > 0 ? telling : words;
}

function partOf(word: string, languages: readonly string[]): Part {
  const isMarked = word.endsWith('*');
  const words = foldedWords(word);
  const isPrefix = isMarked && (words.at(-1)?.length ?? 0) >= LEAST_PREFIX;
  const isSingle = words.length === 1 && !isPrefix;
  return { words, isPrefix, stems: isSingle ? [...new Set(stemsOf(word, languages))] : [] };
}

function phraseOf(phrase: string): Part {
  return { words: foldedWords(phrase), stems: [], isPrefix: false };
}

/** Terms hold neither quotation marks nor anything else that FTS5 reads; they are quoted all the same. */
function expressionOf({ words, stems, isPrefix }: Part): string {
  const literal = `{words} : "${words.join(' ')}"${isPrefix ? ' *' : ''}`;
  if (stems.length === 0) return `(${literal})`;
  return `(${literal} OR {words stems} : (${stems.map((stem) => `"${stem}"`).join(' OR ')}))`;
}

function facetExpressions(fields: readonly FieldQuery[], names: Names, excluded: boolean): string[] {
  const of = (field: string, find: (name: string) => string[]): string[] => {
    const asked = fields.filter((query) => query.field === field && query.excluded === excluded);
    return asked.length === 0 ? [] : [facets(asked.flatMap(({ value }) => find(value)))];
  };
  return [...of('from', (name) => names.sendersOf(name)), ...of('in', (name) => names.conversationsOf(name))];
}

/** Any of them; a facet that no message has where there are none. */
function facets(terms: readonly string[]): string {
  const asked = terms.length === 0 ? ['none'] : terms;
  return `({facets} : (${asked.map((term) => `"${indexed(term)}"`).join(' OR ')}))`;
}

function rangeOf(dates: readonly FieldQuery[]): { from: number; to: number } {
  const times = (field: string): number[] =>
    dates.flatMap((date) => (date.field === field && !date.excluded ? (timeOf(date) ?? []) : []));
  return {
    from: placeAt(Math.max(0, ...times('after'))),
    to: placeAt(Math.min(Number.POSITIVE_INFINITY, ...times('before'))),
  };
}

/** The beginning of a day, a month or a year, milliseconds since 1970; undefined for what is none. */
function timeOf({ value }: FieldQuery): number | undefined {
  const [, year, month = '01', day = '01'] = DATE.exec(value) ?? [];
  if (year === undefined) return undefined;
  const time = Date.parse(`${year}-${month}-${day}T00:00:00.000Z`);
  return Number.isNaN(time) ? undefined : time;
}

function marksOf(parts: readonly Part[]): Marks {
  const prefixes = parts.flatMap(({ words, isPrefix }) => (isPrefix ? words.slice(-1) : []));
  const words = parts.flatMap((part) => (part.isPrefix ? part.words.slice(0, -1) : part.words));
  return { words: new Set(words), prefixes, stems: new Set(parts.flatMap(({ stems }) => stems)) };
}
