import { PublicGroup, extensionTypes } from '#mls';
import { generateKemKeyPair, randomBytes, utf8 } from '#primitives';

import { nodeIndex } from '../../../libs/mls/src/brand.js';
import type { Extension } from '../../../libs/mls/src/extension.js';
import type { LeafNodeContent } from '../../../libs/mls/src/leafNode.js';
import { RatchetTree } from '../../../libs/mls/src/ratchetTree.js';
import { signLeaf } from '../../../libs/mls/src/treeKem.js';
import type { ParentNode, TreeNode } from '../../../libs/mls/src/treeNode.js';
import { forgeKeyPackage, leaf, ruleOf } from '../mls/forger.js';
import type { KeyPackageChanges } from '../mls/forger.js';
import { none, ruleScene, suite } from '../mls/ruleScene.js';

const scene = ruleScene();

const treeOf = (): RatchetTree => scene.current.mallory.state.tree.fork();

/** A GroupInfo about any tree, rightly signed. */
function publish(tree: RatchetTree, extensions: readonly Extension[] = []): Uint8Array {
  const context = { ...scene.current.mallory.state.context, treeHash: tree.treeHash(), extensions };
  return scene.current.mallory.groupInfo([{ type: extensionTypes.ratchetTree, data: tree.encode() }], { context });
}

function expectInfo(rule: string, info: Uint8Array): void {
  expect(ruleOf(() => PublicGroup.fromGroupInfo(info))).toBe(rule);
}

/** The tree with another root. */
function withRoot(changes: Partial<ParentNode>): RatchetTree {
  const tree = treeOf();
  const root = tree.parent(tree.root);
  if (root === undefined) throw new Error('a root');
  tree.setParent(tree.root, { ...root, ...changes });
  return tree;
}

/** The tree and a newcomer in its blank place. */
function withLeaf(changes: KeyPackageChanges): RatchetTree {
  const tree = treeOf();
  tree.addLeaf(forgeKeyPackage(suite, changes).leafNode);
  return tree;
}

/** The tree of a founder with changes, who signs as leaf 0. */
function ofFounder(changes: Partial<LeafNodeContent>): RatchetTree {
  const { mallory } = scene.current;
  const { leafNode } = forgeKeyPackage(suite, {});
  const content = { ...leafNode, signatureKey: mallory.signer.publicKey, ...changes };
  return RatchetTree.ofLeaf(
    signLeaf(content, mallory.signer, { groupId: mallory.state.context.groupId, index: leaf(0) }),
  );
}

const freshKey = (): Uint8Array => generateKemKeyPair('x25519').publicKey;

test('right trees are accepted', () => {
  expectInfo('accepted', publish(treeOf()));
  expectInfo('accepted', publish(withLeaf({})));
  expectInfo('accepted', publish(ofFounder({})));
});

describe('parent hashes', () => {
  test('valn070901: a parent node that no member vouches for', () => {
    expectInfo('valn070901', publish(withRoot({ encryptionKey: freshKey(), parentHash: none, unmergedLeaves: [] })));
    expectInfo('valn070901', publish(withRoot({ parentHash: randomBytes(32) })));
  });

  test('valn070901: a leaf that is said to be unmerged and is not', () => {
    expectInfo('valn070901', publish(withRoot({ unmergedLeaves: [leaf(2)] })));
  });

  test('valn070901: a sibling that was exchanged under a parent', () => {
    const tree = treeOf();
    const { leafNode } = forgeKeyPackage(suite, {});
    tree.setLeaf(leaf(2), leafNode);
    expectInfo('valn070901', publish(tree));
  });

  test('valn070901: a leaf in a place where its path was blanked', () => {
    const tree = treeOf();
    tree.setLeaf(leaf(3), forgeKeyPackage(suite, {}).leafNode);
    expectInfo('valn070901', publish(tree));
  });
});

