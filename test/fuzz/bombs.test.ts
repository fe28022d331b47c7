import { PublicGroup, decodeKeyPackage, extensionTypes } from '#mls';
import type { Group } from '#mls';
import { ready, utf8 } from '#primitives';

import { encodeWith } from '../../libs/mls/src/codec.js';
import { encodeRequiredCapabilities } from '../../libs/mls/src/extension.js';
import type { LeafNode } from '../../libs/mls/src/leafNode.js';
import { decodeMessage } from '../../libs/mls/src/message.js';
import type { Proposal } from '../../libs/mls/src/proposal.js';
import { RatchetTree } from '../../libs/mls/src/ratchetTree.js';
import { isUnder, nodeOfLeaf } from '../../libs/mls/src/treeMath.js';
import type { ParentNode, TreeNode } from '../../libs/mls/src/treeNode.js';
import { Device } from '../scenario/mls/device.js';
import { Forger, encodeForged, forgeKeyPackage, leaf } from '../scenario/mls/forger.js';
import { encodeNodes } from './decoders.js';
import { outcomeOf } from './target.js';

const suite = 0x0001;
const none = new Uint8Array(0);

let forger: Forger;
let victim: Group;
let server: PublicGroup;

beforeAll(async () => {
  await ready();
  const anna = new Device('anna', suite);
  const boris = new Device('boris', suite);
  anna.found({ groupId: utf8('bombs') });
  const { staged, welcome } = anna.commit({ add: [boris.keyPackage()] });
  anna.saving((group) => {
    group.apply(staged);
  });
  boris.join(welcome ?? none);
  forger = new Forger(anna);
  victim = boris.group;
  server = PublicGroup.fromGroupInfo(anna.group.groupInfo());
});

/** Milliseconds of the processor, the best of three. */
function cost(run: () => unknown): number {
  const times = [1, 2, 3].map(() => {
    const started = process.cpuUsage();
    outcomeOf(run);
    const { user, system } = process.cpuUsage(started);
    return (user + system) / 1000;
  });
  return Math.min(...times);
}

/** Sixteen times the input takes about sixteen times as long, not 256 times; between them is room for a busy machine. */
function expectLinear(make: (count: number) => Uint8Array, count: number, run: (bytes: Uint8Array) => unknown): void {
  const [small, large] = [make(count / 4), make(4 * count)];
  cost(() => run(small)); // compiled by now
  const [before, after] = [cost(() => run(small)), cost(() => run(large))];
  expect(after).toBeLessThan(64 * before + 50);
}

const numbered = (number: number): Uint8Array => {
  const bytes = new Uint8Array(32);
  new DataView(bytes.buffer).setUint32(28, number);
  return bytes;
};

const smallLeaf = (key: Uint8Array, parentHash?: Uint8Array): LeafNode => ({
  encryptionKey: key,
  signatureKey: key,
  credential: { kind: 'basic', identity: none },
  capabilities: { versions: [], cipherSuites: [], extensions: [], proposals: [], credentials: [] },
  source: parentHash === undefined ? { kind: 'update' } : { kind: 'commit', parentHash },
  extensions: [],
  signature: none,
});

function treeOf(
  count: number,
  keyOf: (at: number) => Uint8Array,
  parentAt: (at: number) => ParentNode | undefined,
): Uint8Array {
  const nodes = Array.from({ length: 2 * count - 1 }, (_, at): TreeNode | undefined => {
    if (at % 2 === 0) return { kind: 'leaf', leaf: smallLeaf(keyOf(at)) };
    const parent = parentAt(at);
    return parent && { kind: 'parent', parent };
  });
  return encodeNodes(nodes);
}

const blank = (): undefined => undefined;

/** Every parent lists every leaf below it. */
const crowded =
  (count: number) =>
  (at: number): ParentNode => {
    const below = Array.from({ length: count }, (_, i) => leaf(i)).filter((index) =>
      isUnder(nodeOfLeaf(index), at as Parameters<typeof isUnder>[1]),
    );
    return { encryptionKey: numbered(at), parentHash: none, unmergedLeaves: below };
  };

function infoWith(tree: Uint8Array): Uint8Array {
  const { context } = forger.state;
  const treeHash = RatchetTree.decode(tree).treeHash();
  return forger.groupInfo([{ type: extensionTypes.ratchetTree, data: tree }], { context: { ...context, treeHash } });
}

describe('inputs that are made to be slow take time in proportion to their length', () => {
  test('a tree of leaves with one key', () => {
    expectLinear(
      (count) => treeOf(count, () => none, blank),
      2048,
      (bytes) => RatchetTree.decode(bytes),
    );
  });

  test('a tree of leaves with keys that begin alike', () => {
    expectLinear(
      (count) => treeOf(count, numbered, blank),
      2048,
      (bytes) => RatchetTree.decode(bytes),
    );
  });

  test('a tree whose parents list all leaves as unmerged', () => {
    expectLinear(
      (count) => infoWith(treeOf(count, numbered, crowded(count))),
      1024,
      (bytes) => PublicGroup.fromGroupInfo(bytes),
    );
  });

  const psk = (number: number): Proposal => ({
    kind: 'psk',
    psk: { kind: 'external', id: none, nonce: numbered(number) },
  });

  test('a commit of thousands of pre-shared keys', () => {
    const make = (count: number): Uint8Array => forger.commit(Array.from({ length: count }, (_, i) => psk(i)));
    expectLinear(make, 2000, (bytes) => server.stage(bytes));
  });

  test('a commit of thousands of removes', () => {
    const make = (count: number): Uint8Array =>
      forger.commit(Array.from({ length: count }, () => ({ kind: 'remove', removed: 1 })));
    expectLinear(make, 4000, (bytes) => victim.stage(bytes));
  });

  test('long capabilities for long requirements', () => {
    const make = (count: number): Uint8Array => {
      const types = Array.from({ length: count }, (_, i) => 0xf000 + (i % 255));
      const extensions = [...types, extensionTypes.chanceryLabel];
      const capabilities = { versions: [1], cipherSuites: [suite], extensions, proposals: [], credentials: [1] };
      const keyPackage = forgeKeyPackage(suite, { leaf: { capabilities } });
      const wanted = { extensions: types.map(() => extensionTypes.chanceryLabel), proposals: [], credentials: [] };
      const data = encodeWith(encodeRequiredCapabilities, wanted);
      const required = { type: extensionTypes.requiredCapabilities, data };
      return forger.commit([
        { kind: 'groupContextExtensions', extensions: [required] },
        { kind: 'add', keyPackage },
      ]);
    };
    expectLinear(make, 5000, (bytes) => server.stage(bytes));
  });

  test('long capabilities for many extensions of a leaf', () => {
    const make = (count: number): Uint8Array => {
      const types = Array.from({ length: count }, (_, i) => 0x2000 + i);
      const extensions = types.map((type) => ({ type, data: none }));
      const capabilities = { versions: [1], cipherSuites: [suite], extensions: types, proposals: [], credentials: [1] };
      return encodeForged(forgeKeyPackage(suite, { leaf: { capabilities, extensions } }));
    };
    expectLinear(make, 5000, decodeKeyPackage);
  });

  test('a credential of thousands of empty certificates', () => {
    const make = (count: number): Uint8Array => {
      const certificates = Array.from({ length: count }, () => none);
      return encodeForged(forgeKeyPackage(suite, { leaf: { credential: { kind: 'x509', certificates } } }));
    };
    expectLinear(make, 20_000, decodeMessage);
  });
});
