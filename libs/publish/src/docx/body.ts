import { AlignmentType, BorderStyle, ExternalHyperlink, HeadingLevel, LevelFormat, ShadingType } from 'docx';
import { Table, TableCell, TableRow, WidthType } from 'docx';
import type { FileChild, INumberingOptions, Paragraph, ParagraphChild } from 'docx';

import { inlineText, textOf } from '#document';
import type { Block, Inline, ListItem, Mark, Table as TableBlock, TopBlock } from '#document';

import type { Publication } from '../paper.js';
import { footnoteCall, paragraph, printable, runs } from './text.js';
import type { Look, Place } from './text.js';

type Numbering = INumberingOptions['config'][number];

const INDENT_TWIPS = 360;
/** Word knows no deeper lists. */
const LEVELS = 9;
const BULLETS = 'bullets';
const SIGNS = ['•', '◦', '▪'];
const HEADINGS = [
  HeadingLevel.HEADING_1,
  HeadingLevel.HEADING_2,
  HeadingLevel.HEADING_3,
  HeadingLevel.HEADING_4,
  HeadingLevel.HEADING_5,
  HeadingLevel.HEADING_6,
] as const;
const LINE = { style: BorderStyle.SINGLE, size: 4, color: '999999' };
const NO_LINE = { style: BorderStyle.NONE };
const GRID = {
  ...{ top: LINE, bottom: LINE, insideHorizontal: LINE },
  ...{ left: NO_LINE, right: NO_LINE, insideVertical: NO_LINE },
};

/** The list that a paragraph stands in: one number each, so that each begins anew. */
interface List {
  readonly reference: string;
  readonly instance: number;
}

/** Style of a block, and how deep it stands in lists. */
interface Setting {
  readonly style?: string;
  readonly depth: number;
  /** For the first paragraph of an item. */
  readonly list?: List;
}

const TOP: Setting = { depth: 0 };

/** Body blocks as paragraphs and tables of Word. */
export class BodyWriter {
  private readonly starts = new Set<number>();
  private readonly footnotes: readonly string[];
  private lists = 0;

  constructor(private readonly publication: Publication) {
    this.footnotes = publication.paper.footnotes.map(({ mark }) => mark);
  }

  all(): FileChild[] {
    return this.publication.paper.body.content.flatMap((block) => this.top(block));
  }

  /** How the lists are numbered that `all` has made. */
  get numbering(): Numbering[] {
    const bullets = levels(LevelFormat.BULLET, 1, (level) => SIGNS[level % SIGNS.length] ?? '');
    const numbers = [...this.starts].map((start) => ({
      reference: numbersFrom(start),
      levels: levels(LevelFormat.DECIMAL, start, (level) => `%${level + 1}.`),
    }));
    return [{ reference: BULLETS, levels: bullets }, ...numbers];
  }

  private top(block: TopBlock): FileChild[] {
    const { label } = block.attrs;
    const before = label ? runs(`${this.publication.portionMark(label)} `, { bold: true }) : [];
    if (before.length === 0 || block.type === 'paragraph' || block.type === 'heading')
      return this.block(block, TOP, before);
    return [paragraph('', {}, before), ...this.block(block, TOP)];
  }

  private block(block: Block, setting: Setting, before: readonly ParagraphChild[] = []): FileChild[] {
    switch (block.type) {
      case 'paragraph':
      case 'heading':
      case 'code_block':
        return [this.text(block, setting, before)];
      case 'blockquote':
        return (block.content ?? []).flatMap((inner) => this.block(inner, { ...setting, style: 'Quote' }));
      case 'bullet_list':
        return this.items(block.content, BULLETS, setting);
      case 'ordered_list':
        this.starts.add(block.attrs.order);
        return this.items(block.content, numbersFrom(block.attrs.order), setting);
      case 'table':
        return [this.table(block), paragraph('', {})];
      case 'horizontal_rule':
        return [paragraph('', placeOf({ ...setting, style: 'Rule' }))];
    }
  }

  private text(
    block: Extract<Block, { type: 'paragraph' | 'heading' | 'code_block' }>,
    setting: Setting,
    before: readonly ParagraphChild[],
  ): Paragraph {
    const place = placeOf(block.type === 'code_block' ? { ...setting, style: 'Code' } : setting);
    const heading = block.type === 'heading' ? HEADINGS[block.attrs.level - 1] : undefined;
    const children = [...before, ...this.inlines(block.content)];
    return paragraph(textOf(block), heading ? { ...place, heading } : place, children);
  }

  private items(items: readonly ListItem[] = [], reference: string, setting: Setting): FileChild[] {
    const list = { reference, instance: (this.lists += 1) };
    const inside = { ...setting, depth: setting.depth + 1 };
    return items.flatMap(({ content = [] }) =>
      content.flatMap((block, at) => this.block(block, at === 0 ? { ...inside, list } : inside)),
    );
  }

  private table({ content = [] }: TableBlock): Table {
    const rows = content.map(({ content: cells = [] }) => {
      const children = cells.map(({ type, content: inner = [] }) => {
        const look = type === 'table_header' ? { bold: true } : {};
        return new TableCell({ children: [paragraph(inlineText(inner), {}, this.inlines(inner, look))] });
      });
      return new TableRow({ children });
    });
    return new Table({ rows, width: { size: 100, type: WidthType.PERCENTAGE }, borders: GRID });
  }

  private inlines(content: readonly Inline[] = [], base: Look = {}): ParagraphChild[] {
    return content.flatMap((node) => this.inline(node, base));
  }

  private inline(node: Inline, base: Look): readonly ParagraphChild[] {
    if (node.type === 'hard_break') return runs('\n');
    if (node.type === 'footnote') return this.call(node.attrs.mark);
    const marks = node.marks ?? [];
    const link = marks.find((mark) => mark.type === 'link');
    const text = runs(
      node.text,
      marks.reduce((look, mark) => ({ ...look, ...lookOf(mark) }), base),
    );
    return link ? [new ExternalHyperlink({ link: printable(link.attrs.href), children: text })] : text;
  }

  /** The sign of a footnote; its mark as it stands where its text is missing. */
  private call(mark: string): readonly ParagraphChild[] {
    const at = this.footnotes.indexOf(mark);
    return at === -1 ? runs(mark, { superScript: true }) : [footnoteCall(at + 1)];
  }
}

const numbersFrom = (start: number): string => `from ${start}`;

function levels(
  format: Numbering['levels'][number]['format'] & string,
  start: number,
  textAt: (level: number) => string,
): Numbering['levels'] {
  return Array.from({ length: LEVELS }, (_, level) => ({
    ...{ level, format, start, text: textAt(level), alignment: AlignmentType.START },
    style: { paragraph: { indent: { left: (level + 1) * INDENT_TWIPS, hanging: INDENT_TWIPS } } },
  }));
}

function placeOf({ style, depth, list }: Setting): Place {
  const level = Math.min(depth, LEVELS) - 1;
  return {
    ...(style !== undefined && { style }),
    ...(list ? { numbering: { ...list, level } } : depth > 0 && { indent: { left: depth * INDENT_TWIPS } }),
  };
}

function lookOf(mark: Mark): Look {
  switch (mark.type) {
    case 'strong':
      return { bold: true };
    case 'em':
      return { italics: true };
    case 'underline':
      return { underline: {} };
    case 'code':
      return { shading: { type: ShadingType.CLEAR, fill: 'EEEEEE' } };
    case 'link':
      return { color: '1F4E79', underline: {} };
  }
}
