import { crc32, deflateSync } from 'node:zlib';

import { qrModules } from './qr.js';

const PIXELS_A_MODULE = 8;
const WHITE = 0xff;
const PNG_SIGNATURE = Uint8Array.of(0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a);

/** A QR code as an SVG document, one unit a module; black on white. */
export function qrSvg(text: string): string {
  const modules = qrModules(text);
  const size = String(modules.length);
  const dark = modules.flatMap((row, y) => runsOf(row).map(({ from, length }) => bar(from, y, length))).join('');
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${size} ${size}" shape-rendering="crispEdges">`,
    `<path fill="#fff" d="M0 0h${size}v${size}H0z"/>`,
    `<path fill="#000" d="${dark}"/>`,
    '</svg>\n',
  ].join('\n');
}

const bar = (x: number, y: number, length: number): string => `M${[x, y].join(' ')}h${String(length)}v1H${String(x)}z`;

/** Neighbouring dark modules of a row. */
function runsOf(row: readonly boolean[]): { from: number; length: number }[] {
  const starts = row.flatMap((isDark, index) => (isDark && row[index - 1] !== true ? [index] : []));
  return starts.map((from) => {
    const end = row.indexOf(false, from);
    return { from, length: (end === -1 ? row.length : end) - from };
  });
}

/** A QR code as a PNG image of eight pixels a module, greyscale; black on white. */
export function qrPng(text: string): Buffer {
  const modules = qrModules(text);
  const width = modules.length * PIXELS_A_MODULE;
  const lines = modules.flatMap((row) => Array.from({ length: PIXELS_A_MODULE }, () => scanline(row)));
  return Buffer.concat([
    PNG_SIGNATURE,
    chunk('IHDR', header(width)),
    chunk('IDAT', deflateSync(Buffer.concat(lines))),
    chunk('IEND', Buffer.alloc(0)),
  ]);
}

/** Filter type 0, then a byte a pixel. */
function scanline(row: readonly boolean[]): Buffer {
  const line = Buffer.alloc(1 + row.length * PIXELS_A_MODULE, WHITE);
  line[0] = 0;
  for (const { from, length } of runsOf(row)) {
    line.fill(0, 1 + from * PIXELS_A_MODULE, 1 + (from + length) * PIXELS_A_MODULE);
  }
  return line;
}

/** Width and height, then: eight bits a pixel, greyscale, deflate, adaptive filters, not interlaced (PNG 11.2.1). */
function header(width: number): Buffer {
  const bytes = Buffer.alloc(13);
  bytes.writeUInt32BE(width, 0);
  bytes.writeUInt32BE(width, 4);
  bytes[8] = 8;
  return bytes;
}

function chunk(type: string, data: Buffer): Buffer {
  const typed = Buffer.concat([Buffer.from(type, 'latin1'), data]);
  const [length, sum] = [Buffer.alloc(4), Buffer.alloc(4)];
  length.writeUInt32BE(data.length);
  sum.writeUInt32BE(crc32(typed));
  return Buffer.concat([length, typed, sum]);
}
