import type { Inline, Mark } from './block.js';

/** Some neighbours that share a mark, or one node without a further mark. */
export type Nested =
  | { readonly kind: 'leaf'; readonly node: Inline }
  | { readonly kind: 'marked'; readonly mark: Mark; readonly children: readonly Nested[] };

/** The flat marks of a line as a tree, for formats in which marks stand around what they mark. */
export function nest(line: readonly Inline[] = [], depth = 0): Nested[] {
  const nested: Nested[] = [];
  for (let from = 0; from < line.length;) {
    const node = line[from];
    const mark = node?.marks?.[depth];
    if (node === undefined) break;
    if (mark === undefined) {
      nested.push({ kind: 'leaf', node });
      from += 1;
      continue;
    }
    const end = endOfRun(line, from, depth, mark);
    nested.push({ kind: 'marked', mark, children: nest(line.slice(from, end), depth + 1) });
    from = end;
  }
  return nested;
}

function endOfRun(line: readonly Inline[], from: number, depth: number, mark: Mark): number {
  let end = from + 1;
  while (isSame(line[end]?.marks?.[depth], mark)) end += 1;
  return end;
}

function isSame(a: Mark | undefined, b: Mark): boolean {
  if (a?.type !== b.type) return false;
  return a.type !== 'link' || b.type !== 'link' || a.attrs.href === b.attrs.href;
}
