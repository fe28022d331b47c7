import { genericMinistry } from '#policy';

import { buildCommand } from '../../../../test/support/commandLine.js';
import { drawn, jpegOf, pngOf, tiffOf, turned } from '../../../../test/support/pictures.js';
import type { GreyPicture } from '../../../../test/support/pictures.js';
import { RECOGNITION_LIMITS } from './confinement.js';
import { Extractor } from './extractor.js';

const LINES = ['The corridor opens in March,', 'with twelve new crossings.'];

/** A PDF of one page that is nothing but a picture. */
function scanOf({ width, height, pixels }: GreyPicture): Buffer {
  const picture = `<< /Type /XObject /Subtype /Image /Width ${width} /Height ${height} /ColorSpace /DeviceGray /BitsPerComponent 8 /Length ${pixels.length} >>`;
  const drawing = `${width / 3} 0 0 ${height / 3} 20 600 cm /Picture Do`;
  return Buffer.concat([
    Buffer.from('%PDF-1.4\n1 0 obj << /Type /Catalog /Pages 2 0 R >> endobj\n'),
    Buffer.from('2 0 obj << /Type /Pages /Kids [3 0 R] /Count 1 >> endobj\n'),
    Buffer.from(
      '3 0 obj << /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Resources << /XObject << /Picture 5 0 R >> >> /Contents 4 0 R >> endobj\n',
    ),
    Buffer.from(
      `4 0 obj << /Length ${drawing.length} >> stream\n${drawing}\nendstream endobj\n5 0 obj ${picture} stream\n`,
    ),
    pixels,
    Buffer.from('\nendstream endobj\ntrailer << /Root 1 0 R >>\n%%EOF\n'),
  ]);
}

interface Read {
  readonly body: string;
  readonly failure: string | undefined;
  readonly notes: string;
}

/** What comes of files, one after the other, in one worker. */
async function readAll(files: Readonly<Record<string, Buffer>>, ocr: readonly string[]): Promise<Record<string, Read>> {
  const extractor = new Extractor(RECOGNITION_LIMITS, ocr);
  async function* content(file: Buffer): AsyncGenerator<Uint8Array> {
    yield await Promise.resolve(file);
  }
  const found: Record<string, Read> = {};
  try {
    for (const [name, file] of Object.entries(files)) {
      const request = { name, volume: name, policy: genericMinistry, content: content(file) };
      for await (const { sourceId, paper, failure, problems } of extractor.read(request))
        found[sourceId] = { body: paper?.body ?? '', failure, notes: problems.map(({ reason }) => reason).join() };
    }
    return found;
  } finally {
    extractor.close();
  }
}

beforeAll(buildCommand, 120_000);

describe('a page that is a picture', () => {
  const files = { 'scan.pdf': scanOf(drawn(LINES)) };

  test('says that it needs OCR, where nobody asked for it', async () => {
    const { 'scan.pdf': read } = await readAll(files, []);
    expect(read).toMatchObject({ body: '', notes: expect.stringContaining('needs OCR') as string });
  });

  test('is read by OCR in the confined process, offline, and says so', async () => {
    const { 'scan.pdf': read } = await readAll(files, ['eng']);
    expect(read?.body).toContain('The corridor opens in March');
    expect(read?.body).toContain('twelve new crossings');
    expect(read?.notes).toContain('1 pages were read from pictures (OCR)');
  });
});

describe('a picture', () => {
  const picture = drawn(LINES);
  const second = drawn(['A second page']);
  const png = pngOf(picture);

  test('says that it needs OCR, where nobody asked for it', async () => {
    const { 'scan.png': read } = await readAll({ 'scan.png': png }, []);
    expect(read).toMatchObject({ failure: 'unsupported', notes: expect.stringContaining('needs OCR') as string });
  });

  test('is read whatever it is packed as, however the camera was held, page by page, and says so', async () => {
    const [whole, fax] = [jpegOf(picture), tiffOf(picture, second)];
    const held = jpegOf(turned(picture), 6);
    const found = await readAll({ 'scan.png': png, 'scan.jpg': whole, 'held.jpg': held, 'fax.tif': fax }, ['eng']);
    expect(Object.keys(found)).toHaveLength(4);
    for (const { body, notes } of Object.values(found)) {
      expect(body).toContain('The corridor opens in March');
      expect(body).toContain('twelve new crossings');
      expect(notes).toContain('read from a picture (OCR)');
    }
    expect(found['fax.tif']?.body).toContain('A second page');
  }, 120_000);

  test('without text is a paper of its own and none inside another file', async () => {
    const empty = pngOf(drawn([]));
    const lines = ['From: a@example.org', 'Subject: Seal', 'MIME-Version: 1.0'];
    const part = 'Content-Type: image/png; name="seal.png"\r\nContent-Transfer-Encoding: base64';
    const mail = `${lines.join('\r\n')}\r\n${part}\r\n\r\n${empty.toString('base64')}\r\n`;
    const found = await readAll({ 'empty.png': empty, 'mail.eml': Buffer.from(mail) }, ['eng']);
    expect(found['empty.png']).toEqual({ body: '', failure: undefined, notes: 'no text on the picture' });
    expect(found['mail.eml#seal.png']).toMatchObject({ failure: 'unsupported', notes: 'a picture without text' });
  });

  test('that is damaged, or claims to be larger than is taken, costs no other', async () => {
    const [bomb, broken] = [pngOf(picture, { width: 60_000, height: 60_000 }), png.subarray(0, 900)];
    const cut = tiffOf(picture).subarray(0, -40);
    const found = await readAll({ 'bomb.png': bomb, 'broken.png': broken, 'cut.tif': cut, 'scan.png': png }, ['eng']);
    expect(found['bomb.png']).toMatchObject({
      failure: 'refused',
      notes: 'a picture of more than 40 million points',
    });
    expect(found['broken.png']?.failure).toBe('corrupt');
    expect(found['cut.tif']?.failure).toBe('corrupt');
    expect(found['scan.png']?.body).toContain('The corridor opens in March');
  });
});
