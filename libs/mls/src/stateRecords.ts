import { fromHex, toHex } from '#primitives';

import type { LeafIndex, NodeIndex } from './brand.js';
import { decodeOpaque, decodeWith, encodeOpaque, encodeWith } from './codec.js';
import type { Decode, Encode } from './codec.js';
import { storedLeafCount } from './epochStore.js';
import { MlsError } from './errors.js';
import { decodeAuthenticatedContent, encodeAuthenticatedContent } from './framing.js';
import type { AuthenticatedContent } from './framing.js';
import { decodeGroupContext, encodeGroupContext } from './groupContext.js';
import type { MemberState } from './memberState.js';
import { RatchetTree } from './ratchetTree.js';
import type { RecordLog } from './recordLog.js';
import { demandIntact } from './restoring.js';
import { successorBytes, successorFrom } from './successor.js';
import type { PathSeed } from './treeKem.js';
import { nodeCountOf } from './treeMath.js';
import { decodeTreeNode, encodeTreeNode } from './treeNode.js';
import type { TreeNode } from './treeNode.js';

/** A commit of this device that may have been accepted: enough to enter its epoch, also after a restart. */
export interface PendingCommit {
  /** SHA-256 of the MLSMessage. */
  readonly hash: Uint8Array;
  readonly seed: PathSeed | undefined;
}

const formatVersion = 1;

const keys = {
  state: 'state',
  pending: 'pending',
  successor: 'successor',
  tree: (at: NodeIndex) => `tree/${String(at)}`,
  private: (at: NodeIndex) => `key/${String(at)}`,
  proposal: (ref: Uint8Array) => `proposal/${toHex(ref)}`,
  aside: (ref: Uint8Array) => `aside/${toHex(ref)}`,
  update: (publicKey: string) => `update/${publicKey}`,
} as const;

/** Stores an epoch; of the tree and the private keys only what differs from the epoch before. */
export function putState(records: RecordLog, state: MemberState, before: MemberState | undefined): void {
  records.put(keys.state, encodeWith(encodeState, state));
  if (state.successor !== undefined) records.put(keys.successor, successorBytes(state.successor));
  const changed = before === undefined ? [...state.tree.nonBlankNodes()].map(([at]) => at) : state.tree.changed;
  for (const at of changed) {
    const node = at < state.tree.nodeCount ? state.tree.node(at) : undefined;
    if (node === undefined) records.remove(keys.tree(at));
    else records.put(keys.tree(at), encodeWith(encodeTreeNode, node));
  }
  for (const at of before?.privateKeys.keys() ?? []) {
    if (!state.privateKeys.has(at)) records.remove(keys.private(at));
  }
  for (const [at, key] of state.privateKeys) {
    if (before?.privateKeys.get(at) !== key) records.put(keys.private(at), key.slice());
  }
}

export function removeState(records: RecordLog, state: MemberState): void {
  for (const [at] of state.tree.nonBlankNodes()) records.remove(keys.tree(at));
  for (const at of state.privateKeys.keys()) records.remove(keys.private(at));
  records.remove(keys.state);
}

export function putPending(records: RecordLog, pending: PendingCommit | undefined): void {
  if (pending === undefined) records.remove(keys.pending);
  else records.put(keys.pending, encodeWith(encodePending, pending));
}

export function putProposal(records: RecordLog, ref: Uint8Array, content: AuthenticatedContent): void {
  records.put(keys.proposal(ref), encodeWith(encodeAuthenticatedContent, content));
}

export function removeProposal(records: RecordLog, ref: Uint8Array): void {
  records.remove(keys.proposal(ref));
}

/** The application has refused this proposal. */
export function putAside(records: RecordLog, ref: Uint8Array): void {
  records.put(keys.aside(ref), new Uint8Array(0));
}

export function removeAside(records: RecordLog, ref: Uint8Array): void {
  records.remove(keys.aside(ref));
}

export function putUpdateKey(records: RecordLog, publicKey: string, privateKey: Uint8Array): void {
  records.put(keys.update(publicKey), privateKey.slice());
}

export function removeUpdateKey(records: RecordLog, publicKey: string): void {
  records.remove(keys.update(publicKey));
}

