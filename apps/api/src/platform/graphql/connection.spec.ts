import fc from 'fast-check';

import { decodeCursor, encodeCursor, pageSize, toConnection } from './connection.js';

const key = fc.tuple(fc.string({ maxLength: 100 }), fc.integer());

describe('a page of a list', () => {
  test('a cursor holds its key, opaque to clients', () => {
    fc.assert(
      fc.property(key, (values) => {
        expect(decodeCursor(encodeCursor(values), ['string', 'number'])).toEqual(values);
      }),
    );
  });

  test.each([
    ['of another list', encodeCursor(['a'])],
    ['with other types', encodeCursor([1, 'a'])],
    ['that is no cursor', 'canary'],
    ['that is not JSON', Buffer.from('{').toString('base64url')],
    ['that is an object', Buffer.from('{"length":2}').toString('base64url')],
    ['in the other alphabet', '+/+/'],
    ['that is very long', encodeCursor(['a'.repeat(2000), 1])],
    ['that is empty', ''],
  ])('a cursor %s is refused', (_name, cursor) => {
    expect(() => decodeCursor(cursor, ['string', 'number'])).toThrow('the cursor was not made by this list');
  });

  test('without a cursor a list begins at its beginning', () => {
    expect([decodeCursor(null, ['string']), decodeCursor(undefined, ['string'])]).toEqual([undefined, undefined]);
  });

  test('one row more than asked for tells that there is more', () => {
    const page = (rows: number[]) => toConnection(rows, 2, (row) => [row], String).pageInfo;
    expect(page([1, 2])).toEqual({ endCursor: encodeCursor([2]), hasNextPage: false });
    expect(page([1, 2, 3])).toEqual({ endCursor: encodeCursor([2]), hasNextPage: true });
    expect(page([])).toEqual({ endCursor: null, hasNextPage: false });
  });

  test.each([0, -1, 201, 1.5, NaN])('nobody gets a page of %d rows', (first) => {
    expect(() => pageSize(first)).toThrow('first has to be between 1 and 200');
  });
});
