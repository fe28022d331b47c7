import { Group, PublicGroup, createKeyPackage, decodeKeyPackage, extensionTypes, externalSendersExtension } from '#mls';
import { createSigner, generateKemKeyPair, generateSigningKeyPair, randomBytes, ready, utf8 } from '#primitives';
import type { SigningKeyPair } from '#primitives';

import { nodeIndex } from '../../libs/mls/src/brand.js';
import { encodeWith } from '../../libs/mls/src/codec.js';
import type { UpdatePath } from '../../libs/mls/src/commit.js';
import { encodeRequiredCapabilities } from '../../libs/mls/src/extension.js';
import type { Extension } from '../../libs/mls/src/extension.js';
import type { LeafNodeContent } from '../../libs/mls/src/leafNode.js';
import { decodeMessageOf, encodeMessage } from '../../libs/mls/src/message.js';
import type { Proposal } from '../../libs/mls/src/proposal.js';
import { RatchetTree } from '../../libs/mls/src/ratchetTree.js';
import { rootOf } from '../../libs/mls/src/treeMath.js';
import { Device } from './mls/device.js';
import { Forger, encodeForged, forgeKeyPackage, leaf, ruleOf } from './mls/forger.js';
import type { KeyPackageChanges } from './mls/forger.js';

/**
 * Negative tests of the validation rules, named after their ids: somebody who holds real keys breaks one rule, and honest
 * members (and the Delivery Service, where it can see it) refuse with that very rule. Those of the codec are beside it.
 */
const suite = 0x0003;
const none = new Uint8Array(0);

let external: SigningKeyPair;
let anna: Device;
let boris: Device;
let chen: Device;
let publicGroup: PublicGroup;
/** Anna at leaf 0, gone bad. */
let mallory: Forger;

beforeAll(async () => {
  await ready();
  external = generateSigningKeyPair();
  [anna, boris, chen] = ['anna', 'boris', 'chen'].map((name) => new Device(name, suite)) as [Device, Device, Device];
  const senders = externalSendersExtension([{ signatureKey: external.publicKey, identity: utf8('server') }]);
  anna.found({ groupId: randomBytes(16), extensions: new Map([[extensionTypes.externalSenders, senders]]) });
  publicGroup = PublicGroup.fromGroupInfo(anna.group.groupInfo());
  const { commit, welcome } = anna.commit({ add: [boris.keyPackage(), chen.keyPackage()] });
  accept(commit, [anna]);
  for (const device of [boris, chen]) device.join(welcome ?? none);
  for (const device of [anna, boris]) accept(device.commit({ update: true }).commit, [anna, boris, chen]);
  mallory = new Forger(anna);
});

function accept(commit: Uint8Array, devices: readonly Device[]): void {
  publicGroup.apply(publicGroup.stage(commit));
  for (const device of devices) device.applyMessage(commit);
}

/** A member and the server break on the same rule. */
function expectBoth(rule: string, action: (receiver: Group | PublicGroup) => unknown): void {
  expect(ruleOf(() => action(chen.group))).toBe(rule);
  expect(ruleOf(() => action(publicGroup))).toBe(rule);
}

function expectCommit(rule: string, commit: Uint8Array): void {
  expectBoth(rule, (receiver) => receiver.stage(commit));
}

function expectProposal(rule: string, proposal: Uint8Array): void {
  expectBoth(rule, (receiver) =>
    receiver instanceof Group ? receiver.receiveProposal(proposal) : receiver.addProposal(proposal),
  );
}

const remove = (removed: number): Proposal => ({ kind: 'remove', removed });
const add = (changes: KeyPackageChanges = {}): Proposal => ({
  kind: 'add',
  keyPackage: forgeKeyPackage(suite, changes),
});
const externalInit: Proposal = { kind: 'externalInit', kemOutput: new Uint8Array(32) };
const changeExtensions = (extensions: readonly Extension[]): Proposal => ({
  kind: 'groupContextExtensions',
  extensions,
});
const asExternal = { sender: { kind: 'external', index: 0 } } as const;
const externalSigner = (): ReturnType<typeof createSigner> => createSigner(external.privateKey);

test('the forger is believed as long as it breaks no rule', () => {
  expectCommitStaged(mallory.commit([add()]));
  expect(ruleOf(() => publicGroup.stage(mallory.commit([remove(1)], mallory.path([remove(1)]))))).toBe('accepted');
});

