import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { createInterface } from 'node:readline';

import type { Command, ResidentSpec, Said, Task } from './protocol.js';

/** The process was killed before it had answered. */
export class Killed extends Error {}

interface Asked {
  readonly resolve: (result: unknown) => void;
  readonly reject: (error: Error) => void;
}

/** A process in which some devices live. It can be killed, and comes back with the same devices. */
export class Household {
  kills = 0;
  /** Resolves when the process that runs now has opened all of its devices. */
  ready: Promise<void> = Promise.resolve();
  readonly specs = new Map<string, ResidentSpec>();
  private child: ChildProcess | undefined;
  private readonly asked = new Map<number, Asked>();
  private readonly limits = new Map<string, number>();
  private numbers = 0;
  private starts = 0;

  constructor(
    private readonly program: string,
    private readonly environment: (start: number) => Readonly<Record<string, string>>,
    private readonly conversations: () => readonly string[],
    private readonly hear: (said: Said) => void,
  ) {}

  start(): void {
    const env = { ...process.env, NODE_ENV: 'test', ...this.environment(this.starts++) };
    const child = spawn(process.execPath, [this.program], { env, stdio: ['pipe', 'pipe', 'inherit'] });
    this.child = child;
    child.stdin.on('error', () => undefined);
    this.ready = new Promise((resolve) => {
      createInterface({ input: child.stdout }).on('line', (line) => {
        const said = JSON.parse(line) as Said;
        if (said.say === 'ready') resolve(this.openAll());
        else if (said.say === 'answer') this.answered(said);
        else this.hear(said);
      });
    });
    this.ready.catch(() => undefined);
    child.once('exit', () => {
      this.forget();
    });
  }

  async kill(signal: 'SIGKILL' | 'SIGTERM' = 'SIGKILL'): Promise<void> {
    const { child } = this;
    if (!child || child.exitCode !== null || child.signalCode !== null) return;
    const ended = new Promise((resolve) => child.once('exit', resolve));
    child.kill(signal);
    await ended;
    this.kills += 1;
  }

  /** A further device lives here from now on. */
  async admit(spec: ResidentSpec): Promise<void> {
    this.specs.set(spec.tag, spec);
    await this.ask(spec.tag, this.opening(spec));
  }

  /** A device does not live here any more. */
  async dismiss(tag: string): Promise<void> {
    this.specs.delete(tag);
    await this.ask(tag, { do: 'close' });
  }

  allow(tag: string, limit: number): void {
    this.limits.set(tag, limit);
    this.ask(tag, { do: 'allow', limit }).catch(() => undefined); // whoever opens it again tells it again
  }

  /** @throws Killed, or an Error with what the device said */
  ask(tag: string, task: Task): Promise<unknown> {
    const number = ++this.numbers;
    return new Promise((resolve, reject) => {
      this.asked.set(number, { resolve, reject });
      const command: Command = { number, tag, task };
      this.child?.stdin?.write(`${JSON.stringify(command)}\n`);
    });
  }

  private opening(spec: ResidentSpec): Task {
    return { do: 'open', spec, conversations: this.conversations() };
  }

  private async openAll(): Promise<void> {
    await Promise.all(
      [...this.specs.values()].map(async (spec) => {
        await this.ask(spec.tag, this.opening(spec));
        await this.ask(spec.tag, { do: 'allow', limit: this.limits.get(spec.tag) ?? 0 });
      }),
    );
  }

  private answered({ number, result, error }: Extract<Said, { say: 'answer' }>): void {
    const asked = this.asked.get(number);
    this.asked.delete(number);
    if (error === undefined) asked?.resolve(result);
    else asked?.reject(new Error(error));
  }

  private forget(): void {
    for (const { reject } of this.asked.values()) reject(new Killed());
    this.asked.clear();
  }
}
