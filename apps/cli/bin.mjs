#!/usr/bin/env node
// Starts the compiled program; in a checkout it first compiles what has changed since the last build.
import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync, statSync, utimesSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = dirname(dirname(dirname(fileURLToPath(import.meta.url))));
const stamp = join(root, 'dist', '.built');

/** Newest modification time, in milliseconds, of any TypeScript source below `folder`. */
function newestSource(folder) {
  let newest = 0;
  for (const entry of readdirSync(folder, { withFileTypes: true, recursive: true })) {
    if (entry.isFile() && entry.name.endsWith('.ts')) {
      newest = Math.max(newest, statSync(join(entry.parentPath, entry.name)).mtimeMs);
    }
  }
  return newest;
}

function isStale() {
  if (!existsSync(join(root, 'nest-cli.json'))) return false; // an installed copy has no sources to compile
  if (!existsSync(stamp)) return true;
  const builtAt = statSync(stamp).mtimeMs;
  return ['apps', 'libs', 'test'].some((folder) => newestSource(join(root, folder)) > builtAt);
}

function build() {
  const startedAt = new Date();
  const nest = join(root, 'node_modules', '@nestjs', 'cli', 'bin', 'nest.js');
  const result = spawnSync(process.execPath, [nest, 'build'], { cwd: root, encoding: 'utf8' });
  if (result.status !== 0) {
    process.stderr.write(`${result.stdout}${result.stderr}\nchancery: the sources do not compile; see above.\n`);
    process.exit(1);
  }
  writeFileSync(stamp, '');
  utimesSync(stamp, startedAt, startedAt);
}

if (isStale()) build();
if (process.argv[2] !== '--build-only') {
  process.env.NODE_ENV ??= 'production';
  await import(new URL('../../dist/apps/cli/src/main.js', import.meta.url).href);
}
