import { deriveKemKeyPair, equalBytes, generateKemKeyPair, randomBytes } from '#primitives';
import type { KemKeyPair, Signer } from '#primitives';

import type { LeafIndex, NodeIndex } from './brand.js';
import type { HpkeCiphertext, UpdatePath } from './commit.js';
import { deriveSecret, wipeAll } from './derivation.js';
import { MlsError } from './errors.js';
import { groupContextBytes } from './groupContext.js';
import type { GroupContext } from './groupContext.js';
import { leafNodeTbs } from './leafNode.js';
import type { LeafNode, LeafNodeContent, LeafPlace } from './leafNode.js';
import { mergePathKeys } from './parentHashes.js';
import type { PathStep, RatchetTree } from './ratchetTree.js';
import { demand } from './rules.js';
import type { Rule } from './rules.js';
import { decryptWithLabel, encryptorWithLabel, signWithLabel } from './sealing.js';
import type { Encryptor } from './sealing.js';
import { hashLength, suiteOf } from './suite.js';
import { pathRecipients } from './transition.js';
import type { ProposedTransition, Transition } from './transition.js';
import { isUnder, nodeOfLeaf } from './treeMath.js';
import { encryptionKeyOf } from './treeNode.js';

/** Private HPKE keys of the nodes above (and at) one's own leaf. */
export type PrivateKeys = ReadonlyMap<NodeIndex, Uint8Array>;

/** What a path tells those who can read it: key pairs of its nodes from some step on, and the commit secret. */
export interface PathKeys {
  readonly privateKeys: PrivateKeys;
  readonly commitSecret: Uint8Array;
}

/** What the committer alone knows, enough to derive the path again. */
export interface PathSeed {
  readonly leafPrivateKey: Uint8Array;
  readonly firstPathSecret: Uint8Array;
  /** What follows from the path secret for each step, so that it need not be derived twice; not stored. */
  readonly nodeKeyPairs?: readonly KemKeyPair[];
}

export function wipeSeed({ leafPrivateKey, firstPathSecret, nodeKeyPairs = [] }: PathSeed): void {
  wipeAll(leafPrivateKey, firstPathSecret, ...nodeKeyPairs.map(({ privateKey }) => privateKey));
}

export interface CreatedPath {
  readonly path: UpdatePath;
  readonly steps: readonly PathStep[];
  readonly seed: PathSeed;
  /** One for each step; `pathSecretFor` finds that of a new member. */
  readonly pathSecrets: readonly Uint8Array[];
  readonly commitSecret: Uint8Array;
}

/** The key pair of a node (RFC 9420 section 7.4). */
export function nodeKeyPair(suiteId: number, pathSecret: Uint8Array): KemKeyPair {
  const nodeSecret = deriveSecret(pathSecret, 'node');
  const pair = deriveKemKeyPair(suiteOf(suiteId).kem, nodeSecret);
  wipeAll(nodeSecret);
  return pair;
}

export function signLeaf(content: LeafNodeContent, signer: Signer, place: LeafPlace | undefined): LeafNode {
  return { ...content, signature: signWithLabel(signer, 'LeafNodeTBS', leafNodeTbs(content, place)) };
}

/** `count` path secrets and the commit secret that follows them (RFC 9420 sections 7.4 and 12.4.1). */
export function derivePathSecrets(
  first: Uint8Array,
  count: number,
): { secrets: Uint8Array[]; commitSecret: Uint8Array } {
  const secrets: Uint8Array[] = [];
  let secret: Uint8Array = first.slice();
  for (let i = 0; i < count; i++) {
    secrets.push(secret);
    secret = deriveSecret(secret, 'path');
  }
  return { secrets, commitSecret: secret };
}

/**
 * New keys for the committer's leaf and direct path, merged into the tree of `proposed` and encrypted to everybody
 * else (RFC 9420 section 7.5). `contextOf` gives the provisional context for the finished tree; `current` is the leaf to
 * renew, for a committer that does not stand in the tree.
 */
export function createPath(
  proposed: ProposedTransition,
  suiteId: number,
  groupId: Uint8Array,
  signer: Signer,
  contextOf: (tree: RatchetTree) => GroupContext,
  current: LeafNode = proposed.tree.leaf(proposed.committer) ?? missing(),
): CreatedPath {
  const { tree, committer } = proposed;
  const leafPair = generateKemKeyPair(suiteOf(suiteId).kem);
  const first = randomBytes(hashLength);
  const steps = tree.filteredDirectPath(committer);
  const { secrets, commitSecret } = derivePathSecrets(first, steps.length);
  const nodeKeyPairs = secrets.map((secret) => nodeKeyPair(suiteId, secret));
  const publicKeys = nodeKeyPairs.map(({ publicKey }) => publicKey);
  const leafNode = mergeOwnPath(proposed, leafPair.publicKey, steps, publicKeys, { groupId, signer, current });
  const encrypt = encryptorWithLabel(suiteOf(suiteId), 'UpdatePathNode', groupContextBytes(contextOf(tree)));
  const nodes = steps.map((step, i) => ({
    encryptionKey: publicKeys[i] ?? missing(),
    encryptedPathSecrets: encryptSecret(proposed, step, secrets[i] ?? missing(), encrypt),
  }));
  const seed = { leafPrivateKey: leafPair.privateKey, firstPathSecret: first, nodeKeyPairs };
  return { path: { leafNode, nodes }, steps, seed, pathSecrets: secrets, commitSecret };
}

