import type { Nodes, PhrasingContent, Root, RootContent, Table, TableRow } from 'mdast';
import { fromMarkdown } from 'mdast-util-from-markdown';
import { gfmFootnoteFromMarkdown } from 'mdast-util-gfm-footnote';
import { gfmTableFromMarkdown } from 'mdast-util-gfm-table';
import { toString } from 'mdast-util-to-string';
import { gfmFootnote } from 'micromark-extension-gfm-footnote';
import { gfmTable } from 'micromark-extension-gfm-table';

import type { Block, FootnoteText, Inline, ListItem, Mark, ReadBody, TableCell } from '../block.js';
import { DocumentError } from '../errors.js';
import { htmlBlocks } from '../html/blocks.js';
import { LIMITS } from '../limits.js';
import { parseDocument } from '../parse.js';
import { isAddress, isCodeLanguage, isFootnoteMark } from '../schema.js';
import { readComment } from './comment.js';
import type { Kept } from './comment.js';

const PLAIN = { id: null, label: null } as const;

/** Addresses of the links that are named elsewhere in the text, by identifier. */
type Definitions = ReadonlyMap<string, string>;

/**
 * Reads Markdown (CommonMark with tables and footnotes) as a body. `<u>` and `<br>` are read, other HTML inside a line is
 * text; HTML of its own is read as HTML. Comments that `toMarkdownText` wrote give back ids and portion labels.
 * @throws DocumentError for what is too large or nested too deep.
 */
export function readMarkdown(text: string): ReadBody {
  if (text.length > LIMITS.text * 2) throw new DocumentError('', 'the Markdown is too long', 'TOO_LARGE');
  const root = fromMarkdown(text, {
    extensions: [gfmTable(), gfmFootnote()],
    mdastExtensions: [gfmTableFromMarkdown(), gfmFootnoteFromMarkdown()],
  });
  const definitions = definitionsOf(root);
  return {
    document: parseDocument({ type: 'doc', content: topBlocks(root, definitions) }),
    footnotes: footnotesOf(root),
  };
}

function topBlocks(root: Root, definitions: Definitions): Block[] {
  let kept: Kept = {};
  return root.children.flatMap((node) => {
    const comment = node.type === 'html' ? readComment(node.value) : undefined;
    if (comment) {
      kept = comment;
      return [];
    }
    const [first, ...rest] = blocksOf(node, definitions, 1);
    if (!first) return [];
    const given = kept;
    kept = {};
    return [{ ...first, attrs: { ...first.attrs, ...given } } as Block, ...rest];
  });
}

function blocksOf(node: RootContent, definitions: Definitions, depth: number): Block[] {
  if (depth > LIMITS.depth) throw new DocumentError('', 'nested too deep', 'TOO_LARGE');
  switch (node.type) {
    case 'paragraph':
      return [{ type: 'paragraph', attrs: PLAIN, content: line(node.children, definitions) }];
    case 'heading':
      return [{ type: 'heading', attrs: { ...PLAIN, level: node.depth }, content: line(node.children, definitions) }];
    case 'code':
      return [codeBlock(node.value, node.lang ?? '')];
    case 'thematicBreak':
      return [{ type: 'horizontal_rule', attrs: PLAIN }];
    case 'table':
      return [table(node, definitions)];
    case 'html':
      return htmlBlocks(node.value);
    case 'blockquote':
      return [{ type: 'blockquote', attrs: PLAIN, content: atLeastOne(inner(node.children, definitions, depth)) }];
    case 'list': {
      const content = node.children.map(({ children }) => listItem(inner(children, definitions, depth + 1)));
      if (node.ordered !== true) return [{ type: 'bullet_list', attrs: PLAIN, content }];
      return [{ type: 'ordered_list', attrs: { ...PLAIN, order: node.start ?? 1 }, content }];
    }
    default:
      return [];
  }
}

function inner(nodes: readonly RootContent[], definitions: Definitions, depth: number): Block[] {
  return nodes.flatMap((node) => blocksOf(node, definitions, depth + 1));
}

function atLeastOne(blocks: readonly Block[]): readonly Block[] {
  return blocks.length > 0 ? blocks : [{ type: 'paragraph', attrs: PLAIN }];
}

/** An item begins with a paragraph, if an empty one. */
function listItem(blocks: readonly Block[]): ListItem {
  const begins = blocks[0]?.type === 'paragraph';
  return { type: 'list_item', content: begins ? blocks : [{ type: 'paragraph', attrs: PLAIN }, ...blocks] };
}

