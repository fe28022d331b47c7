import type { BlockDocument, TopBlock } from '../block.js';
import { textOf } from '../blockText.js';
import { align, contentOf } from './align.js';
import { risingRun } from './sequence.js';
import { compareWords } from './words.js';
import type { WordChange } from './words.js';

/** What became of one block. `moved`: it stands elsewhere among those that stayed. */
export type BlockChange =
  | { readonly kind: 'UNCHANGED'; readonly moved: boolean; readonly before: TopBlock; readonly after: TopBlock }
  | {
      readonly kind: 'CHANGED';
      readonly moved: boolean;
      readonly before: TopBlock;
      readonly after: TopBlock;
      /** How its text changed; all SAME where only its form, its label or its emphasis did. */
      readonly words: readonly WordChange[];
    }
  | { readonly kind: 'ADDED'; readonly after: TopBlock }
  | { readonly kind: 'REMOVED'; readonly before: TopBlock };

/**
 * How one version became another, block by block in the order of the later one; what was removed stands where it stood.
 * Near linear in the size of both, in every script.
 */
export function compareDocuments(before: BlockDocument, after: BlockDocument): BlockChange[] {
  const pairs = align(before.content, after.content);
  const partner = new Map(pairs.map((pair) => [pair.after, pair.before]));
  const stayed = new Set(risingRun(pairs.map((pair) => pair.before)).map((index) => pairs[index]?.after));
  const gone = new Set(before.content.keys());
  for (const { before: index } of pairs) gone.delete(index);
  const changes: BlockChange[] = [];
  let next = 0; // removed blocks before this position of the earlier version have been told
  const tellRemoved = (to: number): void => {
    for (; next < to; next += 1) {
      const block = before.content[next];
      if (block && gone.has(next)) changes.push({ kind: 'REMOVED', before: block });
    }
  };
  after.content.forEach((block, index) => {
    const place = partner.get(index);
    const earlier = place === undefined ? undefined : before.content[place];
    if (place === undefined || !earlier) {
      changes.push({ kind: 'ADDED', after: block });
      return;
    }
    const moved = !stayed.has(index);
    if (!moved) tellRemoved(place);
    changes.push(changeOf(earlier, block, moved));
  });
  tellRemoved(before.content.length);
  return changes;
}

function changeOf(before: TopBlock, after: TopBlock, moved: boolean): BlockChange {
  if (contentOf(before) === contentOf(after)) return { kind: 'UNCHANGED', moved, before, after };
  return { kind: 'CHANGED', moved, before, after, words: compareWords(textOf(before), textOf(after)) };
}

/** Whether a comparison found any difference that people can see. */
export function differs(changes: readonly BlockChange[]): boolean {
  return changes.some((change) => change.kind !== 'UNCHANGED' || change.moved);
}
