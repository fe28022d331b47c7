import type { DocumentQuery, SearchQuery } from '#contracts';

import type { Terminal } from './terminal/terminal.js';
import { fields } from './terminal/fields.js';
import { harmless, isolate, oneLine, wrap } from './terminal/text.js';

export type SearchResult = SearchQuery['search'];
type Hit = SearchResult['hits'][number];
export type OpenedDocument = NonNullable<DocumentQuery['document']>;

const READING_WIDTH = 80;
/** What the server puts around matches in a passage. */
const MATCH_BEGIN = '\ue000';
const MATCH_END = '\ue001';
const MATCH = /\ue000([^\ue001]*)\ue001/gu;

/** The passage without marks, and the words that were marked. */
export function plainPassage(passage: string): { passage: string; matches: string[] } {
  const matches = [...passage.matchAll(MATCH)].map(([, word = '']) => word);
  return { passage: passage.replaceAll(MATCH_BEGIN, '').replaceAll(MATCH_END, ''), matches };
}

/** Hits below each other: title, marking and origin, the best passage with its matches in bold, the id to open. */
export function searchWords(terminal: Terminal, result: SearchResult): string {
  const { colours } = terminal;
  const meant = result.didYouMean === null ? [] : [`Answered as: ${isolate(oneLine(result.didYouMean))}`];
  if (result.hits.length === 0) return [...meant, colours.dim('Nothing that you may read fits.')].join('\n');
  const about = result.totalIsExact ? '' : 'about ';
  const shown = `${result.hits.length} of ${about}${result.total}`;
  const counts = result.facets.map((facet) => facetWords(terminal, facet));
  return [
    ...meant,
    ...result.hits.map((hit) => hitWords(terminal, hit)),
    [colours.dim(shown), ...counts].join('\n'),
  ].join('\n\n');
}

function facetWords({ colours }: Terminal, { field, values }: SearchResult['facets'][number]): string {
  const counts = values.map(({ value, count }) => `${isolate(oneLine(value))} ${count}`);
  return `${colours.dim(field)}  ${counts.join(', ')}`;
}

/** One hit. Of a passage in a separately labelled part the marking is shown beside it. */
export function hitWords(terminal: Terminal, { document, passage, part }: Hit): string {
  const { colours } = terminal;
  const width = Math.min(READING_WIDTH, terminal.width) - 2;
  const origin = [
    document.kind.replaceAll('-', ' '),
    document.date ?? document.dateText ?? 'undated',
    document.language,
    originOf(document),
  ];
  return [
    colours.bold(isolate(oneLine(document.title))),
    `  ${colours.inverse(` ${document.label.marking} `)}  ${colours.dim(origin.filter((part) => part !== '').join(' · '))}`,
    ...(part === null
      ? []
      : [`  ${colours.inverse(` ${part.label.marking} `)}  ${colours.dim(part.slot.replaceAll('-', ' '))}`]),
    ...wrap(oneLine(passage), width).map((line) => `  ${isolate(line)}`),
    `  ${colours.dim(document.id)}`,
  ]
    .join('\n')
    .replace(MATCH, (_, word: string) => colours.bold(colours.yellow(word)))
    .replaceAll(MATCH_BEGIN, '')
    .replaceAll(MATCH_END, '');
}

function originOf({ from, to }: Hit['document']): string {
  if (from === null) return to === null ? '' : isolate(oneLine(`to ${to}`));
  return isolate(oneLine(to === null ? from : `${from} → ${to}`));
}

/** A whole document with its marking above and below, as papers carry it. */
export function documentWords(terminal: Terminal, document: OpenedDocument): string {
  const { colours } = terminal;
  const width = Math.min(READING_WIDTH, terminal.width);
  const banner = colours.inverse(` ${document.label.marking} `);
  const body = wrap(harmless(document.version.body), width).map((line) => isolate(line));
  const notes = document.footnotes.map(({ mark, text }) => colours.dim(isolate(oneLine(`[${mark}] ${text}`))));
  return [
    banner,
    colours.bold(isolate(oneLine(document.title))),
    fields(terminal, factsOf(document)),
    '',
    ...body,
    ...(notes.length === 0 ? [] : ['', ...notes]),
    banner,
  ].join('\n');
}

function factsOf(document: OpenedDocument): [string, string][] {
  return [
    ['Kind', document.kind.replaceAll('-', ' ')],
    ['Number', document.number ?? ''],
    ['Date', document.dateText ?? document.date ?? 'undated'],
    ['From', document.from ?? ''],
    ['To', document.to ?? ''],
    ['Topics', document.topics.join(', ')],
    ['Countries', document.countries.join(', ')],
    ['Handling', document.handling.join(', ')],
    ...document.fields.map(({ name, value }): [string, string] => [name, value]),
    ['Version', `${document.version.number}, ${document.version.createdAt.slice(0, 10)}`],
    ['Id', document.id],
  ];
}
