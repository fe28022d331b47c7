import type {
  BlockContent,
  FootnoteDefinition,
  ListItem as MdastItem,
  PhrasingContent,
  Root,
  TableRow as MdastRow,
} from 'mdast';
import { gfmFootnoteToMarkdown } from 'mdast-util-gfm-footnote';
import { gfmTableToMarkdown } from 'mdast-util-gfm-table';
import { toMarkdown } from 'mdast-util-to-markdown';

import type {
  Block,
  BlockDocument,
  FootnoteText,
  Inline,
  ListItem,
  Mark,
  Table,
  TableCell,
  TopBlock,
} from '../block.js';
import { nest } from '../inline.js';
import type { Nested } from '../inline.js';
import { commentOf } from './comment.js';

export interface MarkdownOptions {
  /** Texts of the footnotes that the document calls. */
  readonly footnotes?: readonly FootnoteText[];
  /**
   * Write a comment before each block that keeps its id and its portion label, so that what is read back is the same
   * document. Without it, ids and labels are lost.
   */
  readonly keepsBlocks?: boolean;
  /** What is written before a block with a portion label, for instance its portion mark; nothing when absent. */
  readonly portionMark?: (block: TopBlock) => string;
}

/**
 * A body as Markdown (CommonMark with tables and footnotes; underlining as `<u>`). Empty paragraphs have no form there
 * and are left out; so is what a head cell outside of a table's first row differs in.
 */
export function toMarkdownText(document: BlockDocument, options: MarkdownOptions = {}): string {
  const children = document.content.flatMap((block) => topBlock(block, options));
  const root: Root = { type: 'root', children: [...children, ...definitions(document, options.footnotes ?? [])] };
  return toMarkdown(root, {
    extensions: [gfmTableToMarkdown(), gfmFootnoteToMarkdown()],
    bullet: '-',
    bulletOther: '*',
    // Unlike `*`, it does not run together with the `**` of a neighbour.
    emphasis: '_',
    fences: true,
    listItemIndent: 'one',
    rule: '-',
    resourceLink: true,
    // Behind a footnote that is called at the beginning of a line it would make the line the footnote's own text.
    unsafe: [{ character: ':', before: '\\]', inConstruct: 'phrasing' }],
  });
}

function topBlock(block: TopBlock, { keepsBlocks = false, portionMark }: MarkdownOptions): BlockContent[] {
  if (block.type === 'paragraph' && isEmpty(block.content)) return [];
  const mark = portionMark && block.attrs.label ? portionMark(block) : '';
  return [
    ...(keepsBlocks ? [{ type: 'html', value: commentOf(block.attrs) } as const] : []),
    ...marked(blockNode(block), mark),
  ];
}

function marked(node: BlockContent, mark: string): BlockContent[] {
  if (mark === '') return [node];
  const words = { type: 'text', value: `${mark} ` } as const;
  if (node.type === 'paragraph' || node.type === 'heading') return [{ ...node, children: [words, ...node.children] }];
  return [{ type: 'paragraph', children: [{ type: 'text', value: mark }] }, node];
}

function blockNode(block: Block): BlockContent {
  switch (block.type) {
    case 'paragraph':
      return { type: 'paragraph', children: phrasing(block.content) };
    case 'heading':
      return { type: 'heading', depth: block.attrs.level as 1, children: phrasing(block.content, true) };
    case 'code_block':
      return {
        type: 'code',
        lang: block.attrs.language || null,
        value: (block.content ?? []).map(({ text }) => text).join(''),
      };
    case 'blockquote':
      return { type: 'blockquote', children: within(block.content) };
    case 'bullet_list':
      return { type: 'list', ordered: false, spread: false, children: items(block.content) };
    case 'ordered_list':
      return { type: 'list', ordered: true, start: block.attrs.order, spread: false, children: items(block.content) };
    case 'table':
      return { type: 'table', children: rows(block) };
    case 'horizontal_rule':
      return { type: 'thematicBreak' };
  }
}

function isEmpty(line: readonly Inline[] = []): boolean {
  return line.length === 0;
}

