import type { XmlElement, XmlNode } from '../xml.js';

const OPENING = new Set(['(', '[']);
const CLOSING = new Set([')', ']', ',']);

/**
 * Gathers text as it is read: white space of any kind becomes one space, none stands inside of brackets or before a comma,
 * where only the encoding's line breaks put it.
 */
export class TextBuilder {
  private text = '';
  private pending = '';

  /** Where the next letter will stand, as far as it is known. */
  get length(): number {
    return this.text.length;
  }

  add(source: string): void {
    for (const [at, word] of source.split(/\s+/u).entries()) {
      if (at > 0 && this.pending === '') this.pending = ' ';
      if (word !== '') this.place(word);
    }
  }

  lineBreak(): void {
    this.pending = '\n';
  }

  toString(): string {
    return this.text;
  }

  private place(word: string): void {
    const before = this.text.at(-1);
    const wanted = before !== undefined && !OPENING.has(before) && !CLOSING.has(word.charAt(0));
    if (wanted || (before !== undefined && this.pending === '\n')) this.text += this.pending;
    this.pending = '';
    this.text += word;
  }
}

/** Page breaks and notes are no text of a paper: a page may break inside of a word. */
const NO_TEXT = new Set(['note', 'pb', 'milestone', 'fw', 'graphic']);
const BLOCKS = new Set([
  'ab',
  'argument',
  'attachment',
  'byline',
  'closer',
  'dateline',
  'div',
  'docAuthor',
  'docTitle',
  'epigraph',
  'figDesc',
  'figure',
  'floatingText',
  'head',
  'item',
  'l',
  'lg',
  'list',
  'opener',
  'p',
  'postscript',
  'quote',
  'salute',
  'sp',
  'table',
  'trailer',
]);

function addInline(builder: TextBuilder, node: XmlNode): void {
  if (typeof node === 'string') builder.add(node);
  else if (node.name === 'lb') builder.lineBreak();
  else if (!NO_TEXT.has(node.name)) for (const child of node.children) addInline(builder, child);
}

/** The text of an element on one line, without notes and page breaks. */
export function inlineText(element: XmlElement): string {
  const builder = new TextBuilder();
  for (const child of element.children) addInline(builder, child);
  return builder.toString().replace(/\n/gu, ' ');
}

/** Writes the blocks of a paper: paragraphs, items with their labels, table rows. */
class BlockWriter {
  readonly blocks: string[] = [];
  private builder = new TextBuilder();
  private prefix = '';

  walk(node: XmlNode): void {
    if (typeof node === 'string') this.builder.add(node);
    else if (node.name === 'lb') this.builder.lineBreak();
    else if (node.name === 'row') this.row(node);
    else if (node.name === 'label') this.label(node);
    else if (BLOCKS.has(node.name)) this.block(node);
    else if (!NO_TEXT.has(node.name)) for (const child of node.children) this.walk(child);
  }

  flush(): void {
    const text = this.builder.toString();
    this.builder = new TextBuilder();
    if (text === '') return;
    this.blocks.push(this.prefix + text);
    this.prefix = '';
  }

  private block(element: XmlElement): void {
    this.flush();
    for (const child of element.children) this.walk(child);
    this.flush();
  }

  private row(element: XmlElement): void {
    this.flush();
    const cells = element.children.filter((child) => typeof child !== 'string').map(inlineText);
    const text = cells.filter((cell) => cell !== '').join(' | ');
    if (text !== '') this.blocks.push(text);
  }

  private label(element: XmlElement): void {
    this.flush();
    const text = inlineText(element);
    if (text !== '') this.prefix = `${text} `;
  }
}

/** The blocks of nodes as plain text; a line break inside a block stays a line break. */
export function blocksOf(nodes: Iterable<XmlNode>): string[] {
  const writer = new BlockWriter();
  for (const node of nodes) writer.walk(node);
  writer.flush();
  return writer.blocks;
}
