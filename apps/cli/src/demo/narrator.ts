import { table } from '../terminal/table.js';
import type { Column } from '../terminal/table.js';
import type { Terminal } from '../terminal/terminal.js';
import { displayWidth, isolate, pad, truncate, wrap } from '../terminal/text.js';

const WIDEST = 118;
const NARROWEST_PAIR = 76;
const GUTTER = ' │ ';

/** One line of a column; `paint` colours it after it has been fitted. */
export interface Line {
  readonly text: string;
  readonly paint?: (text: string) => string;
}

/** Tells the demonstration to whoever watches; with `--json` only the headings, on stderr, as progress. */
export class Narrator {
  readonly #width: number;
  #chapter = 0;

  constructor(
    private readonly terminal: Terminal,
    private readonly quiet: boolean,
  ) {
    this.#width = Math.min(WIDEST, terminal.width);
  }

  get colours(): Terminal['colours'] {
    return this.terminal.colours;
  }

  get isWide(): boolean {
    return this.#width >= 105;
  }

  title(text: string, subtitle: string): void {
    const { bold, dim, cyan } = this.colours;
    this.#say(`\n${bold(cyan(text))}\n${dim(subtitle)}`);
  }

  chapter(title: string): void {
    this.#chapter += 1;
    const { bold, cyan } = this.colours;
    if (this.quiet) this.terminal.err(`${this.#chapter}. ${title}`);
    else this.terminal.out(`\n${cyan(bold(`${this.#chapter}  ${title}`))}\n`);
  }

  paragraph(text: string): void {
    this.#say(wrap(text, Math.min(92, this.#width)).join('\n'));
  }

  line(text: string): void {
    this.#say(text);
  }

  table<Row>(columns: readonly Column<Row>[], rows: readonly Row[]): void {
    this.#say(`\n${table(this.terminal, columns, rows, '')}`);
  }

  done(text: string): void {
    this.#say(`   ${this.colours.green('✓')} ${text}`);
  }

  failed(text: string): void {
    this.#say(`   ${this.colours.red('✗')} ${text}`);
  }

  /** Two columns beside each other; below each other where the terminal is narrow. */
  pair(left: readonly Line[], right: readonly Line[]): void {
    if (this.quiet) return;
    this.terminal.out('');
    if (this.#width < NARROWEST_PAIR) {
      for (const line of [...left, ...right]) this.terminal.out(`  ${shown(line, this.#width - 2).painted}`);
      return;
    }
    const leftWidth = Math.floor((this.#width - GUTTER.length) * 0.56);
    const rightWidth = this.#width - GUTTER.length - leftWidth;
    const gutter = this.colours.dim(GUTTER);
    for (let index = 0; index < Math.max(left.length, right.length); index += 1) {
      const { painted, width } = shown(left[index], leftWidth);
      this.terminal.out(
        (painted + pad('', leftWidth - width) + gutter + shown(right[index], rightWidth).painted).trimEnd(),
      );
    }
  }

  /** Width of the text in the left column. */
  get leftWidth(): number {
    return this.#width < NARROWEST_PAIR ? this.#width - 2 : Math.floor((this.#width - GUTTER.length) * 0.56) - 1;
  }

  #say(text: string): void {
    if (!this.quiet) this.terminal.out(text);
  }
}

function shown(line: Line | undefined, width: number): { painted: string; width: number } {
  const text = truncate(line?.text ?? '', width);
  const isolated = isolate(text);
  return { painted: line?.paint ? line.paint(isolated) : isolated, width: displayWidth(text) };
}