/** Blocks inside others; an empty paragraph would part what follows from the list item that it stands in. */
function within(blocks: readonly Block[] = []): BlockContent[] {
  return blocks.filter((block) => block.type !== 'paragraph' || !isEmpty(block.content)).map(blockNode);
}

function items(list: readonly ListItem[] = []): MdastItem[] {
  return list.map(({ content }) => {
    const children = within(content);
    return { type: 'listItem', spread: children.length > 1, children };
  });
}

/** Markdown's first row is always the head; a table without one gets an empty head, which is left out again on reading. */
function rows({ content = [] }: Table): MdastRow[] {
  const [first = { content: [] }] = content;
  const cells = first.content ?? [];
  const isHead = cells.some(({ type }) => type === 'table_header') && cells.some((cell) => !isEmpty(cell.content));
  const written = content.map((row) => mdastRow(row.content ?? []));
  return isHead ? written : [mdastRow(cells.map(({ type }) => ({ type }))), ...written];
}

function mdastRow(cells: readonly TableCell[]): MdastRow {
  return {
    type: 'tableRow',
    children: cells.map(({ content }) => ({ type: 'tableCell', children: phrasing(content, true) })),
  };
}

function phrasing(line: readonly Inline[] | undefined, isOneLine = false): PhrasingContent[] {
  const nested = nest(line);
  const isPlain = (one: Nested | undefined): boolean => one?.kind === 'leaf' && one.node.type === 'text';
  return nested.flatMap((one, index) =>
    phrase(one, isOneLine || !isPlain(nested[index - 1]) || !isPlain(nested[index + 1])),
  );
}

function phrase(nested: Nested, isOneLine: boolean): PhrasingContent[] {
  if (nested.kind === 'leaf') return [leaf(nested.node, isOneLine)];
  return wrapped(
    nested.mark,
    nested.children.flatMap((child) => phrase(child, true)),
    nested,
  );
}

function leaf(node: Inline, isOneLine: boolean): PhrasingContent {
  if (node.type === 'text') return { type: 'text', value: node.text };
  if (node.type === 'footnote')
    return { type: 'footnoteReference', identifier: node.attrs.mark, label: node.attrs.mark };
  // Where the end of a line would end the block, or mean nothing, HTML has the break.
  return isOneLine ? { type: 'html', value: '<br>' } : { type: 'break' };
}

function wrapped(mark: Mark, children: PhrasingContent[], nested: Nested): PhrasingContent[] {
  switch (mark.type) {
    case 'strong':
      return [{ type: 'strong', children }];
    case 'em':
      return [{ type: 'emphasis', children }];
    case 'underline':
      return [{ type: 'html', value: '<u>' }, ...children, { type: 'html', value: '</u>' }];
    case 'code':
      return code(nested, children);
    case 'link':
      return [{ type: 'link', url: mark.attrs.href, children }];
  }
}

/** Code holds text alone: breaks and footnotes inside it stand beside it. */
function code(nested: Nested, children: PhrasingContent[]): PhrasingContent[] {
  const leaves = nested.kind === 'marked' ? nested.children : [];
  return leaves.flatMap((child, index): PhrasingContent[] => {
    if (child.kind === 'leaf' && child.node.type === 'text') return [{ type: 'inlineCode', value: child.node.text }];
    return children.slice(index, index + 1);
  });
}

/** A footnote that is called and has no text gets an empty one: Markdown knows no call without it. */
function definitions(document: BlockDocument, footnotes: readonly FootnoteText[]): FootnoteDefinition[] {
  const called = calledMarks(document);
  const texts = new Map(footnotes.map(({ mark, text }) => [mark, text]));
  return [...new Set([...called, ...texts.keys()])].map((mark) => ({
    type: 'footnoteDefinition',
    identifier: mark,
    label: mark,
    children: (texts.get(mark) ?? '')
      .split(/\n{2,}/)
      .map((text) => ({ type: 'paragraph', children: [{ type: 'text', value: text.replaceAll('\n', ' ') }] })),
  }));
}

function calledMarks(document: BlockDocument): string[] {
  return [
    ...JSON.stringify(document.content).matchAll(/"type":"footnote","attrs":\{"mark":("(?:[^"\\]|\\.)*")\}/g),
  ].map(([, mark = '""']) => String(JSON.parse(mark)));
}
