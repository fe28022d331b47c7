const FIRST_MS = 1000;
const LONGEST_MS = 60_000;

/** How long something that fails is left alone: twice as long each time, up to a minute. */
export class Backoff {
  private failures = 0;
  private from = 0;
  private until = 0;

  /** @param now - milliseconds of a clock that nobody sets */
  constructor(private readonly now: () => number = () => performance.now()) {}

  get isOver(): boolean {
    return this.now() >= this.until;
  }

  /** How long it still lasts, in milliseconds. */
  get leftMs(): number {
    return Math.max(0, this.until - this.now());
  }

  /**
   * Whether this is news: several attempts that were under way when the first of them failed count as one.
   *
   * @param startedAt - what `start` gave when the attempt began
   */
  failed(startedAt: number): boolean {
    if (startedAt < this.from) return false;
    this.from = this.now();
    this.until = this.from + Math.min(LONGEST_MS, FIRST_MS * 2 ** this.failures);
    this.failures += 1;
    return true;
  }

  start(): number {
    return this.now();
  }

  succeeded(): void {
    this.failures = 0;
  }
}
