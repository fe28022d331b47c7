import { generateKemKeyPair, randomBytes } from '#primitives';

import type { UpdatePath } from '../../../libs/mls/src/commit.js';
import type { Proposal } from '../../../libs/mls/src/proposal.js';
import { proposalRefOf } from '../../../libs/mls/src/labels.js';
import { pathWithForeignSecrets } from '../mls/forgedSecrets.js';
import { leaf, ruleOf } from '../mls/forger.js';
import { add, changeExtensions, none, remove, ruleScene } from '../mls/ruleScene.js';

const scene = ruleScene();

type PathNodes = UpdatePath['nodes'];

/** A commit whose path is right but for its nodes. */
function spoil(change: (nodes: PathNodes) => PathNodes, proposals: readonly Proposal[] = []): Uint8Array {
  const { mallory } = scene.current;
  const path = mallory.path(proposals);
  return mallory.commit(proposals, { ...path, nodes: change(path.nodes) });
}

const first = (nodes: PathNodes): PathNodes[number] => {
  const [node] = nodes;
  if (node === undefined) throw new Error('a node');
  return node;
};

test('valn120401: a commit without the path that it needs', () => {
  const { current } = scene;
  const { mallory } = current;
  for (const proposals of [[], [remove(1)], [changeExtensions([])], [add(), remove(1)]]) {
    current.expectCommit('valn120401', mallory.commit(proposals));
  }
});

test('valn120402: a proposal that nobody sent, or that was sent in another epoch', () => {
  const { current } = scene;
  const { epoch } = current.mallory.state.context;
  const past = current.mallory.proposal(remove(1), { epoch: (epoch - 1n) as typeof epoch });
  for (const reference of [randomBytes(32), none, proposalRefOf(past)]) {
    const proposals = [{ kind: 'reference', reference } as const];
    current.expectCommit('valn120402', current.mallory.rawCommit({ proposals, path: undefined }));
  }
});

test('valn120403: a path with a key that is in the tree, or one twice', () => {
  const { current } = scene;
  const { mallory } = current;
  const { tree } = mallory.state;
  const taken = [tree.leaf(leaf(1))?.encryptionKey, tree.parent(tree.root)?.encryptionKey];
  for (const encryptionKey of taken) {
    if (encryptionKey === undefined) throw new Error('a key');
    current.expectCommit(
      'valn120403',
      spoil((nodes) => nodes.map((node) => ({ ...node, encryptionKey }))),
    );
    const leafNode = mallory.ownLeaf({ encryptionKey, source: { kind: 'commit', parentHash: none } });
    current.expectCommit('valn120403', mallory.commit([], { ...mallory.path(), leafNode }));
  }
  current.expectCommit(
    'valn120403',
    spoil((nodes) => nodes.map((node) => ({ ...node, encryptionKey: first(nodes).encryptionKey }))),
  );
});

test('valn120404: a path that is too short or too long', () => {
  const { current } = scene;
  const { publicKey: encryptionKey } = generateKemKeyPair('x25519');
  const changes = [
    () => [],
    (nodes: PathNodes) => nodes.slice(1),
    (nodes: PathNodes) => [...nodes, { encryptionKey, encryptedPathSecrets: [] }],
  ];
  for (const change of changes) current.expectCommit('valn120404', spoil(change));
});

test('valn120405: a path that leaves somebody out, or has a ciphertext for nobody', () => {
  const { current } = scene;
  const shorter = (node: PathNodes[number]): PathNodes[number] => ({
    ...node,
    encryptedPathSecrets: node.encryptedPathSecrets.slice(1),
  });
  const longer = (node: PathNodes[number]): PathNodes[number] => ({
    ...node,
    encryptedPathSecrets: [...node.encryptedPathSecrets, ...node.encryptedPathSecrets],
  });
  for (const change of [shorter, longer]) {
    current.expectCommit(
      'valn120405',
      spoil((nodes) => nodes.map(change)),
    );
  }
});

test('valn120405: a ciphertext for a member that the same commit adds', () => {
  const { current } = scene;
  const commit = spoil(
    (nodes) =>
      nodes.map((node, i) =>
        i < nodes.length - 1
          ? node
          : { ...node, encryptedPathSecrets: [...node.encryptedPathSecrets, ...node.encryptedPathSecrets] },
      ),
    [add()],
  );
  current.expectCommit('valn120405', commit);
});

test('valn070315 and valn070316: a path node with a key of the wrong size, or one that nobody can encrypt to', () => {
  const { current } = scene;
  const withKey =
    (encryptionKey: Uint8Array) =>
    (nodes: PathNodes): PathNodes => [{ ...first(nodes), encryptionKey }, ...nodes.slice(1)];
  current.expectCommit('valn070315', spoil(withKey(new Uint8Array(31))));
  current.expectCommit('valn070316', spoil(withKey(new Uint8Array(32))));
});

test('valn120406: path secrets that are not those of the path', () => {
  const { current } = scene;
  const { mallory } = current;
  current.expectMember('valn120406', mallory.commit([], pathWithForeignSecrets(mallory, mallory.path())));
});

test('a path secret that does not decrypt is noticed by the member that should read it', () => {
  const { current } = scene;
  const [own, other] = [current.mallory.path(), current.mallory.path()];
  const nodes = own.nodes.map((node, i) => ({ ...node, ...other.nodes[i], encryptionKey: node.encryptionKey }));
  // The other path's secrets are encrypted under another tree hash already.
  const commit = current.mallory.commit([], { ...own, nodes });
  expect(ruleOf(() => current.chen.group.stage(commit))).toBe('DECRYPTION_FAILED');
});

test('a KEM output of the wrong size does not decrypt', () => {
  const { current } = scene;
  const commit = spoil((nodes) =>
    nodes.map((node) => ({
      ...node,
      encryptedPathSecrets: node.encryptedPathSecrets.map((sealed) => ({ ...sealed, kemOutput: none })),
    })),
  );
  expect(ruleOf(() => current.chen.group.stage(commit))).toBe('DECRYPTION_FAILED');
});
