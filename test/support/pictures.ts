import { readFileSync } from 'node:fs';
import { crc32, deflateSync } from 'node:zlib';

import { create } from 'fontkit';

import { packagePath } from '../../apps/cli/src/root.js';

/** A grey picture: a byte a pixel, row by row from the top. */
export interface GreyPicture {
  readonly width: number;
  readonly height: number;
  readonly pixels: Buffer;
}

const [WIDTH, SIZE, LINE] = [1504, 64, 100];
const MARGIN = 40;

interface Outline {
  readonly path: { readonly commands: readonly { readonly command: string; readonly args: readonly number[] }[] };
}

type Point = readonly [x: number, y: number];

/** The outlines of a line of text as edges, in pixels. */
function edgesOf(text: string, baseline: number): [Point, Point][] {
  const font = create(readFileSync(packagePath('node_modules/@embedpdf/fonts-latin/fonts/NotoSans-Regular.ttf')));
  const scale = SIZE / font.unitsPerEm;
  const { glyphs, positions } = font.layout(text);
  const edges: [Point, Point][] = [];
  let left = MARGIN;
  for (const [at, glyph] of glyphs.entries()) {
    let [start, last]: [Point, Point] = [
      [0, 0],
      [0, 0],
    ];
    for (const { command, args } of (glyph as unknown as Outline).path.commands) {
      const [x = 0, y = 0] = args.slice(-2);
      const next: Point = command === 'closePath' ? start : [left + x * scale, baseline - y * scale];
      if (command === 'moveTo') start = next;
      else edges.push([last, next]);
      last = next;
    }
    left += (positions[at]?.xAdvance ?? 0) * scale;
  }
  return edges;
}

/** Lines of text, as a scanner sees them. */
export function drawn(lines: readonly string[]): GreyPicture {
  const height = 64 + lines.length * 104;
  const pixels = Buffer.alloc(WIDTH * height, 255);
  const edges = lines.flatMap((line, at) => edgesOf(line, 90 + at * LINE));
  for (let y = 0; y < height; y += 1) {
    const crossings = edges
      .filter(([[, a], [, b]]) => a > y + 0.5 !== b > y + 0.5)
      .map(([[ax, ay], [bx, by]]) => ax + ((y + 0.5 - ay) / (by - ay)) * (bx - ax))
      .sort((a, b) => a - b);
    for (let at = 0; at + 1 < crossings.length; at += 2)
      pixels.fill(0, y * WIDTH + Math.round(crossings[at] ?? 0), y * WIDTH + Math.round(crossings[at + 1] ?? 0));
  }
  return { width: WIDTH, height, pixels };
}

/** A quarter turn to the left, as a camera that was held upright writes its rows. */
export function turned({ width, height, pixels }: GreyPicture): GreyPicture {
  const out = Buffer.alloc(pixels.length);
  for (let y = 0; y < height; y += 1)
    for (let x = 0; x < width; x += 1) out[(width - 1 - x) * height + y] = pixels[y * width + x] ?? 0;
  return { width: height, height: width, pixels: out };
}

function pngChunk(type: string, data: Uint8Array): Buffer {
  const body = Buffer.concat([Buffer.from(type), data]);
  const out = Buffer.alloc(body.length + 8);
  out.writeUInt32BE(data.length, 0);
  body.copy(out, 4);
  out.writeUInt32BE(crc32(body), body.length + 4);
  return out;
}

/** PNG, eight bits of grey; `said` is the size that its header claims. */
export function pngOf({ width, height, pixels }: GreyPicture, said = { width, height }): Buffer {
  const head = Buffer.alloc(13);
  head.writeUInt32BE(said.width, 0);
  head.writeUInt32BE(said.height, 4);
  head[8] = 8;
  const rows = Array.from({ length: height }, (_, y) => [
    Buffer.of(0),
    pixels.subarray(y * width, (y + 1) * width),
  ]).flat();
  const chunks = [
    pngChunk('IHDR', head),
    pngChunk('IDAT', deflateSync(Buffer.concat(rows))),
    pngChunk('IEND', Buffer.alloc(0)),
  ];
  return Buffer.concat([Buffer.from('\x89PNG\r\n\x1a\n', 'latin1'), ...chunks]);
}

