import type { Block, TopBlock } from '../block.js';
import { textOf } from '../blockText.js';
import { canonicalJson } from '../canonical.js';
import { risingRun } from './sequence.js';
import { piecesOf } from './words.js';

/** Positions of one block in two versions. */
export interface Pair {
  readonly before: number;
  readonly after: number;
}

/** Share of words in common from which two blocks without a common id count as one that was changed. */
const ALIKE = 0.5;
/** Pairs of blocks that are weighed against each other in one gap; a larger gap is taken for a rewriting. */
const MAX_WEIGHED = 2500;
/** Words of a block that are weighed. */
const MAX_WORDS = 2000;

/** Everything that a block is but its id: two blocks with the same content are equal. */
export function contentOf({ attrs, ...block }: Block): string {
  return canonicalJson({ ...block, attrs: { ...attrs, id: null } });
}

/**
 * Which blocks of two versions are the same block: those with one id; then those with one content, in order; then
 * those that have half of their words in common, first between two that are paired, then anywhere. Sorted by `after`.
 */
export function align(before: readonly TopBlock[], after: readonly TopBlock[]): Pair[] {
  const pairs = new Map<number, number>(); // after → before
  const used = new Set<number>();
  const join = (a: number, b: number): void => {
    pairs.set(b, a);
    used.add(a);
  };
  pairById(before, after, join);
  pairByContent(before, after, pairs, used, join);
  pairAlike(before, after, pairs, used, join);
  return [...pairs].map(([b, a]) => ({ before: a, after: b })).sort((x, y) => x.after - y.after);
}

type Join = (before: number, after: number) => void;

function pairById(before: readonly TopBlock[], after: readonly TopBlock[], join: Join): void {
  const places = new Map(before.map(({ attrs }, index) => [attrs.id, index]));
  after.forEach(({ attrs: { id } }, index) => {
    const place = places.get(id);
    if (place !== undefined) join(place, index);
  });
}

function pairByContent(
  before: readonly TopBlock[],
  after: readonly TopBlock[],
  pairs: ReadonlyMap<number, number>,
  used: ReadonlySet<number>,
  join: Join,
): void {
  const places = new Map<string, number[]>();
  before.forEach((block, index) => {
    if (used.has(index)) return;
    const content = contentOf(block);
    places.set(content, [...(places.get(content) ?? []), index]);
  });
  after.forEach((block, index) => {
    if (pairs.has(index)) return;
    const place = places.get(contentOf(block))?.shift();
    if (place !== undefined) join(place, index);
  });
}

function pairAlike(
  before: readonly TopBlock[],
  after: readonly TopBlock[],
  pairs: ReadonlyMap<number, number>,
  used: ReadonlySet<number>,
  join: Join,
): void {
  for (const gap of gaps(before.length, after.length, pairs, used)) weigh(before, after, gap, join);
  // What was changed and moved at once stands in no common gap.
  const left = free(0, before.length, (index) => used.has(index));
  const right = free(0, after.length, (index) => pairs.has(index));
  weigh(before, after, { left, right }, join);
}

interface Gap {
  readonly left: readonly number[];
  readonly right: readonly number[];
}

function weigh(before: readonly TopBlock[], after: readonly TopBlock[], { left, right }: Gap, join: Join): void {
  if (left.length * right.length > MAX_WEIGHED) return;
  const bags = new Map(left.map((index) => [index, wordsOf(before[index])]));
  const weighed = right.flatMap((b) => {
    const words = wordsOf(after[b]);
    return left.map((a) => ({ a, b, weight: before[a]?.type === after[b]?.type ? likeness(bags.get(a), words) : 0 }));
  });
  const taken = { a: new Set<number>(), b: new Set<number>() };
  for (const { a, b, weight } of weighed.sort((x, y) => y.weight - x.weight)) {
    if (weight < ALIKE || taken.a.has(a) || taken.b.has(b)) continue;
    taken.a.add(a);
    taken.b.add(b);
    join(a, b);
  }
}

/** Unpaired blocks of both sides that stand between the same two blocks of those that kept their order. */
function gaps(
  beforeLength: number,
  afterLength: number,
  pairs: ReadonlyMap<number, number>,
  used: ReadonlySet<number>,
): Gap[] {
  const paired = [...pairs.keys()].sort((x, y) => x - y);
  const stayed = risingRun(paired.map((b) => pairs.get(b) ?? 0)).map((index) => paired[index] ?? 0);
  const found: Gap[] = [];
  let from = { a: 0, b: 0 };
  for (const b of [...stayed, afterLength]) {
    const a = pairs.get(b) ?? beforeLength;
    const left = free(from.a, a, (index) => used.has(index));
    const right = free(from.b, b, (index) => pairs.has(index));
    if (left.length > 0 && right.length > 0) found.push({ left, right });
    from = { a: a + 1, b: b + 1 };
  }
  return found;
}

function free(from: number, to: number, isTaken: (index: number) => boolean): number[] {
  const list: number[] = [];
  for (let index = from; index < to; index += 1) if (!isTaken(index)) list.push(index);
  return list;
}

type Bag = ReadonlyMap<string, number>;

function wordsOf(block: Block | undefined): Bag {
  const bag = new Map<string, number>();
  const words = piecesOf(block ? textOf(block) : '').filter((piece) => piece.trim() !== '');
  for (const word of words.slice(0, MAX_WORDS)) bag.set(word, (bag.get(word) ?? 0) + 1);
  return bag;
}

/** Dice's coefficient of two bags of words: 0 to 1. */
function likeness(a: Bag = new Map(), b: Bag): number {
  let common = 0;
  for (const [word, count] of a) common += Math.min(count, b.get(word) ?? 0);
  const total = sum(a) + sum(b);
  return total === 0 ? 0 : (2 * common) / total;
}

function sum(bag: Bag): number {
  let total = 0;
  for (const count of bag.values()) total += count;
  return total;
}
