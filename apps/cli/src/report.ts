import type { Terminal } from './terminal/terminal.js';

/** Where a command says what came of it: words for people, or with `--json` one JSON value a line and nothing else. */
export class Report {
  constructor(
    readonly terminal: Terminal,
    readonly json: boolean,
  ) {}

  /** One result: as JSON or in words. */
  result(value: object, words: () => string): void {
    this.terminal.out(this.json ? JSON.stringify(value) : words());
  }

  /** Several results: one JSON value a line, or words for all of them together. */
  results<Value extends object>(values: readonly Value[], words: (values: readonly Value[]) => string): void {
    if (!this.json) this.terminal.out(words(values));
    else for (const value of values) this.terminal.out(JSON.stringify(value));
  }

  /** A remark beside the result, on stderr; programs don't need it. */
  note(words: string): void {
    if (!this.json) this.terminal.err(words);
  }
}
