import { hintOfDirectory, hintOfPlace, hintOfWelcome } from './hint.types.js';
import type { HintType } from './hint.types.js';

/** What the subscription field `hints` yields. */
export interface HintEvent {
  readonly hints: HintType;
}

/** Hints that may wait for one subscriber; what comes after them is summed up. */
const MAX_WAITING = 500;

type Result = IteratorResult<HintEvent, undefined>;

/**
 * The hints of one subscription. A subscriber that does not keep up loses envelopes, never the knowledge that there are
 * some: what does not fit is summed up as the newest place of each group.
 */
export class HintStream implements AsyncIterableIterator<HintEvent, undefined, undefined> {
  /** Groups in whose channels this subscription stands; kept by the channels. */
  readonly groupIds = new Set<string>();
  #waiting: HintEvent[] = [];
  #taken = 0;
  #behind = new Map<string, number>();
  #welcome = false;
  #statementHead = 0;
  #resolve: ((result: Result) => void) | undefined;
  #isEnded = false;

  constructor(
    readonly deviceId: string,
    private readonly onEnd: (stream: HintStream) => void,
  ) {}

  push(event: HintEvent): void {
    if (this.#isEnded) return;
    const resolve = this.#resolve;
    if (resolve) {
      this.#resolve = undefined;
      resolve({ done: false, value: event });
    } else if (this.#waiting.length - this.#taken < MAX_WAITING) this.#waiting.push(event);
    else this.#sumUp(event.hints);
  }

  /** Ends the subscription from our side: the client subscribes again and fetches what it missed. */
  end(): void {
    if (this.#isEnded) return;
    this.#isEnded = true;
    this.#waiting = [];
    this.#behind.clear();
    this.#resolve?.({ done: true, value: undefined });
    this.onEnd(this);
  }

  next(): Promise<Result> {
    const event = this.#take();
    if (event) return Promise.resolve({ done: false, value: event });
    if (this.#isEnded) return Promise.resolve({ done: true, value: undefined });
    return new Promise((resolve) => {
      this.#resolve = resolve;
    });
  }

  return(): Promise<Result> {
    this.end();
    return Promise.resolve({ done: true, value: undefined });
  }

  [Symbol.asyncIterator](): this {
    return this;
  }

  #take(): HintEvent | undefined {
    const event = this.#waiting[this.#taken];
    if (event) {
      this.#taken += 1;
      return event;
    }
    this.#waiting = [];
    this.#taken = 0;
    return this.#takeSummary();
  }

  #takeSummary(): HintEvent | undefined {
    const [first] = this.#behind;
    if (first) {
      this.#behind.delete(first[0]);
      return { hints: hintOfPlace(...first) };
    }
    if (this.#welcome) {
      this.#welcome = false;
      return { hints: hintOfWelcome() };
    }
    const head = this.#statementHead;
    this.#statementHead = 0;
    return head > 0 ? { hints: hintOfDirectory(head) } : undefined;
  }

  #sumUp({ groupId, seq, welcome, statementHead }: HintType): void {
    if (groupId !== null) this.#behind.set(groupId, Math.max(seq ?? 0, this.#behind.get(groupId) ?? 0));
    this.#welcome ||= welcome;
    this.#statementHead = Math.max(this.#statementHead, statementHead ?? 0);
  }
}
