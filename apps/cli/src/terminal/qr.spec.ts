import { createRequire } from 'node:module';

import pc from 'picocolors';

import { onPaper, qrLines } from './qr.js';
import { qrPng, qrSvg } from './qrPicture.js';

/** A grey picture: a byte a pixel, row by row from the top. */
interface Picture {
  readonly width: number;
  readonly height: number;
  readonly grey: readonly number[];
}

type Reader = (rgba: Uint8ClampedArray, width: number, height: number) => { readonly data: string } | null;
type PngReader = { sync: { read(bytes: Buffer): { width: number; height: number; data: Buffer } } };

const require = createRequire(import.meta.url);
const readRgba = require('jsqr') as Reader;
const { PNG } = require('pngjs') as { PNG: PngReader };

const LINK =
  'https://chancery.example/enrol#3OG8QjsTXc1LmTDlAGIXhquodZlOlPYSXvEcpI9ySrw.bYG9-iQiRF9SSuZx7NfVrKkjd6eSnzMK204qUBJLgx4.01a1fff1-4864-75f1-bb13-b55379d4d9cb';
const ESCAPE = String.fromCharCode(27);
const TEXTS = ['7K2M-9QXD', LINK, 'Бандари Нур ждёт ответа. مرفأ النور', 'x'.repeat(400)];

/** What a decoder that is none of ours sees, on a page of another grey. */
function read({ width, height, grey }: Picture): string | undefined {
  const rgba = new Uint8ClampedArray(4 * grey.length).fill(255);
  for (const [index, value] of grey.entries()) rgba.fill(value, 4 * index, 4 * index + 3);
  return readRgba(rgba, width, height)?.data;
}

function fromModules(modules: readonly (readonly boolean[])[], scale = 4): Picture {
  const rows = modules.flatMap((row) => Array.from({ length: scale }, () => row));
  const grey = rows.flatMap((row) => row.flatMap((isDark) => Array<number>(scale).fill(isDark ? 0 : 255)));
  return { width: (rows[0]?.length ?? 0) * scale, height: rows.length, grey };
}

/** As the font draws it: half blocks of light or of dark. */
function fromLines(lines: readonly string[], blockIsDark: boolean): Picture {
  return fromModules(
    lines.flatMap((line) =>
      ['█▀', '█▄'].map((filled) => Array.from(line, (character) => filled.includes(character) === blockIsDark)),
    ),
  );
}

describe('a QR code', () => {
  test.each(TEXTS)('on paper is read back: %#', (text) => {
    expect(read(fromLines(qrLines(text), true))).toBe(text);
    expect(qrLines(text).map(onPaper(pc.createColors(false)))).toEqual(qrLines(text, 'light'));
  });

  test.each(TEXTS)('on a dark terminal without colours is read back: %#', (text) => {
    expect(read(fromLines(qrLines(text, 'dark'), false))).toBe(text);
  });

  test('with colours is black on white in each line', () => {
    const lines = qrLines(LINK).map(onPaper(pc.createColors(true)));
    const [before, after] = [`${ESCAPE}[107m${ESCAPE}[30m`, `${ESCAPE}[39m${ESCAPE}[49m`];
    expect(lines.every((line) => line.startsWith(before) && line.endsWith(after))).toBe(true);
    const inside = lines.map((line) => line.slice(before.length, -after.length));
    expect(read(fromLines(inside, true))).toBe(LINK);
  });

  test('is short enough for a terminal: a pairing code in fifteen lines, an enrolment link in thirty-five', () => {
    expect(qrLines('7K2M-9QXD').length).toBeLessThanOrEqual(15);
    const lines = qrLines(LINK);
    expect(lines.length).toBeLessThanOrEqual(35);
    expect(Math.max(...lines.map((line) => line.length))).toBeLessThanOrEqual(70);
  });

  test('stands in a quiet zone of four modules', () => {
    const lines = qrLines(LINK);
    expect(lines.slice(0, 2).join('').trim()).toBe('');
    expect(lines.every((line) => line.startsWith('    ') && line.endsWith('    '))).toBe(true);
  });

  test.each(TEXTS)('as a PNG file is read back: %#', (text) => {
    const { width, height, data } = PNG.sync.read(qrPng(text));
    const grey = Array.from({ length: width * height }, (_, index) => data[index * 4] ?? 0);
    expect(read({ width, height, grey })).toBe(text);
  });

  test.each(TEXTS)('as an SVG file is read back: %#', (text) => {
    const svg = qrSvg(text);
    const size = Number(/viewBox="0 0 (\d+) \1"/u.exec(svg)?.[1]);
    const modules = Array.from({ length: size }, () => Array<boolean>(size).fill(false));
    for (const [, x, y, length] of svg.matchAll(/M(\d+) (\d+)h(\d+)v1H\1z/gu)) {
      modules[Number(y)]?.fill(true, Number(x), Number(x) + Number(length));
    }
    expect(read(fromModules(modules))).toBe(text);
  });
});
