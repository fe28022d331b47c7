import pc from 'picocolors';

export type Colours = ReturnType<typeof pc.createColors>;

/** What a command writes to. One line a call; the newline is added. */
export interface Terminal {
  /** Columns of the terminal; Infinity when the output goes to a file or a pipe, where nothing is cut. */
  readonly width: number;
  /** Whether a person sits in front of it and can be asked. */
  readonly interactive: boolean;
  readonly colours: Colours;
  out(line: string): void;
  err(line: string): void;
}

const NARROWEST = 40;

/** The terminal of this process. Colours only on a terminal that knows them, and not with NO_COLOR (no-color.org). */
export function processTerminal(env: NodeJS.ProcessEnv = process.env): Terminal {
  const { stdout, stderr, stdin } = process;
  const coloured = stdout.isTTY && !env['NO_COLOR'] && env['TERM'] !== 'dumb';
  return {
    width: terminalWidth(stdout, env),
    interactive: stdin.isTTY && stderr.isTTY,
    colours: pc.createColors(coloured),
    out: (line) => void stdout.write(`${line}\n`),
    err: (line) => void stderr.write(`${line}\n`),
  };
}

function terminalWidth(stdout: NodeJS.WriteStream, env: NodeJS.ProcessEnv): number {
  const wished = Number(env['COLUMNS'] ?? (stdout.isTTY ? stdout.columns : Infinity));
  return Number.isNaN(wished) || wished <= 0 ? Infinity : Math.max(wished, NARROWEST);
}
