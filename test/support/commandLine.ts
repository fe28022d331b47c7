import { spawn, spawnSync } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { text } from 'node:stream/consumers';

import pc from 'picocolors';

const root = join(import.meta.dirname, '..', '..');
const bin = join(root, 'apps', 'cli', 'bin.mjs');
const main = join(root, 'dist', 'apps', 'cli', 'src', 'main.js');

/** What a command said, and how it ended. */
export interface Ran {
  readonly code: number | null;
  readonly out: string;
  readonly err: string;
}

/** Compiles the command if its sources are newer, so that the commands of a test start without asking. */
export function buildCommand(): void {
  const { status, stderr } = spawnSync(process.execPath, [bin, '--build-only'], { encoding: 'utf8' });
  if (status !== 0) throw new Error(stderr);
}

type Environment = Readonly<Record<string, string>>;

function start(args: readonly string[], environment: Environment): ChildProcess {
  const { PATH = '', HOME = '', TMPDIR } = process.env;
  const inherited = { PATH, HOME, ...(TMPDIR === undefined ? {} : { TMPDIR }) };
  const env = { ...inherited, NODE_ENV: 'production', CHANCERY_ARGON2_MIB: '64', ...environment };
  return spawn(process.execPath, [main, ...args], { env, stdio: ['pipe', 'pipe', 'pipe'] });
}

/** Runs `chancery` with these arguments to its end. */
export async function chancery(args: readonly string[], environment: Environment = {}, input = ''): Promise<Ran> {
  const child = start(args, environment);
  const { stdin, stdout, stderr } = child;
  if (!stdin || !stdout || !stderr) throw new Error('the command has no streams');
  stdin.end(input);
  const [out, err, [code]] = await Promise.all([
    text(stdout),
    text(stderr),
    once(child, 'exit') as Promise<[number | null]>,
  ]);
  return { code, out, err };
}

/** Runs `chancery` inside this process, which is quicker by the start of one; nobody sits at its terminal. */
export async function chanceryHere(args: readonly string[], environment: Environment = {}): Promise<Ran> {
  const { run } = await import('../../apps/cli/src/program.js');
  const [out, err]: [string[], string[]] = [[], []];
  const terminal = {
    width: Infinity,
    interactive: false,
    colours: pc.createColors(false),
    out: (line: string) => void out.push(line),
    err: (line: string) => void err.push(line),
  };
  const before = { ...process.env };
  Object.assign(process.env, { CHANCERY_ARGON2_MIB: '64', ...environment });
  try {
    const code = await run(args, terminal);
    return { code, out: out.join('\n'), err: err.join('\n') };
  } finally {
    process.env = before;
  }
}

/** A command that stays, such as `serve` and `watch`. */
export interface Staying {
  /** The next line on its stdout. */
  line(): Promise<string>;
  /** Types a line on its stdin. */
  say(line: string): void;
  /** Its exit code, when it ends by itself. */
  end(): Promise<number | null>;
  /** Ends it as Ctrl-C does, and resolves with its exit code. */
  stop(): Promise<number | null>;
}

export function chanceryStays(args: readonly string[], environment: Environment = {}): Staying {
  const child = start(args, environment);
  const { stdin, stdout, stderr } = child;
  if (!stdin || !stdout || !stderr) throw new Error('the command has no streams');
  const lines = createInterface({ input: stdout })[Symbol.asyncIterator]();
  const said = text(stderr);
  const ended = once(child, 'exit') as Promise<[number | null]>;
  return {
    line: async () => {
      const next: IteratorResult<string, unknown> = await lines.next();
      if (next.done === true) throw new Error(`the command ended: ${await said}`);
      return next.value;
    },
    say: (line) => void stdin.write(`${line}\n`),
    end: async () => {
      const [code] = await ended;
      return code;
    },
    stop: async () => {
      child.kill('SIGINT');
      const [code] = await ended;
      return code;
    },
  };
}
