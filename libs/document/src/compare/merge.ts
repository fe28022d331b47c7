import type { BlockDocument, TopBlock } from '../block.js';
import { align, contentOf } from './align.js';
import { risingRun } from './sequence.js';

/** One piece of a merge: a block that can be taken, or two texts of one block between which people have to choose. */
export type MergePart =
  | { readonly kind: 'TAKEN'; readonly block: TopBlock }
  | {
      readonly kind: 'CONFLICT';
      readonly base: TopBlock;
      /** Null: this side removed it. */
      readonly yours: TopBlock | null;
      readonly theirs: TopBlock | null;
    };

/** What one side made of each block of the base. */
interface Side {
  readonly blocks: readonly TopBlock[];
  /** By position in the base; absent: removed. */
  readonly kept: ReadonlyMap<number, TopBlock>;
  /** Position in the base by position in this side; absent: added. */
  readonly origin: ReadonlyMap<number, number>;
  readonly isReordered: boolean;
}

/**
 * Both sides' changes to one base in one document, block by block. Where one side changed a block, its text is taken; where
 * both did differently, or one changed what the other removed, both texts stand in a conflict: nothing is lost. Blocks
 * stand in the order of the side that moved some (theirs, where both did); what a side added follows the block that it followed.
 */
export function mergeDocuments(base: BlockDocument, yours: BlockDocument, theirs: BlockDocument): MergePart[] {
  const mine = sideOf(base, yours);
  const other = sideOf(base, theirs);
  const [frame, guest] = mine.isReordered && !other.isReordered ? [mine, other] : [other, mine];
  const additions = additionsOf(frame, guest, base.content.length);
  const parts: MergePart[] = additions.get(-1)?.map(taken) ?? [];
  const place = (origin: number): void => {
    const block = base.content[origin];
    if (block) parts.push(...decide(block, mine.kept.get(origin) ?? null, other.kept.get(origin) ?? null));
    parts.push(...(additions.get(origin)?.map(taken) ?? []));
  };
  const missing = missingOf(frame, base.content.length);
  missing.get(-1)?.forEach(place);
  frame.blocks.forEach((block, index) => {
    const origin = frame.origin.get(index);
    if (origin === undefined) parts.push(taken(block));
    else {
      place(origin);
      missing.get(origin)?.forEach(place);
    }
  });
  return distinct(parts);
}

/** The merged document when nothing is in conflict, else undefined. */
export function mergedDocument(parts: readonly MergePart[]): BlockDocument | undefined {
  const blocks = parts.flatMap((part) => (part.kind === 'TAKEN' ? [part.block] : []));
  return blocks.length === parts.length ? { type: 'doc', content: blocks } : undefined;
}

function taken(block: TopBlock): MergePart {
  return { kind: 'TAKEN', block };
}

function sideOf(base: BlockDocument, { content: blocks }: BlockDocument): Side {
  const pairs = align(base.content, blocks);
  const kept = new Map<number, TopBlock>();
  for (const { before, after } of pairs) {
    const block = blocks[after];
    if (block) kept.set(before, block);
  }
  const origin = new Map(pairs.map(({ before, after }) => [after, before]));
  return { blocks, kept, origin, isReordered: risingRun(pairs.map(({ before }) => before)).length < pairs.length };
}

function decide(base: TopBlock, yours: TopBlock | null, theirs: TopBlock | null): MergePart[] {
  const [was, mine, other] = [base, yours, theirs].map((block) => block && contentOf(block));
  if (mine === other || other === was) return yours ? [taken(yours)] : [];
  if (mine === was) return theirs ? [taken(theirs)] : [];
  return [{ kind: 'CONFLICT', base, yours, theirs }];
}

/** What the guest added, by the position in the base of the block that it follows there; -1: at the beginning. */
function additionsOf(frame: Side, guest: Side, length: number): Map<number, TopBlock[]> {
  const known = new Set(frame.blocks.filter((_, index) => !frame.origin.has(index)).map(contentOf));
  const additions = new Map<number, TopBlock[]>();
  let last = -1;
  guest.blocks.forEach((block, index) => {
    const origin = guest.origin.get(index);
    if (origin !== undefined) last = Math.min(origin, length - 1);
    // Both added the same: once is enough.
    else if (!known.has(contentOf(block))) additions.set(last, [...(additions.get(last) ?? []), block]);
  });
  return additions;
}

/** Blocks of the base that the frame removed, by the block before them that it kept: the other side may have changed them. */
function missingOf({ kept }: Side, length: number): Map<number, number[]> {
  const missing = new Map<number, number[]>();
  let last = -1;
  for (let index = 0; index < length; index += 1) {
    if (kept.has(index)) last = index;
    else missing.set(last, [...(missing.get(last) ?? []), index]);
  }
  return missing;
}

/** Two sides may have given one id to different new blocks; each keeps its text, the later one gets another id. */
function distinct(parts: readonly MergePart[]): MergePart[] {
  const used = new Set(parts.flatMap((part) => (part.kind === 'CONFLICT' ? [part.base.attrs.id] : [])));
  return parts.map((part) => {
    if (part.kind === 'CONFLICT') return part;
    const { block } = part;
    let { id } = block.attrs;
    for (let round = 2; used.has(id); round += 1) id = `${block.attrs.id.slice(0, 50)}-${round}`;
    used.add(id);
    return taken(id === block.attrs.id ? block : ({ ...block, attrs: { ...block.attrs, id } } as TopBlock));
  });
}
