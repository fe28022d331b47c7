import { readFileSync } from 'node:fs';

import { create } from 'fontkit';

import { genericMinistry } from '#policy';

import { buildCommand } from '../../../../test/support/commandLine.js';
import { packagePath } from '../root.js';
import { RECOGNITION_LIMITS } from './confinement.js';
import { Extractor } from './extractor.js';

const [WIDTH, HEIGHT, SIZE] = [1500, 260, 64];

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
  let left = 40;
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

/** A grey picture of lines of text, as a scanner makes one. */
function scanned(lines: readonly string[]): Buffer {
  const pixels = Buffer.alloc(WIDTH * HEIGHT, 255);
  const edges = lines.flatMap((line, at) => edgesOf(line, 90 + at * 100));
  for (let y = 0; y < HEIGHT; y += 1) {
    const crossings = edges
      .filter(([[, a], [, b]]) => a > y + 0.5 !== b > y + 0.5)
      .map(([[ax, ay], [bx, by]]) => ax + ((y + 0.5 - ay) / (by - ay)) * (bx - ax))
      .sort((a, b) => a - b);
    for (let at = 0; at + 1 < crossings.length; at += 2)
      pixels.fill(0, y * WIDTH + Math.round(crossings[at] ?? 0), y * WIDTH + Math.round(crossings[at + 1] ?? 0));
  }
  return pixels;
}

/** A PDF of one page that is nothing but a picture. */
function scanOf(lines: readonly string[]): Buffer {
  const picture = `<< /Type /XObject /Subtype /Image /Width ${WIDTH} /Height ${HEIGHT} /ColorSpace /DeviceGray /BitsPerComponent 8 /Length ${WIDTH * HEIGHT} >>`;
  const drawing = `${WIDTH / 3} 0 0 ${HEIGHT / 3} 20 600 cm /Picture Do`;
  return Buffer.concat([
    Buffer.from('%PDF-1.4\n1 0 obj << /Type /Catalog /Pages 2 0 R >> endobj\n'),
    Buffer.from('2 0 obj << /Type /Pages /Kids [3 0 R] /Count 1 >> endobj\n'),
    Buffer.from(
      '3 0 obj << /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Resources << /XObject << /Picture 5 0 R >> >> /Contents 4 0 R >> endobj\n',
    ),
    Buffer.from(
      `4 0 obj << /Length ${drawing.length} >> stream\n${drawing}\nendstream endobj\n5 0 obj ${picture} stream\n`,
    ),
    scanned(lines),
    Buffer.from('\nendstream endobj\ntrailer << /Root 1 0 R >>\n%%EOF\n'),
  ]);
}

describe('a page that is a picture', () => {
  beforeAll(buildCommand, 120_000);

  const file = scanOf(['The corridor opens in March,', 'with twelve new crossings.']);

  async function read(ocr: readonly string[]): Promise<{ body: string; notes: string }> {
    const extractor = new Extractor(RECOGNITION_LIMITS, ocr);
    async function* content(): AsyncGenerator<Uint8Array> {
      yield await Promise.resolve(file);
    }
    try {
      const request = { name: 'scan.pdf', volume: 'scan', policy: genericMinistry, content: content() };
      for await (const { paper, problems } of extractor.read(request))
        return { body: paper?.body ?? '', notes: problems.map(({ reason }) => reason).join() };
      return { body: '', notes: 'nothing' };
    } finally {
      extractor.close();
    }
  }

  test('says that it needs OCR, where nobody asked for it', async () => {
    expect(await read([])).toMatchObject({ body: '', notes: expect.stringContaining('needs OCR') as string });
  });

  test('is read by OCR in the confined process, offline, and says so', async () => {
    const { body, notes } = await read(['eng']);
    expect(body).toContain('The corridor opens in March');
    expect(body).toContain('twelve new crossings');
    expect(notes).toContain('1 pages were read from pictures (OCR)');
  });
});
