import { because } from '../reasons.js';
import { concatenated, Reader } from './bytes.js';
import { ExtractionError, LIMITS } from './extraction.js';
import type { Tools } from './extraction.js';

/** How every compound file begins, as characters of one byte. */
export const COMPOUND_MAGIC = '\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1';

const HEADER = 512;
const END_OF_CHAIN = 0xfffffffe;
const FREE = 0xffffffff;
const NO_ENTRY = 0xffffffff;
const STORAGE = 1;
const STREAM = 2;
const ROOT = 5;
const ENTRY_LENGTH = 128;
const MINI_CUTOFF = 4096;
const MINI_SECTOR = 64;

interface Entry {
  readonly name: string;
  readonly type: number;
  readonly left: number;
  readonly right: number;
  readonly child: number;
  readonly start: number;
  readonly size: number;
}

const damaged = (): ExtractionError => new ExtractionError('corrupt', because('DAMAGED', { detail: 'compound file' }));

/** A storage (folder) of a compound file: its streams and storages by name. */
export interface Storage {
  readonly streams: ReadonlyMap<string, () => Uint8Array>;
  readonly storages: ReadonlyMap<string, Storage>;
}

/** Compound File Binary, [MS-CFB]: the container of older office files, of Outlook messages and of encrypted documents. */
class CompoundFile {
  private readonly reader: Reader;
  private readonly sector: number;
  private readonly fat: readonly number[];
  private readonly miniFat: readonly number[];
  private readonly entries: readonly Entry[];
  private readonly mini: Uint8Array;

  constructor(bytes: Uint8Array, tools: Tools) {
    this.reader = new Reader(bytes);
    const { reader } = this;
    const shift = reader.u16(30);
    if (shift !== 9 && shift !== 12) throw damaged();
    this.sector = 1 << shift;
    this.fat = this.readFat();
    this.miniFat = numbers(this.chain(reader.u32(60)));
    this.entries = entriesOf(this.chain(reader.u32(48)), tools);
    const root = this.entries[0];
    if (root?.type !== ROOT) throw damaged();
    this.mini = this.chain(root.start);
  }

  root(): Storage {
    return this.storage(this.entries[0]?.child ?? NO_ENTRY, 0, new Set());
  }

  private at(sector: number): Uint8Array {
    const from = (sector + 1) * this.sector;
    // the last sector of a file may be cut short
    const length = Math.min(this.sector, this.reader.bytes.length - from);
    return this.reader.slice(from, Math.max(0, length));
  }

  private readFat(): number[] {
    const { reader, sector } = this;
    const listed = Array.from({ length: 109 }, (_, n) => reader.u32(76 + 4 * n));
    const seen = new Set<number>();
    for (let next = reader.u32(68); next < END_OF_CHAIN && !seen.has(next);) {
      seen.add(next);
      const more = numbers(this.at(next));
      listed.push(...more.slice(0, sector / 4 - 1));
      next = more[sector / 4 - 1] ?? END_OF_CHAIN;
    }
    return listed.filter((place) => place < END_OF_CHAIN && place !== FREE).flatMap((place) => numbers(this.at(place)));
  }

  private chain(start: number): Uint8Array {
    return concatenated(follow(start, this.fat).map((place) => this.at(place)));
  }

  private stream({ start, size }: Entry): Uint8Array {
    if (size > LIMITS.inflatedBytes)
      throw new ExtractionError('refused', because('UNPACKED_TOO_LARGE', { detail: `a stream of ${size} bytes` }));
    if (size >= MINI_CUTOFF) return this.chain(start).subarray(0, size);
    const parts = follow(start, this.miniFat).map((place) =>
      this.mini.subarray(place * MINI_SECTOR, (place + 1) * MINI_SECTOR),
    );
    return concatenated(parts).subarray(0, size);
  }

  private storage(first: number, depth: number, seen: Set<number>): Storage {
    if (depth > 16)
      throw new ExtractionError('refused', because('TOO_DEEP', { detail: 'storages are nested too deeply' }));
    const streams = new Map<string, () => Uint8Array>();
    const storages = new Map<string, Storage>();
    const waiting = [first];
    for (let at = waiting.pop(); at !== undefined; at = waiting.pop()) {
      const entry = this.entries[at];
      if (entry === undefined || seen.has(at)) continue;
      seen.add(at);
      waiting.push(entry.left, entry.right);
      if (entry.type === STREAM) streams.set(entry.name, () => this.stream(entry));
      if (entry.type === STORAGE) storages.set(entry.name, this.storage(entry.child, depth + 1, seen));
    }
    return { streams, storages };
  }
}

function numbers(bytes: Uint8Array): number[] {
  const reader = new Reader(bytes);
  return Array.from({ length: Math.floor(bytes.length / 4) }, (_, n) => reader.u32(4 * n));
}

function follow(start: number, table: readonly number[]): number[] {
  const places: number[] = [];
  for (let at = start; at < END_OF_CHAIN; at = table[at] ?? END_OF_CHAIN) {
    places.push(at);
    if (places.length > table.length) throw damaged();
  }
  return places;
}

function entriesOf(directory: Uint8Array, tools: Tools): Entry[] {
  const reader = new Reader(directory);
  return Array.from({ length: Math.floor(directory.length / ENTRY_LENGTH) }, (_, n) => {
    const at = n * ENTRY_LENGTH;
    const nameLength = Math.max(0, Math.min(62, reader.u16(at + 64) - 2));
    return {
      name: tools.decode(reader.slice(at, nameLength), 'utf-16le'),
      type: reader.u8(at + 66),
      left: reader.u32(at + 68),
      right: reader.u32(at + 72),
      child: reader.u32(at + 76),
      start: reader.u32(at + 116),
      size: reader.u32(at + 120),
    };
  });
}

/** @throws ExtractionError corrupt where it is no whole compound file, refused where it is beyond the limits */
export function openCompound(bytes: Uint8Array, tools: Tools): Storage {
  if (bytes.length < HEADER) throw damaged();
  try {
    return new CompoundFile(bytes, tools).root();
  } catch (error) {
    if (error instanceof RangeError) throw damaged();
    throw error;
  }
}
