import { readFile, realpath, stat } from 'node:fs/promises';
import { dirname } from 'node:path';

import { Refusal } from '../../refusal.js';

/** An account of the operating system that PostgreSQL runs under. */
export interface Account {
  readonly uid: number;
  readonly gid: number;
}

/**
 * PostgreSQL refuses to run as root. Started by root, Chancery hands it to the account that owns the cluster already,
 * or else to `nobody`. Undefined when this process is not root: then PostgreSQL runs as this process does.
 */
export async function chooseAccount(cluster: string): Promise<Account | undefined> {
  if (process.getuid?.() !== 0) return undefined;
  const owner = await stat(cluster).catch(() => undefined);
  if (owner && owner.uid !== 0) return { uid: owner.uid, gid: owner.gid };
  return findAccount('nobody');
}

async function findAccount(name: string): Promise<Account> {
  const lines = (await readFile('/etc/passwd', 'utf8')).split('\n');
  const entry = lines.find((line) => line.startsWith(`${name}:`))?.split(':');
  const [, , uid, gid] = entry ?? [];
  if (uid === undefined || gid === undefined) {
    throw new Refusal('DATABASE_UNAVAILABLE', `this system has no account "${name}" for the embedded database`, {
      remedy: 'Start the server as another user than root, or set DATABASE_URL.',
    });
  }
  return { uid: Number(uid), gid: Number(gid) };
}

/** The first folder on the way to `path`, itself included, that the account may not pass; undefined when all are open. */
export async function closedFolder(path: string, account: Account): Promise<string | undefined> {
  for (const folder of ancestors(await realpath(path))) {
    if (!mayPass(await stat(folder), account)) return folder;
  }
  return undefined;
}

function ancestors(path: string): string[] {
  const parent = dirname(path);
  return parent === path ? [path] : [...ancestors(parent), path];
}

function mayPass(folder: { uid: number; gid: number; mode: number }, account: Account): boolean {
  if (folder.uid === account.uid) return (folder.mode & 0o100) !== 0;
  if (folder.gid === account.gid) return (folder.mode & 0o010) !== 0;
  return (folder.mode & 0o001) !== 0;
}
