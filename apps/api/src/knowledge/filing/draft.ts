import { primaryLanguage } from '#text';

import { Refusal } from '../../platform/refusal.js';
import { dayRange } from '../days.js';
import type { DocumentInput } from '../documents/documents.types.js';
import { DOCUMENT_KINDS, kindOf } from '../documents/kinds.js';
import type { DocumentMetadata } from '../documents/metadata.js';
import { requireCount, requireText } from '../texts.js';

const MAX_BODY = 2_000_000;
const MAX_TITLE = 1000;
const MAX_LINE = 2000;
const MAX_VALUE = 200_000;
const LANGUAGE = /^[A-Za-z]{2,3}(?:-[A-Za-z0-9]{2,8})*$/;
const COUNTRY = /^[A-Z]{2}$/;

/**
 * Checks what was sent and brings it into the one form that is kept. Throws a Refusal that names the field: BAD_INPUT,
 * TOO_LARGE, or KIND_UNKNOWN, which names the known kinds.
 */
export function checkedMetadata(input: DocumentInput): DocumentMetadata {
  requireKind(input.kind);
  requireText('title', input.title, MAX_TITLE);
  requireText('body', input.body ?? '', MAX_BODY, { mayBeEmpty: true });
  requireText('changeNote', input.changeNote ?? '', MAX_LINE, { mayBeEmpty: true });
  requireText('sourceId', input.sourceId ?? '-', MAX_LINE);
  if (!LANGUAGE.test(input.language))
    throw new Refusal('BAD_INPUT', 'a language is a tag such as en or uz-Cyrl', { field: 'language' });
  requireDate(input.date ?? null);
  return {
    kind: input.kind,
    number: line('number', input.number),
    title: input.title,
    language:
      primaryLanguage(input.language) === input.language.toLowerCase() ? input.language.toLowerCase() : input.language,
    date: input.date ?? null,
    dateText: line('dateText', input.dateText),
    from: line('from', input.from),
    to: line('to', input.to),
    place: line('place', input.place),
    topics: words('topics', input.topics),
    countries: countries(input.countries),
    handling: words('handling', input.handling),
    ...details(input),
  };
}

function requireKind(kind: string): void {
  if (kindOf(kind)) return;
  const known = DOCUMENT_KINDS.map(({ id }) => id).join(', ');
  throw new Refusal('KIND_UNKNOWN', `the kinds of documents are ${known}`, { field: 'kind' });
}

function requireDate(date: string | null): void {
  if (date === null || dayRange(date)) return;
  throw new Refusal('BAD_INPUT', 'a date is a year, a month or a day, such as 1967-05-23', { field: 'date' });
}

function line(field: string, text: string | null | undefined): string | null {
  if (text === null || text === undefined) return null;
  requireText(field, text, MAX_LINE, { mayBeEmpty: true });
  return text === '' ? null : text;
}

function words(field: string, list: readonly string[] | null | undefined): string[] {
  const items = list ?? [];
  requireCount(field, items, 200);
  items.forEach((item, index) => {
    requireText(`${field}.${String(index)}`, item, 200);
  });
  return [...new Set(items)];
}

function countries(list: readonly string[] | null | undefined): string[] {
  const codes = words('countries', list);
  codes.forEach((code, index) => {
    if (COUNTRY.test(code)) return;
    const field = `countries.${String(index)}`;
    throw new Refusal('BAD_INPUT', 'a country is its ISO 3166-1 code, such as UZ', { field });
  });
  return codes;
}

function details(input: DocumentInput): Pick<DocumentMetadata, 'fields' | 'persons' | 'footnotes'> {
  const { fields, persons, footnotes } = {
    fields: input.fields ?? [],
    persons: input.persons ?? [],
    footnotes: input.footnotes ?? [],
  };
  requireCount('fields', fields, 200);
  requireCount('persons', persons, 5000);
  requireCount('footnotes', footnotes, 5000);
  return {
    fields: fields.map(({ name, value }, index) => {
      const field = `fields.${String(index)}`;
      requireText(`${field}.name`, name, 100);
      requireText(`${field}.value`, value, MAX_VALUE, { mayBeEmpty: true });
      return { name, value };
    }),
    persons: persons.map(({ id, name, role, description }, index) => {
      const field = `persons.${String(index)}`;
      requireText(`${field}.name`, name, MAX_LINE);
      const rest = { role: line(`${field}.role`, role), description: line(`${field}.description`, description) };
      return { id: line(`${field}.id`, id), name, ...rest };
    }),
    footnotes: footnotes.map(({ id, mark, text }, index) => {
      const field = `footnotes.${String(index)}`;
      requireText(`${field}.mark`, mark, 100, { mayBeEmpty: true });
      requireText(`${field}.text`, text, MAX_VALUE, { mayBeEmpty: true });
      return { id: line(`${field}.id`, id), mark, text };
    }),
  };
}
