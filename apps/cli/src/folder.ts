import { chmod, mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';

/** A folder that work is done in: a named one, or a new one that goes away at the end. */
export interface Folder {
  readonly path: string;
  readonly temporary: boolean;
}

/** The embedded database may run under another account than ours: it has to pass our folder, not to read it. */
const PASSABLE = 0o711;

export async function makeFolder(name: string, wished?: string): Promise<Folder> {
  if (wished === undefined) {
    const path = await mkdtemp(join(tmpdir(), `chancery-${name}-`));
    await chmod(path, PASSABLE);
    return { path, temporary: true };
  }
  await mkdir(resolve(wished), { recursive: true, mode: PASSABLE });
  return { path: resolve(wished), temporary: false };
}

export async function removeFolder({ path, temporary }: Folder): Promise<void> {
  if (temporary) await rm(path, { recursive: true, force: true });
}
