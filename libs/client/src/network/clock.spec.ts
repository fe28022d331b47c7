import { requireSameTime } from './clock.js';

const NOON = Date.UTC(2026, 10, 22, 12);
const DAY_MS = 86_400_000;
const served = new Date(NOON).toUTCString();

describe("this device's clock and the server's", () => {
  test.each([0, 59 * 60_000, -59 * 60_000])('may differ by %i ms', (difference) => {
    expect(() => {
      requireSameTime(served, NOON + difference);
    }).not.toThrow();
  });

  test.each([
    [DAY_MS, '24 hours ahead'],
    [-DAY_MS, '24 hours behind'],
  ])('that differ by %i ms are said to', (difference, words) => {
    expect(() => {
      requireSameTime(served, NOON + difference);
    }).toThrow(words);
  });

  test.each([null, '', 'yesterday'])('%j says nothing about the time', (header) => {
    expect(() => {
      requireSameTime(header, NOON);
    }).not.toThrow();
  });
});