/** The server can't see the confirmation tag; a member sees it last of all. */
function expectCommitStaged(commit: Uint8Array): void {
  expect(ruleOf(() => publicGroup.stage(commit))).toBe('accepted');
  expect(ruleOf(() => chen.group.stage(commit))).toBe('valn060106');
}

describe('framing', () => {
  test('valn060001: a message for another group', () => {
    expectProposal('valn060001', mallory.proposal(remove(1), { groupId: utf8('another') }));
  });

  test('valn060002: a handshake message of an epoch that is over or to come', () => {
    const { epoch } = mallory.state.context;
    for (const other of [epoch - 1n, epoch + 1n]) {
      expectProposal('valn060002', mallory.proposal(remove(1), { epoch: other as typeof epoch }));
    }
  });

  test('valn060003: application data in a PublicMessage', () => {
    expectBoth('valn060003', (receiver) => receiver.stage(mallory.message({ kind: 'application', data: utf8('x') })));
  });

  test('valn060004: a sender that is no member', () => {
    expectProposal('valn060004', mallory.proposal(remove(1), { sender: { kind: 'member', leaf: 3 } }));
    expectProposal('valn060004', mallory.proposal(remove(1), { sender: { kind: 'member', leaf: 0xffffffff } }));
  });

  test('valn060101: a message signed with the key of somebody else', () => {
    const signer = createSigner(generateSigningKeyPair().privateKey);
    expectProposal('valn060101', mallory.proposal(remove(1), {}, signer));
    expectProposal('valn060101', mallory.proposal(remove(1), { sender: { kind: 'member', leaf: 1 } }));
    expectProposal('valn060101', mallory.proposal(remove(1), asExternal));
  });

  test('valn060102: an external sender that proposes an Update', () => {
    const update: Proposal = { kind: 'update', leafNode: mallory.ownLeaf({ source: { kind: 'update' } }) };
    expectProposal('valn060102', mallory.proposal(update, asExternal, externalSigner()));
  });

  test('valn060103: a new member that proposes a Remove', () => {
    expectProposal('valn060103', mallory.proposal(remove(1), { sender: { kind: 'newMemberProposal' } }));
  });

  test('valn060104: an external sender that is not listed', () => {
    const sender = { kind: 'external', index: 1 } as const;
    expectProposal('valn060104', mallory.proposal(remove(1), { sender }, externalSigner()));
  });

  test('valn060105: an external sender that commits', () => {
    const commit = { kind: 'commit', commit: { proposals: [], path: undefined } } as const;
    expectCommit('valn060105', mallory.message(commit, asExternal, externalSigner()));
  });

  test('valn060106: a confirmation tag of another key schedule', () => {
    expect(ruleOf(() => chen.group.stage(mallory.commit([add()])))).toBe('valn060106');
  });

  test('valn060107: a new member that asks for itself, where nobody said that it may', () => {
    const signer = createSigner(generateSigningKeyPair().privateKey);
    const own = add({ leaf: { signatureKey: signer.publicKey }, leafSigner: signer, signer });
    const message = mallory.proposal(own, { sender: { kind: 'newMemberProposal' } }, signer);
    expectProposal('valn060107', message);
    expect(publicGroup.addProposal(message, { acceptNewMembers: true }).proposedBy).toEqual({ kind: 'newMember' });
    publicGroup = PublicGroup.fromGroupInfo(anna.group.groupInfo());
  });

  test('valn060201: a membership tag that is not of this epoch', () => {
    const body = decodeMessageOf(mallory.proposal(remove(1)), 'publicMessage');
    const spoiled = encodeMessage({ kind: 'publicMessage', body: { ...body, membershipTag: new Uint8Array(32) } });
    expect(ruleOf(() => chen.group.receiveProposal(spoiled))).toBe('valn060201');
  });
});

