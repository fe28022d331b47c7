import { ready, toHex, utf8 } from '#primitives';
import fc from 'fast-check';

import { leafIndex } from './brand.js';
import type { LeafNode } from './leafNode.js';
import { RatchetTree } from './ratchetTree.js';
import { encryptionKeyOf } from './treeNode.js';

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

/** All that can be asked of a tree, for comparison. */
function answersOf(tree: RatchetTree): unknown {
  return {
    hash: toHex(tree.treeHash()),
    leafCount: tree.leafCount,
    encoded: toHex(tree.encode()),
    keys: tree.nonBlankNodes().map(([at, node]) => [at, ...tree.nodesWithEncryptionKey(encryptionKeyOf(node))]),
    signers: tree.members().map(([at, leaf]) => [at, ...tree.membersWithSignatureKey(leaf.signatureKey)]),
    areUnique: [tree.hasUniqueEncryptionKeys, tree.hasUniqueSignatureKeys],
    nextLeaf: tree.fork().leftmostBlankLeaf(),
    inUse: [...(tree.support?.credentialsInUse ?? [])].sort(),
    supported: [...(tree.support?.capabilities.extensions ?? [])].sort(),
  };
}

const step = fc.oneof(
  fc.record({ kind: fc.constant('add'), extensions: fc.subarray([1, 2, 3, 4]), isX509: fc.boolean() }),
  fc.record({ kind: fc.constant('remove'), which: fc.nat() }),
  fc.record({ kind: fc.constant('path'), which: fc.nat() }),
  fc.record({ kind: fc.constant('fork') }),
);

function takeStep(
  tree: RatchetTree,
  taken: Partial<{ kind: string; which: number; extensions: number[]; isX509: boolean }>,
  name: string,
): void {
  const members = tree.members();
  const [chosen] = members[(taken.which ?? 0) % members.length] ?? [leafIndex(0)];
  if (taken.kind === 'add') {
    const leaf = leafNamed(name);
    const credential = taken.isX509 === true ? ({ kind: 'x509', certificates: [] } as const) : leaf.credential;
    tree.addLeaf({ ...leaf, credential, capabilities: { ...leaf.capabilities, extensions: taken.extensions ?? [] } });
  } else if (taken.kind === 'remove' && members.length > 1) tree.removeLeaf(chosen);
  else if (taken.kind === 'path') {
    tree.blankPath(chosen);
    for (const { node } of tree.filteredDirectPath(chosen)) {
      tree.setParent(node, {
        encryptionKey: utf8(`${name} ${String(node)}`),
        parentHash: utf8(''),
        unmergedLeaves: [],
      });
    }
  }
}

test('after any changes a tree answers as one that is built anew, and the trees that it was forked from as before', () => {
  fc.assert(
    fc.property(fc.array(step, { maxLength: 60 }), (steps) => {
      let tree = treeOf(3);
      const older: { tree: RatchetTree; answers: unknown }[] = [];
      for (const [i, taken] of steps.entries()) {
        if (taken.kind === 'fork') {
          older.push({ tree, answers: answersOf(tree) });
          tree = tree.fork();
        }
        takeStep(tree, taken, `step ${String(i)}`);
        expect(answersOf(tree)).toEqual(answersOf(RatchetTree.decode(tree.encode())));
      }
      for (const { tree: before, answers } of older) expect(answersOf(before)).toEqual(answers);
    }),
    { numRuns: 60 },
  );
});

test('a key that comes twice shows until it is gone', () => {
  const tree = treeOf(4);
  const twin = { ...leafNamed('twin'), encryptionKey: utf8('encryption key of 2') };
  const at = tree.addLeaf(twin);
  expect([tree.hasUniqueEncryptionKeys, tree.hasUniqueSignatureKeys]).toEqual([false, true]);
  expect(tree.nodesWithEncryptionKey(twin.encryptionKey)).toEqual([4, 8]);
  tree.removeLeaf(at);
  expect(tree.hasUniqueEncryptionKeys).toBe(true);
});
