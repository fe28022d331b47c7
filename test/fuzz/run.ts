import { Worker } from 'node:worker_threads';

import type { Finding } from './loop.js';
import type { TargetReport } from './tally.js';

export interface Options {
  readonly seed: number;
  readonly inputs: number;
  /** Only targets whose name holds this. */
  readonly only: string;
  /** Only this one, and of the ones before it those that it may follow from. */
  readonly input?: number;
  /** Only these bytes. */
  readonly bytes?: { readonly target: string; readonly hex: string };
}

export interface Job extends Options {
  /** Number of the input, and of its target. */
  readonly progress: SharedArrayBuffer;
}

export type Report =
  | { readonly kind: 'ready'; readonly targets: readonly string[] }
  | { readonly kind: 'done'; readonly findings: readonly Finding[]; readonly reports: readonly TargetReport[] };

export interface Result {
  readonly seed: number;
  readonly findings: readonly Finding[];
  readonly targets: readonly TargetReport[];
  readonly seconds: number;
  readonly mostMiB: number;
}

const heapMiB = 512;
const residentMiB = 1024;
/** An input has this long before the thread is ended; what is slow but ends is judged in the thread. */
const hangMs = 20_000;
const beatMs = 500;

/** Runs inputs in a thread that is watched: by its heap, by the memory of the process, and by its progress. */
export async function fuzz(options: Options, tell: (done: number) => void): Promise<Result> {
  const started = performance.now();
  const progress = new SharedArrayBuffer(8);
  const job: Job = { ...options, progress };
  const worker = new Worker(new URL('worker.js', import.meta.url), {
    workerData: job,
    resourceLimits: { maxOldGenerationSizeMb: heapMiB },
  });
  const watch = new Watch(new Int32Array(progress));
  const beat = setInterval(() => {
    tell(watch.input);
    if (watch.beat()) void worker.terminate();
  }, beatMs);
  const { findings, reports } = await outcomeOf(worker, watch);
  clearInterval(beat);
  const seconds = (performance.now() - started) / 1000;
  return { seed: options.seed, findings, targets: reports, seconds, mostMiB: Math.round(watch.mostMiB) };
}

class Watch {
  mostMiB = 0;
  targets: readonly string[] = [];
  stopped: string | undefined;
  private last = -1;
  private since = performance.now();

  constructor(private readonly progress: Int32Array) {}

  get input(): number {
    return Atomics.load(this.progress, 0);
  }

  get target(): string {
    return this.targets[Atomics.load(this.progress, 1)] ?? 'the making of the groups';
  }

  /** @returns whether the thread must be ended */
  beat(): boolean {
    const { input } = this;
    if (input !== this.last) this.since = performance.now();
    this.last = input;
    const resident = process.memoryUsage.rss() / 2 ** 20;
    this.mostMiB = Math.max(this.mostMiB, resident);
    if (performance.now() - this.since > hangMs) this.stopped = `does not end within ${hangMs / 1000} s`;
    if (resident > residentMiB) this.stopped = `the process holds ${Math.round(resident)} MiB`;
    return this.stopped !== undefined;
  }
}

function outcomeOf(worker: Worker, watch: Watch): Promise<Extract<Report, { kind: 'done' }>> {
  return new Promise((resolve) => {
    const broken = (what: string): void => {
      const finding = { target: watch.target, input: watch.input, what: watch.stopped ?? what, hex: '' };
      resolve({ kind: 'done', findings: [finding], reports: [] });
    };
    worker.on('message', (report: Report) => {
      if (report.kind === 'ready') watch.targets = report.targets;
      else resolve(report);
    });
    worker.on('error', (error) => {
      broken(error.stack ?? error.message);
    });
    worker.on('exit', () => {
      broken('the thread ended');
    });
  });
}
