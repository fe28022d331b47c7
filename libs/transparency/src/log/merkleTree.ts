import { concatBytes, equalBytes, sha256 } from '#primitives/verify';

/**
 * The Merkle tree of RFC 9162 section 2.1 over SHA-256: hashes of 32 bytes, sizes and indexes up to 2^53 - 1.
 * Proofs are made from the hashes of perfect subtrees alone, so that whoever keeps those answers in logarithmic time.
 */
export const hashLength = 32;

const leafPrefix = Uint8Array.of(0x00);
const nodePrefix = Uint8Array.of(0x01);

/** The hash of an entry (RFC 9162 section 2.1.1). */
export const leafHash = (entry: Uint8Array): Uint8Array => sha256(concatBytes(leafPrefix, entry));

export const nodeHash = (left: Uint8Array, right: Uint8Array): Uint8Array =>
  sha256(concatBytes(nodePrefix, left, right));

/** The root of the tree without entries. */
export const emptyRoot = (): Uint8Array => sha256(new Uint8Array(0));

/** The perfect subtree over the entries from `index * 2^level` up to, not including, `(index + 1) * 2^level`. */
export interface SubtreeId {
  readonly level: number;
  readonly index: number;
}

export interface Subtree extends SubtreeId {
  readonly hash: Uint8Array;
}

/** One hash of a proof: that of the given subtrees, folded from the right. */
export type ProofStep = readonly SubtreeId[];

/** The perfect subtrees of which the entries from `start` up to `end` consist, from left to right. */
export function subtreesOf(start: number, end: number): SubtreeId[] {
  const subtrees: SubtreeId[] = [];
  for (let at = start; at < end;) {
    const level = largestLevel(at, end - at);
    subtrees.push({ level, index: at / 2 ** level });
    at += 2 ** level;
  }
  return subtrees;
}

/** How high a perfect subtree can be that begins at `start` and holds at most `length` entries. */
function largestLevel(start: number, length: number): number {
  let level = 0;
  while (start % 2 ** (level + 1) === 0 && 2 ** (level + 1) <= length) level++;
  return level;
}

/** The root over perfect subtrees from left to right, in falling size. */
export function foldSubtrees(hashes: readonly Uint8Array[]): Uint8Array {
  return hashes.length === 0 ? emptyRoot() : hashes.reduceRight((right, left) => nodeHash(left, right));
}

/** The steps of PATH (RFC 9162 section 2.1.3.1), from the leaf to the root. @throws RangeError */
export function inclusionSteps(index: number, size: number): ProofStep[] {
  if (!(index >= 0 && index < size)) throw new RangeError('an inclusion proof is for an entry of the tree');
  return pathSteps(index, 0, size);
}

function pathSteps(index: number, start: number, end: number): ProofStep[] {
  if (end - start === 1) return [];
  const middle = start + splitOf(end - start);
  return index < middle
    ? [...pathSteps(index, start, middle), subtreesOf(middle, end)]
    : [...pathSteps(index, middle, end), subtreesOf(start, middle)];
}

/** The steps of PROOF (RFC 9162 section 2.1.4.1) from the older size to the newer one. @throws RangeError */
export function consistencySteps(older: number, newer: number): ProofStep[] {
  if (!(older >= 0 && older <= newer))
    throw new RangeError('a consistency proof leads from a smaller to a larger tree');
  return older === 0 || older === newer ? [] : subproofSteps(older, 0, newer, true);
}

function subproofSteps(older: number, start: number, end: number, isWhole: boolean): ProofStep[] {
  if (older === end) return isWhole ? [] : [subtreesOf(start, end)];
  const middle = start + splitOf(end - start);
  return older <= middle
    ? [...subproofSteps(older, start, middle, isWhole), subtreesOf(middle, end)]
    : [...subproofSteps(older, middle, end, false), subtreesOf(start, middle)];
}

