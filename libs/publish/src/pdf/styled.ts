import type { FootnoteText, Inline, Mark } from '#document';

import type { Weight } from './fonts.js';

/** How a stretch of text looks. */
export interface Style {
  readonly weight: Weight;
  readonly underline: boolean;
  /** Set small and high, as the call of a footnote. */
  readonly raised: boolean;
  readonly href: string | undefined;
}

export const PLAIN: Style = { weight: 'regular', underline: false, raised: false, href: undefined };
export const BOLD: Style = { ...PLAIN, weight: 'bold' };

/** A stretch of text in one style. */
export interface Span {
  readonly text: string;
  readonly style: Style;
}

/** Signs that would move or hide what is around them: a page shows what it holds. Line ends stay. */
const UNSEEMLY = /(?!\n)[\p{Cc}\p{Zl}\p{Zp}\p{Cs}\uFEFF]/gu;

/** Text as a page can show it. */
export const printable = (text: string): string => text.replaceAll('\t', '    ').replaceAll(UNSEEMLY, ' ');

/** What runs inside a block, as spans; a line break is an end of line. */
export function spansOf(content: readonly Inline[] = [], base: Style = PLAIN): Span[] {
  return content.map((node) => {
    const style = styleOf(node.marks ?? [], base);
    if (node.type === 'text') return { text: printable(node.text), style };
    if (node.type === 'hard_break') return { text: '\n', style: base };
    return { text: printable(node.attrs.mark), style: { ...base, raised: true } };
  });
}

/** A footnote as it stands at the end. */
export const noteSpans = ({ mark, text }: FootnoteText): Span[] => [
  { text: `${printable(mark)}  `, style: BOLD },
  { text: printable(text.trim()), style: PLAIN },
];

function styleOf(marks: readonly Mark[], base: Style): Style {
  const has = (type: Mark['type']): boolean => marks.some((mark) => mark.type === type);
  const link = marks.find((mark) => mark.type === 'link');
  const isBold = has('strong') || base.weight.startsWith('bold');
  const isItalic = has('em') || base.weight.endsWith('talic');
  return {
    ...base,
    weight: weightOf(isBold, isItalic),
    underline: has('underline') || link !== undefined,
    href: link?.attrs.href,
  };
}

function weightOf(isBold: boolean, isItalic: boolean): Weight {
  if (isBold) return isItalic ? 'boldItalic' : 'bold';
  return isItalic ? 'italic' : 'regular';
}
