import { encode } from 'cborg';

import { attachedTo, decodeContent, encodeContent } from '../conversation/content.js';
import type { Attached } from './attached.js';

const id = '019a5c2e-8f00-7abc-8def-0123456789ab';
const file: Attached = {
  id: '019a5c2e-8f00-7abc-8def-0123456789ac',
  name: 'Доклад.pdf',
  type: 'application/pdf',
  size: 123_456,
  key: new Uint8Array(32).fill(1),
  hash: new Uint8Array(32).fill(2),
};
const message = { v: 1, id, kind: 'text', at: 5, text: 'x' };

describe('files in a message', () => {
  test('are read as they were written', () => {
    const content = { id, kind: 'text', text: 'x', at: 5, attachments: [file] } as const;
    expect(decodeContent(encodeContent(content))).toEqual(content);
    expect(attachedTo(encodeContent(content))).toEqual([file]);
    expect(attachedTo(undefined)).toEqual([]);
  });

  test.each([
    ['a name with a folder', { name: '../x.pdf' }],
    ['a name that hides its direction', { name: 'x\u202efdp.exe' }],
    ['a foreign id', { id: '../x' }],
    ['a media type that is none', { type: 'text/html; <script>' }],
    ['a negative size', { size: -1 }],
    ['more than 2 GiB', { size: 2 ** 31 + 1 }],
    ['a short key', { key: new Uint8Array(16) }],
    ['a hash that is text', { hash: 'x'.repeat(32) }],
  ])('with %s are not taken for files', (_, change) => {
    const bytes = encode({ ...message, attachments: [{ ...file, ...change }] });
    expect(decodeContent(bytes)).toMatchObject({ kind: 'unknown' });
    expect(attachedTo(bytes)).toEqual([]);
  });

  test.each([
    ['none', []],
    ['one twice', [file, file]],
    [
      'too many',
      Array.from({ length: 21 }, (_, index) => ({ ...file, id: `${id.slice(0, -2)}${String(index + 10)}` })),
    ],
    ['no list', 'x'],
  ])('a list of %s is none that a client writes', (_, attachments) => {
    expect(decodeContent(encode({ ...message, attachments }))).toMatchObject({ kind: 'unknown' });
  });
});
