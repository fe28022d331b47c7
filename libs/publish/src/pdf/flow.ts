import type { Fonts } from './fonts.js';
import { linesOf } from './lines.js';
import type { Line } from './lines.js';
import { piecesOf } from './pieces.js';
import type { Span } from './styled.js';

/** What stands on a page: something of a height that is drawn as a whole, from the top left corner that it is given. */
export interface Box {
  readonly height: number;
  /** Room above; none at the top of a page. */
  readonly above: number;
  /** It stays on one page with the next box. */
  readonly keepsWithNext: boolean;
  readonly draw: (canvas: Canvas, x: number, top: number) => void;
}

/** Where boxes are drawn. Points from the left and from the top of the page. */
export interface Canvas {
  line(line: Line, x: number, baseline: number, size: number, grey: number): void;
  bar(x: number, top: number, width: number, height: number, grey: number): void;
}

/** How a paragraph is set. */
export interface Setting {
  readonly size: number;
  /** From baseline to baseline, in sizes. */
  readonly leading: number;
  readonly x: number;
  readonly width: number;
  readonly above: number;
  readonly align: 'start' | 'center';
  /** 0 is black. */
  readonly grey: number;
  readonly keepsWithNext: boolean;
}

/** Share of the leading that stands above the baseline. */
const BASELINE = 0.76;

/** A paragraph as boxes, one a line. No line stands alone: the first two stay together, and so do the last two. */
export function paragraphBoxes(spans: readonly Span[], setting: Setting, fonts: Fonts): Box[] {
  const { size, leading, width, x, align, grey } = setting;
  const lines = linesOf(piecesOf(spans, fonts), (width * 1000) / size);
  const height = size * leading;
  return lines.map((line, at) => ({
    height,
    above: at === 0 ? setting.above : 0,
    keepsWithNext: at === 0 || at === lines.length - 2 ? at < lines.length - 1 || setting.keepsWithNext : false,
    draw: (canvas, left, top) => {
      const room = width - (line.width * size) / 1000;
      const shift = align === 'center' ? room / 2 : line.isRightToLeft ? room : 0;
      canvas.line(line, left + x + shift, top + height * BASELINE, size, grey);
    },
  }));
}

/** One box out of several that stand below each other. */
export function stacked(boxes: readonly Box[], above: number): Box {
  const height = boxes.reduce((sum, box, at) => sum + box.height + (at === 0 ? 0 : box.above), 0);
  return {
    height,
    above,
    keepsWithNext: false,
    draw: (canvas, x, top) => {
      let y = top;
      for (const [at, box] of boxes.entries()) {
        y += at === 0 ? 0 : box.above;
        box.draw(canvas, x, y);
        y += box.height;
      }
    },
  };
}

/** Something drawn behind or beside a box. */
export function decorated(box: Box, draw: (canvas: Canvas, x: number, top: number, height: number) => void): Box {
  return {
    ...box,
    draw: (canvas, x, top) => {
      draw(canvas, x, top, box.height);
      box.draw(canvas, x, top);
    },
  };
}

/** Boxes with their places on one page. */
export type PageOfBoxes = readonly { readonly box: Box; readonly top: number }[];

/** Distributes boxes on pages of this height. A box that is higher than a page has one for itself. */
export function paginated(boxes: readonly Box[], height: number): PageOfBoxes[] {
  const pages: { box: Box; top: number }[][] = [[]];
  let y = 0;
  for (const chunk of chunksOf(boxes)) {
    const needed = chunk.reduce((sum, box, at) => sum + box.height + (at === 0 && y === 0 ? 0 : box.above), 0);
    if (y > 0 && y + needed > height) {
      pages.push([]);
      y = 0;
    }
    for (const box of chunk) {
      if (y > 0 && y + box.above + box.height > height) {
        pages.push([]);
        y = 0;
      }
      y += y === 0 ? 0 : box.above;
      pages.at(-1)?.push({ box, top: y });
      y += box.height;
    }
  }
  return pages;
}

/** Boxes that stay together. */
function chunksOf(boxes: readonly Box[]): Box[][] {
  const chunks: Box[][] = [];
  let isOpen = false;
  for (const box of boxes) {
    if (isOpen) chunks.at(-1)?.push(box);
    else chunks.push([box]);
    isOpen = box.keepsWithNext;
  }
  return chunks;
}
