import { utf8 } from '#primitives';

import type { LeafIndex, NodeIndex } from './brand.js';
import { nodeIndex } from './brand.js';
import { deriveSecret, expandWithLabel, wipeAll } from './derivation.js';
import { MlsError } from './errors.js';
import { Ratchet } from './ratchet.js';
import type { RecordLog } from './recordLog.js';
import { hashLength } from './suite.js';
import type { CipherSuite } from './suite.js';
import { isLeaf, isUnder, leftOf, nodeOfLeaf, parentOf, rightOf, rootOf } from './treeMath.js';

export type RatchetKind = 'handshake' | 'application';

const kinds = ['handshake', 'application'] as const satisfies readonly RatchetKind[];

/**
 * The secret tree of one epoch (RFC 9420 section 9). Secrets are derived when they are needed and deleted when what
 * they yield is derived. Every change goes to the record log under `prefix`.
 */
export class SecretTree {
  private readonly secrets = new Map<NodeIndex, Uint8Array>();
  private readonly ratchets = new Map<string, Ratchet>();

  private constructor(
    private readonly suite: CipherSuite,
    private readonly leafCount: number,
    private readonly records: RecordLog,
    private readonly prefix: string,
  ) {}

  /** Takes the encryption secret over. */
  static start(
    suite: CipherSuite,
    leafCount: number,
    encryptionSecret: Uint8Array,
    records: RecordLog,
    prefix: string,
  ): SecretTree {
    const tree = new SecretTree(suite, leafCount, records, prefix);
    tree.putSecret(rootOf(leafCount), encryptionSecret);
    return tree;
  }

  static restore(
    suite: CipherSuite,
    leafCount: number,
    stored: ReadonlyMap<string, Uint8Array>,
    records: RecordLog,
    prefix: string,
  ): SecretTree {
    const tree = new SecretTree(suite, leafCount, records, prefix);
    for (const [key, value] of stored) {
      if (key.startsWith(`${prefix}node/`)) tree.secrets.set(nodeIndex(Number(key.slice(prefix.length + 5))), value);
      else if (key.startsWith(`${prefix}leaf/`)) tree.ratchets.set(key, Ratchet.decode(suite, value));
    }
    return tree;
  }

  /** @throws MlsError `MISUSE` for a leaf that is not in the tree */
  ratchet(leaf: LeafIndex, kind: RatchetKind): Ratchet {
    const key = this.ratchetKey(leaf, kind);
    if (!this.ratchets.has(key)) this.deriveLeaf(leaf);
    const ratchet = this.ratchets.get(key);
    if (ratchet === undefined) throw new MlsError('MISUSE', 'no such leaf in the secret tree');
    return ratchet;
  }

  /** Replaces a ratchet after a use and deletes what was consumed. */
  advance(leaf: LeafIndex, kind: RatchetKind, next: Ratchet): void {
    const key = this.ratchetKey(leaf, kind);
    this.ratchets.get(key)?.retire(next);
    this.ratchets.set(key, next);
    this.records.put(key, next.encode());
  }

  /** Deletes everything, records included. */
  destroy(): void {
    for (const [node, secret] of this.secrets) this.dropSecret(node, secret);
    for (const [key, ratchet] of this.ratchets) {
      ratchet.wipe();
      this.records.remove(key);
    }
    this.ratchets.clear();
  }

  /** Derives from the lowest secret above the leaf down to it (RFC 9420 section 9). */
  private deriveLeaf(leaf: LeafIndex): void {
    const target = nodeOfLeaf(leaf);
    if (leaf >= this.leafCount) return;
    let at = target;
    while (!this.secrets.has(at)) {
      if (at === rootOf(this.leafCount)) return;
      at = parentOf(at);
    }
    while (!isLeaf(at)) at = this.deriveChildren(at, target);
    this.startRatchets(leaf, target);
  }

  private deriveChildren(at: NodeIndex, target: NodeIndex): NodeIndex {
    const secret = this.secretAt(at);
    this.putSecret(leftOf(at), expandWithLabel(secret, 'tree', utf8('left'), hashLength));
    this.putSecret(rightOf(at), expandWithLabel(secret, 'tree', utf8('right'), hashLength));
    this.dropSecret(at, secret);
    return isUnder(target, leftOf(at)) ? leftOf(at) : rightOf(at);
  }

  private startRatchets(leaf: LeafIndex, at: NodeIndex): void {
    const secret = this.secretAt(at);
    for (const kind of kinds) {
      const ratchet = Ratchet.start(this.suite, deriveSecret(secret, kind));
      this.ratchets.set(this.ratchetKey(leaf, kind), ratchet);
      this.records.put(this.ratchetKey(leaf, kind), ratchet.encode());
    }
    this.dropSecret(at, secret);
  }

  private secretAt(at: NodeIndex): Uint8Array {
    const secret = this.secrets.get(at);
    if (secret === undefined) throw new MlsError('CORRUPT_STATE', 'a secret of the secret tree is missing');
    return secret;
  }

  private putSecret(at: NodeIndex, secret: Uint8Array): void {
    this.secrets.set(at, secret);
    this.records.put(this.secretKey(at), secret.slice());
  }

  private dropSecret(at: NodeIndex, secret: Uint8Array): void {
    this.secrets.delete(at);
    this.records.remove(this.secretKey(at));
    wipeAll(secret);
  }

  private secretKey(at: NodeIndex): string {
    return `${this.prefix}node/${String(at)}`;
  }

  private ratchetKey(leaf: LeafIndex, kind: RatchetKind): string {
    return `${this.prefix}leaf/${String(leaf)}/${kind}`;
  }
}
