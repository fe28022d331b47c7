import type { Readable } from 'node:stream';

/** A line that is longer than was agreed. */
export class TooLong extends Error {}

const NEWLINE = 0x0a;

/**
 * Lines of a stream as UTF-8, one after the other as they are asked for: who does not ask holds the writer up.
 * @throws TooLong where a line has more than `most` bytes
 */
export async function* lines(stream: Readable, most: number): AsyncGenerator<string> {
  let parts: Buffer[] = [];
  let length = 0;
  for await (const chunk of stream as AsyncIterable<Buffer>) {
    let from = 0;
    for (let at = chunk.indexOf(NEWLINE); at !== -1; at = chunk.indexOf(NEWLINE, from)) {
      parts.push(chunk.subarray(from, at));
      yield Buffer.concat(parts).toString('utf8');
      [parts, length, from] = [[], 0, at + 1];
    }
    parts.push(chunk.subarray(from));
    length += chunk.length - from;
    if (length > most) throw new TooLong();
  }
}
