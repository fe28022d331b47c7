import type { StopSignal } from '../ports/transport.js';

/** A wish to end transfers, which reaches also what is on the line: a piece takes minutes on a slow one. */
export class Stop implements StopSignal {
  private readonly listeners = new Set<() => void>();
  private given = false;

  get isGiven(): boolean {
    return this.given;
  }

  give(): void {
    if (this.given) return;
    this.given = true;
    for (const listener of this.listeners) listener();
    this.listeners.clear();
  }

  onGiven(listener: () => void): () => void {
    if (this.given) listener();
    else this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  }
}

/** Given as soon as one of them is. */
export function anyOf(...signals: readonly StopSignal[]): StopSignal {
  return {
    get isGiven() {
      return signals.some((signal) => signal.isGiven);
    },
    onGiven(listener) {
      const forget = signals.map((signal) => signal.onGiven(listener));
      return () => {
        for (const one of forget) one();
      };
    },
  };
}

/** Waits for something no longer than until the stop, and then as if it had come: who waits looks at the signal. */
export async function untilStopped(work: Promise<unknown>, stop: StopSignal | undefined): Promise<void> {
  let forget: () => void = () => undefined;
  const stopped = new Promise<void>((resolve) => {
    forget = stop?.onGiven(resolve) ?? forget;
  });
  try {
    await Promise.race([work, stopped]);
  } finally {
    forget();
  }
}
