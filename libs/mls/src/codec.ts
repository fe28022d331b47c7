import { utf8 } from '#primitives/verify';

import { demand } from './rules.js';

export type Encode<T> = (writer: Writer, value: T) => void;
export type Decode<T> = (reader: Reader) => T;

const longestVector = 2 ** 30 - 1;

/** Bytes of the length header of a variable-size vector (RFC 9420 section 2.1.2). */
function headerLength(length: number): 1 | 2 | 4 {
  if (length < 2 ** 6) return 1;
  if (length < 2 ** 14) return 2;
  if (length > longestVector) throw new RangeError('a vector holds at most 2^30 - 1 bytes');
  return 4;
}

/** Writes RFC 9420 structures in the TLS presentation language. */
export class Writer {
  private length = 0;

  constructor(private buffer: Uint8Array = new Uint8Array(256)) {}

  uint8(value: number): void {
    this.reserve(1);
    this.buffer[this.length++] = value;
  }

  uint16(value: number): void {
    this.uint8(value >>> 8);
    this.uint8(value & 0xff);
  }

  uint32(value: number): void {
    this.uint16(value >>> 16);
    this.uint16(value & 0xffff);
  }

  uint64(value: bigint): void {
    this.uint32(Number(value >> 32n));
    this.uint32(Number(value & 0xffffffffn));
  }

  raw(bytes: Uint8Array): void {
    this.reserve(bytes.length);
    this.buffer.set(bytes, this.length);
    this.length += bytes.length;
  }

  /** `opaque value<V>` */
  opaque(bytes: Uint8Array): void {
    this.vectorLength(bytes.length);
    this.raw(bytes);
  }

  /** `T items<V>` */
  vector<T>(items: readonly T[], encode: Encode<T>): void {
    const start = this.length;
    this.uint8(0); // the shortest header, to be put right when the length is known
    for (const item of items) encode(this, item);
    const content = this.length - start - 1;
    const prefix = headerLength(content);
    this.reserve(prefix - 1);
    this.buffer.copyWithin(start + prefix, start + 1, this.length);
    this.length = start;
    this.vectorLength(content);
    this.length += content;
  }

  /** `optional<T>` */
  optional<T>(value: T | undefined, encode: Encode<T>): void {
    this.uint8(value === undefined ? 0 : 1);
    if (value !== undefined) encode(this, value);
  }

  /** Bytes written so far. */
  get size(): number {
    return this.length;
  }

  /** Zeros up to a size. */
  padTo(size: number): void {
    this.reserve(size - this.length);
    this.buffer.fill(0, this.length, size);
    this.length = size;
  }

  finish(): Uint8Array {
    return this.buffer.slice(0, this.length);
  }

  /** Gives the buffer away, overwritten: what was written may have been secret. */
  release(): Uint8Array {
    this.view().fill(0);
    return this.buffer;
  }

  /** The length header of a vector (RFC 9420 section 2.1.2). @throws RangeError */
  vectorLength(length: number): void {
    const prefix = headerLength(length);
    if (prefix === 1) this.uint8(length);
    else if (prefix === 2) this.uint16(0x4000 | length);
    else this.uint32((0x80000000 | length) >>> 0);
  }

  private view(): Uint8Array {
    return this.buffer.subarray(0, this.length);
  }

  private reserve(more: number): void {
    if (this.length + more <= this.buffer.length) return;
    const larger = new Uint8Array(Math.max(this.buffer.length * 2, this.length + more));
    larger.set(this.view());
    this.view().fill(0);
    this.buffer = larger;
  }
}

/** Reads strictly: bounded by its bytes, minimal lengths, no unknown values. All failures are `MALFORMED`. */
export class Reader {
  private position = 0;

  constructor(private readonly bytes: Uint8Array) {}

  get remaining(): number {
    return this.bytes.length - this.position;
  }

  uint8(): number {
    demand(this.remaining >= 1, 'valn020102');
    return this.bytes[this.position++] ?? 0;
  }

  uint16(): number {
    return this.uint8() * 2 ** 8 + this.uint8();
  }

  uint32(): number {
    return this.uint16() * 2 ** 16 + this.uint16();
  }

  uint64(): bigint {
    return (BigInt(this.uint32()) << 32n) + BigInt(this.uint32());
  }

  /** A copy, so that nothing decoded changes when the caller reuses its buffer. */
  raw(length: number): Uint8Array {
    return this.window(length).slice();
  }

  opaque(): Uint8Array {
    return this.raw(this.vectorLength());
  }

  vector<T>(decode: Decode<T>): T[] {
    const inner = new Reader(this.window(this.vectorLength()));
    const items: T[] = [];
    while (inner.remaining > 0) items.push(decode(inner));
    return items;
  }

  optional<T>(decode: Decode<T>): T | undefined {
    const presence = this.uint8();
    demand(presence <= 1, 'valn020103');
    return presence === 1 ? decode(this) : undefined;
  }

  /** The length header of a vector (RFC 9420 section 2.1.2). */
  vectorLength(): number {
    const first = this.uint8();
    const prefix = first >> 6;
    demand(prefix < 3, 'valn020101');
    let length = first & 0x3f;
    for (let more = (1 << prefix) - 1; more > 0; more--) length = length * 2 ** 8 + this.uint8();
    demand(prefix === 0 || length >= (prefix === 1 ? 2 ** 6 : 2 ** 14), 'valn020101');
    return length;
  }

  rest(): Uint8Array {
    return this.raw(this.remaining);
  }

  end(): void {
    demand(this.remaining === 0, 'valn020104');
  }

  private window(length: number): Uint8Array {
    demand(length <= this.remaining, 'valn020102');
    const window = this.bytes.subarray(this.position, this.position + length);
    this.position += length;
    return window;
  }
}

/** Buffers of finished writers, all zeros: an encoding allocates its result only, and leaves no copy of secrets. */
const spares: Uint8Array[] = [];
const spareSize = 4096;
const mostSpares = 4;
const largestSpare = 2 ** 20;

export function encodeWith<T>(encode: Encode<T>, value: T): Uint8Array {
  const writer = new Writer(spares.pop() ?? new Uint8Array(spareSize));
  encode(writer, value);
  const bytes = writer.finish();
  const buffer = writer.release();
  if (buffer.length <= largestSpare && spares.length < mostSpares) spares.push(buffer);
  return bytes;
}

/** Decodes one structure and nothing after it. @throws MlsError `MALFORMED` */
export function decodeWith<T>(decode: Decode<T>, bytes: Uint8Array): T {
  const reader = new Reader(bytes);
  const value = decode(reader);
  reader.end();
  return value;
}

export const encodeOpaque: Encode<Uint8Array> = (writer, bytes) => {
  writer.opaque(bytes);
};

export const decodeOpaque: Decode<Uint8Array> = (reader) => reader.opaque();

export const encodeUint16: Encode<number> = (writer, value) => {
  writer.uint16(value);
};

export const decodeUint16: Decode<number> = (reader) => reader.uint16();

/** `opaque label<V>; opaque content<V>`: the frame of signatures, references and encryption contexts. */
export function encodeLabeled(label: string, content: Uint8Array): Uint8Array {
  return encodeWith((writer, bytes) => {
    writer.opaque(utf8(label));
    writer.opaque(bytes);
  }, content);
}
