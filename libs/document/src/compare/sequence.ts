/** Some neighbours of one sequence that stand, lack or are new in the other; positions count from 0, `to` is behind the last. */
export interface Step {
  readonly kind: 'SAME' | 'REMOVED' | 'ADDED';
  readonly before: { readonly from: number; readonly to: number };
  readonly after: { readonly from: number; readonly to: number };
}

/** Edits up to which the shortest script is looked for; its cost in time and room grows with their square. */
const MAX_EDITS = 400;
/** How often all items together may be looked at for a division; what is left then counts as wholly replaced. */
const LOOKS = 12;

interface Range {
  readonly a: number;
  readonly aEnd: number;
  readonly b: number;
  readonly bEnd: number;
}

type Pairs = [number, number][];

/** Two sequences, what was paired in them so far, and how much may still be spent. */
interface Work<T> {
  readonly before: readonly T[];
  readonly after: readonly T[];
  readonly pairs: Pairs;
  left: number;
}

/**
 * What leads from one sequence to another. The shortest script (Myers 1986) where the two differ little; where they differ
 * much, they are divided at items that stand once in both (patience) and each part is looked at alone. So the cost stays
 * near linear, and the answer is always right, if not always the shortest.
 */
export function compareSequences<T extends string | number>(before: readonly T[], after: readonly T[]): Step[] {
  const work = { before, after, pairs: [], left: LOOKS * (before.length + after.length) };
  pair(work, { a: 0, aEnd: before.length, b: 0, bEnd: after.length });
  return stepsOf(work.pairs, before.length, after.length);
}

function pair<T>(work: Work<T>, range: Range): void {
  const { before, after, pairs } = work;
  let { a, aEnd, b, bEnd } = range;
  while (a < aEnd && b < bEnd && before[a] === after[b]) pairs.push([a++, b++]);
  const tail: Pairs = [];
  while (a < aEnd && b < bEnd && before[aEnd - 1] === after[bEnd - 1]) tail.push([--aEnd, --bEnd]);
  const rest = { a, aEnd, b, bEnd };
  if (a < aEnd && b < bEnd) {
    const found = shortest(before, after, rest);
    if (found) for (const one of found) pairs.push(one);
    else divide(work, rest);
  }
  for (const one of tail.reverse()) pairs.push(one);
}

/** Pairs of the shortest script, or undefined when it has more than `MAX_EDITS` edits. */
function shortest<T>(before: readonly T[], after: readonly T[], { a, aEnd, b, bEnd }: Range): Pairs | undefined {
  const n = aEnd - a;
  const m = bEnd - b;
  const limit = Math.min(n + m, MAX_EDITS);
  const reached = new Int32Array(2 * limit + 3);
  const trace: Int32Array[] = [];
  for (let d = 0; d <= limit; d += 1) {
    trace.push(reached.slice(limit - d, limit + d + 3));
    for (let k = -d; k <= d; k += 2) {
      let x = startOf(reached, limit + 1, d, k);
      while (x < n && x - k < m && before[a + x] === after[b + x - k]) x += 1;
      reached[limit + 1 + k] = x;
      if (x >= n && x - k >= m) return backwards(trace, { a, aEnd, b, bEnd });
    }
  }
  return undefined;
}

/** Where a path with `d` edits on diagonal `k` begins: one step down from the diagonal above, or right from the one below. */
function startOf(reached: Int32Array, zero: number, d: number, k: number): number {
  const right = reached[zero + k - 1] ?? 0;
  const down = reached[zero + k + 1] ?? 0;
  return k === -d || (k !== d && right < down) ? down : right + 1;
}

