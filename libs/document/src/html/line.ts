import type { Inline } from '../block.js';

/** A line as HTML shows it: runs of white space are one space, none at its ends or beside a break. */
export function tidyLine(line: readonly Inline[]): Inline[] {
  const kept: Inline[] = [];
  let isOpen = false; // whether a space may follow
  for (const node of line) {
    if (node.type !== 'text') {
      if (node.type === 'hard_break') trimEnd(kept);
      kept.push(node);
      isOpen = node.type === 'footnote';
      continue;
    }
    const collapsed = node.text.replaceAll(/[\t\n\f\r ]+/g, ' ');
    const text = isOpen ? collapsed : collapsed.replace(/^ /, '');
    if (text === '') continue;
    kept.push({ ...node, text });
    isOpen = !text.endsWith(' ');
  }
  trimEnd(kept);
  return kept;
}

function trimEnd(line: Inline[]): void {
  const last = line.at(-1);
  if (last?.type !== 'text' || !last.text.endsWith(' ')) return;
  line.pop();
  const text = last.text.slice(0, -1);
  if (text !== '') line.push({ ...last, text });
}
