import { concatBytes, ready, sha256, toHex, utf8 } from '#primitives/verify';

import { Frontier } from './frontier.js';
import {
  consistencySteps,
  emptyRoot,
  foldProof,
  inclusionSteps,
  leafHash,
  subtreeKey,
  verifyConsistency,
  verifyInclusion,
} from './merkleTree.js';

const most = 130;
const leaves: Uint8Array[] = [];
const hashes = new Map<string, Uint8Array>();
const roots: Uint8Array[] = [];

/** MTH of RFC 9162 section 2.1.1, word by word. */
function naiveRoot(entries: readonly Uint8Array[]): Uint8Array {
  const [only, second] = entries;
  if (only === undefined) return sha256(new Uint8Array(0));
  if (second === undefined) return sha256(concatBytes(Uint8Array.of(0), only));
  let k = 1;
  while (k * 2 < entries.length) k *= 2;
  return sha256(concatBytes(Uint8Array.of(1), naiveRoot(entries.slice(0, k)), naiveRoot(entries.slice(k))));
}

/** PATH of section 2.1.3.1, word by word. */
function naivePath(m: number, entries: readonly Uint8Array[]): Uint8Array[] {
  if (entries.length === 1) return [];
  let k = 1;
  while (k * 2 < entries.length) k *= 2;
  return m < k
    ? [...naivePath(m, entries.slice(0, k)), naiveRoot(entries.slice(k))]
    : [...naivePath(m - k, entries.slice(k)), naiveRoot(entries.slice(0, k))];
}

/** SUBPROOF of section 2.1.4.1, word by word. */
function naiveSubproof(m: number, entries: readonly Uint8Array[], isWhole: boolean): Uint8Array[] {
  if (m === entries.length) return isWhole ? [] : [naiveRoot(entries)];
  let k = 1;
  while (k * 2 < entries.length) k *= 2;
  return m <= k
    ? [...naiveSubproof(m, entries.slice(0, k), isWhole), naiveRoot(entries.slice(k))]
    : [...naiveSubproof(m - k, entries.slice(k), false), naiveRoot(entries.slice(0, k))];
}

const entries = Array.from({ length: most }, (_, i) => utf8(`entry ${String(i)}`));
const hex = (proof: readonly Uint8Array[]): string[] => proof.map(toHex);

beforeAll(async () => {
  await ready();
  let frontier = Frontier.empty;
  roots.push(frontier.root);
  for (const entry of entries) {
    leaves.push(leafHash(entry));
    const { next, completed } = frontier.append(leafHash(entry));
    for (const subtree of completed) hashes.set(subtreeKey(subtree), subtree.hash);
    frontier = next;
    roots.push(frontier.root);
  }
});

test('the empty tree and a tree of one have the hashes of the RFC', () => {
  expect(toHex(emptyRoot())).toBe('e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855');
  expect(toHex(leafHash(new Uint8Array(0)))).toBe('6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d');
});

test('the root of every size from 0 to 130 is that of a naive tree', () => {
  for (let size = 0; size <= most; size++) {
    expect(toHex(roots[size]!)).toBe(toHex(naiveRoot(entries.slice(0, size))));
  }
});

test('every entry of every size is proven as by a naive tree, and by no other proof', () => {
  for (let size = 1; size <= most; size++) {
    for (let index = 0; index < size; index++) {
      const proof = foldProof(inclusionSteps(index, size), hashes);
      const claim = { leaf: leaves[index]!, index, size, root: roots[size]! };
      expect(verifyInclusion(claim, proof)).toBe(true);
      if (size % 13 === 0 || size < 20) expect(hex(proof)).toEqual(hex(naivePath(index, entries.slice(0, size))));
      expect(verifyInclusion({ ...claim, leaf: leaves[(index + 1) % most]! }, proof)).toBe(false);
      expect(verifyInclusion({ ...claim, index: (index + 1) % size }, proof)).toBe(size === 1);
      expect(verifyInclusion(claim, [...proof, leaves[0]!])).toBe(false);
      if (proof.length > 0) expect(verifyInclusion(claim, proof.slice(1))).toBe(false);
    }
  }
});

test('every two sizes are proven consistent as by a naive tree, and by no other proof', () => {
  for (let newer = 0; newer <= most; newer++) {
    for (let older = 0; older <= newer; older++) {
      const proof = foldProof(consistencySteps(older, newer), hashes);
      const growth = { older: { size: older, root: roots[older]! }, newer: { size: newer, root: roots[newer]! } };
      expect(verifyConsistency(growth, proof)).toBe(true);
      if (older > 0 && (newer % 17 === 0 || newer < 18)) {
        expect(hex(proof)).toEqual(hex(naiveSubproof(older, entries.slice(0, newer), true)));
      }
      const forged = { ...growth, older: { size: older, root: sha256(utf8('another log')) } };
      expect(verifyConsistency(forged, proof)).toBe(false);
      expect(verifyConsistency(growth, [...proof, leaves[0]!])).toBe(false);
      if (proof.length > 0) expect(verifyConsistency(growth, proof.slice(1))).toBe(false);
    }
  }
});

test('a log that took an entry back is consistent with nothing that was seen of it', () => {
  const seen = { size: 100, root: roots[100]! };
  let forked = Frontier.empty;
  const forkedHashes = new Map<string, Uint8Array>();
  for (const [i, entry] of entries.entries()) {
    const { next, completed } = forked.append(leafHash(i === 57 ? utf8('another') : entry));
    for (const subtree of completed) forkedHashes.set(subtreeKey(subtree), subtree.hash);
    forked = next;
  }
  const proof = foldProof(consistencySteps(100, most), forkedHashes);
  expect(verifyConsistency({ older: seen, newer: { size: most, root: forked.root } }, proof)).toBe(false);
  expect(verifyConsistency({ older: { size: 100, root: seen.root }, newer: { size: 99, root: roots[99]! } }, [])).toBe(
    false,
  );
});

test('nonsense is refused, not thrown', () => {
  const root = roots[5]!;
  const leaf = leaves[0]!;
  for (const index of [-1, 5, 0.5, Number.NaN, 2 ** 53]) {
    expect(verifyInclusion({ leaf, index, size: 5, root }, [])).toBe(false);
  }
  expect(verifyInclusion({ leaf, index: 0, size: 2 ** 60, root }, [])).toBe(false);
  expect(verifyInclusion({ leaf, index: 0, size: 2, root }, [new Uint8Array(31)])).toBe(false);
  expect(() => inclusionSteps(5, 5)).toThrow(RangeError);
  expect(() => consistencySteps(6, 5)).toThrow(RangeError);
  expect(() => Frontier.of(5, [leaf])).toThrow(RangeError);
});

test('at a million entries a proof takes 20 hashes and a log goes on from 20', () => {
  const size = 1_000_000;
  const steps = inclusionSteps(654_321, size);
  expect(steps.length).toBeLessThanOrEqual(20);
  expect(new Set(steps.flat().map(subtreeKey)).size).toBeLessThanOrEqual(40);
  expect(consistencySteps(654_321, size).length).toBeLessThanOrEqual(21);
  const ends = Frontier.of(
    size,
    Array.from({ length: 7 }, () => leaves[0]!),
  );
  expect(ends.append(leaves[0]!).completed).toHaveLength(1);
});
