import fc from 'fast-check';
import { Kind } from 'graphql';

import { Bytes, DateTime, parseBase64 } from './scalars.js';

describe('Bytes', () => {
  test('any bytes come back', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => {
        expect(Uint8Array.from(parseBase64(Bytes.serialize(bytes)))).toEqual(bytes);
      }),
    );
  });

  test('a byte string has one text only', () => {
    fc.assert(
      fc.property(fc.uint8Array({ minLength: 1, maxLength: 50 }), fc.nat(), (bytes, place) => {
        const text = Bytes.serialize(bytes);
        const at = place % (text.length + 1);
        for (const stray of [' ', '\n', '=', '-', '_', '\0', 'é']) {
          expect(() => parseBase64(text.slice(0, at) + stray + text.slice(at))).toThrow('not standard base64');
        }
      }),
    );
  });

  test('a window of a larger buffer is sent alone', () => {
    const window = new Uint8Array([1, 2, 3, 4, 5]).subarray(1, 3);
    expect(Bytes.serialize(window)).toBe('AgM=');
  });

  test('a text that is longer than anything we take is refused before it is decoded', () => {
    expect(() => parseBase64('A'.repeat(4 * 1024 * 1024 + 4))).toThrow('longer than');
  });

  test('a literal is held to the same rules', () => {
    expect(() => Bytes.parseLiteral({ kind: Kind.STRING, value: '_w==' })).toThrow('not standard base64');
    expect(() => Bytes.parseLiteral({ kind: Kind.INT, value: '1' })).toThrow('string of standard base64');
  });
});

describe('DateTime', () => {
  test('any instant of four-digit years comes back', () => {
    const dates = fc.date({ min: new Date('0001-01-01'), max: new Date('9999-12-31'), noInvalidDate: true });
    fc.assert(
      fc.property(dates, (date) => {
        expect(DateTime.parseValue(DateTime.serialize(date))).toEqual(date);
      }),
    );
  });

  test.each(['2026-02-29T00:00:00Z', '2026-13-01T00:00:00Z', '2026-01-01T24:00:01Z', '2026-01-01', '', 5, {}])(
    'what is no instant is refused: %j',
    (text) => {
      expect(() => DateTime.parseValue(text)).toThrow('an instant has to look like');
    },
  );
});
