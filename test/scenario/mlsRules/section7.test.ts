import { decodeKeyPackage, extensionTypes } from '#mls';
import { generateKemKeyPair, utf8 } from '#primitives';

import { encodeWith } from '../../../libs/mls/src/codec.js';
import { encodeRequiredCapabilities } from '../../../libs/mls/src/extension.js';
import type { RequiredCapabilities } from '../../../libs/mls/src/extension.js';
import type { Capabilities, LeafNodeContent } from '../../../libs/mls/src/leafNode.js';
import type { Proposal } from '../../../libs/mls/src/proposal.js';
import { signLeaf } from '../../../libs/mls/src/treeKem.js';
import { encodeForged, forgeKeyPackage, leaf, ruleOf } from '../mls/forger.js';
import type { KeyPackageChanges } from '../mls/forger.js';
import { add, changeExtensions, none, remove, ruleScene, stranger, suite, update } from '../mls/ruleScene.js';

const scene = ruleScene();

const freshKey = (): Uint8Array => generateKemKeyPair('x25519').publicKey;
const seconds = BigInt(Math.floor(Date.now() / 1000));

const lasting = (notBefore: bigint, notAfter: bigint): Partial<LeafNodeContent> => ({
  source: { kind: 'keyPackage', lifetime: { notBefore, notAfter } },
});

/** Capabilities that are right but for the changes. */
const capable = (changes: Partial<Capabilities>): Partial<LeafNodeContent> => ({
  extensions: [],
  capabilities: {
    versions: [1],
    cipherSuites: [suite],
    extensions: [],
    proposals: [],
    credentials: [1],
    ...changes,
  },
});

/** A KeyPackage that breaks a rule of leaves, by itself and in an Add. */
function expectKeyPackage(rule: string, changes: KeyPackageChanges): void {
  const keyPackage = forgeKeyPackage(suite, changes);
  expect(ruleOf(() => decodeKeyPackage(encodeForged(keyPackage)))).toBe(rule);
  scene.current.expectProposal(rule, scene.current.mallory.proposal({ kind: 'add', keyPackage }));
  scene.current.expectCommit(rule, scene.current.mallory.commit([{ kind: 'add', keyPackage }]));
}

/** An Update and a commit's path whose leaf breaks a rule. */
function expectReplaced(rule: string, changes: Partial<LeafNodeContent>): void {
  const { current } = scene;
  const fresh = { encryptionKey: freshKey(), ...changes };
  current.expectProposal(rule, current.mallory.proposal(update(current.mallory, fresh)));
  expectPathLeaf(rule, fresh);
}

function expectPathLeaf(rule: string, changes: Partial<LeafNodeContent>): void {
  const { mallory } = scene.current;
  const path = mallory.path();
  const leafNode = mallory.ownLeaf({ ...path.leafNode, ...changes });
  scene.current.expectCommit(rule, mallory.commit([], { ...path, leafNode }));
}

/** Everywhere that a LeafNode comes from. */
function expectLeaf(rule: string, changes: Partial<LeafNodeContent>): void {
  expectKeyPackage(rule, { leaf: changes });
  expectReplaced(rule, changes);
}

test('right leaves are believed, wherever they come from', () => {
  const { current } = scene;
  expect(ruleOf(() => decodeKeyPackage(encodeForged(forgeKeyPackage(suite, {}))))).toBe('accepted');
  current.expectBelieved(current.mallory.commit([add()]));
  const path = current.mallory.path();
  expect(ruleOf(() => current.publicGroup.stage(current.mallory.commit([], path)))).toBe('accepted');
  const renewed = update(current.moriarty, { encryptionKey: freshKey() });
  current.received(current.moriarty.proposal(renewed), (ref) => {
    expect(ref).toHaveLength(32);
  });
});

