import type { Terminal } from './terminal.js';
import { displayWidth, isolate, oneLine, pad, truncate } from './text.js';

export interface Column<Row> {
  readonly title: string;
  readonly of: (row: Row) => string;
  /** Gives room first when the line is too long; identifiers never do, because people copy them. */
  readonly flexible?: boolean;
  readonly paint?: (cell: string, row: Row) => string;
}

const GAP = '  ';
const NARROWEST_CELL = 8;

/** Rows as aligned columns that fit the terminal. An empty list of rows gives the one line `empty`. */
export function table<Row>(
  terminal: Terminal,
  columns: readonly Column<Row>[],
  rows: readonly Row[],
  empty: string,
): string {
  if (rows.length === 0) return terminal.colours.dim(empty);
  const cells = rows.map((row) => columns.map((column) => oneLine(column.of(row))));
  const widths = fit(terminal.width, columns, cells);
  const heading = line(columns.map(({ title }, index) => cell(title, widths[index] ?? 0)));
  const body = rows.map((row, at) =>
    line(
      columns.map(({ paint }, index) => {
        const text = cell(cells[at]?.[index] ?? '', widths[index] ?? 0);
        return paint ? paint(text, row) : text;
      }),
    ),
  );
  return [terminal.colours.dim(heading), ...body].join('\n');
}

const line = (cells: readonly string[]): string => cells.join(GAP).trimEnd();

/** Padding stands outside of the isolate, so that it stays where the eye expects the end of the cell. */
function cell(text: string, width: number): string {
  const shown = truncate(text, width);
  return isolate(shown) + pad('', width - displayWidth(shown));
}

function fit<Row>(available: number, columns: readonly Column<Row>[], cells: readonly string[][]): number[] {
  const widths = columns.map(({ title }, index) =>
    Math.max(displayWidth(title), ...cells.map((row) => displayWidth(row[index] ?? ''))),
  );
  let excess = widths.reduce((sum, width) => sum + width, 0) + GAP.length * (columns.length - 1) - available;
  while (excess > 0) {
    const widest = widestFlexible(columns, widths);
    if (widest === undefined) return widths;
    widths[widest] = (widths[widest] ?? 0) - 1;
    excess -= 1;
  }
  return widths;
}

function widestFlexible<Row>(columns: readonly Column<Row>[], widths: readonly number[]): number | undefined {
  let widest: number | undefined;
  for (const [index, column] of columns.entries()) {
    const width = widths[index] ?? 0;
    if (column.flexible && width > NARROWEST_CELL && width > (widths[widest ?? -1] ?? 0)) widest = index;
  }
  return widest;
}