describe('KeyPackages', () => {
  const expectKeyPackage = (rule: string, changes: KeyPackageChanges): void => {
    const keyPackage = forgeKeyPackage(suite, changes);
    expect(ruleOf(() => decodeKeyPackage(encodeForged(keyPackage)))).toBe(rule);
    expectCommit(rule, mallory.commit([{ kind: 'add', keyPackage }]));
  };
  const capabilities = (changes: Partial<LeafNodeContent['capabilities']>): KeyPackageChanges => {
    const { capabilities: right } = forgeKeyPackage(suite, {}).leafNode;
    return { leaf: { capabilities: { ...right, ...changes } } };
  };
  const seconds = BigInt(Math.floor(Date.now() / 1000));
  const living = (notBefore: bigint, notAfter: bigint): KeyPackageChanges => ({
    leaf: { source: { kind: 'keyPackage', lifetime: { notBefore, notAfter } } },
  });

  test('a right one is accepted', () => {
    expect(ruleOf(() => decodeKeyPackage(encodeForged(forgeKeyPackage(suite, {}))))).toBe('accepted');
  });

  test('valn070301: a leaf that its key did not sign', () => {
    expectKeyPackage('valn070301', { leafSigner: createSigner(generateSigningKeyPair().privateKey) });
  });

  test('valn070304: a lifetime that is over or not begun', () => {
    expectKeyPackage('valn070304', living(seconds - 7200n, seconds - 3600n));
    expectKeyPackage('valn070304', living(seconds + 3600n, seconds + 7200n));
  });

  test('a receiver that catches up judges the lifetime as of the time of the commit', () => {
    const commit = mallory.commit([add(living(seconds - 7200n, seconds - 3600n))]);
    const then = Number(seconds - 5000n) * 1000;
    expect(ruleOf(() => chen.group.stage(commit, { now: then }))).toBe('valn060106');
  });

  test('valn070305: a lifetime without end', () => {
    expectKeyPackage('valn070305', living(0n, 2n ** 64n - 1n));
  });

  test('valn070306: an extension that the leaf itself does not support', () => {
    expectKeyPackage('valn070306', { leaf: { extensions: [{ type: 0xf123, data: none }] } });
  });

  test('valn070307: a leaf of another source', () => {
    expectKeyPackage('valn070307', { leaf: { source: { kind: 'update' } } });
  });

  test('valn070311: capabilities without the own credential', () => {
    expectKeyPackage('valn070311', capabilities({ credentials: [2] }));
  });

  test('valn070312: an extension type twice', () => {
    const twice = [1, 2].map((value) => ({ type: 0xf123, data: Uint8Array.of(value) }));
    expectKeyPackage('valn070312', { content: { extensions: twice } });
  });

  test('valn070314: a leaf that does not support its own suite', () => {
    expectKeyPackage('valn070314', capabilities({ cipherSuites: [1] }));
    expectKeyPackage('valn070314', capabilities({ versions: [2] }));
  });

  test('valn070315: keys of the wrong size', () => {
    expectKeyPackage('valn070315', { leaf: { encryptionKey: new Uint8Array(31) } });
    expectKeyPackage('valn070315', { content: { initKey: new Uint8Array(33) } });
  });

  test('valn100101: a KeyPackage of another suite than the group', () => {
    expectCommit('valn100101', mallory.commit([{ kind: 'add', keyPackage: forgeKeyPackage(0x0001, {}) }]));
  });

  test('valn100102: a KeyPackage that its key did not sign', () => {
    expectKeyPackage('valn100102', { signer: createSigner(generateSigningKeyPair().privateKey) });
  });

  test('valn100103: an init key that is the encryption key', () => {
    const { publicKey } = generateKemKeyPair('x25519');
    expectKeyPackage('valn100103', { leaf: { encryptionKey: publicKey }, content: { initKey: publicKey } });
  });

  test('unknown and GREASE values in capabilities and extensions are ignored', () => {
    const changes = capabilities({ cipherSuites: [suite, 0x0a0a], proposals: [0x1a1a], credentials: [1, 0x2a2a] });
    const content = { extensions: [{ type: 0x3a3a, data: utf8('?') }] };
    const keyPackage = forgeKeyPackage(suite, { ...changes, content });
    expect(ruleOf(() => decodeKeyPackage(encodeForged(keyPackage)))).toBe('accepted');
  });
});

