import { ChanceryError } from '#client';

const ENTER = new Set(['\r', '\n']);
const ERASE = new Set(['\u007f', '\b']);
const INTERRUPT = '\u0003';
const END_OF_INPUT = '\u0004';

/** Asks on the terminal without showing what is typed. Ctrl-C rejects with USAGE. */
export async function askHidden(question: string): Promise<string> {
  const { stdin, stderr } = process;
  stderr.write(question);
  stdin.setRawMode(true);
  stdin.setEncoding('utf8');
  try {
    return await readLine(stdin);
  } finally {
    stdin.setRawMode(false);
    stdin.pause();
    stderr.write('\n');
  }
}

function readLine(stdin: NodeJS.ReadStream): Promise<string> {
  return new Promise((resolve, reject) => {
    const typed: string[] = [];
    const finish = (settle: () => void): void => {
      stdin.off('data', read);
      settle();
    };
    // a paste arrives as one chunk, so a chunk is read character by character
    const read = (chunk: string | Buffer): void => {
      for (const character of chunk.toString()) {
        if (ENTER.has(character) || character === END_OF_INPUT) {
          finish(() => {
            resolve(typed.join(''));
          });
          return;
        }
        if (character === INTERRUPT) {
          finish(() => {
            reject(new ChanceryError('USAGE', 'interrupted', { remedy: 'Nothing was changed.' }));
          });
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
