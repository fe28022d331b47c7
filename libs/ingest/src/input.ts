import type { Label } from '#policy';

import type { Attachment, Field, Footnote, PaperDraft } from './draft.js';
import { precedenceId } from './markings.js';

/** A paper in the shape in which the API takes it (`DocumentInput`); lists may be empty, everything else is absent or said. */
export interface PaperInput {
  sourceId: string;
  kind: string;
  title: string;
  language: string;
  dateText: string;
  body: string;
  number?: string;
  label?: { policy: string; level: string; categories: { tag: string; values: string[] }[] };
  date?: string;
  from?: string;
  to?: string;
  place?: string;
  topics: string[];
  countries: string[];
  handling: string[];
  fields: { name: string; value: string }[];
  persons: { id?: string; name: string; role: string; description?: string }[];
  footnotes: Footnote[];
}

/** Bounds of the API, in UTF-16 code units; what is longer in a source is cut. */
const LONGEST = { title: 1000, line: 2000, word: 200, value: 100_000 } as const;

/** NUL and halves of surrogate pairs cannot be stored. */
const stored = (text: string): string => text.replace(/\p{Cs}|\0/gu, '\uFFFD');
const cut = (text: string, length: number): string =>
  stored(text)
    .slice(0, length)
    .replace(/\p{Cs}$/u, '');
const words = (list: readonly string[]): string[] =>
  [...new Set(list.map((word) => cut(word, LONGEST.word)))].filter((word) => word.trim() !== '');

/** Enclosures follow the text that they belong to. */
function attached({ title, dateText, body }: Attachment): string {
  return [title, dateText ?? '', body].filter((part) => part !== '').join('\n\n');
}

function fieldsOf(paper: PaperDraft): Field[] {
  const { precedence } = paper;
  const values: Record<string, string | undefined> = {
    'kind-word': paper.kindWord,
    classification: paper.classification,
    precedence: precedence === undefined ? undefined : precedenceId(precedence),
    'precedence-word': precedence,
    'date-time': paper.dateTime,
    'date-end': paper.dateEnd,
    summary: paper.summary,
    source: paper.sourceNote,
    terms: paper.terms.map(({ term, meaning }) => `${term}: ${meaning}`).join('\n'),
  };
  const own = Object.entries(values).map(([name, value]) => ({ name, value: value ?? '' }));
  return [...own, ...paper.fields]
    .filter(({ value }) => value !== '')
    .map(({ name, value }) => ({ name, value: cut(value, LONGEST.value) }));
}

function labelInput({ policy, level, categories }: Label): NonNullable<PaperInput['label']> {
  return { policy, level, categories: categories.map(({ tag, values }) => ({ tag, values: [...values] })) };
}

function optional(paper: PaperDraft): Partial<PaperInput> {
  const { date, label } = paper;
  const lines = Object.entries({ number: paper.number, from: paper.from, to: paper.to, place: paper.place });
  const said = lines.flatMap(([name, value]) => (value === undefined ? [] : [[name, cut(value, LONGEST.line)]]));
  return {
    ...(Object.fromEntries(said) as Partial<PaperInput>),
    ...(date === undefined ? {} : { date }),
    ...(label === undefined ? {} : { label: labelInput(label) }),
  };
}

/** A draft as it is filed: enclosures after the body, what has no place of its own as fields. */
export function documentInput(paper: PaperDraft): PaperInput {
  return {
    sourceId: cut(paper.sourceId, LONGEST.line),
    kind: paper.kind,
    title: cut(paper.title, LONGEST.title),
    language: paper.language,
    dateText: cut(paper.dateText, LONGEST.line),
    ...optional(paper),
    topics: words(paper.topics),
    countries: paper.countries.filter((code) => /^[A-Z]{2}$/u.test(code)),
    handling: words(paper.handling),
    fields: fieldsOf(paper),
    persons: paper.persons.map(({ name, ...rest }) => ({ ...rest, name: cut(name, LONGEST.line) })),
    footnotes: paper.footnotes.map(({ id, mark, text }) => ({
      id,
      mark: cut(mark, LONGEST.word),
      text: cut(text, LONGEST.value),
    })),
    body: stored([paper.body, ...paper.attachments.map(attached)].filter((part) => part !== '').join('\n\n')),
  };
}
