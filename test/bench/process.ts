import { fork } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';

type Handler = (argument: never) => unknown;

interface Request {
  readonly id: number;
  readonly name: string;
  readonly argument: unknown;
}

interface Answer {
  readonly id: number;
  readonly result?: unknown;
  readonly error?: string;
}

/** Resident memory of a process in MiB. */
export interface Memory {
  readonly rss: number;
}

/** In a child process: answers what the parent calls, until the parent goes. */
export function serveParent(handlers: Readonly<Record<string, Handler>>): void {
  process.on('message', (request: Request) => void answer(handlers, request));
  process.on('disconnect', () => process.exit(0));
  process.send?.('ready');
}

async function answer(handlers: Readonly<Record<string, Handler>>, { id, name, argument }: Request): Promise<void> {
  try {
    const handler = handlers[name] as ((argument: unknown) => unknown) | undefined;
    if (!handler) throw new Error(`nothing is called ${name}`);
    process.send?.({ id, result: await handler(argument) } satisfies Answer);
  } catch (error) {
    process.send?.({ id, error: error instanceof Error ? (error.stack ?? error.message) : String(error) });
  }
}

/** In the parent: a process of its own, so that what it costs is not mixed with what others cost. */
export class Worker {
  #calls = 0;

  private constructor(private readonly child: ChildProcess) {}

  static async start(module: string, options: { environment?: NodeJS.ProcessEnv; execArgv?: string[] } = {}) {
    const { environment = {}, execArgv = [] } = options;
    const child = fork(module, [], {
      execArgv,
      env: { ...process.env, NODE_ENV: 'production', ...environment },
      stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
      serialization: 'advanced',
    });
    await Promise.race([once(child, 'message'), once(child, 'exit').then(failed)]);
    return new Worker(child);
  }

  /** Calls what the process serves under this name. */
  call<Result>(name: string, argument?: unknown): Promise<Result> {
    const id = ++this.#calls;
    return new Promise<Result>((resolve, reject) => {
      const done = () => {
        this.child.off('message', hear);
        this.child.off('exit', gone);
      };
      const hear = (message: Answer) => {
        if (message.id !== id) return;
        done();
        if (message.error === undefined) resolve(message.result as Result);
        else reject(new Error(message.error));
      };
      const gone = (code: number | null, signal: string | null) => {
        reject(new Error(`a process of the benchmark ended during ${name} (${String(code ?? signal)})`));
      };
      this.child.on('message', hear);
      this.child.once('exit', gone);
      this.child.send({ id, name, argument } satisfies Request);
    });
  }

  async stop(): Promise<void> {
    if (this.child.exitCode !== null || this.child.signalCode !== null) return;
    const ended = once(this.child, 'exit');
    this.child.disconnect();
    await ended;
  }
}

function failed(): never {
  throw new Error('a process of the benchmark did not start');
}

export function memory(): Memory {
  return { rss: process.memoryUsage.rss() / 2 ** 20 };
}

/** Processor time of this process since it began, in seconds. */
export function cpuSeconds(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1e6;
}
