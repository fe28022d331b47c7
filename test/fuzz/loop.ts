import { ready } from '#primitives';
import { getHeapStatistics } from 'node:v8';

import type { Random } from '../scenario/mls/random.js';
import { decoderTargets } from './decoders.js';
import { reseed } from './determinism.js';
import { forgedTargets, messageTargets } from './groupTargets.js';
import { Tally } from './tally.js';
import type { TargetReport } from './tally.js';
import type { Made, Target } from './target.js';
import { createWorld } from './world.js';

/** What an input did that none may do. */
export interface Finding {
  readonly target: string;
  readonly input: number;
  readonly what: string;
  readonly hex: string;
}

interface Cost {
  readonly ms: number;
  readonly bytes: number;
}

/** What one input may take, and more for each byte of it. Measured maxima are a tenth of this. */
const most = { ms: 250, msPerByte: 0.05, bytes: 8 * 2 ** 20, bytesPerByte: 1000 };

const settleEvery = 2000;

/** The worlds have a seed of their own, so that all runs attack the same groups. */
const worldSeed = 1;

export async function createTargets(): Promise<Target[]> {
  await ready();
  reseed(worldSeed, 0);
  const small = createWorld(0x0001);
  const large = createWorld(0x004d);
  return [
    ...decoderTargets(small, large),
    ...messageTargets(small, 9),
    ...messageTargets(large, 2),
    ...forgedTargets(small, 3),
    ...forgedTargets(large, 0.6),
  ];
}

/** Runs inputs by their number: each follows from the seed, its number and the earlier inputs of its target. */
export class Fuzzer {
  readonly findings: Finding[] = [];
  private readonly tallies: ReadonlyMap<Target, Tally>;
  private readonly shares: number;

  /** @param enter is told the number and target of an input before anything of it happens */
  constructor(
    private readonly targets: readonly Target[],
    private readonly seed: number,
    private readonly enter: (input: number, target: number) => void,
  ) {
    this.tallies = new Map(targets.map((target) => [target, new Tally(target.name)]));
    this.shares = targets.reduce((sum, { share }) => sum + share, 0);
  }

  get reports(): TargetReport[] {
    return this.targets.map((target) => this.tallyOf(target).report(target.coverage.reached));
  }

  /** The target of an input, and the randomness that makes it. */
  choose(input: number): { target: Target; random: Random } {
    const random = reseed(this.seed, input);
    let left = random.next() * this.shares;
    for (const target of this.targets) {
      left -= target.share;
      if (left < 0) return { target, random };
    }
    throw new RangeError('shares do not add up');
  }

  run(input: number): void {
    const { target, random } = this.choose(input);
    this.enter(input, this.targets.indexOf(target));
    const started = performance.now();
    const made = target.make(random);
    const tally = this.tallyOf(target);
    try {
      this.check(target, made, tally);
      if (tally.inputs % settleEvery === 0) target.settle?.();
    } catch (error) {
      this.report(target, input, made, error);
    }
    tally.seconds += (performance.now() - started) / 1000;
  }

  /** Bytes as an earlier run reported them. */
  runBytes(name: string, bytes: Uint8Array): void {
    const target = this.targets.find((candidate) => candidate.name === name);
    if (target === undefined) throw new RangeError(`no target is called ${name}`);
    const made = { bytes, keep: () => undefined };
    try {
      this.check(target, made, this.tallyOf(target));
      target.settle?.();
    } catch (error) {
      this.report(target, -1, made, error);
    }
  }

  /** Everything honest must still work at the end. */
  finish(): void {
    for (const target of this.targets) {
      try {
        target.settle?.();
      } catch (error) {
        this.report(target, -1, undefined, error);
      }
    }
  }

  private check(target: Target, made: Made, tally: Tally): void {
    const cost = measured(() => {
      const { outcome, isNew } = target.coverage.observe(() => target.check(made.bytes));
      tally.count(outcome, isNew);
      if (isNew) made.keep();
    });
    tally.spent(cost);
    demandCheap(target, made.bytes, cost);
  }

  private report(target: Target, input: number, made: Made | undefined, error: unknown): void {
    const traced = made === undefined ? error : withTrace(target, made.bytes, error);
    const what = traced instanceof Error ? (traced.stack ?? traced.message) : String(traced);
    const hex = Buffer.from(made?.bytes ?? []).toString('hex');
    this.findings.push({ target: target.name, input, what, hex });
  }

  private tallyOf(target: Target): Tally {
    const tally = this.tallies.get(target);
    if (tally === undefined) throw new RangeError('a tally for each target');
    return tally;
  }
}

/** The same error again with its trace, if the input does it again. */
function withTrace(target: Target, bytes: Uint8Array, first: unknown): unknown {
  const { stackTraceLimit } = Error;
  Error.stackTraceLimit = 20;
  try {
    target.check(bytes);
    return first;
  } catch (error) {
    return error;
  } finally {
    Error.stackTraceLimit = stackTraceLimit;
  }
}

function measured(run: () => void): Cost {
  const before = getHeapStatistics();
  const started = performance.now();
  run();
  const ms = performance.now() - started;
  const after = getHeapStatistics();
  const heap = after.used_heap_size - before.used_heap_size;
  return { ms, bytes: heap + Math.max(0, after.external_memory - before.external_memory) };
}

/** An input that was dear is run again: only if it is so every time, it is the input and not the machine. */
function demandCheap(target: Target, bytes: Uint8Array, first: Cost): void {
  let { ms, bytes: memory } = first;
  const limits = { ms: most.ms + most.msPerByte * bytes.length, memory: most.bytes + most.bytesPerByte * bytes.length };
  for (let again = 0; again < 3 && (ms > limits.ms || memory > limits.memory); again++) {
    const started = process.cpuUsage();
    const cost = measured(() => void target.check(bytes));
    const { user, system } = process.cpuUsage(started);
    ms = Math.min(ms, cost.ms, (user + system) / 1000);
    memory = Math.min(memory, cost.bytes);
  }
  if (ms > limits.ms) throw new Error(`${bytes.length} bytes take ${Math.round(ms)} ms`);
  if (memory > limits.memory) throw new Error(`${bytes.length} bytes allocate ${Math.round(memory / 2 ** 20)} MiB`);
}