function backwards(trace: readonly Int32Array[], { a, aEnd, b, bEnd }: Range): Pairs {
  const pairs: Pairs = [];
  let x = aEnd - a;
  let y = bEnd - b;
  for (let d = trace.length - 1; d >= 0; d -= 1) {
    const reached = trace[d] ?? new Int32Array();
    const zero = d + 1; // the slice of step d begins at diagonal -d - 1
    const k = x - y;
    const start = d === 0 ? 0 : startOf(reached, zero, d, k);
    const isDown = k === -d || (k !== d && (reached[zero + k - 1] ?? 0) < (reached[zero + k + 1] ?? 0));
    while (x > start) {
      x -= 1;
      y -= 1;
      pairs.push([a + x, b + y]);
    }
    if (d > 0 && isDown) y -= 1;
    else if (d > 0) x -= 1;
  }
  return pairs.reverse();
}

/** Parts a stretch at the items that stand once on both sides, as far as they keep their order. */
function divide<T>(work: Work<T>, range: Range): void {
  let { a, b } = range;
  work.left -= range.aEnd - a + (range.bEnd - b);
  const anchors = work.left > 0 ? anchorsOf(work.before, work.after, range) : [];
  for (const [nextA, nextB] of anchors) {
    pair(work, { a, aEnd: nextA, b, bEnd: nextB });
    work.pairs.push([nextA, nextB]);
    a = nextA + 1;
    b = nextB + 1;
  }
  if (anchors.length > 0) pair(work, { ...range, a, b });
}

function anchorsOf<T>(before: readonly T[], after: readonly T[], { a, aEnd, b, bEnd }: Range): Pairs {
  const left = onceIn(before, a, aEnd);
  const right = onceIn(after, b, bEnd);
  const both: Pairs = [];
  for (const [item, position] of left) {
    const other = right.get(item);
    if (position >= 0 && other !== undefined && other >= 0) both.push([position, other]);
  }
  return risingRun(both.map(([, other]) => other)).flatMap((index) => both.slice(index, index + 1));
}

/** Positions of the items that stand once; -1 for those that stand more often. */
function onceIn<T>(items: readonly T[], from: number, to: number): Map<T, number> {
  const found = new Map<T, number>();
  for (let index = from; index < to; index += 1) {
    const item = items[index] as T;
    found.set(item, found.has(item) ? -1 : index);
  }
  return found;
}

/** Indexes of a longest rising subsequence of different numbers. */
export function risingRun(values: readonly number[]): number[] {
  const ends: number[] = []; // index of the least value that ends a run of each length
  const previous: number[] = [];
  values.forEach((value, index) => {
    const length = firstAtLeast(ends, values, value);
    previous.push(length === 0 ? -1 : (ends[length - 1] ?? -1));
    ends[length] = index;
  });
  const run: number[] = [];
  for (let index = ends.at(-1) ?? -1; index >= 0; index = previous[index] ?? -1) run.push(index);
  return run.reverse();
}

function firstAtLeast(ends: readonly number[], values: readonly number[], value: number): number {
  let low = 0;
  let high = ends.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((values[ends[middle] ?? 0] ?? 0) < value) low = middle + 1;
    else high = middle;
  }
  return low;
}

function stepsOf(pairs: Pairs, beforeLength: number, afterLength: number): Step[] {
  const steps: Step[] = [];
  let a = 0;
  let b = 0;
  const differ = (toA: number, toB: number): void => {
    if (a < toA) steps.push({ kind: 'REMOVED', before: { from: a, to: toA }, after: { from: b, to: b } });
    if (b < toB) steps.push({ kind: 'ADDED', before: { from: toA, to: toA }, after: { from: b, to: toB } });
    a = toA;
    b = toB;
  };
  for (let index = 0; index < pairs.length;) {
    const [fromA, fromB] = pairs[index] ?? [0, 0];
    differ(fromA, fromB);
    while (index < pairs.length && pairs[index]?.[0] === a && pairs[index]?.[1] === b) {
      a += 1;
      b += 1;
      index += 1;
    }
    steps.push({ kind: 'SAME', before: { from: fromA, to: a }, after: { from: fromB, to: b } });
  }
  differ(beforeLength, afterLength);
  return steps;
}
