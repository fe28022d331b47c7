import type { Block, BlockDocument, Inline } from './block.js';
import { textOf } from './blockText.js';
import { giveIds } from './ids.js';

const BLANK_LINES = /\n(?:[^\S\n]*\n)+/u;
/** What a body may hold by its history and a block may not. */
const UNPRINTABLE = /(?![\t\n\r\u0080-\u009F])\p{Cc}|\p{Cs}/gu;

/** The plain text of a body: its blocks, parted by blank lines. What is indexed and hashed. */
export function documentText({ content }: BlockDocument): string {
  return content
    .map(textOf)
    .filter((text) => text !== '')
    .join('\n\n');
}

/** A plain text as blocks: a paragraph a block of lines. The same text always gives the same blocks with the same ids. */
export function documentFromText(text: string): BlockDocument {
  const paragraphs = text
    .replaceAll(/\r\n?/g, '\n')
    .replaceAll(UNPRINTABLE, ' ')
    .split(BLANK_LINES)
    .map((lines) => lines.replaceAll(/^\n+|\s+$/gu, ''))
    .filter((lines) => lines.trim() !== '');
  return { type: 'doc', content: giveIds(paragraphs.map(paragraph)) };
}

function paragraph(lines: string): Block {
  const content = lines
    .split('\n')
    .flatMap((line, index): Inline[] => [
      ...(index === 0 ? [] : [{ type: 'hard_break' } as const]),
      ...(line === '' ? [] : [{ type: 'text', text: line } as const]),
    ]);
  return { type: 'paragraph', attrs: { id: null, label: null }, content };
}
