import { ATTACHMENT_MAX_BYTES, ATTACHMENT_MAX_PLAINTEXT } from '#contracts';

import { Shape } from './shape.js';

const SIZES = [0, 1, 1023, 1024, 1025, 65_535, 65_536, 65_537, 1_000_000, 123_456_789, ATTACHMENT_MAX_PLAINTEXT];

test.each(SIZES)('the chunks of %d bytes lie one behind the other and cover the padded file', (size) => {
  const shape = new Shape(size);
  expect(shape.padded).toBeGreaterThanOrEqual(size);
  expect(shape.padded % 16).toBe(0);
  expect(shape.padded).toBeLessThanOrEqual(Math.max(1024, size * 1.12 + 16));
  const last = shape.chunks - 1;
  expect(shape.plainStart(last) + shape.plainLength(last)).toBe(shape.padded);
  expect(shape.plainLength(last)).toBeGreaterThan(0);
  expect(shape.sealedStart(last) + shape.plainLength(last) + 17).toBe(shape.sealed);
  expect(shape.sealedStart(shape.chunks)).toBe(shape.sealed);
  expect(shape.sealed).toBeLessThanOrEqual(ATTACHMENT_MAX_BYTES);
});

test('sizes that are close have one length, so that the length says little about the file', () => {
  const lengths = new Set(Array.from({ length: 100_000 }, (_, index) => new Shape(1_000_000 + index).sealed));
  expect(lengths.size).toBeLessThan(10);
});
