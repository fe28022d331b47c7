import { because } from '../reasons.js';
import { concatenated, latin1, Reader } from './bytes.js';
import { ExtractionError, LIMITS } from './extraction.js';
import type { Tools } from './extraction.js';

const END = 0x06054b50;
const CENTRAL = 0x02014b50;
const LOCAL = 0x04034b50;
const END_LENGTH = 22;
const LONGEST_COMMENT = 0xffff;
const STORED = 0;
const DEFLATED = 8;
const ENCRYPTED_FLAG = 1;
const UTF8_FLAG = 0x800;

interface Entry {
  readonly name: string;
  readonly method: number;
  readonly isEncrypted: boolean;
  readonly packed: number;
  readonly unpacked: number;
  readonly header: number;
}

const corrupt = (what: string): ExtractionError =>
  new ExtractionError('corrupt', because('DAMAGED', { detail: `archive: ${what}` }));
const tooMuch = (what: string): ExtractionError =>
  new ExtractionError('refused', because('UNPACKED_TOO_LARGE', { detail: `an archive that holds ${what}` }));

function endOf(reader: Reader): number {
  const { length } = reader.bytes;
  const first = Math.max(0, length - END_LENGTH - LONGEST_COMMENT);
  for (let at = length - END_LENGTH; at >= first; at -= 1) if (reader.u32(at) === END) return at;
  throw corrupt('it has no directory');
}

function entryAt(reader: Reader, at: number, tools: Tools): { entry: Entry; next: number } {
  if (reader.u32(at) !== CENTRAL) throw corrupt('its directory is cut off');
  const flags = reader.u16(at + 8);
  const [name, extra, comment] = [28, 30, 32].map((field) => reader.u16(at + field)) as [number, number, number];
  const bytes = reader.slice(at + 46, name);
  const entry = {
    name: (flags & UTF8_FLAG) === 0 ? latin1(bytes) : tools.decode(bytes, 'utf-8'),
    method: reader.u16(at + 10),
    isEncrypted: (flags & ENCRYPTED_FLAG) !== 0,
    packed: reader.u32(at + 20),
    unpacked: reader.u32(at + 24),
    header: reader.u32(at + 42),
  };
  return { entry, next: at + 46 + name + extra + comment };
}

/**
 * A ZIP archive in memory (APPNOTE 6.3, without ZIP64 and several volumes). Parts are unpacked one by one when they are
 * asked for; what they say about their size is not believed, and everything that was unpacked counts against one limit.
 */
export class ZipArchive {
  private readonly entries: ReadonlyMap<string, Entry>;
  private left: number = LIMITS.inflatedBytes;

  /** @throws ExtractionError corrupt, refused */
  constructor(
    bytes: Uint8Array,
    private readonly tools: Tools,
  ) {
    this.reader = new Reader(bytes);
    this.entries = readDirectory(this.reader, tools);
  }

  private readonly reader: Reader;

  get names(): readonly string[] {
    return [...this.entries.keys()];
  }

  has(name: string): boolean {
    return this.entries.has(name);
  }

  get isEncrypted(): boolean {
    return [...this.entries.values()].some(({ isEncrypted }) => isEncrypted);
  }

  /**
   * One part, or undefined where there is none.
   * @param most bytes that it may have
   * @throws ExtractionError corrupt, encrypted, refused
   */
  read(name: string, most: number = LIMITS.inflatedBytes): Uint8Array | undefined {
    const entry = this.entries.get(name);
    if (entry === undefined) return undefined;
    if (entry.isEncrypted) throw new ExtractionError('encrypted', because('PASSWORD', { detail: 'archive' }));
    const allowed = Math.min(most, this.left);
    if (entry.unpacked > allowed) throw tooMuch(`a part of ${entry.unpacked} bytes`);
    const content = this.unpack(entry, allowed);
    this.left -= content.length;
    return content;
  }

  private unpack(entry: Entry, most: number): Uint8Array {
    try {
      const { reader } = this;
      if (reader.u32(entry.header) !== LOCAL) throw corrupt('a part is not where it should be');
      const start = entry.header + 30 + reader.u16(entry.header + 26) + reader.u16(entry.header + 28);
      const packed = reader.slice(start, entry.packed);
      if (entry.method === STORED) return packed;
      if (entry.method !== DEFLATED) throw new ExtractionError('unsupported', because('ARCHIVE_METHOD'));
      return this.tools.inflate(packed, most);
    } catch (error) {
      if (error instanceof ExtractionError) throw error;
      throw isTooLong(error) ? tooMuch('more than it says') : corrupt('a part cannot be unpacked');
    }
  }
}

/** An inflater says so by a code; a RangeError of a typed array, which ends too early, has none. */
const isTooLong = (error: unknown): boolean =>
  typeof error === 'object' && error !== null && 'code' in error && error.code === 'ERR_BUFFER_TOO_LARGE';

function readDirectory(reader: Reader, tools: Tools): ReadonlyMap<string, Entry> {
  try {
    const end = endOf(reader);
    const count = reader.u16(end + 10);
    if (count > LIMITS.parts) throw tooMuch(`${count} parts`);
    const entries = new Map<string, Entry>();
    let at = reader.u32(end + 16);
    for (let n = 0; n < count; n += 1) {
      const { entry, next } = entryAt(reader, at, tools);
      if (!entries.has(entry.name)) entries.set(entry.name, entry);
      at = next;
    }
    return entries;
  } catch (error) {
    if (error instanceof ExtractionError) throw error;
    throw corrupt('it is cut off');
  }
}

function little(...fields: readonly (readonly [value: number, width: 2 | 4])[]): Uint8Array {
  return Uint8Array.from(
    fields.flatMap(([value, width]) => Array.from({ length: width }, (_, at) => (value >>> (8 * at)) & 0xff)),
  );
}

const CRC_TABLE = Uint32Array.from({ length: 256 }, (_, byte) => {
  let crc = byte;
  for (let bit = 0; bit < 8; bit += 1) crc = crc & 1 ? (crc >>> 1) ^ 0xedb88320 : crc >>> 1;
  return crc;
});

function crc32(data: Uint8Array): number {
  let crc = 0xffffffff;
  for (const byte of data) crc = (CRC_TABLE[(crc ^ byte) & 0xff] ?? 0) ^ (crc >>> 8);
  return (crc ^ 0xffffffff) >>> 0;
}

/** An archive of parts as they are, unpacked: for a reader that takes nothing but archives. Names are ASCII. */
export function storedZip(parts: ReadonlyMap<string, Uint8Array>): Uint8Array {
  const [files, directory]: [Uint8Array[], Uint8Array[]] = [[], []];
  let at = 0;
  for (const [name, content] of parts) {
    const title = Uint8Array.from(name, (character) => character.charCodeAt(0));
    const { length } = content;
    const common = [
      [20, 2],
      [0, 2],
      [STORED, 2],
      [0, 4],
      [crc32(content), 4],
      [length, 4],
      [length, 4],
      [title.length, 2],
      [0, 2],
    ] as const;
    const file = concatenated([little([LOCAL, 4], ...common), title, content]);
    directory.push(little([CENTRAL, 4], [20, 2], ...common, [0, 2], [0, 4], [0, 4], [at, 4]), title);
    files.push(file);
    at += file.length;
  }
  const size = directory.reduce((sum, { length }) => sum + length, 0);
  const end = little([END, 4], [0, 4], [parts.size, 2], [parts.size, 2], [size, 4], [at, 4], [0, 2]);
  return concatenated([...files, ...directory, end]);
}
