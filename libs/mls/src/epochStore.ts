import type { Epoch, LeafIndex } from './brand.js';
import { decodeOpaque, decodeWith, encodeOpaque, encodeWith } from './codec.js';
import { wipeAll } from './derivation.js';
import { decodeGroupContext, encodeGroupContext } from './groupContext.js';
import type { GroupContext } from './groupContext.js';
import { decodeLeafNode, encodeLeafNode } from './leafNode.js';
import type { LeafNode } from './leafNode.js';
import type { NextEpoch } from './memberState.js';
import type { RatchetTree } from './ratchetTree.js';
import type { RecordLog } from './recordLog.js';
import { demandIntact } from './restoring.js';
import { broken } from './rules.js';
import { SecretTree } from './secretTree.js';
import { suiteOf } from './suite.js';
import { fullLeafCount, isLeaf, leafOfNode } from './treeMath.js';

/** How many past epochs' messages can still be decrypted. */
const pastEpochs = 5;

/** More leaves than any group has. */
const mostLeaves = 2 ** 20;

/** What messages of one epoch need. */
export interface EpochKeys {
  readonly context: GroupContext;
  readonly senderDataSecret: Uint8Array;
  readonly secretTree: SecretTree;
  readonly leafCount: number;
  /** Leaves that the commit out of this epoch changed, as they were in it. */
  readonly leavesBefore: Map<LeafIndex, LeafNode | undefined>;
}

/** The current epoch and the last five: message secrets, and who sat at which leaf. */
export class EpochStore {
  private readonly epochs = new Map<Epoch, EpochKeys>();

  constructor(private readonly records: RecordLog) {}

  static restore(stored: ReadonlyMap<string, Uint8Array>, records: RecordLog): EpochStore {
    const store = new EpochStore(records);
    for (const [key, value] of stored) {
      const epoch = /^epoch\/(\d+)$/.exec(key)?.[1];
      if (epoch !== undefined) store.load(BigInt(epoch) as Epoch, value, stored);
    }
    return store;
  }

  /** Takes the message secrets of an epoch that is entered, and deletes the epoch that falls out of the window. */
  enter({ state, senderDataSecret, encryptionSecret }: NextEpoch): void {
    const { context, tree } = state;
    const suite = suiteOf(context.cipherSuite);
    const { leafCount } = tree;
    const prefix = secretPrefix(context.epoch);
    const secretTree = SecretTree.start(suite, leafCount, encryptionSecret, this.records, prefix);
    const keys = { context, senderDataSecret, secretTree, leafCount, leavesBefore: new Map() };
    this.epochs.set(context.epoch, keys);
    this.records.put(epochKey(context.epoch), encodeEpoch(keys));
    for (const epoch of [...this.epochs.keys()]) {
      if (epoch + BigInt(pastEpochs) < context.epoch) this.forget(epoch);
    }
  }

  /** Remembers who sat at the leaves that the commit out of `epoch` changes. */
  leave(epoch: Epoch, before: RatchetTree, after: RatchetTree): void {
    const keys = this.epochs.get(epoch);
    if (keys === undefined) return;
    for (const node of after.changed) {
      if (!isLeaf(node)) continue;
      const leaf = before.memberAt(leafOfNode(node)) === undefined ? undefined : before.leaf(leafOfNode(node));
      keys.leavesBefore.set(leafOfNode(node), leaf);
      this.records.put(leafKey(epoch, leafOfNode(node)), encodeWith(encodeOptionalLeaf, leaf));
    }
  }

  /** @throws MlsError `WRONG_EPOCH` for one that is not reached yet, `EPOCH_TOO_OLD` */
  keysOf(epoch: Epoch, current: Epoch): EpochKeys {
    const keys = this.epochs.get(epoch);
    if (keys !== undefined) return keys;
    throw broken(epoch > current ? 'valn060303' : 'valn090201');
  }

