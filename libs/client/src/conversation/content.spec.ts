import { encode } from 'cborg';

import { decodeContent, encodeContent, requireName, requireText } from './content.js';

const id = '019a5c2e-8f00-7abc-8def-0123456789ab';
const other = '019a5c2e-8f00-7abc-8def-0123456789ac';

/** Matches an error by its code. */
const refusal = (code: string, field?: string): Error =>
  expect.objectContaining(field === undefined ? { code } : { code, field }) as Error;

describe('the content of a message', () => {
  test.each([
    { id, kind: 'text', text: 'Ўзбекистон, القاهرة, 北京', at: 1_795_000_000_000 },
    { id, kind: 'rename', text: 'Fishing rights', at: 0 },
    { id, kind: 'text', text: 'x', at: 1, inReplyTo: other, replaces: other },
    { id, kind: 'text', text: '@Anna', at: 1, mentions: [other] },
    { id, kind: 'reaction', text: '👍🏽', at: 1, inReplyTo: other },
    { id, kind: 'withdrawal', text: '🇺🇿', at: 1, inReplyTo: other },
    { id, kind: 'acknowledgement', text: '', at: 1, inReplyTo: other },
  ] as const)('is read as it was written: %j', (content) => {
    expect(decodeContent(encodeContent(content))).toEqual(content);
  });

  test('a kind that is not known here is kept as unknown, with what can be read of it', () => {
    const poll = encode({ v: 1, id, kind: 'poll', at: 5, text: 'Yes or no?', options: ['yes', 'no'] });
    expect(decodeContent(poll)).toEqual({ id, kind: 'unknown', at: 5 });
    expect(decodeContent(encode({ v: 2, id, kind: 'text', at: 5, text: 'x' }))).toMatchObject({ kind: 'unknown' });
  });

  test.each([
    ['nothing', new Uint8Array()],
    ['no CBOR', new Uint8Array([0xff, 1, 2])],
    ['a list', encode([1, 2])],
    ['a text', encode('text')],
    ['a foreign id', encode({ v: 1, id: '../../etc', kind: 'text', at: 5, text: 'x' })],
    ['a time before 1970', encode({ v: 1, id, kind: 'text', at: -5, text: 'x' })],
    ['text that is none', encode({ v: 1, id, kind: 'text', at: 5, text: 7 })],
    ['a reply to nothing', encode({ v: 1, id, kind: 'text', at: 5, text: 'x', inReplyTo: 'x' })],
    ['a reaction to nothing', encode({ v: 1, id, kind: 'reaction', at: 5, text: '👍' })],
    ['a reaction in words', encode({ v: 1, id, kind: 'reaction', at: 5, text: 'yes', inReplyTo: other })],
    ['a reaction of digits', encode({ v: 1, id, kind: 'reaction', at: 5, text: '12', inReplyTo: other })],
    ['a reaction without end', encode({ v: 1, id, kind: 'reaction', at: 5, text: '👍'.repeat(40), inReplyTo: other })],
    ['an acknowledgement in words', encode({ v: 1, id, kind: 'acknowledgement', at: 5, text: 'x', inReplyTo: other })],
    ['a call of nobody', encode({ v: 1, id, kind: 'text', at: 5, text: 'x', mentions: [] })],
    ['a name that hides its direction', encode({ v: 1, id, kind: 'rename', at: 5, text: 'abc\u202etxt' })],
  ])('%s is unknown, not an error', (_, bytes) => {
    expect(decodeContent(bytes)).toMatchObject({ kind: 'unknown' });
  });

  test('empty, too long and ill-formed texts are refused before they are encrypted', () => {
    expect(() => {
      requireText('  \n');
    }).toThrow(refusal('BAD_INPUT', 'text'));
    expect(() => {
      requireText('x'.repeat(300_000));
    }).toThrow(refusal('TOO_LARGE'));
    expect(() => {
      requireText('\ud800');
    }).toThrow(refusal('BAD_INPUT'));
    expect(() => {
      requireName(' ');
    }).toThrow(refusal('BAD_INPUT', 'name'));
    expect(() => {
      requireName('x'.repeat(201));
    }).toThrow(refusal('BAD_INPUT'));
  });
});