/** TIFF, little-endian, a page a picture, nothing packed. */
export function tiffOf(...pages: readonly GreyPicture[]): Buffer {
  const parts: Buffer[] = [];
  let at = 8;
  const firsts: number[] = [];
  for (const [n, { width, height, pixels }] of pages.entries()) {
    const tags = [
      ...[
        [256, width],
        [257, height],
        [258, 8],
        [259, 1],
        [262, 1],
      ],
      ...[
        [273, at],
        [277, 1],
        [278, height],
        [279, pixels.length],
      ],
    ] as [number, number][];
    const directory = Buffer.alloc(2 + tags.length * 12 + 4);
    directory.writeUInt16LE(tags.length, 0);
    for (const [row, [tag, value]] of tags.entries()) {
      directory.writeUInt16LE(tag, 2 + row * 12);
      directory.writeUInt16LE(4, 4 + row * 12);
      directory.writeUInt32LE(1, 6 + row * 12);
      directory.writeUInt32LE(value, 10 + row * 12);
    }
    firsts.push(at + pixels.length);
    at += pixels.length + directory.length;
    if (n + 1 < pages.length) directory.writeUInt32LE(at + (pages[n + 1]?.pixels.length ?? 0), directory.length - 4);
    parts.push(pixels, directory);
  }
  const head = Buffer.from('II*\0\0\0\0\0', 'latin1');
  head.writeUInt32LE(firsts[0] ?? 0, 4);
  return Buffer.concat([head, ...parts]);
}

/** Order of the frequencies of a block (ITU-T T.81, figure A.6), made by walking its diagonals. */
const ZIGZAG = Array.from({ length: 15 }, (_, sum) => {
  const diagonal = Array.from({ length: 8 }, (_, row) => [row, sum - row]).filter(
    ([, column]) => column! >= 0 && column! < 8,
  );
  return (sum % 2 === 0 ? diagonal.toReversed() : diagonal).map(([row = 0, column = 0]) => row * 8 + column);
}).flat();
const COSINES = Array.from({ length: 8 }, (_, u) =>
  Array.from({ length: 8 }, (_, x) => (u === 0 ? Math.SQRT1_2 : 1) * 0.5 * Math.cos(((2 * x + 1) * u * Math.PI) / 16)),
);

/** Frequencies of a block of eight by eight, in the order in which they are written. */
function frequencies(block: readonly number[]): number[] {
  const rows = (values: readonly number[]): number[] =>
    values.map((_, at) =>
      COSINES[at % 8]!.reduce((sum, cosine, x) => sum + cosine * (values[at - (at % 8) + x] ?? 0), 0),
    );
  const swapped = (values: readonly number[]): number[] =>
    values.map((_, at) => values[(at % 8) * 8 + Math.floor(at / 8)] ?? 0);
  const both = swapped(rows(swapped(rows(block))));
  return ZIGZAG.map((at) => Math.round(both[at] ?? 0));
}

/** Bits from the highest on; after a byte of ones stands an empty one (ITU-T T.81, F.1.2.3). */
class Bits {
  private readonly bytes: number[] = [];
  private held = 0;
  private count = 0;

  put(value: number, length: number): void {
    for (let bit = length - 1; bit >= 0; bit -= 1) {
      this.held = (this.held << 1) | ((value >> bit) & 1);
      this.count += 1;
      if (this.count < 8) continue;
      this.bytes.push(this.held, ...(this.held === 0xff ? [0] : []));
      [this.held, this.count] = [0, 0];
    }
  }

  end(): Buffer {
    while (this.count > 0) this.put(1, 1);
    return Buffer.from(this.bytes);
  }
}