/** The largest power of two that is smaller than `length`, for lengths from 2. */
function splitOf(length: number): number {
  let split = 1;
  while (split * 2 < length) split *= 2;
  return split;
}

/** Makes a proof of its steps and the hashes of all the subtrees in them, by `subtreeKey`. */
export function foldProof(steps: readonly ProofStep[], hashes: ReadonlyMap<string, Uint8Array>): Uint8Array[] {
  return steps.map((step) => foldSubtrees(step.map((subtree) => hashAt(hashes, subtree))));
}

export const subtreeKey = ({ level, index }: SubtreeId): string => `${String(level)}/${String(index)}`;

function hashAt(hashes: ReadonlyMap<string, Uint8Array>, subtree: SubtreeId): Uint8Array {
  const hash = hashes.get(subtreeKey(subtree));
  if (hash === undefined) throw new RangeError(`the hash of subtree ${subtreeKey(subtree)} is missing`);
  return hash;
}

/** What an inclusion proof is about. */
export interface Inclusion {
  readonly leaf: Uint8Array;
  readonly index: number;
  readonly size: number;
  readonly root: Uint8Array;
}

/** RFC 9162 section 2.1.3.2. */
export function verifyInclusion({ leaf, index, size, root }: Inclusion, proof: readonly Uint8Array[]): boolean {
  if (!isSize(size) || !isSize(index) || index >= size || !proof.every(isHash)) return false;
  let [at, last] = [index, size - 1];
  let hash = leaf;
  for (const sibling of proof) {
    if (last === 0) return false;
    if (isOdd(at) || at === last) {
      hash = nodeHash(sibling, hash);
      while (!isOdd(at) && at !== 0) [at, last] = [half(at), half(last)];
    } else hash = nodeHash(hash, sibling);
    [at, last] = [half(at), half(last)];
  }
  return last === 0 && equalBytes(hash, root);
}

/** Two states of one log. */
export interface Growth {
  readonly older: { readonly size: number; readonly root: Uint8Array };
  readonly newer: { readonly size: number; readonly root: Uint8Array };
}

/** RFC 9162 section 2.1.4.2. The empty tree is consistent with every other one. */
export function verifyConsistency({ older, newer }: Growth, proof: readonly Uint8Array[]): boolean {
  if (!isSize(older.size) || !isSize(newer.size) || older.size > newer.size || !proof.every(isHash)) return false;
  if (older.size === newer.size) return proof.length === 0 && equalBytes(older.root, newer.root);
  if (older.size === 0) return proof.length === 0 && equalBytes(older.root, emptyRoot());
  const [first, ...rest] = isPowerOfTwo(older.size) ? [older.root, ...proof] : proof;
  return first !== undefined && foldGrowth({ older, newer }, first, rest);
}

function foldGrowth({ older, newer }: Growth, first: Uint8Array, rest: readonly Uint8Array[]): boolean {
  let [at, last] = [older.size - 1, newer.size - 1];
  while (isOdd(at)) [at, last] = [half(at), half(last)];
  let [before, after] = [first, first];
  for (const sibling of rest) {
    if (last === 0) return false;
    if (isOdd(at) || at === last) {
      before = nodeHash(sibling, before);
      after = nodeHash(sibling, after);
      while (!isOdd(at) && at !== 0) [at, last] = [half(at), half(last)];
    } else after = nodeHash(after, sibling);
    [at, last] = [half(at), half(last)];
  }
  return last === 0 && equalBytes(before, older.root) && equalBytes(after, newer.root);
}

const isHash = (value: Uint8Array): boolean => value.length === hashLength;
const isSize = (value: number): boolean => Number.isSafeInteger(value) && value >= 0;
const isOdd = (value: number): boolean => value % 2 === 1;
const half = (value: number): number => Math.floor(value / 2);
const isPowerOfTwo = (value: number): boolean => subtreesOf(0, value).length === 1;
