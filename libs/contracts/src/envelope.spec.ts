import { encode } from 'cborg';

import { decodeEnvelopeHeader, encodeEnvelopeHeader } from './envelope.js';

const head = new Uint8Array(32).fill(7);
const root = new Uint8Array(32).fill(9);
const first = { label: '{}', precedence: 'FLASH', counter: 3, seq: 12, head } as const;
const signature = new Uint8Array(64).fill(5);
const second = { ...first, checkpoint: { size: 41, root, signature } };

describe('the header of a message', () => {
  test('names the checkpoint that the sender holds', () => {
    expect(decodeEnvelopeHeader(encodeEnvelopeHeader(second))).toEqual(second);
    const unsigned = { ...first, checkpoint: { size: 41, root } };
    expect(decodeEnvelopeHeader(encodeEnvelopeHeader(unsigned))).toEqual(unsigned);
  });

  test('of the first version is still read, and names none', () => {
    expect(encodeEnvelopeHeader(first)[1]).toBe(1);
    expect(decodeEnvelopeHeader(encodeEnvelopeHeader(first))).toEqual(first);
  });

  test.each<[string, unknown[]]>([
    ['a version to come', [3, '{}', 0, 0, 0, head, 1, root, signature]],
    ['a first version with a checkpoint', [1, '{}', 0, 0, 0, head, 1, root, signature]],
    ['a second version without one', [2, '{}', 0, 0, 0, head]],
    ['a version that is text', ['1', '{}', 0, 0, 0, head]],
    ['a checkpoint of nothing', [2, '{}', 0, 0, 0, head, 0, root, signature]],
    ['a size that is no number', [2, '{}', 0, 0, 0, head, '1', root, signature]],
    ['a root that is too short', [2, '{}', 0, 0, 0, head, 1, root.slice(1), signature]],
    ['a signature that is too short', [2, '{}', 0, 0, 0, head, 1, root, signature.slice(1)]],
    ['a checkpoint without a place for a signature', [2, '{}', 0, 0, 0, head, 1, root]],
    ['a precedence that there is not', [2, '{}', 4, 0, 0, head, 1, root, signature]],
  ])('with %s is none', (_, fields) => {
    expect(decodeEnvelopeHeader(encode(fields))).toBeUndefined();
  });
});
