import { spawnSync } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { measureTransfers } from '../bench/attachments/measure.js';
import { createDatabase } from '../support/postgres.js';

const ROOT = join(import.meta.dirname, '..', '..');
const DIST = process.env['CHANCERY_DIST'] ?? join(ROOT, 'dist');
/** The first is long enough for every buffer to be in use. */
const SIZES_MIB = [64, 512];
/** What the allocator and the garbage collector keep differs from run to run. */
const SLACK_MIB = 40;

/** The longest files are for `npm run bench -- attachments`. */
test('a file eight times as long takes no more memory, at the server and at both clients', async () => {
  if (process.env['CHANCERY_DIST'] === undefined) {
    spawnSync(process.execPath, [join(ROOT, 'apps', 'cli', 'bin.mjs'), '--build-only'], { stdio: 'inherit' });
  }
  const database = await createDatabase();
  const folder = await mkdtemp(join(tmpdir(), 'chancery-memory-'));
  try {
    const modules = join(DIST, 'test', 'bench', 'attachments');
    const [small, large] = await measureTransfers({ folder, databaseUrl: database.url, modules }, SIZES_MIB);
    if (!small || !large) throw new Error('nothing was measured');
    const sides = ['server', 'sender', 'receiver'] as const;
    const grown = sides.filter((side) => !(large[side].peak < small[side].peak + SLACK_MIB));
    const words = (side: (typeof sides)[number]) =>
      `${side}: ${String(small[side].peak)}, ${String(large[side].peak)} MiB`;
    expect(grown.map(words)).toEqual([]);
  } finally {
    await database.drop();
    await rm(folder, { recursive: true, force: true });
  }
});
