import { CosignedCheckpointsDocument } from '#contracts';
import { freshnessDays } from '#policy';
import type { SecurityPolicy } from '#policy';
import type { Directory } from '#transparency';

import type { Core } from '../core.js';
import { cosignersOf } from '../directory/cosigners.js';
import { signedCheckpoint } from '../directory/judgement.js';
import type { Sql } from '../ports/store.js';
import { loadSetting, saveSetting } from '../profile.js';

export const DAY_MS = 86_400_000;
/** Signs of life in the time that a conversation may go without: so many may be lost. */
export const SIGNS_PER_LIMIT = 4;
const ASK_MS = DAY_MS / 8;
const KEY = 'witnesses';

/** When others last said that the log was no longer than this device holds it. Milliseconds since 1970. */
interface Words {
  /** From when on the words of others are kept. */
  readonly since: number;
  /** When the server was last asked for them. */
  readonly asked: number;
  /** By person. */
  readonly said: Readonly<Record<string, number>>;
}

/** After so long a cosigner signs the same checkpoint anew, in milliseconds: at least daily, more often under a strict policy. */
export function signInterval(policy: SecurityPolicy): number {
  const shortest = Math.min(...policy.levels.map(({ id }) => freshnessDays({ level: id }, policy)));
  return Math.min(DAY_MS, (shortest * DAY_MS) / SIGNS_PER_LIMIT);
}

/**
 * Asks, when it is time or if it is `wanted`, who has cosigned last what this device holds too, and when. A server that freezes the directory
 * for one person has nothing to show that was cosigned since. Cosignatures of a longer log wait until this device has it.
 */
export async function askWitnesses(core: Core, wanted = false): Promise<void> {
  const { store, session, timer } = core;
  const now = timer.now().getTime();
  const before = await store.read(loadWords);
  if (before && !wanted && now - before.asked < ASK_MS) return;
  const { cosignedCheckpoints } = await session.execute(CosignedCheckpointsDocument, {});
  const words = await Promise.all(cosignedCheckpoints.map(({ note }) => wordsUnder(note, core)));
  await store.transaction(async (sql) => {
    const { since = now, said = {} } = (await loadWords(sql)) ?? {};
    const newest = new Map(Object.entries(said));
    for (const [person, at] of words.flat()) newest.set(person, Math.max(newest.get(person) ?? 0, Math.min(at, now)));
    await saveSetting(sql, KEY, { since, asked: now, said: Object.fromEntries(newest) });
  });
}

/**
 * Until when the directory counts as the newest for a conversation with these people, in milliseconds since 1970.
 *
 * Who is to be kept from this device, and has a device in the hands of a thief, may help the server. So either somebody outside of the
 * conversation has to have spoken, or two people. Where there are no such witnesses nothing can be asked for.
 */
export async function heldUntil(
  { directory: { current }, profile, timer }: Core,
  sql: Sql,
  people: ReadonlySet<string>,
  { since, days }: { readonly since: number; readonly days: number },
): Promise<number> {
  const now = timer.now();
  const words = await loadWords(sql);
  const spoken = Object.entries(words?.said ?? {}).sort(([, one], [, other]) => other - one);
  const outside = spoken.find(([person]) => !people.has(person))?.[1] ?? 0;
  const second = spoken[1]?.[1] ?? 0;
  const until = Math.max(outside, second, since, words?.since ?? now.getTime()) + days * DAY_MS;
  if (now.getTime() < until || hasWitnesses(current, people, profile.personId, now)) return until;
  return Number.POSITIVE_INFINITY;
}

/** Only what the log states counts: which posts are missions is the server's word. */
function hasWitnesses(directory: Directory, people: ReadonlySet<string>, self: string, now: Date): boolean {
  if (directory.serverKeys('log', now).length === 0) return false; // nothing is signed yet
  let members = 0;
  for (const { id } of directory.persons()) {
    if (id === self || !isWitness(directory, id, now)) continue;
    if (!people.has(id) || ++members > 1) return true;
  }
  return false;
}

function isWitness(directory: Directory, personId: string, now: Date): boolean {
  if (directory.person(personId)?.revoked || !directory.powersOf(personId, now).has('witness')) return false;
  return directory.devicesOf(personId).some(({ revoked }) => !revoked);
}

async function wordsUnder(note: string, { directory, profile, timer }: Core): Promise<[string, number][]> {
  const [{ current }, now] = [directory, timer.now()];
  const checkpoint = signedCheckpoint(note, current, now);
  if (!checkpoint || !(await directory.agrees(checkpoint))) return [];
  return cosignersOf(note, current, now)
    .filter(({ deviceId, personId }) => personId !== profile.personId && !current.isRevoked(deviceId))
    .map(({ personId, at }) => [personId, Date.parse(at)]);
}

async function loadWords(sql: Sql): Promise<Words | undefined> {
  return (await loadSetting(sql, KEY)) as Words | undefined;
}
