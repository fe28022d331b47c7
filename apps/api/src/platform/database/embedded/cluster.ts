import { spawn } from 'node:child_process';
import { chown, mkdir, rename, rm, stat, writeFile } from 'node:fs/promises';
import { userInfo } from 'node:os';
import { join } from 'node:path';

import { Refusal } from '../../refusal.js';
import type { Account } from './account.js';
import type { Binaries } from './binaries.js';

/** Superuser of the cluster; used to make databases, never by the application. */
export const OWNER = 'owner';
/** Role and database of the application. */
export const APPLICATION = 'chancery';

/** PostgreSQL tells nothing about locale or time zone of the machine; logs and sorting are the same everywhere. */
export const POSTGRES_ENVIRONMENT = { LC_ALL: 'C', TZ: 'UTC', PATH: '/usr/bin:/bin' };

/**
 * Makes an empty cluster in `folder` unless there is one. It is made aside and moved, so that a crash in between
 * leaves no half cluster.
 */
export async function ensureCluster(folder: string, binaries: Binaries, account: Account | undefined): Promise<void> {
  if (await stat(join(folder, 'PG_VERSION')).catch(() => undefined)) return;
  const unfinished = `${folder}.new`;
  await rm(unfinished, { recursive: true, force: true });
  await mkdir(unfinished, { mode: 0o700 });
  if (account) await chown(unfinished, account.uid, account.gid);
  await initdb(unfinished, binaries, account);
  await writeAuthentication(unfinished);
  await rename(unfinished, folder);
}

async function initdb(folder: string, binaries: Binaries, account: Account | undefined): Promise<void> {
  const options = ['--auth=peer', '--encoding=UTF8', '--locale-provider=builtin', '--builtin-locale=C.UTF-8'];
  const args = ['-D', folder, '-U', OWNER, '--locale=C', '--no-instructions', ...options];
  const { code, output } = await run(binaries.initdb, args, account);
  if (code !== 0) {
    throw new Refusal('DATABASE_UNAVAILABLE', `the embedded database could not be made: ${lastLine(output)}`, {
      remedy: 'Check room and permissions of the data folder (CHANCERY_DATA_FOLDER), or set DATABASE_URL.',
    });
  }
}

/** Only this operating-system account may connect, through the Unix socket; the kernel says who it is. No password exists. */
async function writeAuthentication(folder: string): Promise<void> {
  const { username } = userInfo();
  const map = [OWNER, APPLICATION].map((role) => `server "${username}" ${role}\n`).join('');
  await writeFile(join(folder, 'pg_ident.conf'), map);
  await writeFile(join(folder, 'pg_hba.conf'), 'local all all peer map=server\n');
}

function run(program: string, args: string[], account: Account | undefined) {
  return new Promise<{ code: number | null; output: string }>((resolve, reject) => {
    const child = spawn(program, args, { ...account, env: POSTGRES_ENVIRONMENT, stdio: ['ignore', 'ignore', 'pipe'] });
    let output = '';
    child.stderr.on('data', (chunk: Buffer) => (output = (output + chunk.toString()).slice(-4096)));
    child.once('error', reject);
    child.once('close', (code) => {
      resolve({ code, output });
    });
  });
}

export function lastLine(output: string): string {
  return output.trim().split('\n').at(-1) ?? '';
}