/** What `takeChanges` gave, put together again. @throws MlsError `CORRUPT_STATE` */
export function loadState(stored: ReadonlyMap<string, Uint8Array>): MemberState {
  const bytes = stored.get(keys.state);
  if (bytes === undefined) throw new MlsError('CORRUPT_STATE', 'there is no stored group, or its device was removed');
  const scalars = decodeWith(decodeState, bytes);
  const leafCount = storedLeafCount(scalars.context.epoch, stored);
  const tree = RatchetTree.ofNodes(loadNodes(stored, leafCount));
  demandIntact(tree.leafCount === leafCount);
  const privateKeys = new Map<NodeIndex, Uint8Array>();
  for (const [at, key] of numbered(stored, 'key/')) {
    demandIntact(Number.isInteger(at) && at >= 0 && at < tree.nodeCount);
    privateKeys.set(at as NodeIndex, key.slice());
  }
  const successor = stored.get(keys.successor);
  return { ...scalars, tree, privateKeys, successor: successor && successorFrom(successor) };
}

export function loadPending(stored: ReadonlyMap<string, Uint8Array>): PendingCommit | undefined {
  const bytes = stored.get(keys.pending);
  return bytes === undefined ? undefined : decodeWith(decodePending, bytes);
}

export function loadProposals(stored: ReadonlyMap<string, Uint8Array>): AuthenticatedContent[] {
  return [...stored]
    .filter(([key]) => key.startsWith('proposal/'))
    .map(([, value]) => decodeWith(decodeAuthenticatedContent, value));
}

/** References of the proposals that were set aside. */
export function loadAside(stored: ReadonlyMap<string, Uint8Array>): Uint8Array[] {
  const prefix = 'aside/';
  return [...stored.keys()].filter((key) => key.startsWith(prefix)).map((key) => fromHex(key.slice(prefix.length)));
}

export function loadUpdateKeys(stored: ReadonlyMap<string, Uint8Array>): Map<string, Uint8Array> {
  const prefix = 'update/';
  const found = [...stored].filter(([key]) => key.startsWith(prefix));
  return new Map(found.map(([key, value]) => [key.slice(prefix.length), value.slice()]));
}

/** Positions outside the tree are damage, and must not make a tree of their size. */
function loadNodes(stored: ReadonlyMap<string, Uint8Array>, leafCount: number): (TreeNode | undefined)[] {
  const nodes = new Array<TreeNode | undefined>(nodeCountOf(leafCount)).fill(undefined);
  for (const [at, bytes] of numbered(stored, 'tree/')) {
    demandIntact(at in nodes);
    nodes[at] = decodeWith((reader) => decodeTreeNode(reader, at as NodeIndex), bytes);
  }
  return nodes;
}

function numbered(stored: ReadonlyMap<string, Uint8Array>, prefix: string): [number, Uint8Array][] {
  return [...stored]
    .filter(([key]) => key.startsWith(prefix))
    .map(([key, value]) => {
      const at = Number(key.slice(prefix.length));
      demandIntact(key === `${prefix}${String(at)}`);
      return [at, value];
    });
}

type StateScalars = Omit<MemberState, 'tree' | 'privateKeys' | 'successor'>;

const encodeState: Encode<MemberState> = (writer, state) => {
  writer.uint8(formatVersion);
  encodeGroupContext(writer, state.context);
  writer.opaque(state.interimTranscriptHash);
  writer.opaque(state.confirmationTag);
  writer.uint32(state.ownLeaf);
  writer.opaque(state.secrets.initSecret);
  writer.opaque(state.secrets.exporterSecret);
  writer.opaque(state.secrets.externalSecret);
  writer.opaque(state.secrets.membershipKey);
  writer.opaque(state.secrets.resumptionPsk);
  writer.opaque(state.secrets.epochAuthenticator);
};

const decodeState: Decode<StateScalars> = (reader) => {
  if (reader.uint8() !== formatVersion) throw new MlsError('CORRUPT_STATE', 'stored by another version');
  return {
    context: decodeGroupContext(reader),
    interimTranscriptHash: reader.opaque(),
    confirmationTag: reader.opaque(),
    ownLeaf: reader.uint32() as LeafIndex,
    secrets: {
      initSecret: reader.opaque(),
      exporterSecret: reader.opaque(),
      externalSecret: reader.opaque(),
      membershipKey: reader.opaque(),
      resumptionPsk: reader.opaque(),
      epochAuthenticator: reader.opaque(),
    },
  };
};

const encodePending: Encode<PendingCommit> = (writer, pending) => {
  encodeOpaque(writer, pending.hash);
  writer.optional(pending.seed, (inner, seed) => {
    encodeOpaque(inner, seed.leafPrivateKey);
    encodeOpaque(inner, seed.firstPathSecret);
  });
};

const decodePending: Decode<PendingCommit> = (reader) => ({
  hash: decodeOpaque(reader),
  seed: reader.optional((inner) => ({ leafPrivateKey: decodeOpaque(inner), firstPathSecret: decodeOpaque(inner) })),
});
