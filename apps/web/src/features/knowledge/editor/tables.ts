import type { Editor } from '@tiptap/core';
import { TextSelection } from '@tiptap/pm/state';
import type { Node as ModelNode, ResolvedPos } from '@tiptap/pm/model';

/** Where the cursor is in a table. */
interface Place {
  readonly table: ModelNode;
  /** Before the table. */
  readonly at: number;
  readonly row: number;
  readonly column: number;
}

const COLUMNS = 3;
const ROWS = 2;

export function placeOf($from: ResolvedPos): Place | undefined {
  for (let depth = $from.depth; depth > 0; depth -= 1) {
    const table = $from.node(depth);
    if (table.type.name !== 'table') continue;
    return { table, at: $from.before(depth), row: $from.index(depth), column: $from.index(depth + 1) };
  }
  return undefined;
}

type Grid = Json[][];
interface Json {
  readonly type: string;
  readonly content?: readonly unknown[];
}

const gridOf = (table: ModelNode): Grid => {
  const grid: Grid = [];
  table.forEach((row) => {
    const cells: Json[] = [];
    row.forEach((cell) => {
      cells.push(cell.toJSON() as Json);
    });
    grid.push(cells);
  });
  return grid;
};

const tableJson = (grid: Grid, attrs: object = {}): object => ({
  type: 'table',
  attrs,
  content: grid.map((content) => ({ type: 'table_row', content })),
});

/** A table with a head row. */
export function insertTable(editor: Editor): void {
  const line = (type: string): Json[] => Array.from({ length: COLUMNS }, () => ({ type }));
  const rows = Array.from({ length: ROWS }, () => line('table_cell'));
  const content = [tableJson([line('table_header'), ...rows]), { type: 'paragraph' }];
  editor.chain().focus().insertContent(content).run();
  const { doc, selection } = editor.state;
  let first: number | undefined;
  doc.nodesBetween(0, selection.from, (node, at) => {
    if (node.type.name === 'table') first = at + 3;
    return node.type.name !== 'table';
  });
  if (first !== undefined) editor.commands.setTextSelection(first);
}

export type TableAct = 'rowBelow' | 'columnAfter' | 'rowAway' | 'columnAway' | 'tableAway';

/** Changes the table around the cursor; the last row or column takes the table with it. */
export function changeTable(editor: Editor, act: TableAct): void {
  const place = placeOf(editor.state.selection.$from);
  if (!place) return;
  const { table, at } = place;
  const grid = changed(gridOf(table), place, act);
  const { tr, schema } = editor.state;
  if (grid.length === 0 || grid[0]?.length === 0) tr.delete(at, at + table.nodeSize);
  else tr.replaceWith(at, at + table.nodeSize, schema.nodeFromJSON(tableJson(grid, table.attrs)));
  editor.view.dispatch(tr);
  editor.commands.focus(Math.min(at + 3, editor.state.doc.content.size));
}

function changed(grid: Grid, { row, column }: Place, act: TableAct): Grid {
  switch (act) {
    case 'rowBelow':
      return grid.toSpliced(
        row + 1,
        0,
        (grid[row] ?? []).map(() => ({ type: 'table_cell' })),
      );
    case 'columnAfter':
      return grid.map((cells) => cells.toSpliced(column + 1, 0, { type: cells[column]?.type ?? 'table_cell' }));
    case 'rowAway':
      return grid.toSpliced(row, 1);
    case 'columnAway':
      return grid.map((cells) => cells.toSpliced(column, 1));
    case 'tableAway':
      return [];
  }
}

/** To the next cell, or the one before; false outside of tables and at their ends. */
export function nextCell(editor: Editor, way: 1 | -1): boolean {
  const { $from } = editor.state.selection;
  const place = placeOf($from);
  if (!place) return false;
  const ends: number[] = [];
  place.table.descendants((node, offset) => {
    if (!node.type.name.startsWith('table_') || node.type.name === 'table_row') return;
    ends.push(place.at + 1 + offset + 1 + node.content.size);
  });
  const here = ends.findIndex((end) => end >= $from.pos);
  const target = ends[here + way];
  if (target === undefined) return false;
  const { tr, doc } = editor.state;
  editor.view.dispatch(tr.setSelection(TextSelection.create(doc, target)).scrollIntoView());
  return true;
}
