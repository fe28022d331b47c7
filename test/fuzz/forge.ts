import { toHex } from '#primitives';
import type { Signer } from '#primitives';

import type { Commit, UpdatePath } from '../../libs/mls/src/commit.js';
import type { FramedContent } from '../../libs/mls/src/framing.js';
import { keyPackageTbs } from '../../libs/mls/src/keyPackage.js';
import type { KeyPackage } from '../../libs/mls/src/keyPackage.js';
import type { LeafNode, LeafPlace } from '../../libs/mls/src/leafNode.js';
import { signWithLabel } from '../../libs/mls/src/sealing.js';
import { signLeaf } from '../../libs/mls/src/treeKem.js';
import { leaf } from '../scenario/mls/forger.js';
import type { Forger } from '../scenario/mls/forger.js';
import type { Random } from '../scenario/mls/random.js';
import { mutateValue } from './values.js';
import type { Parts } from './values.js';
import type { World } from './world.js';

/** What a bad member says, before it is signed. `from` is its place among the forgers. */
export interface Speech {
  readonly from: number;
  readonly content: FramedContent;
}

export function forgerOf({ forgers }: World, from: number): Forger {
  const forger = forgers[from % forgers.length];
  if (forger === undefined) throw new RangeError('a forger');
  return forger;
}

/** MLSMessage(PublicMessage) of mutated content: leaves, KeyPackages, content and membership tag are signed again. */
export function forgeHandshake(world: World, { from, content }: Speech, parts: Parts, random: Random): Uint8Array {
  const forger = forgerOf(world, from);
  const isMember = content.sender.kind === 'member';
  const index = isMember ? forger.state.ownLeaf : world.returner.leaf;
  const place = leafPlace(forger.state.context.groupId, index);
  const withPath = isMember ? { ...content, content: withRightPath(forger, content.content, parts, random) } : content;
  const { content: body, ...rest } = random.chance(0.8) ? signAgain(withPath, world.signers, place) : withPath;
  return forger.message(body, rest, signerOf(world, forger, { ...rest, content: body }));
}

/** Who must sign: new members do with the key of the leaf that they bring. */
function signerOf(world: World, forger: Forger, { sender, content }: FramedContent): Signer {
  if (sender.kind === 'external') return world.externalSender;
  if (sender.kind === 'member') return forger.signer;
  const leafNode = content.kind === 'commit' ? content.commit.path?.leafNode : addedLeaf(content);
  return (leafNode && world.signers.get(toHex(leafNode.signatureKey))) ?? forger.signer;
}

function addedLeaf(content: FramedContent['content']): LeafNode | undefined {
  return content.kind === 'proposal' && content.proposal.kind === 'add'
    ? content.proposal.keyPackage.leafNode
    : undefined;
}

/** A mutated commit mostly has a path for another tree; often it gets the right one, and then often a spoiled one. */
function withRightPath(
  forger: Forger,
  content: FramedContent['content'],
  parts: Parts,
  random: Random,
): FramedContent['content'] {
  if (content.kind !== 'commit' || content.commit.path === undefined || random.chance(0.75)) return content;
  const path = rightPath(forger, content.commit);
  if (path === undefined) return content;
  const spoiled = random.chance(0.5) ? mutateValue(random, path, parts) : path;
  return { kind: 'commit', commit: { ...content.commit, path: spoiled } };
}

function rightPath(forger: Forger, { proposals }: Commit): UpdatePath | undefined {
  const values = proposals.flatMap((item) => (item.kind === 'proposal' ? [item.proposal] : []));
  try {
    return forger.path(values);
  } catch {
    return undefined; // the proposals can not be applied
  }
}

/** Signs every LeafNode and KeyPackage in a structure again, if anybody has its signature key. */
export function signAgain<T>(value: T, signers: ReadonlyMap<string, Signer>, place: LeafPlace): T {
  return signed(value, signers, place) as T;
}

function signed(value: unknown, signers: ReadonlyMap<string, Signer>, place: LeafPlace): unknown {
  if (Array.isArray(value)) return value.map((item: unknown) => signed(item, signers, place));
  if (typeof value !== 'object' || value === null || value instanceof Uint8Array) return value;
  if (isLeafNode(value)) return signedLeaf(value, signers, place);
  const entries = Object.entries(value).map(([name, part]) => [name, signed(part, signers, place)] as const);
  const copy: unknown = Object.fromEntries(entries);
  return isKeyPackage(copy) ? signedKeyPackage(copy, signers) : copy;
}

export function signedLeaf(value: LeafNode, signers: ReadonlyMap<string, Signer>, place: LeafPlace): LeafNode {
  const signer = signers.get(toHex(value.signatureKey));
  if (signer === undefined) return value;
  return signLeaf(value, signer, value.source.kind === 'keyPackage' ? undefined : place);
}

function signedKeyPackage(value: KeyPackage, signers: ReadonlyMap<string, Signer>): KeyPackage {
  const signer = signers.get(toHex(value.leafNode.signatureKey));
  return signer === undefined
    ? value
    : { ...value, signature: signWithLabel(signer, 'KeyPackageTBS', keyPackageTbs(value)) };
}

const isLeafNode = (value: object): value is LeafNode => 'signatureKey' in value && 'capabilities' in value;

const isKeyPackage = (value: unknown): value is KeyPackage =>
  typeof value === 'object' && value !== null && 'initKey' in value && 'leafNode' in value;

export const leafPlace = (groupId: Uint8Array, index: number): LeafPlace => ({ groupId, index: leaf(index) });
