/** What an operation gives at once or as a promise: ours is synchronous, the peers are not. */
export type Awaitable<T> = T | Promise<T>;

/** Two who exchange messages: one encrypts, the other decrypts. */
export interface Talk {
  readonly name: string;
  encrypt(plaintext: Uint8Array): Awaitable<Uint8Array>;
  decrypt(message: Uint8Array): Awaitable<Uint8Array>;
}

/** One member's view of one MLS group. */
export interface GroupMember {
  encrypt(plaintext: Uint8Array): Awaitable<Uint8Array>;
  decrypt(message: Uint8Array): Awaitable<Uint8Array>;
  /** Makes a commit that renews the own keys and enters its epoch. */
  update(): Awaitable<Uint8Array>;
  /** Makes a commit that removes a member by leaf and enters its epoch. */
  remove(leaf: number): Awaitable<Uint8Array>;
  /** Verifies a commit and enters its epoch. */
  process(commit: Uint8Array): Awaitable<void>;
  /** Bytes of everything that a restart needs; absent where it can't be seen. */
  storedBytes?(): Awaitable<number>;
  /** What the operation before changed in the store; absent where the whole state is one value. */
  lastChange?(): StoreChange;
}

export interface StoreChange {
  readonly records: number;
  /** Keys and values that were written. */
  readonly bytes: number;
}

/** Somebody who may be added: the KeyPackage of leaf `leaf` and the way to join by it, once. */
export interface Candidate {
  readonly keyPackage: Uint8Array;
  join(welcome: Uint8Array): Awaitable<GroupMember>;
}

export interface CreatedGroup {
  readonly creator: GroupMember;
  readonly commit: Uint8Array;
  readonly welcome: Uint8Array;
}

/** The largest groups that are measured; beyond them it would take minutes. */
export interface Limits {
  readonly members: number;
  /** Of those that commit. */
  readonly commits: number;
  /** In a warm tree, which takes many commits to make. */
  readonly warm: number;
  /** One more size, since a goal names it. */
  readonly besides?: number;
}

/** An implementation of RFC 9420 in one suite. */
export interface MlsImplementation {
  readonly name: string;
  readonly limits: Limits;
  /** Those who will be at this leaf and become real members. */
  candidate(leaf: number): Awaitable<Candidate>;
  /** KeyPackages of members that nobody plays, from this leaf on. */
  fillers(first: number, count: number): Awaitable<readonly Uint8Array[]>;
  /** A new group with all of these, in one commit; the creator stands in its epoch. */
  create(keyPackages: readonly Uint8Array[]): Awaitable<CreatedGroup>;
}

/** Milliseconds of one operation of one implementation at one size. */
export interface Measurement {
  readonly operation: string;
  readonly implementation: string;
  /** Members of the group. */
  readonly size: number;
  readonly median: number;
  readonly p95: number;
  readonly samples: number;
}

/** Bytes, or records, of one thing that is sent or stored. */
export interface Count {
  readonly what: string;
  readonly implementation: string;
  readonly size: number;
  readonly value: number;
}

/** What a run on one platform found. */
export interface Findings {
  readonly platform: string;
  readonly measurements: readonly Measurement[];
  readonly counts: readonly Count[];
}

/** Says on stderr what is being done. */
export type Say = (what: string) => void;
