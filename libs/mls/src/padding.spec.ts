import { padmeLength } from './padding.js';

test('Padmé lengths as in the paper: at most 12 % more', () => {
  expect([0, 1, 2, 8, 9, 100, 1000, 1025].map(padmeLength)).toEqual([0, 1, 2, 8, 10, 104, 1024, 1088]);
  for (let length = 1; length < 100_000; length += 7) {
    const padded = padmeLength(length);
    expect(padded >= length && padded <= Math.max(length * 1.12, length + 1)).toBe(true);
    expect(padmeLength(padded)).toBe(padded);
  }
});
