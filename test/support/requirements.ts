import { accessSync, constants, existsSync } from 'node:fs';
import { delimiter, join } from 'node:path';

import { sharedData } from './data.js';

const root = join(import.meta.dirname, '..', '..');

/** What some tests need beyond Node and npm, and how to find out whether this machine has it. */
const REQUIREMENTS = {
  meilisearch: () => existsSync(join(root, 'node_modules', '@gaubee', 'meilisearch-linux-amd64', 'meilisearch')),
  nats: () => isOnPath('nats-server'),
  chromium: () => existsSync('/usr/bin/chromium'),
  peers: () => existsSync(join(root, 'test', 'peers', 'node_modules')),
  data: () => sharedData('') !== undefined,
};

export type Requirement = keyof typeof REQUIREMENTS;

function isOnPath(program: string): boolean {
  return (process.env['PATH'] ?? '').split(delimiter).some((folder) => isExecutable(join(folder, program)));
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

/**
 * Like `describe`, for tests that need something the machine may lack. Absent, they are skipped and the runner prints why;
 * absent although CHANCERY_REQUIRE (comma-separated) names it, they fail.
 */
export function describeWith(requirement: Requirement, name: string, tests: () => void): void {
  if (REQUIREMENTS[requirement]()) {
    describe(name, tests);
  } else if ((process.env['CHANCERY_REQUIRE'] ?? '').split(',').includes(requirement)) {
    test(`${name}: needs ${requirement}`, () => {
      throw new Error(`CHANCERY_REQUIRE names ${requirement}, but this machine does not have it`);
    });
  } else {
    const skipped = describe.skip;
    skipped(`${name} [needs ${requirement}]`, tests);
  }
}
