import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { Scanner } from './scan.js';

const WORD = 'жмурвихолод';

describe('the search for words in files', () => {
  const forms: [string, Buffer][] = [
    ['UTF-8', Buffer.from(`a ${WORD} b`)],
    ['UTF-16 little endian', Buffer.from(`a ${WORD}`, 'utf16le')],
    ['UTF-16 big endian', Buffer.from(`a ${WORD}`, 'utf16le').swap16()],
    ['hexadecimal', Buffer.from(Buffer.from(`ab${WORD}`).toString('hex'))],
    ['base64, first alignment', Buffer.from(Buffer.from(`abc${WORD} and more`).toString('base64'))],
    ['base64, second alignment', Buffer.from(Buffer.from(`abcd${WORD} and more`).toString('base64'))],
    ['base64, third alignment', Buffer.from(Buffer.from(`abcde${WORD} and more`).toString('base64'))],
    ['an address', Buffer.from(`/search?q=${encodeURIComponent(WORD)}`)],
    ['escaped JSON', Buffer.from(WORD.replaceAll(/./g, (unit) => `\\u0${unit.charCodeAt(0).toString(16)}`))],
  ];

  let folder: string;
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'chancery-scan-'));
  });
  afterEach(() => rm(folder, { recursive: true }));

  test.each(forms)('finds a word as %s', async (_, bytes) => {
    await writeFile(join(folder, 'file'), bytes);
    const scanner = new Scanner(['unrelated', WORD]);
    await scanner.folder(folder);
    const { found, files } = scanner.result();
    expect([...found.keys()]).toEqual([WORD]);
    expect(files).toBe(1);
  });

  test('finds a word that stands across the border of two reads', async () => {
    await writeFile(join(folder, 'file'), Buffer.concat([Buffer.alloc((1 << 20) - 5, 120), Buffer.from(WORD)]));
    const scanner = new Scanner([WORD]);
    await scanner.folder(folder);
    expect(scanner.result().found.get(WORD)).toBe(1);
  });

  test('finds words that overlap each other', () => {
    const scanner = new Scanner(['hers', 'she', 'ushering']);
    scanner.text('ushers she ushering');
    expect(scanner.result().found.get('hers')).toBe(1);
    expect(scanner.result().found.get('she')).toBe(3);
    expect(scanner.result().found.get('ushering')).toBe(1);
  });

  test('finds nothing where nothing is', () => {
    const scanner = new Scanner([WORD]);
    scanner.text('жмурвихоло д');
    expect(scanner.result().found.size).toBe(0);
  });
});
