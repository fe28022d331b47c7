import type { Block, Inline, ListItem, Table } from './block.js';

/** What runs inside a block, as plain text: a footnote is called as `[1]`, a line break is an end of line. */
export function inlineText(content: readonly Inline[] = []): string {
  return content.map(wordsOf).join('');
}

function wordsOf(node: Inline): string {
  if (node.type === 'text') return node.text;
  return node.type === 'hard_break' ? '\n' : `[${node.attrs.mark}]`;
}

/** A block as plain text without blank lines between its parts; '' for a rule. */
export function textOf(block: Block): string {
  switch (block.type) {
    case 'paragraph':
    case 'heading':
    case 'code_block':
      return inlineText(block.content);
    case 'blockquote':
      return linesOf(block.content);
    case 'bullet_list':
      return (block.content ?? []).map((item) => itemText(item, '– ')).join('\n');
    case 'ordered_list':
      return (block.content ?? [])
        .map((item, index) => itemText(item, `${String(block.attrs.order + index)}. `))
        .join('\n');
    case 'table':
      return tableText(block);
    case 'horizontal_rule':
      return '';
  }
}

function linesOf(blocks: readonly Block[] = []): string {
  return blocks
    .map(textOf)
    .filter((text) => text !== '')
    .join('\n');
}

/** What stands below the first line is moved in, so that lists inside lists stay legible. */
function itemText({ content }: ListItem, mark: string): string {
  return `${mark}${linesOf(content).replaceAll('\n', '\n  ')}`;
}

function tableText({ content = [] }: Table): string {
  return content.map((row) => (row.content ?? []).map((cell) => inlineText(cell.content)).join(' | ')).join('\n');
}
