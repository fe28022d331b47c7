import { spawn } from 'node:child_process';
import { join } from 'node:path';

import type { Result } from './run.js';

const root = join(import.meta.dirname, '..', '..');
const inputs = Number(process.env['FUZZ_INPUTS'] ?? 1_000_000);
const MINUTES = 60_000;

/** A million inputs run in the compiled library: a test's own sandbox would be several times slower. */
async function run(script: string, args: readonly string[]): Promise<string> {
  const child = spawn(process.execPath, [join(root, script), ...args], {
    cwd: root,
    stdio: ['ignore', 'pipe', 'inherit'],
    env: { ...process.env, NODE_OPTIONS: '' },
  });
  const chunks: Buffer[] = [];
  child.stdout.on('data', (chunk: Buffer) => chunks.push(chunk));
  await new Promise((resolve) => child.on('close', resolve));
  return Buffer.concat(chunks).toString('utf8');
}

test(
  'a million mutated inputs get a valid value or a typed error, in bounded time and memory, and change nothing',
  async () => {
    await run('apps/cli/bin.mjs', ['--build-only']);
    const result = JSON.parse(await run('dist/test/fuzz/main.js', ['--inputs', String(inputs), '--json'])) as Result;
    process.stderr.write(`fuzz: FUZZ_SEED=${result.seed}, ${inputs} inputs in ${result.seconds.toFixed(0)} s\n`);
    expect(result.findings).toEqual([]);
    expect(result.targets.reduce((sum, target) => sum + target.inputs, 0)).toBe(inputs);
    expect(result.targets.filter(({ branches }) => branches === 0)).toEqual([]);
  },
  30 * MINUTES,
);
