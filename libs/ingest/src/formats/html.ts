import { convert } from 'html-to-text';

import { isoDate } from '../dates.js';
import { present } from '../draft.js';
import { because } from '../reasons.js';
import { beginning, textOf } from './encodings.js';
import { ExtractionError, bounded, tidied } from './extraction.js';
import type { Extracted, Metadata, Tools } from './extraction.js';

const plain = (selector: string) => ({
  selector,
  format: 'block',
  options: { leadingLineBreaks: 2, trailingLineBreaks: 2 },
});

/** Of a page with its markup; what is longer would lose its end without a word. */
const MOST_CHARACTERS = 16 * 1024 * 1024;

const OPTIONS: Parameters<typeof convert>[1] = {
  wordwrap: false,
  limits: { maxInputLength: MOST_CHARACTERS, maxDepth: 200, maxChildNodes: 100_000, ellipsis: '' },
  selectors: [
    ...['h1', 'h2', 'h3', 'h4', 'h5', 'h6', 'blockquote'].map(plain),
    { selector: 'a', options: { ignoreHref: true } },
    { selector: 'img', format: 'skip' },
    { selector: 'hr', format: 'skip' },
    ...['script', 'style', 'template', 'noscript', 'iframe', 'object', 'embed', 'svg'].map((selector) => ({
      selector,
      format: 'skip',
    })),
    { selector: 'ul', options: { itemPrefix: '– ' } },
    { selector: 'table', format: 'block', options: { leadingLineBreaks: 2, trailingLineBreaks: 2 } },
    { selector: 'tr', format: 'block', options: { leadingLineBreaks: 1, trailingLineBreaks: 1 } },
    ...['td', 'th'].map((selector) => ({ selector, format: 'cell' })),
    ...['td>p', 'th>p', 'td>div', 'th>div'].map((selector) => ({ selector, format: 'inCell' })),
  ],
  formatters: {
    inCell: (element, walk, builder) => {
      walk(element.children, builder);
      builder.addInline(' ');
    },
    cell: (element, walk, builder) => {
      walk(element.children, builder);
      builder.addInline(' | ');
    },
  },
};

/** HTML as plain text: nothing is loaded, run or followed; a row of a table is a line. */
export function htmlText(html: string): string {
  if (html.length > MOST_CHARACTERS) throw tooLarge();
  const text = converted(html).replace(/[^\S\n]*\|[^\S\n]*$/gmu, '');
  return bounded(tidied(text));
}

function converted(html: string): string {
  try {
    return convert(html, OPTIONS);
  } catch (error) {
    // regular expressions run out of their stack on words of millions of letters, sooner or later by how the engine has compiled them
    if (error instanceof RangeError) throw tooLarge();
    throw error;
  }
}

const tooLarge = (): ExtractionError =>
  new ExtractionError('refused', because('TEXT_TOO_LONG', { detail: 'a page too large to be taken apart' }));

const ENTITIES: Readonly<Record<string, string>> = { amp: '&', lt: '<', gt: '>', quot: '"', apos: "'", nbsp: ' ' };
const unescaped = (text: string): string =>
  text
    .replace(
      /&(?:#(\d{1,7})|#x([\da-f]{1,6})|([a-z]{2,6}));/giu,
      (whole, decimal?: string, hex?: string, name?: string) => {
        const code = decimal === undefined ? parseInt(hex ?? '', 16) : Number(decimal);
        if (name !== undefined) return ENTITIES[name.toLowerCase()] ?? whole;
        return code > 0 && code <= 0x10ffff ? String.fromCodePoint(code) : whole;
      },
    )
    .replace(/\s+/gu, ' ')
    .trim();

function attributesOf(tag: string): Map<string, string> {
  const pairs = [...tag.matchAll(/([\w:-]{1,40})\s*=\s*(?:"([^"]*)"|'([^']*)'|([^\s"'>]+))/gu)];
  return new Map(pairs.map(([, name = '', a, b, c]) => [name.toLowerCase(), unescaped(a ?? b ?? c ?? '')]));
}

function metadataOf(html: string): Metadata {
  const head = html.slice(0, 64 * 1024);
  const named = new Map<string, string>();
  for (const [tag] of head.matchAll(/<meta\b[^>]{0,2000}>/giu)) {
    const attributes = attributesOf(tag);
    const name = (attributes.get('name') ?? attributes.get('property') ?? '').toLowerCase();
    if (name !== '' && !named.has(name)) named.set(name, attributes.get('content') ?? '');
  }
  const dated = ['dcterms.date', 'dc.date', 'date', 'article:published_time', 'dcterms.created'].map((name) =>
    named.get(name),
  );
  return present({
    title: unescaped(/<title\b[^>]*>([^<]{0,2000})/iu.exec(head)?.[1] ?? '') || named.get('dc.title'),
    author: named.get('author') ?? named.get('dc.creator'),
    date: isoDate(dated.find((value) => value !== undefined) ?? '')?.date,
    language: attributesOf(/<html\b[^>]{0,2000}>/iu.exec(head)?.[0] ?? '').get('lang'),
  });
}

/** Reads a page: its text, and what its head says of it. */
export function readHtml(bytes: Uint8Array, tools: Tools): Extracted {
  const said = /<meta[^>]{0,500}charset\s*=\s*["']?([\w-]{1,40})/iu.exec(beginning(bytes))?.[1];
  const html = textOf(bytes, tools, said);
  return { metadata: metadataOf(html), text: htmlText(html) };
}