function codeBlock(text: string, language: string): Block {
  const attrs = { ...PLAIN, language: isCodeLanguage(language) ? language : '' };
  return { type: 'code_block', attrs, ...(text === '' ? {} : { content: [{ type: 'text', text }] }) };
}

function table({ children: [head, ...body] }: Table, definitions: Definitions): Block {
  const width = head?.children.length ?? 0;
  const isHeadless = head?.children.every(({ children }) => children.length === 0) ?? true;
  const rows = body.map((row) => ({
    type: 'table_row' as const,
    content: cells(row, 'table_cell', width, definitions),
  }));
  const first = head && !(isHeadless && rows.length > 0) ? [cells(head, 'table_header', width, definitions)] : [];
  return {
    type: 'table',
    attrs: PLAIN,
    content: [...first.map((content) => ({ type: 'table_row' as const, content })), ...rows],
  };
}

/** A row has as many cells as the head has. */
function cells({ children }: TableRow, type: TableCell['type'], width: number, definitions: Definitions): TableCell[] {
  return Array.from({ length: width }, (_, index) => ({
    type,
    content: line(children[index]?.children ?? [], definitions),
  }));
}

/** The nodes of a line; underlining is opened and closed by HTML that stands between them. */
function line(nodes: readonly PhrasingContent[], definitions: Definitions): Inline[] {
  const state = { underlined: 0 };
  const walk = (node: PhrasingContent, marks: readonly Mark[]): Inline[] => {
    const here = state.underlined > 0 ? [...marks, { type: 'underline' } as const] : marks;
    switch (node.type) {
      case 'text':
        return textNode(node.value, here);
      case 'inlineCode':
        return textNode(node.value, [...here, { type: 'code' }]);
      case 'strong':
        return all(node.children, [...marks, { type: 'strong' }]);
      case 'emphasis':
        return all(node.children, [...marks, { type: 'em' }]);
      case 'link':
        return all(node.children, withLink(marks, node.url));
      case 'linkReference':
        return all(node.children, withLink(marks, definitions.get(node.identifier) ?? ''));
      case 'break':
        return [{ type: 'hard_break', marks: here }];
      case 'footnoteReference':
        return footnote(node.label ?? node.identifier, here);
      case 'html':
        return html(node.value, here, state);
      case 'image':
      case 'imageReference':
        return textNode(node.alt ?? '', here);
      default:
        return textNode(toString(node), here);
    }
  };
  const all = (children: readonly PhrasingContent[], marks: readonly Mark[]): Inline[] =>
    children.flatMap((child) => walk(child, marks));
  return all(nodes, []);
}

function html(tag: string, marks: readonly Mark[], state: { underlined: number }): Inline[] {
  if (/^<br\s*\/?>$/i.test(tag)) return [{ type: 'hard_break', marks }];
  if (tag === '<u>') state.underlined += 1;
  else if (tag === '</u>') state.underlined = Math.max(0, state.underlined - 1);
  else if (!tag.startsWith('<!--')) return textNode(tag, marks);
  return [];
}

function textNode(text: string, marks: readonly Mark[]): Inline[] {
  return text === '' ? [] : [{ type: 'text', text, marks }];
}

function footnote(mark: string, marks: readonly Mark[]): Inline[] {
  if (!isFootnoteMark(mark)) return textNode(`[${mark}]`, marks);
  return [{ type: 'footnote', attrs: { mark }, marks }];
}

/** What leads nowhere that a link may lead is text. */
function withLink(marks: readonly Mark[], href: string): readonly Mark[] {
  return isAddress(href) ? [...marks, { type: 'link', attrs: { href } }] : marks;
}

function definitionsOf(root: Root): Definitions {
  const found = new Map<string, string>();
  const visit = (node: Nodes): void => {
    if (node.type === 'definition') found.set(node.identifier, node.url);
    if ('children' in node) node.children.forEach(visit);
  };
  visit(root);
  return found;
}

function footnotesOf({ children }: Root): FootnoteText[] {
  return children.flatMap((node) => {
    if (node.type !== 'footnoteDefinition') return [];
    const text = node.children.map((child) => toString(child)).join('\n\n');
    return text === '' ? [] : [{ mark: node.label ?? node.identifier, text }];
  });
}
