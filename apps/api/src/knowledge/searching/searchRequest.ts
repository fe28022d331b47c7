import { parseQuery, primaryLanguage } from '#text';
import type { FieldQuery } from '#text';

import { Refusal } from '../../platform/refusal.js';
import { FIELDS, expiredScope, nameTerms } from '../../platform/search/index.js';
import type { Narrowing, Order, PhraseRequest, SearchRequest } from '../../platform/search/index.js';
import { dayRange } from '../days.js';
import { topicKey } from '../indexing/indexable.js';
import { SearchMode, SearchOrder } from './search.types.js';
import type { SearchFilter, SearchInput } from './search.types.js';
import { requireCount, requireText } from '../texts.js';

const MAX_QUERY = 2000;
const MAX_VALUES = 100;
const MAX_VALUE = 200;

type Lists = Pick<Narrowing, 'kinds' | 'languages' | 'levels' | 'countries' | 'topics' | 'states' | 'collectionIds'>;

/** How people write the values of a field, in the form in which they are kept. */
const FORMS: Readonly<Record<keyof Lists, (value: string) => string>> = {
  kinds: (value) => value.toLowerCase().replaceAll(' ', '-'),
  languages: primaryLanguage,
  levels: (value) => value.toUpperCase().replaceAll(' ', '_'),
  countries: (value) => value.toUpperCase(),
  topics: topicKey,
  states: (value) => value.toUpperCase().replaceAll(/[ -]/gu, '_'),
  collectionIds: (value) => value.toLowerCase(),
};

/** Names that a query may put before a colon, and what each narrows. */
const LIST_FIELDS: Readonly<Record<string, keyof Lists>> = {
  kind: 'kinds',
  language: 'languages',
  level: 'levels',
  country: 'countries',
  topic: 'topics',
  status: 'states',
  collection: 'collectionIds',
};
const WORDING_FIELDS: Readonly<Record<string, number>> = {
  title: FIELDS.indexOf('title'),
  person: FIELDS.indexOf('persons'),
};
const QUERY_FIELDS = [
  ...Object.keys(LIST_FIELDS),
  ...Object.keys(WORDING_FIELDS),
  'from',
  'to',
  'date',
  'year',
  'expired',
];

const ORDERS: Readonly<Record<SearchOrder, Order>> = {
  RELEVANCE: 'relevance',
  NEWEST: 'newest',
  OLDEST: 'oldest',
  TITLE: 'title',
};

/** What a person asks for, taken apart. */
export interface AskedSearch extends SearchRequest {
  /** Whether papers that no longer hold are looked for, too. */
  readonly withExpired: boolean;
}

/** Takes apart what a person asks for. Throws BAD_INPUT or TOO_LARGE that names the field. */
export function searchRequest({ query, mode, filter, order: wanted }: SearchInput): AskedSearch {
  requireText('query', query, MAX_QUERY, { mayBeEmpty: true });
  const order = ORDERS[wanted ?? SearchOrder.RELEVANCE];
  const asked = filter ? filterNarrowing(filter) : {};
  if (mode === SearchMode.PHRASE) {
    const phrases = query.trim() === '' ? [] : [{ text: query }];
    return { words: '', phrases, excluded: [], ...within(asked, filter?.expired === true), order };
  }
  const { words, phrases, excluded, fields } = parseQuery(query, QUERY_FIELDS);
  const wordings = fields.flatMap(wordingOf);
  const typed = fields.filter(({ field }) => WORDING_FIELDS[field] === undefined);
  return {
    words,
    phrases: [...phrases.map((text) => ({ text })), ...wordings],
    excluded: [
      ...excluded,
      ...fields
        .filter(({ field, excluded: minus }) => minus && WORDING_FIELDS[field] !== undefined)
        .map(({ value }) => value),
    ],
    ...within(withBoth(asked, queryNarrowing(typed)), filter?.expired === true || typed.some(asksForExpired)),
    order,
  };
}

/** What no longer holds is kept under scopes of its own. */
function within({ not, ...wanted }: Narrowing, withExpired: boolean): Pick<AskedSearch, 'narrowing' | 'withExpired'> {
  const narrowing = { ...wanted, ...(not ? { not } : {}) };
  if (!withExpired) return { narrowing, withExpired };
  return { narrowing: { ...withScopes(wanted), ...(not ? { not: withScopes(not) } : {}) }, withExpired };
}

function withScopes(narrowing: Omit<Narrowing, 'not'>): Omit<Narrowing, 'not'> {
  const ids = narrowing.collectionIds;
  return ids ? { ...narrowing, collectionIds: [...ids, ...ids.map(expiredScope)] } : narrowing;
}

