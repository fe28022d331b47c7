import { fromMarkdown } from 'mdast-util-from-markdown';
import { toString } from 'mdast-util-to-string';
import type { ListItem, RootContent } from 'mdast';

import { genericMinistry } from '#policy';
import type { SecurityPolicy } from '#policy';
import { detectLanguage } from '#text';

import { dateInText, isoDate } from './dates.js';
import { present } from './draft.js';
import type { Field, PaperDraft, Problem, ReadPaper } from './draft.js';
import { readFrontMatter } from './frontMatter.js';
import { kindFromWords, UNKNOWN_KIND } from './kinds.js';
import { labelFromWords } from './labels.js';
import { because } from './reasons.js';
import type { Reason } from './reasons.js';

export interface FileOptions {
  /** Stable name of the file, for instance its path below the folder that is imported; front matter may give an `id`. */
  readonly name: string;
  readonly policy?: SecurityPolicy;
}

const oneLine = (text: string): string => text.replace(/\s+/gu, ' ').trim();

function itemBlocks(item: ListItem, mark: string): string[] {
  const [first = '', ...rest] = blocksOf(item.children);
  return first === '' && rest.length === 0 ? [] : [`${mark} ${first}`, ...rest];
}

/** A Markdown tree as plain text blocks: what is shown, without marks of emphasis, link targets or HTML. */
function blocksOf(nodes: readonly RootContent[]): string[] {
  return nodes.flatMap((node): string[] => {
    switch (node.type) {
      case 'list':
        return node.children.flatMap((item, at) =>
          itemBlocks(item, node.ordered === true ? `${(node.start ?? 1) + at}.` : '–'),
        );
      case 'blockquote':
        return blocksOf(node.children);
      case 'code':
        return [node.value];
      case 'html':
      case 'thematicBreak':
      case 'definition':
        return [];
      default: {
        const text = oneLine(toString(node));
        return text === '' ? [] : [text];
      }
    }
  });
}

/**
 * `SECRET // EYES ONLY, NODIS`, or the same as a list or mapping. Undefined when the policy does not know all of it: a
 * caveat that was left out would file the paper under less than its author wrote.
 */
function labelOf(words: readonly string[], handling: readonly string[], policy: SecurityPolicy): PaperDraft['label'] {
  const [level = '', ...caveats] = words.flatMap((word) => word.split(/\/\/|[,/]/u)).map((part) => part.trim());
  const stated = caveats.filter((part) => part !== '');
  const isKnown = stated.every((part) => labelFromWords(level, [part], policy)?.categories.length === 1);
  return isKnown ? labelFromWords(level, [...stated, ...handling], policy) : undefined;
}

/** Keys that have a place of their own; all others become fields. */
const OWN_KEYS = new Set(
  'id,title,kind,label,language,date,topics,countries,from,to,place,number,handling,precedence,summary,source,collection'.split(
    ',',
  ),
);

function fieldsOf(values: ReadonlyMap<string, readonly string[]>): Field[] {
  return [...values]
    .filter(([name, list]) => !OWN_KEYS.has(name) && list.length > 0)
    .map(([name, list]) => ({ name, value: list.join('; ') }));
}

const titleLevel = (node: RootContent | undefined): boolean => node?.type === 'heading' && node.depth === 1;

/** A kind by its id (`note-verbale`) or in words (`Note verbale`). */
function kindOf(word: string): string {
  return kindFromWords(word.replaceAll('-', ' ')) ?? (/^[a-z]+(?:-[a-z]+)*$/u.test(word) ? word : UNKNOWN_KIND);
}

function dateOf(text: string): { date?: string; dateEnd?: string; dateText: string } {
  const found = isoDate(text) ?? dateInText(text);
  return { dateText: text === '' ? 'undated' : text, ...present({ date: found?.date, dateEnd: found?.end }) };
}

/**
 * Reads a Markdown paper. Front matter may say id, title, kind, label, language, date, topics, countries, from, to, place,
 * number, handling, precedence, summary, source; without a title the first heading is it.
 */
export function readMarkdown(text: string, options: FileOptions): ReadPaper {
  const policy = options.policy ?? genericMinistry;
  const { values, body, problem } = readFrontMatter(text);
  const one = (key: string): string => values.get(key)?.join(', ') ?? '';
  const list = (key: string): readonly string[] => values.get(key) ?? [];
  const nodes = fromMarkdown(body).children;
  const heading = one('title') === '' && titleLevel(nodes[0]) ? oneLine(toString(nodes[0])) : '';
  const blocks = blocksOf(heading === '' ? nodes : nodes.slice(1));
  const label = one('label') === '' ? undefined : labelOf(list('label'), list('handling'), policy);
  const paper: PaperDraft = {
    sourceId: one('id') || options.name,
    kind: kindOf(one('kind') || 'report'),
    title: one('title') || heading || (blocks[0] ?? options.name).slice(0, 120),
    language: one('language') || detectLanguage(blocks.join('\n')) || 'und',
    ...dateOf(one('date')),
    ...present({ number: one('number'), from: one('from'), to: one('to'), place: one('place') }),
    ...present({
      classification: problem === undefined ? list('label').join(' // ') : 'unreadable',
      precedence: one('precedence'),
    }),
    ...present({ label, sourceNote: one('source'), summary: one('summary'), kindWord: one('kind') }),
    handling: list('handling'),
    topics: list('topics'),
    countries: list('countries'),
    fields: fieldsOf(values),
    persons: [],
    terms: [],
    footnotes: [],
    attachments: [],
    body: blocks.join('\n\n'),
  };
  return { paper, problems: problemsOf(paper, problem) };
}

function problemsOf(paper: PaperDraft, problem: Reason | undefined): Problem[] {
  const { classification, dateText: date } = paper;
  const reasons: Reason[] = problem === undefined ? [] : [problem];
  if (paper.body === '') reasons.push(because('NO_TEXT'));
  if (problem === undefined && classification !== undefined && paper.label === undefined)
    reasons.push(because('LABEL_UNKNOWN', { classification }));
  if (date !== 'undated' && paper.date === undefined) reasons.push(because('NO_DATE', { date }));
  return reasons.map((reason) => ({ documentId: paper.sourceId, ...reason }));
}
