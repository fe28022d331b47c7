import { DomHandler, Parser } from 'htmlparser2';

import type { Block, BlockAttributes, Inline, ListItem, Mark, TableCell, TableRow } from '../block.js';
import { DocumentError } from '../errors.js';
import { isAddress, isBlockId, isCodeLanguage, isFootnoteMark, isLabel } from '../schema.js';
import { tidyLine } from './line.js';

type HtmlNode = DomHandler['root']['children'][number];
type Element = Extract<HtmlNode, { attribs: object }>;

/** HTML of word processors nests far deeper than what it means; what no call stack should follow is refused. */
const MAX_DEPTH = 500;
const PLAIN = { id: null, label: null } as const;
const MARKS: Readonly<Record<string, Mark['type']>> = {
  strong: 'strong',
  b: 'strong',
  em: 'em',
  i: 'em',
  cite: 'em',
  u: 'underline',
  ins: 'underline',
  code: 'code',
  kbd: 'code',
  samp: 'code',
  tt: 'code',
};
/** What is no part of what people read. */
const UNREAD = new Set(
  'script,style,head,title,template,noscript,iframe,object,embed,svg,math,select,textarea,button,audio,video,canvas'.split(
    ',',
  ),
);
/** Elements that begin and end a block without being one. */
const DIVISIONS = new Set(
  'p,div,section,article,main,header,footer,nav,aside,figure,figcaption,address,body,html,form,fieldset,details,summary,dl,dt,dd,caption'.split(
    ',',
  ),
);

/** Where blocks and lines are gathered: whatever runs inside a line waits until a block begins or ends. */
class Flow {
  readonly blocks: Block[] = [];
  private line: Inline[] = [];
  private attrs: BlockAttributes = PLAIN;

  add(...nodes: Inline[]): void {
    this.line.push(...nodes);
  }

  /** Ends the paragraph that is open, and says what the next one carries. */
  end(next: BlockAttributes = PLAIN): void {
    const content = tidyLine(this.line);
    if (content.length > 0 || this.attrs !== PLAIN) this.blocks.push({ type: 'paragraph', attrs: this.attrs, content });
    this.line = [];
    this.attrs = next;
  }

  push(block: Block): void {
    this.end();
    this.blocks.push(block);
  }
}

/** The blocks of a piece of HTML, unchecked: `parseDocument` has to see them. */
export function htmlBlocks(html: string): Block[] {
  const handler = new BoundedHandler();
  new Parser(handler, { decodeEntities: true }).end(html);
  return blocksIn(handler.root.children, 0);
}

/** Stops at what is nested too deep: the parser's own time grows with the square of the depth. */
class BoundedHandler extends DomHandler {
  override onopentag(name: string, attributes: Record<string, string>): void {
    if (this.tagStack.length > MAX_DEPTH) throw new DocumentError('', 'the HTML is nested too deep', 'TOO_LARGE');
    super.onopentag(name, attributes);
  }
}

function blocksIn(nodes: readonly HtmlNode[], depth: number): Block[] {
  const flow = new Flow();
  for (const node of nodes) read(node, [], flow, depth);
  flow.end();
  return flow.blocks;
}

function read(node: HtmlNode, marks: readonly Mark[], flow: Flow, depth: number): void {
  if (depth > MAX_DEPTH) throw new DocumentError('', 'the HTML is nested too deep', 'TOO_LARGE');
  if (isText(node)) flow.add(...textNode(node.data, marks));
  if (!isElement(node) || UNREAD.has(node.name) || 'data-portion' in node.attribs) return;
  const block = blockOf(node, depth);
  if (block) flow.push(block);
  else if (DIVISIONS.has(node.name)) division(node, marks, flow, depth);
  else if (node.name === 'br') flow.add({ type: 'hard_break', marks });
  else if (node.attribs['data-footnote'] !== undefined) flow.add(...footnote(node.attribs['data-footnote'], marks));
  else for (const child of node.children) read(child, markedBy(node, marks), flow, depth + 1);
}

function isText(node: HtmlNode): node is Extract<HtmlNode, { data: string }> {
  return node.nodeType === 3;
}

function isElement(node: HtmlNode): node is Element {
  return 'attribs' in node;
}

function division(element: Element, marks: readonly Mark[], flow: Flow, depth: number): void {
  flow.end(attributesOf(element));
  for (const child of element.children) read(child, marks, flow, depth + 1);
  flow.end();
}

function markedBy({ name, attribs }: Element, marks: readonly Mark[]): readonly Mark[] {
  const type = MARKS[name];
  if (name === 'a' && isAddress(attribs['href'])) return [...marks, { type: 'link', attrs: { href: attribs['href'] } }];
  return type === undefined || type === 'link' || marks.some((mark) => mark.type === type)
    ? marks
    : [...marks, { type }];
}

function textNode(text: string, marks: readonly Mark[]): Inline[] {
  return text === '' ? [] : [{ type: 'text', text, marks }];
}

function footnote(mark: string, marks: readonly Mark[]): Inline[] {
  return isFootnoteMark(mark) ? [{ type: 'footnote', attrs: { mark }, marks }] : [];
}