describe('proposals', () => {
  test('valn070302: a new member without what the group requires', () => {
    const required = { extensions: [0xf123], proposals: [], credentials: [] };
    const data = encodeWith(encodeRequiredCapabilities, required);
    const change = changeExtensions([{ type: extensionTypes.requiredCapabilities, data }]);
    expectCommit('valn070302', mallory.commit([change]));
  });

  test('valn070303: a member with a credential type that others do not support', () => {
    const { capabilities } = forgeKeyPackage(suite, {}).leafNode;
    const credential = { kind: 'x509', certificates: [utf8('certificate')] } as const;
    const x509 = add({ leaf: { credential, capabilities: { ...capabilities, credentials: [1, 2] } } });
    expectCommit('valn070303', mallory.commit([x509]));
  });

  test('valn070308: an Update that keeps the encryption key', () => {
    const update: Proposal = { kind: 'update', leafNode: mallory.ownLeaf({ source: { kind: 'update' } }) };
    expectProposal('valn070308', mallory.proposal(update));
  });

  test('valn070309 and valn120204: a signature key that is there already', () => {
    const signer = createSigner(generateSigningKeyPair().privateKey);
    const twin = (): Proposal => add({ leaf: { signatureKey: signer.publicKey }, leafSigner: signer, signer });
    expectCommit('valn120204', mallory.commit([twin(), twin()]));
    const again = createKeyPackage({ suite, identity: utf8('boris'), signatureKeyPair: boris.keys }).keyPackage;
    const keyPackage = decodeMessageOf(again, 'keyPackage');
    expectCommit('valn070309', mallory.commit([{ kind: 'add', keyPackage }]));
  });

  test('valn070310: an encryption key that is there already', () => {
    const taken = mallory.state.tree.leaf(leaf(1))?.encryptionKey ?? none;
    expectCommit('valn070310', mallory.commit([add({ leaf: { encryptionKey: taken } })]));
  });

  test('valn070313: an extension that not all members support', () => {
    const change = changeExtensions([{ type: 0xf123, data: none }]);
    expectCommit('valn070313', mallory.commit([change]));
  });

  test('valn120101: a Remove of nobody', () => {
    expectProposal('valn120101', mallory.proposal(remove(3)));
    expectProposal('valn120101', mallory.proposal(remove(0xffffffff)));
  });

  test('valn120102 and valn120103: pre-shared keys with a short nonce, or of other operations', () => {
    const short: Proposal = { kind: 'psk', psk: { kind: 'external', id: none, nonce: none } };
    expectProposal('valn120102', mallory.proposal(short));
    const nonce = new Uint8Array(32);
    const branch = { kind: 'resumption', usage: 'branch', groupId: none, epoch: 1n, nonce } as const;
    expectProposal('valn120103', mallory.proposal({ kind: 'psk', psk: branch }));
  });

  test('valn120104 and valn120106: ReInit', () => {
    const reInit = { kind: 'reinit', groupId: none, cipherSuite: suite, extensions: [] } as const;
    expectProposal('valn120104', mallory.proposal({ ...reInit, version: 0 }));
    expectProposal('valn120106', mallory.proposal({ ...reInit, version: 1 }));
  });

  test('a change of extensions that MLS itself could not read is refused', () => {
    const change = changeExtensions([{ type: extensionTypes.externalSenders, data: Uint8Array.of(5) }]);
    expectCommit('valn020102', mallory.commit([change]));
  });

  test('valn120201: a commit of the committer’s own Update', () => {
    const { publicKey } = generateKemKeyPair('x25519');
    const leafNode = mallory.ownLeaf({ source: { kind: 'update' }, encryptionKey: publicKey });
    expectCommit('valn120201', mallory.commit([{ kind: 'update', leafNode }]));
  });

  test('valn120202: a committer that removes itself', () => {
    expectCommit('valn120202', mallory.commit([remove(0)]));
  });

  test('valn120203: two Removes of one leaf', () => {
    expectCommit('valn120203', mallory.commit([remove(1), remove(1)]));
  });

  test('valn120205: a pre-shared key twice', () => {
    const psk = { kind: 'external', id: utf8('id'), nonce: new Uint8Array(32) } as const;
    const proposal: Proposal = { kind: 'psk', psk };
    expectCommit('valn120205', mallory.commit([proposal, proposal]));
  });

  test('valn120206: two changes of the extensions', () => {
    expectCommit('valn120206', mallory.commit([changeExtensions([]), changeExtensions([])]));
  });

  test('valn120208: ExternalInit in a commit by a member', () => {
    expectCommit('valn120208', mallory.commit([externalInit]));
  });
});