describe('unmerged leaves', () => {
  test('valn120504: unmerged leaves that are unsorted, twice, foreign or blank', () => {
    for (const unmergedLeaves of [[2, 1], [1, 1], [3], [9], [0xffffffff]]) {
      expectInfo('valn120504', publish(withRoot({ unmergedLeaves: unmergedLeaves.map(leaf) })));
    }
  });

  test('valn120504: a leaf that is unmerged above, but not known to a parent between', () => {
    expectInfo('valn120504', publish(withRoot({ unmergedLeaves: [leaf(1)] })));
  });

  test('valn120504: a leaf of the other half', () => {
    const tree = treeOf();
    const left = tree.parent(nodeIndex(1));
    if (left === undefined) throw new Error('a parent');
    tree.setParent(nodeIndex(1), { ...left, unmergedLeaves: [leaf(2)] });
    expectInfo('valn120504', publish(tree));
  });
});

describe('keys', () => {
  test('valn070309: two members with one signature key', () => {
    const { moriarty } = scene.current;
    const twin = { leaf: { signatureKey: moriarty.signer.publicKey }, leafSigner: moriarty.signer };
    expectInfo('valn070309', publish(withLeaf(twin)));
  });

  test('valn070310: a key in two nodes', () => {
    const boriss = treeOf().leaf(leaf(1))?.encryptionKey ?? none;
    expectInfo('valn070310', publish(withRoot({ encryptionKey: boriss })));
    expectInfo('valn070310', publish(withLeaf({ leaf: { encryptionKey: boriss } })));
    const roots = treeOf().parent(treeOf().root)?.encryptionKey ?? none;
    expectInfo('valn070310', publish(withLeaf({ leaf: { encryptionKey: roots } })));
  });

  test('valn070315 and valn070316: a parent to which nobody can encrypt', () => {
    for (const length of [0, 31, 33]) {
      expectInfo('valn070315', publish(withRoot({ encryptionKey: new Uint8Array(length).fill(9) })));
    }
    expectInfo('valn070316', publish(withRoot({ encryptionKey: new Uint8Array(32) })));
  });
});

describe('leaves', () => {
  test('valn070301: a leaf that nobody signed', () => {
    const tree = withLeaf({});
    const newcomer = tree.leaf(leaf(3));
    if (newcomer === undefined) throw new Error('a newcomer');
    tree.setLeaf(leaf(3), { ...newcomer, credential: { kind: 'basic', identity: utf8('somebody else') } });
    expectInfo('valn070301', publish(tree));
  });

  test('valn070301: a leaf that was signed for another place or group', () => {
    const { mallory } = scene.current;
    const { leafNode } = forgeKeyPackage(suite, {});
    const content = { ...leafNode, signatureKey: mallory.signer.publicKey, source: { kind: 'update' } as const };
    for (const place of [{ groupId: utf8('another') }, { index: leaf(1) }]) {
      const right = { groupId: mallory.state.context.groupId, index: leaf(0) };
      const signed = signLeaf(content, mallory.signer, { ...right, ...place });
      expectInfo('valn070301', publish(RatchetTree.ofLeaf(signed)));
    }
  });

  test('valn070302 and valn070313: a leaf without what the group requires or uses', () => {
    const { capabilities } = forgeKeyPackage(suite, {}).leafNode;
    const required = { type: extensionTypes.requiredCapabilities, data: Uint8Array.of(2, 0xf1, 0x23, 0, 0) };
    expectInfo('valn070302', publish(ofFounder({}), [required]));
    expectInfo('valn070313', publish(ofFounder({}), [{ type: 0xf123, data: none }]));
    const able = ofFounder({ capabilities: { ...capabilities, extensions: [0xf123] } });
    expectInfo('accepted', publish(able, [required, { type: 0xf123, data: none }]));
  });

  test('valn070303: credentials that not all members support', () => {
    const credential = { kind: 'x509', certificates: [utf8('certificate')] } as const;
    const { capabilities } = forgeKeyPackage(suite, {}).leafNode;
    const both = { ...capabilities, credentials: [1, 2] };
    expectInfo('valn070303', publish(withLeaf({ leaf: { credential, capabilities: both } })));
  });

  test('valn070305: a member for life', () => {
    const lifetime = { notBefore: 0n, notAfter: 2n ** 64n - 1n };
    const endless = publish(ofFounder({ source: { kind: 'keyPackage', lifetime } }));
    expectInfo('valn070305', endless);
    const accept = (): unknown => PublicGroup.fromGroupInfo(endless, { maxLifetimeSeconds: Infinity });
    expect(ruleOf(accept)).toBe('accepted');
  });

  test('a lifetime that is over does not keep anybody from joining', () => {
    const lifetime = { notBefore: 0n, notAfter: 86_400n };
    expectInfo('accepted', publish(ofFounder({ source: { kind: 'keyPackage', lifetime } })));
  });

  test('valn070306, valn070311 and valn070314: leaves that contradict themselves', () => {
    const { capabilities } = forgeKeyPackage(suite, {}).leafNode;
    expectInfo('valn070306', publish(ofFounder({ extensions: [{ type: 0xf123, data: none }] })));
    const x509 = { kind: 'x509', certificates: [] } as const;
    expectInfo('valn070303', publish(ofFounder({ credential: x509 })));
    expectInfo('valn070314', publish(ofFounder({ capabilities: { ...capabilities, cipherSuites: [0x0001] } })));
  });
});