describe('what a leaf says about itself', () => {
  test('valn070301: a leaf that its key did not sign', () => {
    expectKeyPackage('valn070301', { leafSigner: stranger() });
    expectReplaced('valn070301', { signatureKey: stranger().publicKey });
  });

  test('valn070301: a leaf that was signed for another group or another place', () => {
    const { current } = scene;
    const { mallory } = current;
    const changes = { encryptionKey: freshKey() };
    const elsewhere = [{ groupId: utf8('another') }, { index: leaf(1) }];
    for (const place of elsewhere) {
      current.expectProposal('valn070301', mallory.proposal(update(mallory, changes, place)));
      const path = mallory.path();
      const { context, ownLeaf } = mallory.state;
      const leafNode = signLeaf(path.leafNode, mallory.signer, { groupId: context.groupId, index: ownLeaf, ...place });
      current.expectCommit('valn070301', mallory.commit([], { ...path, leafNode }));
    }
  });

  test('valn070306: an extension that the leaf itself does not support', () => {
    expectLeaf('valn070306', { extensions: [{ type: 0xf123, data: none }] });
  });

  test('valn070306: GREASE is no excuse for an extension that is not listed', () => {
    const { capabilities } = scene.current.mallory.ownLeaf({});
    const type = [0x5a5a, 0x6a6a].find((value) => !capabilities.extensions.includes(value)) ?? 0;
    expectLeaf('valn070306', { extensions: [{ type, data: none }] });
  });

  test('valn070311: capabilities without the own credential', () => {
    expectLeaf('valn070311', capable({ credentials: [2] }));
    expectLeaf('valn070311', capable({ credentials: [] }));
  });

  test('valn070312: an extension type twice', () => {
    const twice = [1, 2].map((value) => ({ type: extensionTypes.applicationId, data: Uint8Array.of(value) }));
    expectLeaf('valn070312', { extensions: twice });
    expectKeyPackage('valn070312', { content: { extensions: twice } });
  });

  test('valn070314: a leaf that does not support the version or the suite', () => {
    for (const cipherSuites of [[], [0x0001], [0x0a0a]]) expectLeaf('valn070314', capable({ cipherSuites }));
    for (const versions of [[], [2]]) expectLeaf('valn070314', capable({ versions }));
  });

  test('valn070315: keys of the wrong size', () => {
    for (const length of [0, 31, 33, 1216]) {
      expectLeaf('valn070315', { encryptionKey: new Uint8Array(length).fill(9) });
      expectKeyPackage('valn070315', { content: { initKey: new Uint8Array(length).fill(9) } });
    }
    expectReplaced('valn070315', { signatureKey: new Uint8Array(31) });
  });

  test('valn070316: a key that would keep everybody from committing', () => {
    for (const first of [0, 1]) {
      const lowOrder = Uint8Array.from({ length: 32 }, (_, i) => (i === 0 ? first : 0));
      expectLeaf('valn070316', { encryptionKey: lowOrder });
      expectKeyPackage('valn070316', { content: { initKey: lowOrder } });
    }
  });
});

describe('lifetimes', () => {
  test('valn070304: a lifetime that is over, not begun, or backwards', () => {
    expectKeyPackage('valn070304', { leaf: lasting(seconds - 7200n, seconds - 3600n) });
    expectKeyPackage('valn070304', { leaf: lasting(seconds + 3600n, seconds + 7200n) });
    expectKeyPackage('valn070304', { leaf: lasting(seconds + 3600n, seconds - 3600n) });
    expectKeyPackage('valn070304', { leaf: lasting(seconds - 3600n, 0n) });
  });

  test('valn070305: a lifetime without end', () => {
    expectKeyPackage('valn070305', { leaf: lasting(0n, 2n ** 64n - 1n) });
    expectKeyPackage('valn070305', { leaf: lasting(seconds - 3600n, seconds + 367n * 86_400n) });
  });

  test('a receiver that catches up judges the lifetime as of the time of the commit', () => {
    const { chen, mallory } = scene.current;
    const commit = mallory.commit([add({ leaf: lasting(seconds - 7200n, seconds - 3600n) })]);
    const then = Number(seconds - 5000n) * 1000;
    expect(ruleOf(() => chen.group.stage(commit, { now: then }))).toBe('valn060106');
  });
});

describe('a leaf in its place', () => {
  test('valn070307: a leaf of another source', () => {
    const { current } = scene;
    const { mallory } = current;
    expectKeyPackage('valn070307', { leaf: { source: { kind: 'update' } } });
    expectKeyPackage('valn070307', { leaf: { source: { kind: 'commit', parentHash: none } } });
    const inUpdate = { encryptionKey: freshKey(), source: { kind: 'commit', parentHash: none } } as const;
    current.expectProposal('valn070307', mallory.proposal(update(mallory, inUpdate)));
    expectPathLeaf('valn070307', { source: { kind: 'update' } });
    expectPathLeaf('valn070307', lasting(seconds - 60n, seconds + 60n));
  });

  test('valn070308: an Update or a path that keeps the encryption key', () => {
    const { current } = scene;
    const { mallory } = current;
    current.expectProposal('valn070308', mallory.proposal(update(mallory, {})));
    const kept = mallory.state.tree.leaf(mallory.state.ownLeaf)?.encryptionKey ?? none;
    expectPathLeaf('valn070308', { encryptionKey: kept });
  });

  test('valn070902: a leaf that does not vouch for its path', () => {
    for (const length of [0, 32]) {
      expectPathLeaf('valn070902', { source: { kind: 'commit', parentHash: new Uint8Array(length) } });
    }
  });
});

