import type { Block, Inline, ListItem, Mark, Table, TopBlock } from '#document';

import type { Publication } from '../paper.js';
import { xmlText } from './xml.js';

/** A paragraph's place: its style, how deep it stands in lists, and the sign before it. */
interface Place {
  readonly style?: string;
  readonly depth: number;
  readonly sign?: string;
}

const TOP: Place = { depth: 0 };
const INDENT_TWIPS = 360;
const RIGHT_TO_LEFT = /^[^\p{L}]*[\p{Script=Arabic}\p{Script=Hebrew}\p{Script=Syriac}\p{Script=Thaana}]/u;

/** Links and footnotes of a document part, which stand in parts of their own and are named here by number. */
export class References {
  readonly links: string[] = [];
  private readonly marks: readonly string[];

  constructor({ paper }: Publication) {
    this.marks = paper.footnotes.map(({ mark }) => mark);
  }

  link(href: string): string {
    const known = this.links.indexOf(href);
    if (known === -1) this.links.push(href);
    return linkId(known === -1 ? this.links.length - 1 : known);
  }

  /** Number of a footnote in its part; undefined where its text is missing. */
  footnote(mark: string): number | undefined {
    const at = this.marks.indexOf(mark);
    return at === -1 ? undefined : at + 1;
  }
}

export const linkId = (at: number): string => `link${at + 1}`;

/** Body blocks as WordprocessingML (ECMA-376 part 1, 17). */
export class BodyWriter {
  constructor(
    private readonly publication: Publication,
    private readonly references: References,
  ) {}

  all(): string {
    return this.publication.paper.body.content.map((block) => this.top(block)).join('');
  }

  private top(block: TopBlock): string {
    const { label } = block.attrs;
    const before = label ? run(`${this.publication.portionMark(label)} `, '<w:b/>') : '';
    const isText = block.type === 'paragraph' || block.type === 'heading';
    if (before === '' || isText) return this.block(block, TOP, before);
    return paragraph(before, TOP) + this.block(block, TOP);
  }

  private block(block: Block, place: Place, before = ''): string {
    switch (block.type) {
      case 'paragraph':
        return paragraph(before + this.inlines(block.content), place);
      case 'heading':
        return paragraph(before + this.inlines(block.content), { ...place, style: `Heading${block.attrs.level}` });
      case 'code_block':
        return paragraph(this.inlines(block.content), { ...place, style: 'Code' });
      case 'blockquote':
        return (block.content ?? []).map((inner) => this.block(inner, { ...place, style: 'Quote' })).join('');
      case 'bullet_list':
        return (block.content ?? []).map((item) => this.item(item, '•', place)).join('');
      case 'ordered_list':
        return (block.content ?? []).map((item, at) => this.item(item, `${block.attrs.order + at}.`, place)).join('');
      case 'table':
        return this.table(block);
      case 'horizontal_rule':
        return paragraph('', { ...place, style: 'Rule' });
    }
  }

  private item({ content = [] }: ListItem, sign: string, place: Place): string {
    const inside = { ...place, depth: place.depth + 1 };
    return content.map((block, at) => this.block(block, at === 0 ? { ...inside, sign } : inside)).join('');
  }

  private table({ content = [] }: Table): string {
    const rows = content.map(({ content: cells = [] }) => {
      const inner = cells.map((cell) => {
        const text = this.inlines(cell.content, cell.type === 'table_header' ? '<w:b/>' : '');
        return `<w:tc><w:tcPr><w:tcW w:w="0" w:type="auto"/></w:tcPr>${paragraph(text, TOP)}</w:tc>`;
      });
      return `<w:tr>${inner.join('')}</w:tr>`;
    });
    const look = '<w:tblPr><w:tblStyle w:val="Grid"/><w:tblW w:w="5000" w:type="pct"/></w:tblPr><w:tblGrid/>';
    return `<w:tbl>${look}${rows.join('')}</w:tbl>${paragraph('', TOP)}`;
  }

  private inlines(content: readonly Inline[] = [], base = ''): string {
    return content.map((node) => this.inline(node, base)).join('');
  }

  private inline(node: Inline, base: string): string {
    if (node.type === 'hard_break') return '<w:r><w:br/></w:r>';
    if (node.type === 'footnote') return this.call(node.attrs.mark);
    const marks = node.marks ?? [];
    const link = marks.find((mark) => mark.type === 'link');
    const text = run(node.text, base + marks.map(propertyOf).join(''));
    return link ? `<w:hyperlink r:id="${this.references.link(link.attrs.href)}">${text}</w:hyperlink>` : text;
  }

  private call(mark: string): string {
    const number = this.references.footnote(mark);
    if (number === undefined) return run(mark, '<w:vertAlign w:val="superscript"/>');
    return `<w:r><w:rPr><w:rStyle w:val="FootnoteReference"/></w:rPr><w:footnoteReference w:id="${number}"/></w:r>`;
  }
}

function propertyOf(mark: Mark): string {
  switch (mark.type) {
    case 'strong':
      return '<w:b/>';
    case 'em':
      return '<w:i/>';
    case 'underline':
      return '<w:u w:val="single"/>';
    case 'code':
      return '<w:shd w:val="clear" w:fill="EEEEEE"/>';
    case 'link':
      return '<w:color w:val="1F4E79"/><w:u w:val="single"/>';
  }
}

/** Text in one look; what runs from right to left says so. */
export function run(text: string, properties = ''): string {
  const lines = text.split('\n').map((line) => `<w:t xml:space="preserve">${xmlText(line)}</w:t>`);
  const direction = RIGHT_TO_LEFT.test(text) ? '<w:rtl/>' : '';
  return `<w:r><w:rPr>${properties}${direction}</w:rPr>${lines.join('<w:br/>')}</w:r>`;
}

/** A paragraph around runs. */
export function paragraph(runs: string, { style, depth, sign }: Place): string {
  const text = runs.replaceAll(/<[^>]*>/g, '');
  const left = depth * INDENT_TWIPS;
  const hanging = sign === undefined ? '' : ` w:hanging="${INDENT_TWIPS}"`;
  const properties = [
    style === undefined ? '' : `<w:pStyle w:val="${style}"/>`,
    sign === undefined ? '' : `<w:tabs><w:tab w:val="left" w:pos="${left}"/></w:tabs>`,
    RIGHT_TO_LEFT.test(text) ? '<w:bidi/>' : '',
    depth === 0 ? '' : `<w:ind w:left="${left}"${hanging}/>`,
  ].join('');
  const before = sign === undefined ? '' : `${run(sign)}<w:r><w:tab/></w:r>`;
  return `<w:p><w:pPr>${properties}</w:pPr>${before}${runs}</w:p>`;
}