describe('GroupInfo', () => {
  const tree = (): Extension => ({ type: extensionTypes.ratchetTree, data: treeOf().encode() });

  test('valn120502: a signature by somebody else, by nobody or by a leaf that is blank or is none', () => {
    const { mallory } = scene.current;
    expectInfo('valn120502', mallory.groupInfo([tree()], { signature: randomBytes(64) }));
    for (const signer of [1, 3, 4, 0xffffffff]) expectInfo('valn120502', mallory.groupInfo([tree()], { signer }));
  });

  test('valn120503: a tree of another hash', () => {
    const other = treeOf();
    other.removeLeaf(leaf(2));
    expectInfo(
      'valn120503',
      scene.current.mallory.groupInfo([{ type: extensionTypes.ratchetTree, data: other.encode() }]),
    );
  });

  test('valn120505: a tree that ends blank, or is empty', () => {
    const trailing = [...treeOf().encode().subarray(2), 0];
    const padded = Uint8Array.of(0x40 | (trailing.length >> 8), trailing.length & 0xff, ...trailing);
    for (const data of [Uint8Array.of(1, 0), Uint8Array.of(0), padded]) {
      expectInfo('valn120505', scene.current.mallory.groupInfo([{ type: extensionTypes.ratchetTree, data }]));
    }
  });

  test('valn120509: no tree at all', () => {
    expectInfo('valn120509', scene.current.mallory.groupInfo([]));
  });

  test('valn120511: a leaf in the place of a parent, or a parent in that of a leaf', () => {
    const { mallory } = scene.current;
    const member: TreeNode = { kind: 'leaf', leaf: mallory.ownLeaf({}) };
    const parent: TreeNode = {
      kind: 'parent',
      parent: { encryptionKey: freshKey(), parentHash: none, unmergedLeaves: [] },
    };
    for (const nodes of [[member, member], [parent], [member, parent, parent]]) {
      const data = RatchetTree.ofNodes(nodes).encode();
      expectInfo('valn120511', mallory.groupInfo([{ type: extensionTypes.ratchetTree, data }]));
    }
  });

  test('unknown and GREASE extensions are ignored, one twice is not (valn070312)', () => {
    const { mallory } = scene.current;
    const unknown = [0x4a4a, 0xf123].map((type) => ({ type, data: none }));
    expectInfo('accepted', mallory.groupInfo([tree(), ...unknown]));
    expectInfo('valn070312', mallory.groupInfo([tree(), tree()]));
    expectInfo('valn070312', mallory.groupInfo([tree(), ...unknown, ...unknown]));
  });
});
