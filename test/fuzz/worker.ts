import { register } from 'node:module';
import { parentPort, workerData } from 'node:worker_threads';

import { collectCoverage } from './coverage.js';
import { makeDeterministic } from './determinism.js';
import type { Job, Report } from './run.js';

// typed errors come by the hundred thousand, and most of their cost is the trace that nobody reads
Error.stackTraceLimit = 0;
makeDeterministic();
collectCoverage();
register(new URL('instrument.js', import.meta.url));
// only here, so that what these modules load is instrumented and finds its randomness replaced
const { Fuzzer, createTargets } = await import('./loop.js');

const job = workerData as Job;
const progress = new Int32Array(job.progress);
const targets = (await createTargets()).filter(({ name }) => name.includes(job.only));
const fuzzer = new Fuzzer(targets, job.seed, (input, target) => {
  Atomics.store(progress, 1, target);
  Atomics.store(progress, 0, input);
});

const mostFindings = 20;

const send = (report: Report): void => {
  parentPort?.postMessage(report);
};

send({ kind: 'ready', targets: targets.map(({ name }) => name) });
if (job.bytes !== undefined) {
  fuzzer.runBytes(job.bytes.target, Uint8Array.from(Buffer.from(job.bytes.hex, 'hex')));
} else {
  // a single input needs those before it of its own target, because they may have been kept
  const last = job.input === undefined ? undefined : fuzzer.choose(job.input).target;
  const end = job.input === undefined ? job.inputs : job.input + 1;
  for (let input = 0; input < end && fuzzer.findings.length < mostFindings; input++) {
    if (last === undefined || fuzzer.choose(input).target === last) fuzzer.run(input);
  }
  fuzzer.finish();
}
send({ kind: 'done', findings: fuzzer.findings, reports: fuzzer.reports });
