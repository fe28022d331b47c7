/**
 * `npm run fuzz -- [--seed N] [--inputs N] [--only TEXT] [--json]` runs inputs 0 to N-1 of a seed, or all of them for the
 * targets whose name holds the text; `--input N` (or FUZZ_INPUT) runs one of them again, `--target NAME --hex BYTES` given
 * ones. The exit code is 1 if there is a finding.
 */
import { parseArgs } from 'node:util';

import { fuzz } from './run.js';
import type { Options, Result } from './run.js';

const { values } = parseArgs({
  options: {
    seed: { type: 'string', default: process.env['FUZZ_SEED'] ?? '1' },
    inputs: { type: 'string', default: process.env['FUZZ_INPUTS'] ?? '1000000' },
    input: { type: 'string' },
    only: { type: 'string', default: '' },
    target: { type: 'string' },
    hex: { type: 'string' },
    json: { type: 'boolean', default: false },
  },
});

const single = values.input ?? process.env['FUZZ_INPUT'];
const options: Options = {
  seed: Number(values.seed),
  inputs: Number(values.inputs),
  only: values.only,
  ...(single === undefined ? {} : { input: Number(single) }),
  ...(values.target === undefined ? {} : { bytes: { target: values.target, hex: values.hex ?? '' } }),
};

const isTerminal = process.stderr.isTTY && !values.json;
const result = await fuzz(options, (input) => {
  if (isTerminal) process.stderr.write(`\r${input} of ${options.inputs}`);
});
if (isTerminal) process.stderr.write('\r');
process.stdout.write(values.json ? `${JSON.stringify(result)}\n` : asText(result));
process.exitCode = result.findings.length > 0 ? 1 : 0;

function asText({ seed, findings, targets, seconds, mostMiB }: Result): string {
  const rows = targets
    .filter(({ inputs }) => inputs > 0)
    .map((row) => [
      row.target,
      row.inputs,
      row.accepted,
      row.outcomes,
      row.branches,
      row.kept,
      row.seconds,
      row.slowestMs,
      row.mostKiB,
    ]);
  const heads = ['target', 'inputs', 'accepted', 'outcomes', 'branches', 'kept', 'seconds', 'slowest ms', 'most KiB'];
  const lines = [heads, ...rows].map(([target, ...cells]) => `${String(target).padEnd(40)}${cells.map(cell).join('')}`);
  const total = targets.reduce((sum, { inputs }) => sum + inputs, 0);
  const end = `seed ${seed}: ${total} inputs in ${seconds.toFixed(1)} s, at most ${mostMiB} MiB, ${findings.length} findings`;
  const found = findings.map(
    (finding) =>
      `\n${finding.target}, FUZZ_SEED=${seed} FUZZ_INPUT=${finding.input}\n${finding.what}\n${finding.hex.slice(0, 2000)}\n`,
  );
  return `${[...lines, '', end].join('\n')}\n${found.join('')}`;
}

function cell(value: string | number | undefined): string {
  const text = typeof value === 'number' && !Number.isInteger(value) ? value.toFixed(1) : String(value);
  return text.padStart(12);
}