  /** Who sat at a leaf in an epoch of the window. */
  leafAt(leaf: LeafIndex, epoch: Epoch, current: PublicTree): LeafNode | undefined {
    for (let at = epoch; at < current.epoch; at = (at + 1n) as Epoch) {
      const before = this.epochs.get(at)?.leavesBefore;
      if (before?.has(leaf) === true) return before.get(leaf);
    }
    return current.tree.memberAt(leaf) === undefined ? undefined : current.tree.leaf(leaf);
  }

  forgetAll(): void {
    for (const epoch of [...this.epochs.keys()]) this.forget(epoch);
  }

  private forget(epoch: Epoch): void {
    const keys = this.epochs.get(epoch);
    this.epochs.delete(epoch);
    this.records.remove(epochKey(epoch));
    keys?.secretTree.destroy();
    wipeAll(keys?.senderDataSecret);
    for (const leaf of keys?.leavesBefore.keys() ?? []) this.records.remove(leafKey(epoch, leaf));
  }

  private load(epoch: Epoch, value: Uint8Array, stored: ReadonlyMap<string, Uint8Array>): void {
    const { context, senderDataSecret, leafCount } = decodeEpoch(value);
    const suite = suiteOf(context.cipherSuite);
    const secretTree = SecretTree.restore(suite, leafCount, stored, this.records, secretPrefix(epoch));
    const leavesBefore = loadLeaves(epoch, stored);
    this.epochs.set(epoch, { context, senderDataSecret, secretTree, leafCount, leavesBefore });
  }
}

interface PublicTree {
  readonly tree: RatchetTree;
  readonly epoch: Epoch;
}

/** How many leaves the tree of a stored epoch has. @throws MlsError `CORRUPT_STATE` */
export function storedLeafCount(epoch: Epoch, stored: ReadonlyMap<string, Uint8Array>): number {
  const bytes = stored.get(epochKey(epoch));
  demandIntact(bytes !== undefined);
  return decodeEpoch(bytes).leafCount;
}

type StoredEpoch = Pick<EpochKeys, 'context' | 'senderDataSecret' | 'leafCount'>;

const epochKey = (epoch: Epoch): string => `epoch/${String(epoch)}`;
const secretPrefix = (epoch: Epoch): string => `secret/${String(epoch)}/`;
const leafKey = (epoch: Epoch, leaf: LeafIndex): string => `was/${String(epoch)}/${String(leaf)}`;

const encodeOptionalLeaf = (writer: Parameters<typeof encodeLeafNode>[0], leaf: LeafNode | undefined): void => {
  writer.optional(leaf, encodeLeafNode);
};

function loadLeaves(epoch: Epoch, stored: ReadonlyMap<string, Uint8Array>): Map<LeafIndex, LeafNode | undefined> {
  const prefix = `was/${String(epoch)}/`;
  const leaves = new Map<LeafIndex, LeafNode | undefined>();
  for (const [key, value] of stored) {
    if (!key.startsWith(prefix)) continue;
    const leaf = decodeWith((reader) => reader.optional(decodeLeafNode), value);
    leaves.set(Number(key.slice(prefix.length)) as LeafIndex, leaf);
  }
  return leaves;
}

function encodeEpoch(epoch: StoredEpoch): Uint8Array {
  return encodeWith((writer, keys) => {
    encodeGroupContext(writer, keys.context);
    encodeOpaque(writer, keys.senderDataSecret);
    writer.uint32(keys.leafCount);
  }, epoch);
}

function decodeEpoch(bytes: Uint8Array): StoredEpoch {
  const stored = decodeWith(
    (reader) => ({
      context: decodeGroupContext(reader),
      senderDataSecret: decodeOpaque(reader),
      leafCount: reader.uint32(),
    }),
    bytes,
  );
  // the tree arithmetic ends only for full trees, and damage must not make one of any size
  demandIntact(fullLeafCount(stored.leafCount) === stored.leafCount && stored.leafCount <= mostLeaves);
  return stored;
}
