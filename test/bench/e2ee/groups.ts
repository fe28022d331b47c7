import type { Candidate, Count, CreatedGroup, GroupMember, MlsImplementation, Talk } from './contract.js';
import { takeTurns } from './timing.js';
import type { Effort, Stopwatch } from './timing.js';

/** Names of operations and of what is counted, as in tables and JSON. */
export const operations = {
  create: 'create group with all',
  join: 'join',
  createUpdate: (tree: Tree) => `update, create, ${tree} tree`,
  processUpdate: (tree: Tree) => `update, process, ${tree} tree`,
  createRemove: (tree: Tree) => `remove, create, ${tree} tree`,
  processRemove: (tree: Tree) => `remove, process, ${tree} tree`,
} as const;

/** Cold: right after everybody was added, most parents are blank. Warm: so many committed that no copath node is. */
export type Tree = 'cold' | 'warm';

export const counted = {
  keyPackage: 'KeyPackage',
  welcome: 'Welcome',
  addAll: 'commit, all added',
  update: (tree: Tree) => `commit, update, ${tree} tree`,
  remove: (tree: Tree) => `commit, remove, ${tree} tree`,
  message: 'message of 1 KiB',
  state: 'stored state',
  changedBySend: 'stored by encrypt',
  changedByReceive: 'stored by decrypt',
  changedByCommit: 'stored by a commit, warm tree',
  recordsOfCommit: 'records of a commit, warm tree',
} as const;

/** Collects what is counted; the last value of each stays. */
export class Counts {
  private readonly found = new Map<string, Count>();

  set(count: Count): void {
    this.found.set(JSON.stringify([count.what, count.implementation, count.size]), count);
  }

  all(): Count[] {
    return [...this.found.values()];
  }
}

/** Where measurements go. */
export interface Notes {
  readonly stopwatch: Stopwatch;
  readonly counts: Counts;
}

/** A group of which the creator (leaf 0), a receiver and some others are played. */
export interface PlayedGroup extends Talk {
  readonly size: number;
  readonly creator: GroupMember;
  readonly receiver: GroupMember;
  /** Those who can warm the tree, one below each node of the creator's copath, from right to left; one is the receiver. */
  readonly committers: GroupMember[];
  /** Leaves that nobody plays, in order. */
  readonly unplayed: number[];
}

interface Cast {
  readonly mls: MlsImplementation;
  readonly size: number;
  readonly candidates: ReadonlyMap<number, Candidate>;
  readonly keyPackages: readonly Uint8Array[];
}

/** In the middle of the tree: of the creator's path it sees what half of all members see, all but the top. */
const receiverOf = (size: number): number => Math.floor(size / 2);

export const isWarmed = ({ limits }: MlsImplementation, size: number): boolean => size > 2 && size <= limits.warm;

/** Everybody's KeyPackages. */
export async function cast(mls: MlsImplementation, size: number): Promise<Cast> {
  const played = new Set([receiverOf(size)]);
  if (isWarmed(mls, size)) for (let leaf = 2; leaf < size; leaf *= 2) played.add(leaf);
  const candidates = new Map<number, Candidate>();
  for (const leaf of played) candidates.set(leaf, await mls.candidate(leaf));
  const fillers = await mls.fillers(1, size - 1);
  const keyPackages = fillers.map((filler, i) => candidates.get(i + 1)?.keyPackage ?? filler);
  return { mls, size, candidates, keyPackages };
}

/** Creates groups in turns, and has the played members join the last of each. */
export async function createAll(casts: readonly Cast[], effort: Effort, notes: Notes): Promise<PlayedGroup[]> {
  const created = new Map<Cast, CreatedGroup>();
  await takeTurns(
    effort,
    casts.map((members) => async () => {
      const { mls, size, keyPackages } = members;
      const key = { operation: operations.create, implementation: mls.name, size };
      created.set(members, await notes.stopwatch.time(key, () => mls.create(keyPackages)));
    }),
  );
  const groups: PlayedGroup[] = [];
  for (const [members, group] of created) groups.push(await joinAll(members, group, notes));
  return groups;
}

