import { leafIndex } from './brand.js';
import type { LeafNode } from './leafNode.js';
import { RatchetTree } from './ratchetTree.js';
import { ready, toHex, utf8 } from '#primitives';

beforeAll(ready);

function leafNamed(name: string): LeafNode {
  return {
    encryptionKey: utf8(`encryption key of ${name}`),
    signatureKey: utf8(`signature key of ${name}`),
    credential: { kind: 'basic', identity: utf8(name) },
    capabilities: { versions: [], cipherSuites: [], extensions: [], proposals: [], credentials: [] },
    source: { kind: 'update' },
    extensions: [],
    signature: utf8('signature'),
  };
}

function treeOf(count: number): RatchetTree {
  const tree = RatchetTree.ofLeaf(leafNamed('0'));
  for (let i = 1; i < count; i++) tree.addLeaf(leafNamed(String(i)));
  return tree;
}

test('the tree grows by doubling and shrinks when its right half is blank', () => {
  const tree = treeOf(5);
  expect(tree.leafCount).toBe(8);
  tree.removeLeaf(leafIndex(4));
  expect(tree.leafCount).toBe(4);
  tree.removeLeaf(leafIndex(3));
  tree.removeLeaf(leafIndex(2));
  expect(tree.leafCount).toBe(2);
  tree.removeLeaf(leafIndex(0));
  expect(tree.leafCount).toBe(2);
});

test('a new leaf takes the leftmost blank place and is unmerged above it', () => {
  const tree = treeOf(4);
  tree.setParent(tree.root, { encryptionKey: utf8('root'), parentHash: utf8(''), unmergedLeaves: [leafIndex(3)] });
  tree.updateLeaf(leafIndex(0), leafNamed('again'));
  expect(tree.parent(tree.root)).toBeUndefined();
  tree.setParent(tree.root, { encryptionKey: utf8('root'), parentHash: utf8(''), unmergedLeaves: [leafIndex(3)] });
  const fork = tree.fork();
  fork.removeLeaf(leafIndex(1));
  fork.setParent(fork.root, { encryptionKey: utf8('root'), parentHash: utf8(''), unmergedLeaves: [leafIndex(3)] });
  expect(fork.addLeaf(leafNamed('new'))).toBe(1);
  expect(fork.parent(fork.root)?.unmergedLeaves).toEqual([1, 3]);
  expect(fork.resolution(fork.root)).toEqual([3, 2, 6]);
});

test('a fork leaves the tree as it is and remembers what it changed', () => {
  const tree = treeOf(8);
  const before = toHex(tree.treeHash());
  const fork = tree.fork();
  fork.removeLeaf(leafIndex(6));
  expect(toHex(tree.treeHash())).toBe(before);
  expect([...fork.changed]).toEqual([12]);
});

test('hashes that are kept are those that a fresh computation gives', () => {
  const tree = treeOf(9);
  tree.treeHash();
  tree.setParent(tree.root, { encryptionKey: utf8('root'), parentHash: utf8(''), unmergedLeaves: [] });
  tree.addLeaf(leafNamed('9'));
  tree.treeHash();
  tree.removeLeaf(leafIndex(3));
  expect(toHex(tree.treeHash())).toBe(toHex(RatchetTree.decode(tree.encode()).treeHash()));
});
