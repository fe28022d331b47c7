import { canonicalLabel } from '#policy';

import type { Block, BlockDocument, Inline, ListItem, Mark, TableCell, TopBlock } from '../block.js';
import { nest } from '../inline.js';
import type { Nested } from '../inline.js';

export interface HtmlOptions {
  /** What is shown before a block with a portion label, for instance its portion mark; nothing when absent. */
  readonly portionMark?: (block: TopBlock) => string;
}

const ENTITIES: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' };
const TAGS: Readonly<Record<Exclude<Mark['type'], 'link'>, string>> = {
  strong: 'strong',
  em: 'em',
  underline: 'u',
  code: 'code',
};

/**
 * A body as HTML: elements and attributes of this file's own, texts escaped, no script, no style, links to http, https
 * and mailto alone (the schema holds no others). Each block carries its id and its label, so that it can be read back.
 */
export function toHtml(document: BlockDocument, { portionMark }: HtmlOptions = {}): string {
  return document.content
    .map((block) => html(block, portionMark && block.attrs.label ? portionHtml(portionMark(block)) : ''))
    .join('\n');
}

function portionHtml(mark: string): string {
  return mark === '' ? '' : `<span data-portion>${escaped(mark)} </span>`;
}

function html(block: Block, mark = ''): string {
  const attributes = attributesOf(block);
  switch (block.type) {
    case 'paragraph':
      return `<p${attributes}>${mark}${line(block.content)}</p>`;
    case 'heading':
      return `<h${block.attrs.level}${attributes}>${mark}${line(block.content)}</h${block.attrs.level}>`;
    case 'code_block': {
      const { language } = block.attrs;
      const named = language === '' ? '' : ` class="language-${escaped(language)}"`;
      // The first end of line after <pre> is not read.
      return `${mark}<pre${attributes}>\n<code${named}>${line(block.content)}</code></pre>`;
    }
    case 'blockquote':
      return `<blockquote${attributes}>${mark}${inside(block.content)}</blockquote>`;
    case 'bullet_list':
      return `${mark}<ul${attributes}>${items(block.content)}</ul>`;
    case 'ordered_list':
      return `${mark}<ol${attributes} start="${block.attrs.order}">${items(block.content)}</ol>`;
    case 'table':
      return `${mark}<table${attributes}><tbody>${(block.content ?? []).map(({ content }) => row(content)).join('')}</tbody></table>`;
    case 'horizontal_rule':
      return `<hr${attributes}>`;
  }
}

function attributesOf({ attrs: { id, label } }: Block): string {
  const name = id === null ? '' : ` data-block="${escaped(id)}"`;
  return label ? `${name} data-label="${escaped(canonicalLabel(label))}"` : name;
}

function inside(blocks: readonly Block[] = []): string {
  return blocks.map((block) => html(block)).join('');
}

function items(list: readonly ListItem[] = []): string {
  return list.map(({ content }) => `<li>${inside(content)}</li>`).join('');
}

function row(cells: readonly TableCell[] = []): string {
  const written = cells.map(({ type, content }) => {
    const tag = type === 'table_header' ? 'th' : 'td';
    return `<${tag}>${line(content)}</${tag}>`;
  });
  return `<tr>${written.join('')}</tr>`;
}

function line(content: readonly Inline[] | undefined): string {
  return nest(content).map(inline).join('');
}

function inline(nested: Nested): string {
  if (nested.kind === 'leaf') return leaf(nested.node);
  const { mark, children } = nested;
  const words = children.map(inline).join('');
  if (mark.type === 'link') return `<a href="${escaped(mark.attrs.href)}" rel="noopener noreferrer">${words}</a>`;
  return `<${TAGS[mark.type]}>${words}</${TAGS[mark.type]}>`;
}

function leaf(node: Inline): string {
  if (node.type === 'text') return escaped(node.text);
  if (node.type === 'hard_break') return '<br>';
  const mark = escaped(node.attrs.mark);
  return `<sup data-footnote="${mark}">${mark}</sup>`;
}

function escaped(text: string): string {
  return text.replaceAll(/[&<>"]/g, (character) => ENTITIES[character] ?? '');
}
