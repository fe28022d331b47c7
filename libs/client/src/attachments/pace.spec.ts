import { ATTACHMENT_PIECE_BYTES } from '#contracts';

import { Pace } from './pace.js';

/** Milliseconds until a piece counts as lost. */
const LOST_MS = 58_000;

/** Sends pieces over a line, so many times; returns the longest that one took. */
function send(pace: Pace, bytesPerSecond: number, pieces: number): number {
  let longest = 0;
  for (let sent = 0; sent < pieces; sent += 1) {
    const milliseconds = (pace.bytes / bytesPerSecond) * 1000;
    longest = Math.max(longest, milliseconds);
    pace.took(milliseconds);
  }
  return longest;
}

describe('the pace of a transfer', () => {
  test('on a line of 64 kbit/s no piece ever counts as lost', () => {
    expect(send(new Pace(), 8_000, 20)).toBeLessThan(LOST_MS);
  });

  test('on a fast line pieces soon are as long as they may be', () => {
    const pace = new Pace();
    send(pace, 10_000_000, 6);
    expect(pace.bytes).toBe(ATTACHMENT_PIECE_BYTES);
  });

  test('a line that breaks gets shorter pieces, and never none', () => {
    const pace = new Pace();
    for (let times = 0; times < 20; times += 1) pace.broke();
    expect(pace.bytes).toBe(64 * 1024);
  });
});
