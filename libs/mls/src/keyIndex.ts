import type { NodeIndex } from './brand.js';
import { fingerprint } from './fingerprint.js';
import { sameBytes } from './keySet.js';

interface Entry {
  readonly key: Uint8Array;
  readonly at: NodeIndex;
  /** Of the key. */
  readonly print: number;
}

/** Sixteen branches, by the next four bits of the fingerprint; or all entries of one fingerprint. */
type Trie = Branch | readonly Entry[];

interface Branch {
  readonly branches: readonly (Trie | undefined)[];
}

const bitsPerLevel = 4;
const fanOut = 1 << bitsPerLevel;

/**
 * Where public keys stand in a ratchet tree: persistent, so that a fork of the tree shares it, with O(log n) for each
 * change and question. Entries are found by a fingerprint of the key; keys that agree in it are compared whole.
 */
export class KeyIndex {
  static readonly empty = new KeyIndex(undefined, 0);

  private constructor(
    private readonly root: Trie | undefined,
    /** How many entries are there beyond the first one of each key: none in a valid tree. */
    readonly repetitions: number,
  ) {}

  /** The positions of a key: one in a valid tree, or none. */
  find(key: Uint8Array): readonly NodeIndex[] {
    return positionsIn(entriesAt(this.root, fingerprint(key)), key);
  }

  with(key: Uint8Array, at: NodeIndex): KeyIndex {
    const print = fingerprint(key);
    const repeated = positionsIn(entriesAt(this.root, print), key).length > 0 ? 1 : 0;
    const root = change(this.root, print, 0, (entries) => [...entries, { key, at, print }]);
    return new KeyIndex(root, this.repetitions + repeated);
  }

  /** Without an entry that is there. */
  without(key: Uint8Array, at: NodeIndex): KeyIndex {
    const print = fingerprint(key);
    const repeated = positionsIn(entriesAt(this.root, print), key).length > 1 ? 1 : 0;
    const root = change(this.root, print, 0, (entries) =>
      entries.filter((entry) => entry.at !== at || !sameBytes(entry.key, key)),
    );
    return new KeyIndex(root, this.repetitions - repeated);
  }
}

const positionsIn = (entries: readonly Entry[], key: Uint8Array): NodeIndex[] =>
  entries.flatMap((entry) => (sameBytes(entry.key, key) ? [entry.at] : []));

const branchOf = (print: number, shift: number): number => (print >>> shift) & (fanOut - 1);

const isBranch = (trie: Trie): trie is Branch => 'branches' in trie;

function entriesAt(root: Trie | undefined, print: number): readonly Entry[] {
  let trie = root;
  for (let shift = 0; trie !== undefined && isBranch(trie); shift += bitsPerLevel) {
    trie = trie.branches[branchOf(print, shift)];
  }
  return trie ?? [];
}

type Edit = (entries: readonly Entry[]) => readonly Entry[];

/** The trie with the entries of one fingerprint edited; what does not lie on the way to them is shared. */
function change(trie: Trie | undefined, print: number, shift: number, edit: Edit): Trie | undefined {
  if (trie !== undefined && isBranch(trie)) return changeBranch(trie.branches, print, shift, edit);
  const [first] = trie ?? [];
  if (trie === undefined || first === undefined || first.print === print) {
    const entries = edit(trie ?? []);
    return entries.length === 0 ? undefined : entries;
  }
  const branches = new Array<Trie | undefined>(fanOut).fill(undefined);
  branches[branchOf(first.print, shift)] = trie;
  return changeBranch(branches, print, shift, edit);
}

function changeBranch(branches: readonly (Trie | undefined)[], print: number, shift: number, edit: Edit): Branch {
  const copy = branches.slice();
  const at = branchOf(print, shift);
  copy[at] = change(copy[at], print, shift + bitsPerLevel, edit);
  return { branches: copy };
}
