// Runs jest as the README's `npm test` does. Arguments are passed on, for instance `-- --selectProjects unit`; without any, the tests
// run in shards, one after the other: a worker of jest keeps what each file has loaded (a WebAssembly memory or two), and slows down
// as it fills up.
import { spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { constants, tmpdir } from 'node:os';
import { join } from 'node:path';

import { closingLines, NOTHING, sum } from './reporter.mjs';

const SHARDS = 6;
const root = join(import.meta.dirname, '..', '..');
const jest = join(root, 'node_modules', 'jest', 'bin', 'jest.js');
const folder = mkdtempSync(join(tmpdir(), 'chancery-counts-'));
let child;
let stopped = false;

for (const signal of ['SIGINT', 'SIGTERM']) {
  process.on(signal, () => {
    stopped = true;
    child?.kill(signal);
  });
}

/** Runs jest once; resolves with its exit code and what it counted. */
function run(name, parameters) {
  const counts = join(folder, `${name}.json`);
  child = spawn(
    process.execPath,
    ['--experimental-vm-modules', '--no-warnings=ExperimentalWarning', jest, ...parameters],
    {
      cwd: root,
      stdio: 'inherit',
      env: { ...process.env, NODE_ENV: 'test', CHANCERY_COUNTS: counts },
    },
  );
  return new Promise((resolve) => {
    child.on('exit', (code, signal) => {
      resolve({ code: code ?? 128 + constants.signals[signal], counts: read(counts) });
    });
  });
}

/** Jest may have ended before it counted. */
function read(path) {
  try {
    return JSON.parse(readFileSync(path, 'utf8'));
  } catch {
    return { ...NOTHING, failed: 1 };
  }
}

const asked = process.argv.slice(2);
const runs =
  asked.length > 0 ? [asked] : Array.from({ length: SHARDS }, (_, index) => [`--shard=${index + 1}/${SHARDS}`]);
let total = NOTHING;
for (const [index, parameters] of runs.entries()) {
  if (stopped) break;
  const { code, counts } = await run(String(index), parameters);
  total = sum(total, counts);
  if (code !== 0) process.exitCode = code;
}
rmSync(folder, { recursive: true });
for (const line of closingLines(total)) process.stdout.write(`${line}\n`);