describe('a leaf among the members', () => {
  const requiring = (required: Partial<RequiredCapabilities>): Proposal => {
    const all = { extensions: [], proposals: [], credentials: [], ...required };
    const data = encodeWith(encodeRequiredCapabilities, all);
    return changeExtensions([{ type: extensionTypes.requiredCapabilities, data }]);
  };

  test('valn070302: members without what the group requires from now on', () => {
    const { current } = scene;
    for (const required of [{ extensions: [0xf123] }, { proposals: [0xf123] }, { credentials: [2] }]) {
      current.expectCommit('valn070302', current.mallory.commit([requiring(required)]));
    }
  });

  test('valn070302: a newcomer without what the same commit begins to require', () => {
    const { current } = scene;
    const required = requiring({ extensions: [extensionTypes.lastResort] });
    current.expectCommit('valn070302', current.mallory.commit([required, add()]));
    const able = add({ leaf: capable({ extensions: [extensionTypes.lastResort] }) });
    const commit = current.mallory.commit([required, able], current.mallory.path([required, able]));
    expect(ruleOf(() => current.publicGroup.stage(commit))).toBe('accepted');
  });

  test('default types may be required without being listed', () => {
    const { current } = scene;
    const required = requiring({ extensions: [1, 2, 3, 4, 5], proposals: [1, 2, 3, 4, 5, 6, 7], credentials: [1] });
    const commit = current.mallory.commit([required, add()], current.mallory.path([required, add()]));
    expect(ruleOf(() => current.publicGroup.stage(commit))).not.toBe('valn070302');
  });

  test('valn070303: a member with a credential type that others do not support, or without support for theirs', () => {
    const { current } = scene;
    const credential = { kind: 'x509', certificates: [utf8('certificate')] } as const;
    const x509 = add({ leaf: { credential, ...capable({ credentials: [1, 2] }) } });
    current.expectCommit('valn070303', current.mallory.commit([x509]));
    const alone = add({ leaf: { credential, ...capable({ credentials: [2] }) } });
    current.expectCommit('valn070303', current.mallory.commit([alone]));
  });

  test('valn070309: a signature key that is there already', () => {
    const { current } = scene;
    const { mallory, boris } = current;
    const { publicKey } = boris.keys;
    const twin = add({
      leaf: { signatureKey: publicKey },
      leafSigner: current.moriarty.signer,
      signer: current.moriarty.signer,
    });
    current.expectCommit('valn070309', mallory.commit([twin]));
    const replaced = [remove(1), twin];
    const commit = mallory.commit(replaced, mallory.path(replaced));
    expect(ruleOf(() => current.publicGroup.stage(commit))).toBe('accepted');
  });

  test('valn070309: an Update to the signature key of somebody else', () => {
    const { current } = scene;
    const { moriarty, mallory } = current;
    const stolen = { encryptionKey: freshKey(), signatureKey: mallory.signer.publicKey };
    const proposal = update(moriarty, stolen, {}, mallory.signer);
    current.received(moriarty.proposal(proposal), (reference) => {
      const proposals = [{ kind: 'reference', reference } as const];
      const path = mallory.path([], [{ proposal, sender: { kind: 'member', leaf: 1 }, ref: undefined }]);
      current.expectCommit('valn070309', mallory.rawCommit({ proposals, path }));
    });
  });

  test('valn070310: an encryption key that is there already, in a leaf or in a parent', () => {
    const { current } = scene;
    const { tree } = current.mallory.state;
    const taken = [tree.leaf(leaf(1))?.encryptionKey, tree.parent(tree.root)?.encryptionKey];
    for (const encryptionKey of taken) {
      expect(encryptionKey).toHaveLength(32);
      current.expectCommit(
        'valn070310',
        current.mallory.commit([add({ leaf: { encryptionKey: encryptionKey ?? none } })]),
      );
    }
  });

  test('valn070310: two newcomers with one encryption key', () => {
    const { current } = scene;
    const encryptionKey = freshKey();
    const twins = [add({ leaf: { encryptionKey } }), add({ leaf: { encryptionKey } })];
    current.expectCommit('valn070310', current.mallory.commit(twins));
  });

  test('valn070313: an extension that not all members support', () => {
    const { current } = scene;
    const commit = current.mallory.commit([changeExtensions([{ type: 0xf123, data: none }])]);
    current.expectCommit('valn070313', commit);
  });

  test('valn070313: a newcomer that does not support an extension of the group', () => {
    const { current } = scene;
    const label = changeExtensions([{ type: extensionTypes.chanceryLabel, data: utf8('{}') }]);
    current.expectCommit('valn070313', current.mallory.commit([label, add()]));
  });
});
