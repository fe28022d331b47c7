import type { Block, ListItem, Table, TableRow } from '#document';

import { decorated, paragraphBoxes, stacked } from './flow.js';
import type { Box, Setting } from './flow.js';
import type { Fonts } from './fonts.js';
import { BOLD, PLAIN, spansOf } from './styled.js';
import type { Span } from './styled.js';

/** Where blocks are set: so far from the left, so wide. */
export interface Column {
  readonly x: number;
  readonly width: number;
}

export const TEXT_SIZE = 10.5;
export const LEADING = 1.42;
const GAP = 6.5;
const INDENT = 18;
const LEAST_WIDTH = 120;
const CELL_PADDING = 4;
const HEADING_SIZES = [15, 13, 11.5, 10.5, 10.5, 10.5];

/** Ordinary text in a column. */
export function textSetting({ x, width }: Column): Setting {
  const rest = { align: 'start', grey: 0, keepsWithNext: false } as const;
  return { size: TEXT_SIZE, leading: LEADING, x, width, above: GAP, ...rest };
}

/** Sets blocks of a body. `before` stands at the beginning of the first line, for instance a portion mark. */
export class BlockSetter {
  constructor(private readonly fonts: Fonts) {}

  set(block: Block, column: Column, before: readonly Span[] = []): Box[] {
    switch (block.type) {
      case 'paragraph':
        return this.text([...before, ...spansOf(block.content)], textSetting(column));
      case 'heading':
        return this.heading([...before, ...spansOf(block.content, BOLD)], block.attrs.level, column);
      case 'code_block':
        return [...this.marked(before, column), ...this.code(spansOf(block.content), column)];
      case 'blockquote':
        return [...this.marked(before, column), ...this.quote(block.content ?? [], column)];
      case 'bullet_list':
      case 'ordered_list':
        return [...this.marked(before, column), ...this.list(block, column)];
      case 'table':
        return [...this.marked(before, column), ...this.table(block, column)];
      case 'horizontal_rule':
        return [rule(column)];
    }
  }

  text(spans: readonly Span[], setting: Setting): Box[] {
    return paragraphBoxes(spans, setting, this.fonts);
  }

  /** A mark that has no line of text to stand in. */
  private marked(before: readonly Span[], column: Column): Box[] {
    return before.length === 0 ? [] : this.text(before, { ...textSetting(column), keepsWithNext: true });
  }

  private heading(spans: readonly Span[], level: number, column: Column): Box[] {
    const size = HEADING_SIZES[level - 1] ?? TEXT_SIZE;
    return this.text(spans, { ...textSetting(column), size, leading: 1.25, above: size * 1.1, keepsWithNext: true });
  }

  private code(spans: readonly Span[], { x, width }: Column): Box[] {
    const setting = { ...textSetting({ x: x + 6, width: width - 12 }), size: 9 };
    return this.text(spans, setting).map((box) =>
      decorated(box, (canvas, left, top, height) => {
        canvas.bar(left + x, top, width, height, 0.95);
      }),
    );
  }

  private quote(blocks: readonly Block[], { x, width }: Column): Box[] {
    return blocks
      .flatMap((block) => this.set(block, indented({ x, width })))
      .map((box) =>
        decorated(box, (canvas, left, top, height) => {
          canvas.bar(left + x + 4, top, 1.5, height, 0.7);
        }),
      );
  }

  private list(block: Extract<Block, { type: 'bullet_list' | 'ordered_list' }>, column: Column): Box[] {
    return (block.content ?? []).flatMap((item, at) =>
      this.item(item, block.type === 'bullet_list' ? '•' : `${block.attrs.order + at}.`, column),
    );
  }

  private item({ content = [] }: ListItem, mark: string, column: Column): Box[] {
    const boxes = content.flatMap((block) => this.set(block, indented(column)));
    const [first, ...rest] = boxes;
    const [beside] = this.text([{ text: mark, style: PLAIN }], textSetting({ ...column, width: INDENT }));
    if (!first || !beside) return boxes;
    const together: Box = {
      ...first,
      above: GAP / 2,
      draw: (canvas, x, top) => {
        beside.draw(canvas, x, top);
        first.draw(canvas, x, top);
      },
    };
    return [together, ...rest];
  }

  private table({ content = [] }: Table, column: Column): Box[] {
    const columns = Math.max(1, ...content.map((row) => row.content?.length ?? 0));
    return content.map((row, at) => this.row(row, columns, column, at === 0 ? GAP : 0));
  }

  private row({ content = [] }: TableRow, columns: number, { x, width }: Column, above: number): Box {
    const cellWidth = width / columns;
    const cells = content.map(({ type, content: inner }, at) => {
      const style = type === 'table_header' ? BOLD : PLAIN;
      const cell = { x: x + at * cellWidth + CELL_PADDING, width: cellWidth - 2 * CELL_PADDING };
      return stacked(this.text(spansOf(inner, style), { ...textSetting(cell), size: 9, above: 0 }), 0);
    });
    const height = Math.max(0, ...cells.map((cell) => cell.height)) + 2 * CELL_PADDING;
    return {
      height,
      above,
      keepsWithNext: content[0]?.type === 'table_header',
      draw: (canvas, left, top) => {
        if (above > 0) canvas.bar(left + x, top, width, 0.5, 0.6);
        canvas.bar(left + x, top + height, width, 0.5, 0.6);
        for (const cell of cells) cell.draw(canvas, left, top + CELL_PADDING);
      },
    };
  }
}

/** A narrow column is not made narrower: what lies deep inside stays legible. */
const indented = ({ x, width }: Column): Column =>
  width - INDENT < LEAST_WIDTH ? { x, width } : { x: x + INDENT, width: width - INDENT };

/** A line across a column. */
export function rule({ x, width }: Column): Box {
  return {
    height: 1,
    above: GAP * 1.5,
    keepsWithNext: false,
    draw: (canvas, left, top) => {
      canvas.bar(left + x, top, width, 0.6, 0.6);
    },
  };
}