/** Symbols of the coefficients after a block's first: how many zeros stand before, and how many bits follow. */
const SYMBOLS = [0x00, 0xf0, ...Array.from({ length: 160 }, (_, at) => ((at % 16) << 4) | (Math.floor(at / 16) + 1))];
/** Tables in which all codes are of one length: a code is the place of its symbol. */
const [FIRST_BITS, OTHER_BITS] = [4, 8];

const sizeOf = (value: number): number => (value === 0 ? 0 : Math.floor(Math.log2(Math.abs(value))) + 1);

function putValue(bits: Bits, value: number, size: number): void {
  bits.put(value < 0 ? value + 2 ** size - 1 : value, size);
}

function putBlock(bits: Bits, [first = 0, ...others]: readonly number[], before: number): number {
  const size = sizeOf(first - before);
  bits.put(size, FIRST_BITS);
  putValue(bits, first - before, size);
  const last = others.findLastIndex((value) => value !== 0);
  let zeros = 0;
  for (const value of others.slice(0, last + 1)) {
    if (value === 0 && zeros < 15) {
      zeros += 1;
      continue;
    }
    bits.put(SYMBOLS.indexOf((zeros << 4) | sizeOf(value)), OTHER_BITS);
    putValue(bits, value, sizeOf(value));
    zeros = 0;
  }
  if (last + 1 < others.length) bits.put(SYMBOLS.indexOf(0), OTHER_BITS);
  return first;
}

function segment(marker: number, body: Uint8Array): Buffer {
  return Buffer.concat([Buffer.of(0xff, marker, (body.length + 2) >> 8, (body.length + 2) & 0xff), body]);
}

function huffman(kind: number, length: number, symbols: readonly number[]): Buffer {
  const counts = Array.from({ length: 16 }, (_, at) => (at + 1 === length ? symbols.length : 0));
  return segment(0xc4, Buffer.of(kind, ...counts, ...symbols));
}

/** What a camera says of how it was held (EXIF 2.32, 4.7.2). */
function exif(orientation: number): Buffer {
  const tiff = Buffer.from('MM\0*\0\0\0\x08\0\x01\x01\x12\0\x03\0\0\0\x01\0\0\0\0\0\0\0\0', 'latin1');
  tiff.writeUInt16BE(orientation, 18);
  return segment(0xe1, Buffer.concat([Buffer.from('Exif\0\0'), tiff]));
}

/** JPEG, baseline, grey; both sides are cut to whole blocks. */
export function jpegOf({ width, height, pixels }: GreyPicture, orientation?: number): Buffer {
  const [columns, rows] = [Math.floor(width / 8), Math.floor(height / 8)];
  const bits = new Bits();
  let before = 0;
  for (let at = 0; at < columns * rows; at += 1) {
    const corner = Math.floor(at / columns) * 8 * width + (at % columns) * 8;
    const block = Array.from({ length: 64 }, (_, n) => (pixels[corner + (n >> 3) * width + (n & 7)] ?? 0) - 128);
    before = putBlock(bits, frequencies(block), before);
  }
  const frame = Buffer.of(
    8,
    (rows * 8) >> 8,
    (rows * 8) & 0xff,
    (columns * 8) >> 8,
    (columns * 8) & 0xff,
    1,
    1,
    0x11,
    0,
  );
  return Buffer.concat([
    Buffer.of(0xff, 0xd8),
    ...(orientation === undefined ? [] : [exif(orientation)]),
    segment(0xdb, Buffer.of(0, ...Array.from({ length: 64 }, () => 1))),
    segment(0xc0, frame),
    huffman(
      0x00,
      FIRST_BITS,
      Array.from({ length: 12 }, (_, at) => at),
    ),
    huffman(0x10, OTHER_BITS, SYMBOLS),
    segment(0xda, Buffer.of(1, 1, 0x00, 0, 63, 0)),
    bits.end(),
    Buffer.of(0xff, 0xd9),
  ]);
}
