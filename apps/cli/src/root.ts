import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

/** Folder of the package, found by walking up: compiled code and sources stand at different depths. */
const packageRoot = findRoot(import.meta.dirname);

/** A file or folder that is not compiled, by its path in the package. */
export const packagePath = (...path: string[]): string => join(packageRoot, ...path);

export function packageVersion(): string {
  const { version } = JSON.parse(readFileSync(packagePath('package.json'), 'utf8')) as { version: string };
  return version;
}

function findRoot(folder: string): string {
  if (isRoot(folder)) return folder;
  const parent = dirname(folder);
  if (parent === folder) throw new Error('the package.json of chancery is missing');
  return findRoot(parent);
}

function isRoot(folder: string): boolean {
  const file = join(folder, 'package.json');
  return existsSync(file) && (JSON.parse(readFileSync(file, 'utf8')) as { name?: unknown }).name === 'chancery';
}
