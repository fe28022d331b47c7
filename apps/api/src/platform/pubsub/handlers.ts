type Handler = (payload: string) => void;

/** Who wants to hear what, for one carrier of one instance. */
export class Handlers {
  readonly #byTopic = new Map<string, Set<Handler>>();
  readonly #interruption = new Set<() => void>();

  /** @param report - told about every error that a handler throws */
  constructor(private readonly report: (error: unknown) => void) {}

  topics(): string[] {
    return [...this.#byTopic.keys()];
  }

  /** Returns whether this is the first handler of its topic. */
  add(topic: string, handler: Handler): boolean {
    const known = this.#byTopic.get(topic);
    if (known) known.add(handler);
    else this.#byTopic.set(topic, new Set([handler]));
    return !known;
  }

  /** Returns whether this was the last handler of its topic. */
  remove(topic: string, handler: Handler): boolean {
    const known = this.#byTopic.get(topic);
    if (!known?.delete(handler) || known.size > 0) return false;
    return this.#byTopic.delete(topic);
  }

  addInterruption(handler: () => void): () => Promise<void> {
    this.#interruption.add(handler);
    return () => {
      this.#interruption.delete(handler);
      return Promise.resolve();
    };
  }

  dispatch(topic: string, payload: string): void {
    for (const handler of this.#byTopic.get(topic) ?? []) {
      this.#call(() => {
        handler(payload);
      });
    }
  }

  announceInterruption(): void {
    for (const handler of this.#interruption) this.#call(handler);
  }

  #call(handler: () => void): void {
    try {
      handler();
    } catch (error) {
      this.report(error);
    }
  }
}