function mergeOwnPath(
  { tree, committer }: ProposedTransition,
  encryptionKey: Uint8Array,
  steps: readonly PathStep[],
  publicKeys: readonly Uint8Array[],
  { groupId, signer, current }: { groupId: Uint8Array; signer: Signer; current: LeafNode },
): LeafNode {
  tree.blankPath(committer);
  const parentHash = mergePathKeys(tree, steps, publicKeys);
  const content = { ...current, encryptionKey, source: { kind: 'commit', parentHash } as const };
  const leaf = signLeaf(content, signer, { groupId, index: committer });
  tree.setLeaf(committer, leaf);
  return leaf;
}

function encryptSecret(
  proposed: ProposedTransition,
  step: PathStep,
  pathSecret: Uint8Array,
  encrypt: Encryptor,
): HpkeCiphertext[] {
  return pathRecipients(proposed, step).map((at) =>
    encrypt(encryptionKeyOf(proposed.tree.node(at) ?? missing()), pathSecret),
  );
}

/** A received path, opened with one's own keys (RFC 9420 section 7.5). @throws MlsError */
export function openPath(transition: Transition, own: LeafIndex, keys: PrivateKeys): PathKeys {
  const { steps, provisional } = transition;
  const first = steps.findIndex(({ copath }) => isUnder(nodeOfLeaf(own), copath));
  const step = steps[first];
  if (step === undefined) throw new MlsError('INVALID_COMMIT', 'this path is not for this device');
  const pathSecret = decryptSecret(transition, step, first, keys);
  const { secrets, commitSecret } = derivePathSecrets(pathSecret, steps.length - first);
  wipeAll(pathSecret);
  const nodes = steps.slice(first).map(({ node }) => node);
  const pairs = keyPairsOf(secrets, provisional);
  return { privateKeys: matchingKeys(transition.tree, nodes, pairs, 'valn120406'), commitSecret };
}

/** One's own path, from what was kept when it was made. */
export function reopenPath(transition: Transition, seed: PathSeed): PathKeys {
  const { tree, steps, committer, provisional } = transition;
  const { secrets, commitSecret } = derivePathSecrets(seed.firstPathSecret, steps.length);
  const nodes = steps.map(({ node }) => node);
  const kept = seed.nodeKeyPairs?.map(({ publicKey, privateKey }) => ({ publicKey, privateKey: privateKey.slice() }));
  const derived = matchingKeys(tree, nodes, kept ?? keyPairsOf(secrets, provisional), 'valn120406');
  wipeAll(...secrets);
  return { privateKeys: new Map([...derived, [nodeOfLeaf(committer), seed.leafPrivateKey.slice()]]), commitSecret };
}

/** The keys above the common ancestor with the committer, for a new member (RFC 9420 section 12.4.3.1). */
export function welcomedPathKeys(
  tree: RatchetTree,
  committer: LeafIndex,
  own: LeafIndex,
  pathSecret: Uint8Array,
  context: GroupContext,
): PrivateKeys {
  const above = tree.directPath(committer).filter((node) => isUnder(nodeOfLeaf(own), node));
  const nodes = above.filter((node) => tree.node(node) !== undefined);
  demand(nodes.length > 0 && nodes[0] === above[0], 'valn120507');
  const { secrets, commitSecret } = derivePathSecrets(pathSecret, nodes.length);
  wipeAll(commitSecret);
  return matchingKeys(tree, nodes, keyPairsOf(secrets, context), 'valn120507');
}

/** The path secret that a new member needs: of the lowest step above both. */
export function pathSecretFor({ steps, pathSecrets }: CreatedPath, member: LeafIndex): Uint8Array | undefined {
  return pathSecrets[steps.findIndex(({ node }) => isUnder(nodeOfLeaf(member), node))];
}

function decryptSecret(transition: Transition, step: PathStep, index: number, keys: PrivateKeys): Uint8Array {
  const { tree, path, provisional } = transition;
  const recipients = pathRecipients(transition, step);
  const which = recipients.findIndex((node) => keys.has(node));
  const at = recipients[which];
  const privateKey = at === undefined ? undefined : keys.get(at);
  const ciphertext = path?.nodes[index]?.encryptedPathSecrets[which];
  const node = at === undefined ? undefined : tree.node(at);
  if (privateKey === undefined || ciphertext === undefined || node === undefined) {
    throw new MlsError('INVALID_COMMIT', 'no part of this path is for this device');
  }
  const pair = { publicKey: encryptionKeyOf(node), privateKey };
  const context = groupContextBytes(provisional);
  return decryptWithLabel(suiteOf(provisional.cipherSuite), pair, 'UpdatePathNode', context, ciphertext);
}

/** The key pairs of consecutive path nodes; consumes the path secrets. */
function keyPairsOf(secrets: readonly Uint8Array[], { cipherSuite }: GroupContext): KemKeyPair[] {
  return secrets.map((secret) => {
    const pair = nodeKeyPair(cipherSuite, secret);
    wipeAll(secret);
    return pair;
  });
}

/** The private keys by node; demands that the tree has the public ones. */
function matchingKeys(
  tree: RatchetTree,
  nodes: readonly NodeIndex[],
  pairs: readonly KemKeyPair[],
  rule: Rule,
): PrivateKeys {
  return new Map(
    nodes.map((at, i) => {
      const { publicKey, privateKey } = pairs[i] ?? missing();
      demand(equalBytes(publicKey, tree.parent(at)?.encryptionKey ?? new Uint8Array(0)), rule);
      return [at, privateKey];
    }),
  );
}

function missing(): never {
  throw new RangeError('a node, key or secret that must be there is missing');
}
