/** Runs one piece of work at a time, in the order of the calls. */
export class Mutex {
  private tail: Promise<unknown> = Promise.resolve();

  run<Result>(work: () => Promise<Result>): Promise<Result> {
    const result = this.tail.then(work, work);
    this.tail = result.catch(() => undefined);
    return result;
  }
}

/** One mutex a name, kept only while it is in use. */
export class Mutexes {
  private readonly held = new Map<string, { mutex: Mutex; users: number }>();

  isHeld(name: string): boolean {
    return this.held.has(name);
  }

  async run<Result>(name: string, work: () => Promise<Result>): Promise<Result> {
    const entry = this.held.get(name) ?? { mutex: new Mutex(), users: 0 };
    this.held.set(name, entry);
    entry.users += 1;
    try {
      return await entry.mutex.run(work);
    } finally {
      entry.users -= 1;
      if (entry.users === 0) this.held.delete(name);
    }
  }
}