async function joinAll({ mls, size, candidates }: Cast, group: CreatedGroup, notes: Notes): Promise<PlayedGroup> {
  const key = { operation: operations.join, implementation: mls.name, size };
  const joined = new Map<number, GroupMember>();
  for (const [leaf, candidate] of candidates) {
    joined.set(leaf, await notes.stopwatch.time(key, () => candidate.join(group.welcome)));
  }
  const receiver = joined.get(receiverOf(size));
  if (receiver === undefined) throw new RangeError('a group has a receiver');
  const leaves = Array.from({ length: size - 1 }, (_, i) => i + 1);
  const unplayed = leaves.filter((leaf) => !candidates.has(leaf));
  const count = (what: string, { length }: Uint8Array) => {
    notes.counts.set({ what, implementation: mls.name, size, value: length });
  };
  for (const { keyPackage } of candidates.values()) count(counted.keyPackage, keyPackage);
  count(counted.welcome, group.welcome);
  count(counted.addAll, group.commit);
  return {
    name: mls.name,
    size,
    creator: group.creator,
    receiver,
    committers: [...joined].sort(([a], [b]) => b - a).map(([, member]) => member),
    unplayed,
    encrypt: (plaintext) => group.creator.encrypt(plaintext),
    decrypt: (message) => receiver.decrypt(message),
  };
}

/** Updates and removes, made by the creator and processed by the receiver, in turns. */
export async function commitAll(
  groups: readonly PlayedGroup[],
  tree: Tree,
  effort: Effort,
  notes: Notes,
  more: readonly (() => Promise<void>)[] = [],
): Promise<void> {
  const updates = groups.map((group) => async () => {
    const made = await commit(group, tree, 'Update', notes, () => group.creator.update());
    notes.counts.set({ what: counted.update(tree), implementation: group.name, size: group.size, value: made.length });
  });
  await takeTurns(effort, [...updates, ...more]);
  const removes = groups.map((group) => async () => {
    const leaf = nextToLeave(group, tree);
    if (leaf === undefined) return;
    const made = await commit(group, tree, 'Remove', notes, () => group.creator.remove(leaf));
    notes.counts.set({ what: counted.remove(tree), implementation: group.name, size: group.size, value: made.length });
  });
  await takeTurns({ ...effort, milliseconds: effort.milliseconds / 2 }, removes);
}

/**
 * In a cold tree the last leaf. In a warm tree the first: only near the creator enough members have committed for a
 * remove to cost what it costs where everybody has. Half of the leaves are kept for the warm tree.
 */
function nextToLeave({ size, unplayed }: PlayedGroup, tree: Tree): number | undefined {
  if (tree === 'warm') return unplayed.shift();
  return unplayed.length > size / 4 ? unplayed.pop() : undefined;
}

async function commit(
  { name, size, receiver, committers }: PlayedGroup,
  tree: Tree,
  kind: 'Update' | 'Remove',
  { stopwatch }: Notes,
  make: () => ReturnType<GroupMember['update']>,
): Promise<Uint8Array> {
  const key = { implementation: name, size };
  const made = await stopwatch.time({ ...key, operation: operations[`create${kind}`](tree) }, make);
  await stopwatch.time({ ...key, operation: operations[`process${kind}`](tree) }, () => receiver.process(made));
  for (const member of committers) if (member !== receiver) await member.process(made);
  return made;
}

/**
 * Lets the committers commit, so that no node of the creator's copath is blank any more; all but the receiver leave the
 * stage after it. From right to left, the first commits encrypt to the fewest.
 */
export async function warm({ creator, receiver, committers }: PlayedGroup): Promise<void> {
  for (let next = committers.shift(); next !== undefined; next = committers.shift()) {
    const made = await next.update();
    for (const member of new Set([creator, receiver, ...committers])) if (member !== next) await member.process(made);
  }
}

/** Bytes of a message, of what is stored, and of what one more message or commit changes in that. */
export async function countState(group: PlayedGroup, plaintext: Uint8Array, counts: Counts): Promise<void> {
  const { name, size, creator, receiver } = group;
  const count = (what: string, value: number | undefined) => {
    if (value !== undefined) counts.set({ what, implementation: name, size, value });
  };
  if (isWarmCounted(counts, group)) {
    await receiver.process(await creator.update());
    count(counted.changedByCommit, receiver.lastChange?.().bytes);
    count(counted.recordsOfCommit, receiver.lastChange?.().records);
  }
  for (let i = 0; i < 2; i++) {
    const message = await creator.encrypt(plaintext);
    count(counted.message, message.length);
    count(counted.changedBySend, creator.lastChange?.().bytes);
    await receiver.decrypt(message);
    count(counted.changedByReceive, receiver.lastChange?.().bytes);
  }
  count(counted.state, await receiver.storedBytes?.());
}

const isWarmCounted = (counts: Counts, { name, size }: PlayedGroup): boolean =>
  counts.all().some((count) => {
    return count.what === counted.update('warm') && count.implementation === name && count.size === size;
  });
