import type { Report } from './report.js';
import { oneLine, truncate } from './terminal/text.js';

const SHOW_EVERY_MS = 100;
const ERASE_LINE = '\r\u001b[2K';

/** A line on stderr that changes while long work runs; only for people at a terminal. */
export class ProgressLine {
  readonly #live: boolean;
  #shownAt = -Infinity;
  #shown = false;

  constructor(private readonly report: Report) {
    this.#live = !report.json && process.stderr.isTTY;
  }

  show(words: string): void {
    const now = performance.now();
    if (!this.#live || now - this.#shownAt < SHOW_EVERY_MS) return;
    this.#shownAt = now;
    this.#shown = true;
    process.stderr.write(ERASE_LINE + truncate(words, this.report.terminal.width - 1));
  }

  /** Something that stays on the screen above the line. */
  remark(words: string): void {
    this.clear();
    this.report.note(oneLine(words));
  }

  clear(): void {
    if (this.#shown) process.stderr.write(ERASE_LINE);
    this.#shown = false;
  }
}
