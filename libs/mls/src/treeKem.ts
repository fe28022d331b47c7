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
import { decryptWithLabel, encryptWithLabel, signWithLabel } from './sealing.js';
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
 * else (RFC 9420 section 7.5). `contextOf` gives the provisional context for the finished tree.
 */
export function createPath(
  proposed: ProposedTransition,
  suiteId: number,
  groupId: Uint8Array,
  signer: Signer,
  contextOf: (tree: RatchetTree) => GroupContext,
): CreatedPath {
  const { tree, committer } = proposed;
  const leafPair = generateKemKeyPair(suiteOf(suiteId).kem);
  const first = randomBytes(hashLength);
  const steps = tree.filteredDirectPath(committer);
  const { secrets, commitSecret } = derivePathSecrets(first, steps.length);
  const publicKeys = secrets.map((secret) => publicKeyOnly(nodeKeyPair(suiteId, secret)));
  const leafNode = mergeOwnPath(proposed, leafPair.publicKey, steps, publicKeys, { groupId, signer });
  const context = groupContextBytes(contextOf(tree));
  const nodes = steps.map((step, i) => ({
    encryptionKey: publicKeys[i] ?? missing(),
    encryptedPathSecrets: encryptSecret(proposed, step, secrets[i] ?? missing(), context, suiteId),
  }));
  const seed = { leafPrivateKey: leafPair.privateKey, firstPathSecret: first };
  return { path: { leafNode, nodes }, steps, seed, pathSecrets: secrets, commitSecret };
}

function mergeOwnPath(
  { tree, committer }: ProposedTransition,
  encryptionKey: Uint8Array,
  steps: readonly PathStep[],
  publicKeys: readonly Uint8Array[],
  { groupId, signer }: { groupId: Uint8Array; signer: Signer },
): LeafNode {
  const current = tree.leaf(committer) ?? missing();
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
  context: Uint8Array,
  suiteId: number,
): HpkeCiphertext[] {
  return pathRecipients(proposed, step).map((at) => {
    const node = proposed.tree.node(at) ?? missing();
    return encryptWithLabel(suiteOf(suiteId), encryptionKeyOf(node), 'UpdatePathNode', context, pathSecret);
  });
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
  return { privateKeys: matchingKeys(transition.tree, nodes, secrets, provisional, 'valn120406'), commitSecret };
}

/** One's own path, from what was kept when it was made. */
export function reopenPath(transition: Transition, seed: PathSeed): PathKeys {
  const { tree, steps, committer, provisional } = transition;
  const { secrets, commitSecret } = derivePathSecrets(seed.firstPathSecret, steps.length);
  const nodes = steps.map(({ node }) => node);
  const derived = matchingKeys(tree, nodes, secrets, provisional, 'valn120406');
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
  return matchingKeys(tree, nodes, secrets, context, 'valn120507');
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

/** Derives the key pairs of consecutive path nodes, demands that the tree has their public keys, consumes the secrets. */
function matchingKeys(
  tree: RatchetTree,
  nodes: readonly NodeIndex[],
  secrets: readonly Uint8Array[],
  { cipherSuite }: GroupContext,
  rule: Rule,
): PrivateKeys {
  return new Map(
    nodes.map((at, i) => {
      const secret = secrets[i] ?? missing();
      const { publicKey, privateKey } = nodeKeyPair(cipherSuite, secret);
      wipeAll(secret);
      demand(equalBytes(publicKey, tree.parent(at)?.encryptionKey ?? new Uint8Array(0)), rule);
      return [at, privateKey];
    }),
  );
}

function publicKeyOnly({ publicKey, privateKey }: KemKeyPair): Uint8Array {
  wipeAll(privateKey);
  return publicKey;
}

function missing(): never {
  throw new RangeError('a node, key or secret that must be there is missing');
}
