import { Schema } from 'prosemirror-model';
import type { MarkSpec, NodeSpec } from 'prosemirror-model';

import { canonicalLabel, parseLabel } from '#policy';
import type { Label } from '#policy';

import { LIMITS } from './limits.js';
import { readDocumentAddress } from './links.js';

/** Letters that mean the same everywhere an id travels: in addresses, in comments of Markdown, on a command line. */
const ID = /^[A-Za-z0-9_-]{1,64}$/;
const LANGUAGE = /^[\w+#.-]{0,40}$/;
const FOOTNOTE_MARK = /^[^\s[\]^]{1,40}$/;
const ADDRESS = /^(?:https?:\/\/|mailto:)[^\s<>"]+$/i;

/** Whether an address may stand in a link. */
export function isAddress(href: unknown): href is string {
  if (typeof href !== 'string' || href.length > LIMITS.href) return false;
  return ADDRESS.test(href) || readDocumentAddress(href) !== undefined;
}

/** Whether a text may call a footnote. */
export function isFootnoteMark(mark: string): boolean {
  return FOOTNOTE_MARK.test(mark);
}

/** Whether a text may stand as the language of a block of code. */
export function isCodeLanguage(language: unknown): language is string {
  return typeof language === 'string' && LANGUAGE.test(language);
}

/** Whether this is a label by its form; says nothing about a policy. */
export function isLabel(value: unknown): value is Label {
  try {
    return parseLabel(canonicalLabel(value as Label)) !== undefined;
  } catch {
    return false; // not even the shape of one
  }
}

/** Whether a text may be the id of a block. */
export function isBlockId(id: unknown): id is string {
  return typeof id === 'string' && ID.test(id);
}

function isWhole(value: unknown, from: number, to: number): boolean {
  return Number.isInteger(value) && Number(value) >= from && Number(value) <= to;
}

function check(isRight: (value: unknown) => boolean, what: string): (value: unknown) => void {
  return (value) => {
    if (!isRight(value)) throw new RangeError(what);
  };
}

const placed = {
  id: {
    default: null,
    validate: check((id) => id === null || isBlockId(id), 'an id has 1 to 64 letters, digits, _ or -'),
  },
  label: { default: null, validate: check((label) => label === null || isLabel(label), 'not the form of a label') },
};

const nodes: Record<string, NodeSpec> = {
  doc: { content: 'block*' },
  paragraph: { group: 'block', content: 'inline*', attrs: placed },
  heading: {
    group: 'block',
    content: 'inline*',
    attrs: { ...placed, level: { default: 1, validate: check((level) => isWhole(level, 1, 6), 'a level is 1 to 6') } },
    defining: true,
  },
  blockquote: { group: 'block', content: 'block+', attrs: placed, defining: true },
  code_block: {
    group: 'block',
    content: 'text*',
    marks: '',
    attrs: {
      ...placed,
      language: {
        default: '',
        validate: check(isCodeLanguage, 'a language has up to 40 letters, digits or + # . - _'),
      },
    },
    code: true,
    defining: true,
  },
  bullet_list: { group: 'block', content: 'list_item+', attrs: placed },
  ordered_list: {
    group: 'block',
    content: 'list_item+',
    attrs: {
      ...placed,
      order: { default: 1, validate: check((order) => isWhole(order, 0, 999_999_999), 'a list starts at 0 or above') },
    },
  },
  list_item: { content: 'paragraph block*', defining: true },
  table: { group: 'block', content: 'table_row+', attrs: placed, isolating: true },
  table_row: { content: '(table_cell | table_header)+' },
  table_cell: { content: 'inline*', isolating: true },
  table_header: { content: 'inline*', isolating: true },
  horizontal_rule: { group: 'block', attrs: placed },
  text: { group: 'inline' },
  hard_break: { group: 'inline', inline: true, selectable: false },
  footnote: {
    group: 'inline',
    inline: true,
    attrs: {
      mark: {
        validate: check(
          (mark) => typeof mark === 'string' && isFootnoteMark(mark),
          'a footnote is called by a short mark',
        ),
      },
    },
  },
};

const marks: Record<string, MarkSpec> = {
  link: {
    attrs: { href: { validate: check(isAddress, 'a link leads to http, https, mailto or chancery:document') } },
    inclusive: false,
  },
  strong: {},
  em: {},
  underline: {},
  code: {},
};

/** The one schema of bodies, for editors as for the server. The order of the marks is the order in which they nest. */
export const blockSchema = new Schema({ nodes, marks });
