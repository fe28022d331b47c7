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
  const pairing = new Pairing(before, after);
  pairById(pairing);
  pairByContent(pairing);
  pairAlike(pairing);
  return pairing.inOrder();
}

/** What has been paired so far. */
class Pairing {
  /** Position before by position after. */
  private readonly pairs = new Map<number, number>();
  private readonly used = new Set<number>();

  constructor(
    readonly before: readonly TopBlock[],
    readonly after: readonly TopBlock[],
  ) {}

  join(before: number, after: number): void {
    this.pairs.set(after, before);
    this.used.add(before);
  }

  isFreeBefore = (before: number): boolean => !this.used.has(before);
  isFreeAfter = (after: number): boolean => !this.pairs.has(after);

  /** Sorted by `after`. */
  inOrder(): Pair[] {
    return [...this.pairs].map(([after, before]) => ({ before, after })).sort((x, y) => x.after - y.after);
  }
}

function pairById(pairing: Pairing): void {
  const places = new Map(pairing.before.map(({ attrs }, index) => [attrs.id, index]));
  pairing.after.forEach(({ attrs: { id } }, index) => {
    const place = places.get(id);
    if (place !== undefined) pairing.join(place, index);
  });
}

function pairByContent(pairing: Pairing): void {
  const places = new Map<string, number[]>();
  pairing.before.forEach((block, index) => {
    if (!pairing.isFreeBefore(index)) return;
    const content = contentOf(block);
    places.set(content, [...(places.get(content) ?? []), index]);
  });
  pairing.after.forEach((block, index) => {
    if (!pairing.isFreeAfter(index)) return;
    const place = places.get(contentOf(block))?.shift();
    if (place !== undefined) pairing.join(place, index);
  });
}

function pairAlike(pairing: Pairing): void {
  for (const gap of gaps(pairing)) weigh(pairing, gap);
  // What was changed and moved at once stands in no common gap.
  const left = range(0, pairing.before.length).filter(pairing.isFreeBefore);
  const right = range(0, pairing.after.length).filter(pairing.isFreeAfter);
  weigh(pairing, { left, right });
}

interface Gap {
  readonly left: readonly number[];
  readonly right: readonly number[];
}

function weigh(pairing: Pairing, { left, right }: Gap): void {
  const { before, after } = pairing;
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
    pairing.join(a, b);
  }
}

/** Unpaired blocks of both sides that stand between the same two blocks of those that kept their order. */
function gaps(pairing: Pairing): Gap[] {
  const paired = pairing.inOrder();
  const stayed = risingRun(paired.map(({ before }) => before)).flatMap((index) => paired[index] ?? []);
  const found: Gap[] = [];
  let from: Pair = { before: 0, after: 0 };
  for (const { before, after } of [...stayed, { before: pairing.before.length, after: pairing.after.length }]) {
    const left = range(from.before, before).filter(pairing.isFreeBefore);
    const right = range(from.after, after).filter(pairing.isFreeAfter);
    if (left.length > 0 && right.length > 0) found.push({ left, right });
    from = { before: before + 1, after: after + 1 };
  }
  return found;
}

function range(from: number, to: number): number[] {
  return Array.from({ length: Math.max(0, to - from) }, (_, index) => from + index);
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
