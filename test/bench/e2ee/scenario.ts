import type { Findings, MlsImplementation, Say, Talk } from './contract.js';
import { floorName, rawXwing } from './floor.js';
import { cast, commitAll, counted, countState, createAll, Counts, isWarmed, operations, warm } from './groups.js';
import type { Notes, PlayedGroup } from './groups.js';
import { measureMessages, somePlaintext } from './messages.js';
import { takeTurns, Stopwatch } from './timing.js';
import type { Effort } from './timing.js';

/** How much is measured. */
export interface Settings {
  /** Members of the groups. */
  readonly sizes: readonly number[];
  /** Members of the groups of the curve. */
  readonly curve: readonly number[];
  readonly create: Effort;
  readonly messages: Effort;
  readonly cold: Effort;
  readonly warm: Effort;
}

/** Who takes part. */
export interface Contenders {
  readonly mls: readonly MlsImplementation[];
  /** Those of which only messages are measured, at this size. */
  readonly talks: (size: number) => Promise<readonly Talk[]>;
  /** Whose commits in a warm tree make the curve. */
  readonly curve: readonly MlsImplementation[];
}

/** core-crypto is measured at this size too, since a goal names it. */
export const goalSize = 300;
/** The floor of a cold X-Wing update has a name of its own. */
export const kemFloorName = `${floorName}, X-Wing KEM`;
export const curveOperations = { create: 'curve: update, create', process: 'curve: update, process' } as const;

export async function measureAll(
  platform: string,
  contenders: Contenders,
  settings: Settings,
  say: Say,
): Promise<Findings> {
  const notes: Notes = { stopwatch: new Stopwatch(), counts: new Counts() };
  const besides = contenders.mls.flatMap(({ limits }) => limits.besides ?? []);
  const sizes = [...new Set([...settings.sizes, ...besides])].sort((a, b) => a - b);
  const steps = sizes.length + 1;
  for (const [i, size] of sizes.entries()) {
    const tell: Say = (what) => {
      say(`${platform}, ${String(i + 1)} of ${String(steps)}: ${String(size)} members, ${what}`);
    };
    await measureSize(contenders, size, settings, notes, tell);
  }
  say(`${platform}, ${String(steps)} of ${String(steps)}: warm commits up to ${String(settings.curve.at(-1))} members`);
  await measureCurve(contenders.curve, settings, notes);
  return { platform, measurements: notes.stopwatch.measurements(), counts: notes.counts.all() };
}

async function measureSize(
  { mls, talks }: Contenders,
  size: number,
  settings: Settings,
  notes: Notes,
  say: Say,
): Promise<void> {
  const isNamed = settings.sizes.includes(size);
  const able = mls.filter(({ limits }) => (isNamed ? size <= limits.members : size === limits.besides));
  say('creating and joining');
  const casts = [];
  for (const one of able) casts.push(await cast(one, size));
  const groups = await createAll(casts, settings.create, notes);
  say('messages');
  const others = isNamed ? await talks(size) : [];
  await measureMessages([...groups, ...others], size, settings.messages, notes.stopwatch);
  say('commits in a cold tree');
  const committing = groups.filter(({ name }) => able.some((one) => one.name === name && size <= one.limits.commits));
  await commitAll(committing, 'cold', settings.cold, notes, isNamed ? [kemFloor(size, notes.stopwatch)] : []);
  const warmed = groups.filter(({ name }) => able.some((one) => one.name === name && isWarmed(one, size)));
  say('commits in a warm tree');
  for (const group of warmed) await warm(group);
  await commitAll(warmed, 'warm', settings.warm, notes);
  for (const group of groups) await countState(group, somePlaintext(), notes.counts);
}

/** What an update in a cold tree contains: an encapsulation to everybody else, and a key pair for each node of the path. */
function kemFloor(size: number, stopwatch: Stopwatch): () => Promise<void> {
  const raw = rawXwing();
  const key = { operation: operations.createUpdate('cold'), implementation: kemFloorName, size };
  return async () => {
    await stopwatch.time(key, () => {
      raw(size - 1, Math.ceil(Math.log2(size)) + 1);
    });
  };
}

async function measureCurve(mls: readonly MlsImplementation[], settings: Settings, notes: Notes): Promise<void> {
  const groups: PlayedGroup[] = [];
  const aside: Notes = { stopwatch: new Stopwatch(), counts: notes.counts };
  for (const one of mls) {
    for (const size of settings.curve) {
      const once = { milliseconds: 0, least: 1, most: 1 };
      const [group] = await createAll([await cast(one, size)], once, aside);
      if (group === undefined) continue;
      await warm(group);
      groups.push(group);
    }
  }
  const turns = groups.map((group) => async () => {
    const key = { implementation: group.name, size: group.size };
    const time = notes.stopwatch;
    const made = await time.time({ ...key, operation: curveOperations.create }, () => group.creator.update());
    await time.time({ ...key, operation: curveOperations.process }, () => group.receiver.process(made));
    notes.counts.set({ ...key, what: counted.update('warm'), value: made.length });
  });
  await takeTurns(settings.warm, turns);
}