/** The block that an element is; undefined for one that is none. */
function blockOf(element: Element, depth: number): Block | undefined {
  const { name, children, attribs } = element;
  const attrs = attributesOf(element);
  const inside = (): Block[] => blocksIn(children, depth + 1);
  if (/^h[1-6]$/.test(name)) {
    return { type: 'heading', attrs: { ...attrs, level: Number(name[1]) }, content: lineOf(element, depth) };
  }
  switch (name) {
    case 'blockquote':
      return { type: 'blockquote', attrs, content: atLeastOne(inside()) };
    case 'pre':
      return codeBlock(element, attrs);
    case 'hr':
      return { type: 'horizontal_rule', attrs };
    case 'table':
      return table(element, attrs, depth);
    case 'ul':
    case 'menu':
      return list(element, (content) => ({ type: 'bullet_list', attrs, content }), depth);
    case 'ol': {
      const order = Number.parseInt(attribs['start'] ?? '1', 10);
      return list(
        element,
        (content) => ({ type: 'ordered_list', attrs: { ...attrs, order: order >= 0 ? order : 1 }, content }),
        depth,
      );
    }
    default:
      return undefined;
  }
}

function attributesOf({ attribs }: Element): BlockAttributes {
  const id = attribs['data-block'];
  const label = labelOf(attribs['data-label']);
  return id === undefined && label === null ? PLAIN : { id: isBlockId(id) ? id : null, label };
}

function labelOf(json: string | undefined): BlockAttributes['label'] {
  try {
    const label: unknown = JSON.parse(json ?? 'null');
    return isLabel(label) ? label : null;
  } catch {
    return null;
  }
}

/** Everything inside an element as one line. */
function lineOf({ children }: Element, depth: number): Inline[] {
  const lines = blocksIn(children, depth + 1).map(inlineOf);
  return tidyLine(lines.flatMap((line, index) => [...(index === 0 ? [] : [{ type: 'hard_break' } as const]), ...line]));
}

function inlineOf(block: Block): readonly Inline[] {
  if (block.type === 'horizontal_rule') return [];
  const content: readonly unknown[] = block.content ?? [];
  const isLine = block.type === 'paragraph' || block.type === 'heading' || block.type === 'code_block';
  return isLine ? (block.content ?? []) : (content as Block[]).flatMap(inlineOf);
}

function atLeastOne(blocks: readonly Block[]): readonly Block[] {
  return blocks.length > 0 ? blocks : [{ type: 'paragraph', attrs: PLAIN }];
}

function codeBlock(element: Element, attrs: BlockAttributes): Block {
  const code = element.children.find((child): child is Element => isElement(child) && child.name === 'code');
  const language = /(?:^|\s)language-(\S+)/.exec(code?.attribs['class'] ?? '')?.[1] ?? '';
  const text = rawText(element).replace(/^\n/, '');
  return {
    type: 'code_block',
    attrs: { ...attrs, language: isCodeLanguage(language) ? language : '' },
    ...(text === '' ? {} : { content: [{ type: 'text', text }] }),
  };
}

function rawText(node: HtmlNode): string {
  if (isText(node)) return node.data;
  return isElement(node) ? node.children.map(rawText).join('') : '';
}

function list(element: Element, made: (items: ListItem[]) => Block, depth: number): Block | undefined {
  const items = element.children
    .filter((child): child is Element => isElement(child))
    .map((child) => listItem(child, depth));
  return items.length > 0 ? made(items) : { type: 'paragraph', attrs: PLAIN };
}

function listItem(element: Element, depth: number): ListItem {
  // A list that stands in a list without an item of its own is an item all the same.
  const blocks = element.name === 'li' ? blocksIn(element.children, depth + 2) : blocksIn([element], depth + 2);
  const begins = blocks[0]?.type === 'paragraph';
  return { type: 'list_item', content: begins ? blocks : [{ type: 'paragraph', attrs: PLAIN }, ...blocks] };
}

function table(element: Element, attrs: BlockAttributes, depth: number): Block | undefined {
  const rows = rowsIn(element)
    .map((row) => tableRow(row, depth))
    .filter(({ content = [] }) => content.length > 0);
  return rows.length > 0 ? { type: 'table', attrs, content: rows } : undefined;
}

/** The rows of this table, and not of a table inside one of its cells. */
function rowsIn({ children }: Element): Element[] {
  return children
    .filter(isElement)
    .flatMap((child) => (child.name === 'tr' ? [child] : child.name.startsWith('t') ? rowsIn(child) : []));
}

function tableRow({ children }: Element, depth: number): TableRow {
  const cells = children.filter((child): child is Element => isElement(child) && /^t[dh]$/.test(child.name));
  return { type: 'table_row', content: cells.map((cell) => tableCell(cell, depth)) };
}

function tableCell(element: Element, depth: number): TableCell {
  return { type: element.name === 'th' ? 'table_header' : 'table_cell', content: lineOf(element, depth + 2) };
}
