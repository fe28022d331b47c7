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
  /** Resolves when the process that runs now, or comes back after a kill, has opened all of its devices. */
  ready: Promise<void> = Promise.resolve();
  readonly specs = new Map<string, ResidentSpec>();
  private child: ChildProcess | undefined;
  private arrive: (opened: Promise<void>) => void = () => undefined;
  private isAlive = false;
  private isOver = false;
  private readonly asked = new Map<number, Asked>();
  private readonly limits = new Map<string, number>();
  private numbers = 0;
  private starts = 0;

  constructor(
    private readonly program: string,
    private readonly environment: (start: number) => Readonly<Record<string, string>>,
    private readonly conversations: () => readonly string[],
    private readonly hear: (said: Said) => void,
  ) {
    this.expect();
  }

  start(): void {
    if (this.isOver) return;
    this.isAlive = true;
    const env = { ...process.env, NODE_ENV: 'test', ...this.environment(this.starts++) };
    const child = spawn(process.execPath, [this.program], { env, stdio: ['pipe', 'pipe', 'inherit'] });
    this.child = child;
    child.stdin.on('error', () => undefined);
    createInterface({ input: child.stdout }).on('line', (line) => {
      const said = JSON.parse(line) as Said;
      if (said.say === 'ready') this.arrive(this.openAll());
      else if (said.say === 'answer') this.answered(said);
      else this.hear(said);
    });
    child.once('exit', (code) => {
      if (this.isAlive) this.hear(crashed(code));
      this.isAlive = false;
      this.forget();
    });
  }

  async kill(): Promise<void> {
    const { child } = this;
    if (!child || !this.isAlive) return;
    this.isAlive = false;
    this.expect();
    const ended = new Promise((resolve) => child.once('exit', resolve));
    child.kill('SIGKILL');
    await ended;
    this.kills += 1;
  }

  /** It does not come back. */
  end(): Promise<void> {
    this.isOver = true;
    return this.kill();
  }

  /** A further device lives here from now on. */
  async admit(spec: ResidentSpec): Promise<void> {
    this.specs.set(spec.tag, spec);
    await this.open(spec);
  }

  /** A device does not live here any more. */
  async dismiss(tag: string): Promise<void> {
    this.specs.delete(tag);
    await this.ask(tag, { do: 'close' });
  }

  allow(tag: string, limit: number): void {
    if (this.limits.get(tag) === limit) return;
    this.limits.set(tag, limit);
    this.ask(tag, { do: 'allow', limit }).catch(() => undefined); // whoever opens it again tells it again
  }

  /** @throws Killed, or an Error with what the device said */
  ask(tag: string, task: Task): Promise<unknown> {
    const number = ++this.numbers;
    return new Promise((resolve, reject) => {
      if (!this.isAlive) {
        reject(new Killed());
        return;
      }
      this.asked.set(number, { resolve, reject });
      const command: Command = { number, tag, task };
      this.child?.stdin?.write(`${JSON.stringify(command)}\n`);
    });
  }

  private expect(): void {
    this.ready = new Promise((resolve) => {
      this.arrive = resolve;
    });
    this.ready.catch(() => undefined);
  }

  private async open(spec: ResidentSpec): Promise<void> {
    await this.ask(spec.tag, { do: 'open', spec, conversations: this.conversations() });
    await this.ask(spec.tag, { do: 'allow', limit: this.limits.get(spec.tag) ?? 0 });
  }

  private async openAll(): Promise<void> {
    await Promise.all([...this.specs.values()].map((spec) => this.open(spec)));
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

function crashed(code: number | null): Said {
  return { say: 'problem', tag: 'a process', code: 'CRASHED', message: `with exit code ${String(code)}` };
}