function asksForExpired({ field, value, excluded }: FieldQuery): boolean {
  return field === 'expired' && !excluded && value.toLowerCase() === 'yes';
}

function wordingOf({ field, value, excluded }: FieldQuery): PhraseRequest[] {
  const place = WORDING_FIELDS[field];
  return place === undefined || excluded ? [] : [{ text: value, field: place }];
}

function filterNarrowing(filter: SearchFilter): Narrowing {
  const lists: { -readonly [Name in keyof Lists]: Lists[Name] } = {};
  for (const name of Object.keys(FORMS) as (keyof Lists)[]) {
    const values = filter[name];
    if (values) lists[name] = checkedList(`filter.${name}`, values).map(FORMS[name]);
  }
  return { ...lists, ...names(filter.from, filter.to), ...days(filter.dateFrom, filter.dateTo) };
}

function checkedList(field: string, values: readonly string[]): readonly string[] {
  requireCount(field, values, MAX_VALUES);
  values.forEach((value, index) => {
    requireText(`${field}.${String(index)}`, value, MAX_VALUE);
  });
  return values;
}

function names(from: string | null | undefined, to: string | null | undefined): Narrowing {
  requireText('filter.from', from ?? '-', MAX_VALUE);
  requireText('filter.to', to ?? '-', MAX_VALUE);
  return { ...(from ? { fromTerms: nameTerms(from) } : {}), ...(to ? { toTerms: nameTerms(to) } : {}) };
}

function days(from: string | null | undefined, to: string | null | undefined): Narrowing {
  const first = from ? requireDay('filter.dateFrom', from).first : undefined;
  const last = to ? requireDay('filter.dateTo', to).last : undefined;
  return { ...(first === undefined ? {} : { firstDay: first }), ...(last === undefined ? {} : { lastDay: last }) };
}

function requireDay(field: string, text: string) {
  const range = dayRange(text);
  if (range) return range;
  throw new Refusal('BAD_INPUT', 'a date is a year, a month or a day, such as 1967-05-23', { field });
}

/** What was typed as field:value. Values of one field are alternatives; a date that is none matches nothing. */
function queryNarrowing(fields: readonly FieldQuery[]): Narrowing {
  const wanted = fields
    .filter(({ excluded }) => !excluded)
    .map(narrowingOf)
    .reduce(withEither, {});
  const unwanted = fields
    .filter(({ excluded }) => excluded)
    .map(narrowingOf)
    .reduce(withEither, {});
  return Object.keys(unwanted).length === 0 ? wanted : { ...wanted, not: unwanted };
}

const NO_DAY = { firstDay: 99_999_999, lastDay: 0 };

function narrowingOf({ field, value }: FieldQuery): Narrowing {
  const list = LIST_FIELDS[field];
  if (list) return { [list]: [FORMS[list](value.slice(0, MAX_VALUE))] };
  if (field === 'expired') return {};
  if (field === 'from') return { fromTerms: nameTerms(value) };
  if (field === 'to') return { toTerms: nameTerms(value) };
  const range = dayRange(value);
  return range ? { firstDay: range.first, lastDay: range.last } : NO_DAY;
}

function withEither(a: Narrowing, b: Narrowing): Narrowing {
  const merged: Record<string, unknown> = { ...a };
  for (const [name, value] of Object.entries(b)) {
    const known = merged[name];
    merged[name] =
      Array.isArray(known) && Array.isArray(value) ? [...(known as unknown[]), ...(value as unknown[])] : value;
  }
  return merged;
}

/** Both have to hold: of two lists of alternatives, what is in both. */
function withBoth(asked: Narrowing, typed: Narrowing): Narrowing {
  const merged: Record<string, unknown> = { ...asked, ...typed };
  for (const name of Object.keys(FORMS) as (keyof Lists)[]) {
    const other = typed[name];
    const own = asked[name];
    if (own && other) merged[name] = own.filter((value) => other.includes(value));
  }
  for (const name of ['fromTerms', 'toTerms'] as const) {
    if (asked[name] && typed[name]) merged[name] = [...asked[name], ...typed[name]];
  }
  return { ...merged, ...bothDays(asked, typed) };
}

function bothDays(a: Narrowing, b: Narrowing): Narrowing {
  const firsts = [a.firstDay, b.firstDay].filter((day) => day !== undefined);
  const lasts = [a.lastDay, b.lastDay].filter((day) => day !== undefined);
  return {
    ...(firsts.length > 0 ? { firstDay: Math.max(...firsts) } : {}),
    ...(lasts.length > 0 ? { lastDay: Math.min(...lasts) } : {}),
  };
}
