import { createReadStream } from 'node:fs';
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';

/** Where words were found. */
export interface ScanResult {
  /** How often each word was found, in whatever form; words that were not found are absent. */
  readonly found: ReadonlyMap<string, number>;
  readonly files: number;
  readonly bytes: number;
}

/** Looks for many words at once in byte streams, in the forms that a database or a log could have given them. */
export class Scanner {
  readonly #automaton: Automaton;
  readonly #found = new Map<string, number>();
  #files = 0;
  #bytes = 0;

  constructor(words: readonly string[]) {
    this.#automaton = new Automaton(words.flatMap((word) => formsOf(word).map((bytes) => ({ word, bytes }))));
  }

  /** Every file below the folder, whole, as bytes. Files that vanish meanwhile are left out: the database tidies up. */
  async folder(folder: string): Promise<void> {
    for (const entry of await readdir(folder, { withFileTypes: true, recursive: true })) {
      if (entry.isFile()) await this.#file(join(entry.parentPath, entry.name));
    }
  }

  /** One piece of text, for instance a row of a table. */
  text(text: string): void {
    this.#automaton.feed(0, Buffer.from(text), this.#count);
  }

  result(): ScanResult {
    return { found: new Map(this.#found), files: this.#files, bytes: this.#bytes };
  }

  async #file(path: string): Promise<void> {
    let state = 0;
    try {
      for await (const chunk of createReadStream(path, { highWaterMark: 1 << 20 }) as AsyncIterable<Buffer>) {
        state = this.#automaton.feed(state, chunk, this.#count);
        this.#bytes += chunk.length;
      }
      this.#files += 1;
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
    }
  }

  readonly #count = (word: string): void => {
    this.#found.set(word, (this.#found.get(word) ?? 0) + 1);
  };
}

/** A word as UTF-8, UTF-16 of both orders, hexadecimal, base64 at each of its three alignments, and as JSON and URLs escape it. */
function formsOf(word: string): Buffer[] {
  const utf8 = Buffer.from(word);
  const little = Buffer.from(word, 'utf16le');
  const big = Buffer.from(little).swap16();
  const texts = [
    utf8.toString('hex'),
    utf8.toString('hex').toUpperCase(),
    ...base64Forms(utf8),
    escaped(word),
    encodeURIComponent(word),
  ];
  const unique = new Map(
    [utf8, little, big, ...texts.map((text) => Buffer.from(text))].map((bytes) => [bytes.toString('latin1'), bytes]),
  );
  return [...unique.values()];
}

/** What stands in base64 of a longer text wherever the word begins: the characters that neighbours influence are cut off. */
function base64Forms(bytes: Buffer): string[] {
  return [0, 1, 2].map((shift) => {
    const text = Buffer.concat([Buffer.alloc(shift), bytes])
      .toString('base64')
      .replace(/=+$/u, '');
    const begin = Math.ceil((shift * 8) / 6);
    const end = Math.floor(((shift + bytes.length) * 8) / 6);
    return text.slice(begin, end);
  });
}

// code unit by code unit, as JSON escapes
const escaped = (word: string): string =>
  word.replaceAll(/[^ -~]/g, (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`);

interface Pattern {
  readonly word: string;
  readonly bytes: Buffer;
}

/** Aho and Corasick's automaton as a table of 256 successors a state: one look-up a byte, however many words there are. */
class Automaton {
  readonly #next: Int32Array;
  readonly #words: (string | undefined)[] = [undefined];

  constructor(patterns: readonly Pattern[]) {
    this.#next = new Int32Array((patterns.reduce((sum, { bytes }) => sum + bytes.length, 0) + 1) * 256);
    for (const pattern of patterns) this.#add(pattern);
    this.#link();
  }

  /** Reads on from a state, reports each word that ends in the chunk, and returns the state to go on from. */
  feed(state: number, chunk: Uint8Array, report: (word: string) => void): number {
    let current = state;
    for (const byte of chunk) {
      current = this.#next[current * 256 + byte] ?? 0;
      const word = current === 0 ? undefined : this.#words[current];
      if (word !== undefined) report(word);
    }
    return current;
  }

  #add({ word, bytes }: Pattern): void {
    let state = 0;
    for (const byte of bytes) {
      const at = state * 256 + byte;
      if (this.#next[at] === 0) this.#next[at] = this.#words.push(undefined) - 1;
      state = this.#next[at] ?? 0;
    }
    this.#words[state] = word;
  }

  /** Breadth first: where a word breaks off, go on with its longest ending that begins another word. */
  #link(): void {
    const next = this.#next;
    const fallback = new Int32Array(this.#words.length);
    const queue = [...next.subarray(0, 256)].filter((state) => state !== 0);
    for (const state of queue) {
      this.#words[state] ??= this.#words[fallback[state] ?? 0];
      for (let byte = 0; byte < 256; byte += 1) {
        const beyond = next[(fallback[state] ?? 0) * 256 + byte] ?? 0;
        const child = next[state * 256 + byte] ?? 0;
        if (child === 0) {
          next[state * 256 + byte] = beyond;
          continue;
        }
        fallback[child] = beyond;
        queue.push(child);
      }
    }
  }
}
