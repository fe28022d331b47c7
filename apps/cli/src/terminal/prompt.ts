import { createInterface } from 'node:readline';

const ENTER = new Set(['\r', '\n', '\u0004']);
const ERASE = new Set(['\u007f', '\b']);
const INTERRUPT = '\u0003';

/** Asks on the terminal without showing what is typed. Ctrl-C ends the program, as everywhere else. */
export async function askHidden(question: string): Promise<string> {
  const { stdin, stderr } = process;
  stderr.write(question);
  stdin.setRawMode(true);
  stdin.setEncoding('utf8');
  const typed = await readLine(stdin);
  stdin.setRawMode(false);
  stdin.pause();
  stderr.write('\n');
  if (typed === undefined) process.kill(process.pid, 'SIGINT');
  // after an interruption nothing goes on; the signal arrives in a moment
  return typed ?? new Promise<never>(() => undefined);
}

/** What is typed before Enter; undefined after Ctrl-C. */
function readLine(stdin: NodeJS.ReadStream): Promise<string | undefined> {
  return new Promise((resolve) => {
    const typed: string[] = [];
    const finish = (answer: string | undefined): void => {
      stdin.off('data', read);
      resolve(answer);
    };
    // a paste arrives as one chunk, so a chunk is read character by character
    const read = (chunk: string | Buffer): void => {
      for (const character of chunk.toString()) {
        if (ENTER.has(character)) {
          finish(typed.join(''));
          return;
        }
        if (character === INTERRUPT) {
          finish(undefined);
          return;
        }
        if (ERASE.has(character)) typed.pop();
        else typed.push(character);
      }
    };
    stdin.on('data', read);
    stdin.resume();
  });
}

/** The next line of standard input, asked for on stderr; undefined at its end. From a terminal or from a pipe. */
export async function askLine(question: string): Promise<string | undefined> {
  process.stderr.write(question);
  const lines = createInterface({ input: process.stdin, terminal: false });
  try {
    for await (const line of lines) return line.trim();
    return undefined;
  } finally {
    lines.close();
  }
}
