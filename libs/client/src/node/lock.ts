import { randomUUID } from 'node:crypto';
import {
  linkSync,
  readFileSync,
  readdirSync,
  rmSync,
  statSync,
  truncateSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { hostname } from 'node:os';
import { join } from 'node:path';

import { ChanceryError } from '../errors.js';

const NAME = /^vault\.lock\.(\d+)$/;
const HEARTBEAT_MS = 10_000;
/** A holder on another machine (or in another container) that has been silent for so long is taken for dead. */
const SILENCE_MS = 60_000;

interface Holder {
  readonly pid: number;
  readonly host: string;
  /** When the process started, so that a process id that was given out anew isn't taken for the holder. */
  readonly startedAt: string;
}

export interface Lock {
  release(): void;
}

/**
 * Keeps other processes out of a vault; a holder that was killed is noticed at the next attempt.
 *
 * Holders are numbered files, `vault.lock.<n>`. The greatest number counts. A new holder makes the next number, which
 * only one of several can do, and goes away again when it then sees a greater one: a file that has been cleaned up in
 * between can't let two in. Whoever releases leaves an empty file behind, so that numbers never start again.
 * @throws ChanceryError VAULT_BUSY
 */
export function lockVault(folder: string): Lock {
  for (;;) {
    const newest = newestLock(folder);
    if (newest > 0 && isHeld(join(folder, nameOf(newest)))) throw busy();
    const mine = newest + 1;
    if (!create(folder, mine)) continue;
    if (newestLock(folder) === mine) return hold(folder, mine);
    rmSync(join(folder, nameOf(mine)), { force: true });
  }
}

function busy(): ChanceryError {
  return new ChanceryError('VAULT_BUSY', 'Another program uses this vault.');
}

function nameOf(number: number): string {
  return `vault.lock.${String(number)}`;
}

function lockNumbers(folder: string): number[] {
  return readdirSync(folder).flatMap((name) => {
    const digits = NAME.exec(name)?.[1];
    return digits === undefined ? [] : [Number(digits)];
  });
}

function newestLock(folder: string): number {
  return Math.max(0, ...lockNumbers(folder));
}

/** Writes the whole file under another name first: nobody ever reads half of it. False when the number is taken. */
function create(folder: string, number: number): boolean {
  const draft = join(folder, `vault.lock.draft.${randomUUID()}`);
  const holder: Holder = { pid: process.pid, host: hostname(), startedAt: startOf(process.pid) };
  writeFileSync(draft, JSON.stringify(holder), { mode: 0o600 });
  try {
    linkSync(draft, join(folder, nameOf(number)));
    return true;
  } catch (error) {
    if (codeOf(error) === 'EEXIST') return false;
    throw error;
  } finally {
    rmSync(draft, { force: true });
  }
}

function hold(folder: string, number: number): Lock {
  const path = join(folder, nameOf(number));
  for (const older of lockNumbers(folder)) if (older < number) rmSync(join(folder, nameOf(older)), { force: true });
  const heartbeat = setInterval(() => {
    unlessGone(() => {
      utimesSync(path, new Date(), new Date());
    });
  }, HEARTBEAT_MS);
  heartbeat.unref();
  return {
    release(): void {
      clearInterval(heartbeat);
      unlessGone(() => {
        truncateSync(path);
      });
    },
  };
}

/** Somebody may have deleted the whole vault meanwhile; then there is nothing to keep or to release. */
function unlessGone(work: () => void): void {
  try {
    work();
  } catch (error) {
    if (codeOf(error) !== 'ENOENT') throw error;
  }
}

function isHeld(path: string): boolean {
  const holder = readHolder(path);
  if (!holder) return false;
  if (holder.host !== hostname()) return Date.now() - statSync(path).mtimeMs < SILENCE_MS;
  return isAlive(holder.pid) && startOf(holder.pid) === holder.startedAt;
}

/** Undefined for a lock that was released, or cleaned up since it was listed. */
function readHolder(path: string): Holder | undefined {
  try {
    const text = readFileSync(path, 'utf8');
    return text === '' ? undefined : (JSON.parse(text) as Holder);
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return undefined;
    throw error;
  }
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return codeOf(error) === 'EPERM';
  }
}

/** Field 22 of /proc/<pid>/stat, in clock ticks since boot; empty where there is no such file. */
function startOf(pid: number): string {
  try {
    const stat = readFileSync(`/proc/${String(pid)}/stat`, 'utf8');
    return stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19] ?? '';
  } catch {
    return '';
  }
}

function codeOf(error: unknown): unknown {
  return error instanceof Error && 'code' in error ? error.code : undefined;
}
