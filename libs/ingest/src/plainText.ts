import { genericMinistry } from '#policy';
import { detectLanguage } from '#text';

import { readCable } from './cable.js';
import type { CableLines } from './cable.js';
import { dateInText } from './dates.js';
import { present } from './draft.js';
import type { Field, PaperDraft, ReadPaper } from './draft.js';
import { UNKNOWN_KIND } from './kinds.js';
import { labelFromWords } from './labels.js';
import type { FileOptions } from './markdown.js';
import { markingsOfStamp } from './markings.js';
import type { Markings } from './markings.js';
import { because } from './reasons.js';

const LONGEST_TITLE = 200;

function blocksOf(text: string): string[] {
  return text
    .replace(/^\uFEFF/u, '')
    .replace(/\r\n?/gu, '\n')
    .split(/\n[^\S\n]*\n+/u)
    .map((block) => block.replace(/[^\S\n]+$/gmu, '').replace(/^\n+|\n+$/gu, ''))
    .filter((block) => block.trim() !== '');
}

/** A stamp such as `SECRET` or `CONFIDENTIAL PRIORITY` on a line of its own among the first, or in a page's margin. */
function stampOf(blocks: readonly string[], margins: readonly string[]): Markings {
  const lines = blocks.slice(0, 3).flatMap((block) => block.split('\n'));
  return (
    [...lines.slice(0, 8), ...margins].map(markingsOfStamp).find((found) => found?.classification !== undefined) ?? {
      handling: [],
    }
  );
}

function cableFields(cable: CableLines): Field[] {
  const values = {
    subject: cable.subject,
    'date-time-group': cable.dateTimeGroup,
    'executive-order': cable.executiveOrder,
    tags: cable.tags.join(', '),
    'cable-info': cable.info.join('; '),
    references: cable.references,
  };
  return Object.entries(present(values)).map(([name, value]) => ({ name, value }));
}

/** The first line is the title where it is short enough to be one; it then stands in the body no more. */
function titled(blocks: readonly string[], name: string): { title: string; rest: readonly string[] } {
  const [first = '', ...others] = blocks;
  const [line = '', ...lines] = first.split('\n');
  const title = line.trim();
  if (title === '' || title.length > LONGEST_TITLE) return { title: title.slice(0, 120) || name, rest: blocks };
  return { title, rest: lines.length === 0 ? others : [lines.join('\n'), ...others] };
}

/** What is known of a text from elsewhere: of the file that it stood in. */
export interface KnownOfText {
  readonly title?: string;
  /** The body keeps its first line even where that is the title. */
  readonly isWhole?: boolean;
  /** ISO 8601; one in the first lines of the text goes before it. */
  readonly date?: string;
  /** Lines of headers and footers of pages. */
  readonly margins?: readonly string[];
}

/**
 * Reads a plain text: its first line is the title; FM, TO, TAGS and SUBJECT lines make it a cable; a stamp such as `SECRET` on
 * a line of its own among the first lines is its classification.
 */
export function readPlainText(text: string, options: FileOptions, known: KnownOfText = {}): ReadPaper {
  const blocks = blocksOf(text);
  const cable = readCable(blocks);
  const isCable = cable.from !== undefined && cable.to.length > 0;
  const stamp = stampOf(blocks, known.margins ?? []);
  const { classification, precedence, handling } = stamp;
  const first = titled(blocks, options.name);
  const title = (isCable ? cable.subject : known.title) ?? (isCable ? options.name : first.title);
  const keepsAll = isCable || known.isWhole === true || known.title !== undefined;
  const date = dateInText(blocks.slice(0, 2).join('\n'))?.date ?? known.date;
  const label =
    classification === undefined
      ? undefined
      : labelFromWords(classification, handling, options.policy ?? genericMinistry);
  const paper: PaperDraft = {
    sourceId: options.name,
    kind: isCable ? 'cable' : UNKNOWN_KIND,
    title,
    language: detectLanguage(blocks.join('\n')) || 'und',
    dateText: date ?? 'undated',
    ...present({ date, from: cable.from, to: isCable ? cable.to.join('; ') : undefined }),
    ...present({ classification, precedence, label }),
    handling,
    topics: cable.tags,
    countries: [],
    fields: cableFields(cable),
    persons: [],
    terms: [],
    footnotes: [],
    attachments: [],
    body: (keepsAll ? blocks : first.rest).join('\n\n'),
  };
  return { paper, problems: blocks.length === 0 ? [{ documentId: options.name, ...because('NO_TEXT') }] : [] };
}
