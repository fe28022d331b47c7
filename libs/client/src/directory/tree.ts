import { toHex } from '#primitives';
import { foldSubtrees, Frontier, leafHash, subtreeKey, subtreesOf } from '#transparency';
import type { Subtree, SubtreeId } from '#transparency';

import { bytesOf, numberOf } from '../ports/store.js';
import type { Sql, Store } from '../ports/store.js';

/** Statements that are hashed in one transaction where a vault has none of their hashes yet. */
const FILL = 1000;
/** Roots of earlier sizes that stay in memory: messages name few different ones at a time. */
const KEPT_ROOTS = 64;

/** The state of the log at one size, as this device has computed it from statements that it has verified. */
export interface TreeState {
  readonly size: number;
  /** SHA-256, 32 bytes. */
  readonly root: Uint8Array;
}

/** The Merkle tree over the statements in the vault: its frontier in memory, the subtrees on the disk. */
export class VaultTree {
  private state: TreeState | undefined;
  private readonly roots = new Map<number, Uint8Array>();

  private constructor(private frontier: Frontier) {}

  /** Brings the tree up to the statements of a vault, which an older version may have filled without it. */
  static async load(store: Store): Promise<VaultTree> {
    const tree = new VaultTree(await store.read(readFrontier));
    for (;;) {
      const query = 'SELECT payload FROM statement WHERE seq > ? ORDER BY seq LIMIT ?';
      const rows = await store.read((sql) => sql.all(query, [tree.frontier.size, FILL]));
      if (rows.length === 0) return tree;
      const entries = rows.map((row) => bytesOf(row, 'payload'));
      tree.take(await store.transaction((sql) => tree.append(sql, entries)));
    }
  }

  get current(): TreeState {
    const { size, root } = this.state ?? this.frontier;
    return (this.state ??= { size, root });
  }

  /** The state after these entries; writes nothing. */
  after(entries: readonly Uint8Array[]): TreeState {
    if (entries.length === 0) return this.current;
    const { size, root } = entries.reduce((tree, entry) => tree.append(leafHash(entry)).next, this.frontier);
    return { size, root };
  }

  /** Writes the subtrees that these entries complete; `take` what it gives when the transaction has ended. */
  async append(sql: Sql, entries: readonly Uint8Array[]): Promise<Frontier> {
    let { frontier } = this;
    for (const entry of entries) {
      const { next, completed } = frontier.append(leafHash(entry));
      for (const { level, index, hash } of completed) {
        await sql.run('INSERT INTO log_node VALUES (?, ?, ?)', [level, index, hash]);
      }
      frontier = next;
    }
    return frontier;
  }

  take(frontier: Frontier): void {
    this.frontier = frontier;
    this.state = undefined;
  }

  /** The root at an earlier size, in as many reads as that size has bits. */
  async rootAt(sql: Sql, size: number): Promise<Uint8Array> {
    if (size === this.frontier.size) return this.current.root;
    const known = this.roots.get(size);
    if (known) return known;
    const root = foldSubtrees(await readHashes(sql, subtreesOf(0, size)));
    if (this.roots.size >= KEPT_ROOTS) this.roots.clear();
    this.roots.set(size, root);
    return root;
  }

  /** Whether a state can have been one of this tree's; undefined for a larger one. */
  async agrees(sql: Sql, { size, root }: TreeState): Promise<boolean | undefined> {
    if (size > this.frontier.size) return undefined;
    return toHex(await this.rootAt(sql, size)) === toHex(root);
  }
}

async function readFrontier(sql: Sql): Promise<Frontier> {
  const row = await sql.get('SELECT count(*) AS size FROM log_node WHERE level = 0');
  const size = row ? numberOf(row, 'size') : 0;
  return Frontier.of(size, await readHashes(sql, subtreesOf(0, size)));
}

async function readHashes(sql: Sql, wanted: readonly SubtreeId[]): Promise<Uint8Array[]> {
  const hashes: Subtree['hash'][] = [];
  for (const id of wanted) {
    const row = await sql.get('SELECT hash FROM log_node WHERE level = ? AND idx = ?', [id.level, id.index]);
    if (!row) throw new Error(`the hash of subtree ${subtreeKey(id)} is missing in the vault`);
    hashes.push(bytesOf(row, 'hash'));
  }
  return hashes;
}
