import { foldSubtrees, hashLength, nodeHash, subtreesOf } from './merkleTree.js';
import type { Subtree } from './merkleTree.js';

/**
 * What must be kept of a log to go on appending: the roots of its perfect subtrees, one for each bit of its size
 * (20 hashes at a million entries). Immutable.
 */
export class Frontier {
  private constructor(
    readonly size: number,
    /** From left to right, in falling size. */
    private readonly hashes: readonly Uint8Array[],
  ) {}

  static readonly empty = new Frontier(0, []);

  /** @throws RangeError if these are not as many hashes as the size has subtrees */
  static of(size: number, hashes: readonly Uint8Array[]): Frontier {
    const fits = hashes.length === subtreesOf(0, size).length && hashes.every((hash) => hash.length === hashLength);
    if (!fits) throw new RangeError('a frontier has one hash for each perfect subtree of its size');
    return new Frontier(size, hashes);
  }

  get root(): Uint8Array {
    return foldSubtrees(this.hashes);
  }

  get subtrees(): Subtree[] {
    return subtreesOf(0, this.size).map((id, i) => ({ ...id, hash: this.hashes[i] ?? new Uint8Array(0) }));
  }

  /** The frontier after one more entry, and every perfect subtree that the entry completes, itself first. */
  append(leaf: Uint8Array): { next: Frontier; completed: Subtree[] } {
    const hashes = [...this.hashes];
    const completed: Subtree[] = [{ level: 0, index: this.size, hash: leaf }];
    let hash = leaf;
    for (let index = this.size; index % 2 === 1; index = Math.floor(index / 2)) {
      hash = nodeHash(hashes.pop() ?? new Uint8Array(0), hash);
      completed.push({ level: completed.length, index: Math.floor(index / 2), hash });
    }
    return { next: new Frontier(this.size + 1, [...hashes, hash]), completed };
  }
}