describe('commits', () => {
  const spoil = (change: (path: UpdatePath) => UpdatePath, proposals: readonly Proposal[] = []): Uint8Array =>
    mallory.commit(proposals, change(mallory.path(proposals)));

  test('valn120401: a Remove, an empty commit and changed extensions without a path', () => {
    expectCommit('valn120401', mallory.commit([remove(1)]));
    expectCommit('valn120401', mallory.commit([]));
    expectCommit('valn120401', mallory.commit([changeExtensions([])]));
  });

  test('valn120402: a proposal that nobody sent', () => {
    const proposals = [{ kind: 'reference', reference: randomBytes(32) } as const];
    expectCommit('valn120402', mallory.rawCommit({ proposals, path: undefined }));
  });

  test('valn120403: a path with a key that is in the tree', () => {
    const taken = mallory.state.tree.leaf(leaf(1))?.encryptionKey ?? none;
    const commit = spoil(({ leafNode, nodes }) => ({
      leafNode,
      nodes: nodes.map((node) => ({ ...node, encryptionKey: taken })),
    }));
    expectCommit('valn120403', commit);
  });

  test('valn120404: a path that is too short', () => {
    const commit = spoil(({ leafNode, nodes }) => ({ leafNode, nodes: nodes.slice(1) }));
    expectCommit('valn120404', commit);
  });

  test('valn120405: a path that leaves somebody out', () => {
    const commit = spoil(({ leafNode, nodes }) => ({
      leafNode,
      nodes: nodes.map((node) => ({ ...node, encryptedPathSecrets: node.encryptedPathSecrets.slice(1) })),
    }));
    expectCommit('valn120405', commit);
  });

  test('valn070902: a leaf that does not vouch for its path', () => {
    const spoiled = { kind: 'commit', parentHash: randomBytes(32) } as const;
    const { publicKey } = generateKemKeyPair('x25519');
    const leafNode = mallory.ownLeaf({ source: spoiled, encryptionKey: publicKey });
    expectCommit(
      'valn070902',
      spoil(({ nodes }) => ({ leafNode, nodes })),
    );
  });

  test('valn070307 and valn070308: a path whose leaf is no commit leaf, or keeps its key', () => {
    const leafNode = mallory.ownLeaf({ source: { kind: 'update' } });
    expectCommit(
      'valn070307',
      spoil(({ nodes }) => ({ leafNode, nodes })),
    );
    const kept = mallory.ownLeaf({ source: { kind: 'commit', parentHash: none } });
    expectCommit(
      'valn070308',
      spoil(({ nodes }) => ({ leafNode: kept, nodes })),
    );
  });

  test('a path secret for another key than the one in the path is noticed by the member that can read it', () => {
    const own = mallory.path();
    const other = mallory.path();
    const nodes = own.nodes.map((node, i) => ({ ...node, ...other.nodes[i], encryptionKey: node.encryptionKey }));
    // The other path's secrets are encrypted under another tree hash already.
    expect(ruleOf(() => chen.group.stage(mallory.commit([], { ...own, nodes })))).toBe('DECRYPTION_FAILED');
  });

  test('valn120407: an external commit', () => {
    const commit = { kind: 'commit', commit: { proposals: [], path: mallory.path() } } as const;
    expectCommit('valn120407', mallory.message(commit, { sender: { kind: 'newMemberCommit' } }));
  });

  test('a refused commit changes nothing', () => {
    const before = chen.view();
    expectCommit('valn120401', mallory.commit([remove(1)]));
    expect(chen.view()).toBe(before);
    expect(chen.group.takeChanges()).toEqual({ put: new Map(), remove: [] });
  });
});

