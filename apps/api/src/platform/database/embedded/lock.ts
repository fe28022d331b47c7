import { readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';

import { Refusal } from '../../refusal.js';

/** A server that was killed leaves its PostgreSQL, which then stops by itself; this long is waited for that to begin. */
const ORPHAN_GRACE_MS = 3_000;
const STOPPING_MS = 60_000;
const POLL_MS = 25;
/** Line of postmaster.pid that tells how far start or stop is. */
const STATUS_LINE = 7;

/**
 * Resolves when no other PostgreSQL uses the cluster. Waits for one that is stopping; throws DATABASE_UNAVAILABLE when
 * one keeps running. A lock whose process number belongs to another program by now is removed.
 */
export async function waitUntilFree(cluster: string): Promise<void> {
  const startedAt = Date.now();
  for (;;) {
    const holder = await lockHolder(cluster);
    if (!holder) return;
    const patience = holder.stopping ? STOPPING_MS : ORPHAN_GRACE_MS;
    if (Date.now() - startedAt > patience) throw inUse();
    await delay(POLL_MS);
  }
}

async function lockHolder(cluster: string): Promise<{ stopping: boolean } | undefined> {
  const path = join(cluster, 'postmaster.pid');
  const lines = (await readFile(path, 'utf8').catch(() => '')).split('\n');
  const pid = Number(lines[0]);
  if (!Number.isSafeInteger(pid) || pid <= 0 || !isAlive(pid)) return undefined;
  if (!(await isPostgres(pid))) {
    await rm(path, { force: true });
    return undefined;
  }
  return { stopping: lines[STATUS_LINE]?.trim() === 'stopping' };
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}

/** Asked of the kernel where it has /proc; elsewhere PostgreSQL's own check decides. */
async function isPostgres(pid: number): Promise<boolean> {
  const name = await readFile(`/proc/${String(pid)}/comm`, 'utf8').catch(() => 'postgres');
  return name.trim() === 'postgres';
}

function inUse(): Refusal {
  return new Refusal('DATABASE_UNAVAILABLE', 'another server uses this data folder', {
    remedy: 'End the other server, or choose another folder with CHANCERY_DATA_FOLDER.',
  });
}
