import type { Block } from '#document';

interface Holder {
  readonly type: string;
  readonly content?: readonly unknown[] | undefined;
  readonly text?: string;
}

/** The words of a block, on one line. */
export function textOf(block: Block): string {
  return wordsOf(block).join('').replaceAll(/\s+/gu, ' ').trim();
}

function wordsOf(node: Holder): string[] {
  if (node.text !== undefined) return [node.text];
  const inner = (node.content ?? []).flatMap((child) => wordsOf(child as Holder));
  return [...inner, ' '];
}