describe('GroupInfo and its tree', () => {
  const treeOf = (): RatchetTree => mallory.state.tree.fork();
  const publish = (tree: RatchetTree, encoded = tree.encode()): Uint8Array => {
    const context = { ...mallory.state.context, treeHash: tree.treeHash() };
    return mallory.groupInfo([{ type: extensionTypes.ratchetTree, data: encoded }], { context });
  };
  const expectInfo = (rule: string, info: Uint8Array): void => {
    expect(ruleOf(() => PublicGroup.fromGroupInfo(info))).toBe(rule);
  };

  test('a right one is accepted', () => {
    expectInfo('accepted', publish(treeOf()));
  });

  test('valn070901: a parent node that no member vouches for', () => {
    const tree = treeOf();
    const { publicKey } = generateKemKeyPair('x25519');
    tree.setParent(tree.root, { encryptionKey: publicKey, parentHash: none, unmergedLeaves: [] });
    expectInfo('valn070901', publish(tree));
  });

  test('valn070301: a leaf that was changed', () => {
    const tree = treeOf();
    const chens = tree.leaf(leaf(2));
    if (chens === undefined) throw new Error('chen');
    tree.setLeaf(leaf(2), { ...chens, credential: { kind: 'basic', identity: utf8('somebody else') } });
    expect(['valn070301', 'valn070901']).toContain(ruleOf(() => PublicGroup.fromGroupInfo(publish(tree))));
  });

  test('valn120502: a signature by somebody else, or by nobody', () => {
    const data = treeOf().encode();
    const extensions = [{ type: extensionTypes.ratchetTree, data }];
    expectInfo('valn120502', mallory.groupInfo(extensions, { signature: randomBytes(64) }));
    expectInfo('valn120502', mallory.groupInfo(extensions, { signer: 1 }));
    expectInfo('valn120502', mallory.groupInfo(extensions, { signer: 3 }));
  });

  test('valn120503: a tree of another hash', () => {
    const tree = treeOf();
    tree.removeLeaf(leaf(2));
    expectInfo('valn120503', mallory.groupInfo([{ type: extensionTypes.ratchetTree, data: tree.encode() }]));
  });

  test('valn120504: unmerged leaves that are unsorted, foreign or blank', () => {
    for (const unmergedLeaves of [[2, 1], [1, 1], [3], [9]]) {
      const tree = treeOf();
      const root = tree.parent(rootOf(tree.leafCount));
      if (root === undefined) throw new Error('a root');
      tree.setParent(tree.root, { ...root, unmergedLeaves: unmergedLeaves.map(leaf) });
      expectInfo('valn120504', publish(tree));
    }
  });

  test('valn070310: a parent with the key of another node', () => {
    const tree = treeOf();
    const root = tree.parent(tree.root);
    const boriss = tree.leaf(leaf(1));
    if (root === undefined || boriss === undefined) throw new Error('nodes');
    tree.setParent(tree.root, { ...root, encryptionKey: boriss.encryptionKey });
    expectInfo('valn070310', publish(tree));
  });

  test('valn120505 and valn120511: a tree that ends blank, or has a leaf in the place of a parent', () => {
    const { context } = mallory.state;
    const leaves = { kind: 'leaf', leaf: mallory.ownLeaf({}) } as const;
    const odd = RatchetTree.ofNodes([leaves, leaves]);
    expectInfo(
      'valn120511',
      mallory.groupInfo([{ type: extensionTypes.ratchetTree, data: odd.encode() }], { context }),
    );
    const blank = Uint8Array.of(1, 0);
    expectInfo('valn120505', mallory.groupInfo([{ type: extensionTypes.ratchetTree, data: blank }]));
    expect(odd.node(nodeIndex(1))?.kind).toBe('leaf');
  });

  test('valn120509: no tree at all', () => {
    expectInfo('valn120509', mallory.groupInfo([]));
  });

  test('unknown extensions of a GroupInfo are ignored, one twice is not', () => {
    const tree = { type: extensionTypes.ratchetTree, data: treeOf().encode() };
    expectInfo('accepted', mallory.groupInfo([tree, { type: 0x4a4a, data: none }]));
    expectInfo('valn070312', mallory.groupInfo([tree, tree]));
  });
});

describe('Welcome', () => {
  const invite = (): { dina: Device; welcome: Uint8Array; join: (welcome: Uint8Array) => string } => {
    const dina = new Device('dina', suite);
    const result = boris.commit({ add: [dina.keyPackage()], update: true });
    boris.group.discard(result.staged);
    const { welcome = none } = result;
    return {
      dina,
      welcome,
      join: (bytes) =>
        ruleOf(() => {
          dina.join(bytes);
        }),
    };
  };

  test('a right one is accepted', () => {
    const { welcome, join } = invite();
    expect(join(welcome)).toBe('accepted');
  });

  test('valn120501: a Welcome for another KeyPackage', () => {
    const { dina, welcome, join } = invite();
    dina.keyPackage();
    expect(join(welcome)).toBe('valn120501');
  });

  test('a Welcome that was changed in any part is refused', () => {
    const { welcome, join } = invite();
    const body = decodeMessageOf(welcome, 'welcome');
    const encryptedGroupInfo = body.encryptedGroupInfo.slice();
    encryptedGroupInfo[7] = (encryptedGroupInfo[7] ?? 0) ^ 1;
    expect(join(encodeMessage({ kind: 'welcome', body: { ...body, encryptedGroupInfo } }))).toBe('DECRYPTION_FAILED');
    expect(join(encodeMessage({ kind: 'welcome', body: { ...body, cipherSuite: 0x0001 } }))).toBe('valn120501');
  });

  test('the signature key of another device does not join', () => {
    const offered = createKeyPackage({ suite, identity: utf8('emil'), signatureKeyPair: generateSigningKeyPair() });
    const { staged, welcome = none } = boris.commit({ add: [offered.keyPackage] });
    boris.group.discard(staged);
    const { keyPackage, secrets: keyPackageSecrets } = offered;
    const join = (): Group => Group.join({ welcome, keyPackage, keyPackageSecrets, signatureKeyPair: chen.keys });
    expect(ruleOf(join)).toBe('MISUSE');
  });
});
