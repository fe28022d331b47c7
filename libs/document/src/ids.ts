import { sha256, toHex, utf8 } from '#primitives/verify';

import type { Block, TopBlock } from './block.js';
import { textOf } from './blockText.js';

const ID_DIGITS = 16;

/**
 * Gives an id to every block that has none or whose id stood before. It follows from the block's kind and text and from
 * how many equal ones stand above, so that the same text always has the same ids and an untouched paragraph of a plain
 * text keeps its id from version to version.
 */
export function giveIds(blocks: readonly Block[]): TopBlock[] {
  const kept = new Set(blocks.flatMap(({ attrs: { id } }) => id ?? []));
  const used = new Set<string>();
  const repeats = new Map<string, number>();
  return blocks.map((block) => {
    const own = block.attrs.id;
    const id = own !== null && !used.has(own) ? own : freshId(block, repeats, kept);
    used.add(id);
    kept.add(id);
    return withId(block, id);
  });
}

/** The same block under another id. */
export function withId(block: Block, id: string): TopBlock {
  return { ...block, attrs: { ...block.attrs, id } } as TopBlock;
}

function freshId(block: Block, repeats: Map<string, number>, taken: ReadonlySet<string>): string {
  const content = `${block.type}\n${textOf(block)}`;
  let repeat = repeats.get(content) ?? 0;
  let id: string;
  do {
    id = digest(`${String(repeat)}\n${content}`);
    repeat += 1;
  } while (taken.has(id));
  repeats.set(content, repeat);
  return id;
}

function digest(content: string): string {
  return toHex(sha256(utf8(content))).slice(0, ID_DIGITS);
}

/**
 * SHA-256 of a block's kind and canonical text (NFC, every run of white space one space), in lower-case hexadecimal
 * digits. Two blocks that say the same have the same, whatever their ids, labels and emphasis: a citation keeps it to
 * notice that its source has changed.
 */
export function blockHash(block: Block): string {
  const text = textOf(block).normalize('NFC').replaceAll(/\s+/gu, ' ').trim();
  return toHex(sha256(utf8(`${block.type}\n${text}`)));
}
