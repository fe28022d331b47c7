import { createKeyPackage, Group, suiteIds } from '#mls';
import type { CreatedKeyPackage, RecordChanges } from '#mls';
import { generateSigningKeyPair, randomBytes } from '#primitives';
import type { SigningKeyPair } from '#primitives';

import type { Candidate, CreatedGroup, GroupMember, MlsImplementation, StoreChange } from './contract.js';

interface Played extends CreatedKeyPackage {
  readonly signatureKeyPair: SigningKeyPair;
}

const encoder = new TextEncoder();

/** `ours 0x0001` and so on, as in every table. */
export const ourName = (suite: number): string => `ours 0x${suite.toString(16).padStart(4, '0')}`;

/** X-Wing, the default. */
export const hybrid = 0x004d;

export const ourSuites: readonly number[] = suiteIds;

/**
 * `#mls` in one suite. KeyPackages are made once for each leaf and used in every group of the benchmark, since nothing
 * that is measured depends on their freshness.
 */
export function ours(
  suite: number,
  identityOf = (leaf: number) => encoder.encode(`member ${String(leaf)}`),
): MlsImplementation {
  const made = new Map<number, Played>();
  const played = (leaf: number): Played => {
    const known = made.get(leaf) ?? play(suite, identityOf(leaf));
    made.set(leaf, known);
    return known;
  };
  return {
    name: ourName(suite),
    limits: { members: Infinity, commits: Infinity, warm: Infinity },
    candidate: (leaf) => candidateOf(played(leaf)),
    fillers: (first, count) => Array.from({ length: count }, (_, i) => played(first + i).keyPackage),
    create: (keyPackages) => create(suite, identityOf(0), keyPackages),
  };
}

function play(suite: number, identity: Uint8Array): Played {
  const signatureKeyPair = generateSigningKeyPair();
  return { ...createKeyPackage({ suite, identity, signatureKeyPair }), signatureKeyPair };
}

function candidateOf({ keyPackage, secrets, signatureKeyPair }: Played): Candidate {
  return {
    keyPackage,
    join: (welcome) => {
      return new OurMember(Group.join({ welcome, keyPackage, keyPackageSecrets: secrets, signatureKeyPair }));
    },
  };
}

function create(suite: number, identity: Uint8Array, keyPackages: readonly Uint8Array[]): CreatedGroup {
  const signatureKeyPair = generateSigningKeyPair();
  const group = Group.create({ suite, groupId: randomBytes(16), identity, signatureKeyPair });
  const { commit, welcome, staged } = group.commit({ add: keyPackages });
  group.apply(staged);
  if (welcome === undefined) throw new Error('a commit that adds gives a Welcome');
  return { creator: new OurMember(group), commit, welcome };
}

/** A member with its store: what changed is taken after each operation, as one who stores it would. */
class OurMember implements GroupMember {
  private readonly stored = new Map<string, Uint8Array>();
  private changes: RecordChanges = { put: new Map(), remove: [] };

  constructor(private readonly group: Group) {
    this.store();
  }

  encrypt(plaintext: Uint8Array): Uint8Array {
    const message = this.group.encrypt(plaintext, new Uint8Array(0));
    this.store();
    return message;
  }

  decrypt(message: Uint8Array): Uint8Array {
    const { plaintext } = this.group.decrypt(message);
    this.store();
    return plaintext;
  }

  update(): Uint8Array {
    return this.commit({ update: true });
  }

  remove(leaf: number): Uint8Array {
    const found = this.group.members.find((member) => (member.leafIndex as number) === leaf);
    if (found === undefined) throw new Error(`nobody is at leaf ${String(leaf)}`);
    return this.commit({ remove: [found.leafIndex] });
  }

  process(commit: Uint8Array): void {
    this.group.apply(this.group.stage(commit));
    this.store();
  }

  storedBytes(): number {
    return bytesOf(this.stored);
  }

  lastChange(): StoreChange {
    const { put, remove } = this.changes;
    return { records: put.size + remove.length, bytes: bytesOf(put) };
  }

  private commit(parameters: Parameters<Group['commit']>[0]): Uint8Array {
    const { commit, staged } = this.group.commit(parameters);
    this.group.apply(staged);
    this.store();
    return commit;
  }

  private store(): void {
    this.changes = this.group.takeChanges();
    for (const [key, value] of this.changes.put) this.stored.set(key, value);
    for (const key of this.changes.remove) this.stored.delete(key);
  }
}

/** Keys and values together. */
function bytesOf(records: ReadonlyMap<string, Uint8Array>): number {
  return [...records].reduce((sum, [key, value]) => sum + key.length + value.length, 0);
}
