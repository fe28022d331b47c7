import { existsSync } from 'node:fs';
import { join } from 'node:path';

import { packagePath } from '../../apps/cli/src/root.js';

/** Absolute path of a folder of the public data that stands beside the repository, or undefined where it is absent. */
export function sharedData(folder: string): string | undefined {
  const path = join(process.env['CHANCERY_DATA'] ?? packagePath('..', 'shared', 'data'), folder);
  return existsSync(path) ? path : undefined;
}
