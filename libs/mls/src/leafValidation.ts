import { credentialType } from './credential.js';
import {
  demandUniqueExtensions,
  isDefaultExtension,
  requiredCapabilitiesOf,
  type Extension,
  type RequiredCapabilities,
} from './extension.js';
import { mls10 } from './keyPackage.js';
import { leafNodeTbs } from './leafNode.js';
import type { Capabilities, LeafNode, LeafNodeSource, LeafPlace } from './leafNode.js';
import { verifyWithLabel } from './labels.js';
import { isDefaultProposal } from './proposal.js';
import type { RatchetTree } from './ratchetTree.js';
import { demand } from './rules.js';
import { signatureKeyLength } from './suite.js';
import type { CipherSuite } from './suite.js';

/** What a leaf says about itself, whatever group it stands in. @throws MlsError valn0702…, valn0703… */
export function checkLeafNode(leaf: LeafNode, suite: CipherSuite, place: LeafPlace | undefined): void {
  checkLeafNodeShape(leaf, suite);
  demand(verifyWithLabel(leaf.signatureKey, 'LeafNodeTBS', leafNodeTbs(leaf, place), leaf.signature), 'valn070301');
}

function checkLeafNodeShape(leaf: LeafNode, suite: CipherSuite): void {
  const { capabilities, extensions } = leaf;
  demand(capabilities.versions.includes(mls10) && capabilities.cipherSuites.includes(suite.id), 'valn070314');
  demand(leaf.signatureKey.length === signatureKeyLength, 'valn070315');
  demand(leaf.encryptionKey.length === suite.publicKeyLength, 'valn070315');
  demandUniqueExtensions(extensions);
  demand(
    extensions.every(({ type }) => supportsExtension(capabilities, type)),
    'valn070306',
  );
  demand(capabilities.credentials.includes(credentialType(leaf.credential)), 'valn070311');
}

/** @throws MlsError valn070307 */
export function checkSource(leaf: LeafNode, kind: LeafNodeSource['kind']): void {
  demand(leaf.source.kind === kind, 'valn070307');
}

function supportsExtension(capabilities: Capabilities, type: number): boolean {
  return isDefaultExtension(type) || capabilities.extensions.includes(type);
}

function meets(capabilities: Capabilities, required: RequiredCapabilities): boolean {
  return (
    required.extensions.every((type) => supportsExtension(capabilities, type)) &&
    required.proposals.every((type) => isDefaultProposal(type) || capabilities.proposals.includes(type)) &&
    required.credentials.every((type) => capabilities.credentials.includes(type))
  );
}

/** A leaf against the parameters of its group. @throws MlsError valn070302, valn070313 */
export function checkAgainstContext(leaf: LeafNode, extensions: readonly Extension[]): void {
  const required = requiredCapabilitiesOf(extensions);
  demand(required === undefined || meets(leaf.capabilities, required), 'valn070302');
  demand(
    extensions.every(({ type }) => supportsExtension(leaf.capabilities, type)),
    'valn070313',
  );
}

/**
 * Rules among the members, for leaves that are new to the tree: unique keys and mutually supported credentials.
 * `leaves` undefined means all. @throws MlsError valn070303, valn070309, valn070310
 */
export function checkAmongMembers(tree: RatchetTree, leaves?: readonly LeafNode[]): void {
  const members = [...tree.members()].map(([, leaf]) => leaf);
  const inUse = new Set(members.map(({ credential }) => credentialType(credential)));
  for (const leaf of members) {
    demand(supportsAll(leaf.capabilities.credentials, inUse), 'valn070303');
  }
  const fresh = new Set(leaves ?? members);
  demand(
    areUnique(members, fresh, ({ signatureKey }) => signatureKey),
    'valn070309',
  );
  demand(
    areUnique(members, fresh, ({ encryptionKey }) => encryptionKey),
    'valn070310',
  );
}

function supportsAll(supported: readonly number[], inUse: ReadonlySet<number>): boolean {
  for (const type of inUse) if (!supported.includes(type)) return false;
  return true;
}

/** Whether no fresh leaf shares its key with another member. A fingerprint of 48 bits makes the comparison rare. */
function areUnique(
  members: readonly LeafNode[],
  fresh: ReadonlySet<LeafNode>,
  key: (leaf: LeafNode) => Uint8Array,
): boolean {
  const seen = new KeySet();
  for (const leaf of members) if (!fresh.has(leaf)) seen.add(key(leaf));
  for (const leaf of fresh) if (!seen.add(key(leaf))) return false;
  return true;
}

/** A set of byte strings. */
export class KeySet {
  private readonly buckets = new Map<number, Uint8Array[]>();

  /** False if the bytes were there already. */
  add(bytes: Uint8Array): boolean {
    const bucket = this.buckets.get(fingerprint(bytes));
    if (bucket === undefined) {
      this.buckets.set(fingerprint(bytes), [bytes]);
      return true;
    }
    if (bucket.some((other) => sameBytes(other, bytes))) return false;
    bucket.push(bytes);
    return true;
  }

  has(bytes: Uint8Array): boolean {
    return this.buckets.get(fingerprint(bytes))?.some((other) => sameBytes(other, bytes)) ?? false;
  }
}

function fingerprint(bytes: Uint8Array): number {
  let value = 0;
  for (let i = 0; i < 6; i++) value = value * 256 + (bytes[i] ?? 0);
  return value;
}

/** For public values: stops at the first difference. */
export function sameBytes(a: Uint8Array, b: Uint8Array): boolean {
  return a.length === b.length && a.every((byte, i) => byte === b[i]);
}
