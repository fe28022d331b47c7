import fc from 'fast-check';

import { chunk } from './index.js';

const sentence = (words: number, word = 'word'): string =>
  `${Array.from({ length: words }, (_, at) => `${word}${at}`).join(' ')}.`;

describe('chunks', () => {
  test('a short paper is one chunk, an empty one none', () => {
    expect(chunk('One block.\n\nAnother.')).toEqual([
      { ordinal: 0, text: 'One block.\n\nAnother.', start: 0, end: 20, words: 3 },
    ]);
    expect(chunk(' \n\n ')).toEqual([]);
  });

  test('a border of blocks is preferred to the middle of one', () => {
    const first = sentence(130, 'a');
    const second = sentence(100, 'b');
    const [one, two] = chunk(`${first}\n\n${second}`);
    expect(one?.text).toBe(first);
    expect(two?.text).toContain(second);
  });

  test('a chunk begins with the end of the one before', () => {
    const sentences = Array.from({ length: 40 }, (_, at) => sentence(10, `s${at}x`));
    const [first, second] = chunk(sentences.join(' '));
    expect(second?.start).toBeLessThan(first?.end ?? 0);
  });

  test('a text without spaces is cut too', () => {
    const chunks = chunk('条'.repeat(3000), { words: 100, overlap: 10 });
    expect(chunks.length).toBeGreaterThan(10);
    expect(Math.max(...chunks.map(({ words }) => words))).toBeLessThanOrEqual(130);
  });

  test('every word of any text stands in a chunk, and no chunk is much too long', () => {
    const block = fc.array(fc.constantFrom('treaty', 'Note.', 'and', 'U.S.', 'договор', '条约。', 'x'.repeat(50)), {
      maxLength: 80,
    });
    const body = fc
      .array(block, { maxLength: 12 })
      .map((blocks) => blocks.map((words) => words.join(' ')).join('\n\n'));
    fc.assert(
      fc.property(body, (text) => {
        const chunks = chunk(text, { words: 40, overlap: 10 });
        const covered = new Set<number>();
        for (const { start, end } of chunks) for (let at = start; at < end; at += 1) covered.add(at);
        expect(chunks.every(({ start, end, text: part }) => part === text.slice(start, end))).toBe(true);
        expect([...text.matchAll(/\S/gu)].filter(({ index }) => !covered.has(index))).toEqual([]);
        expect(Math.max(0, ...chunks.map(({ words }) => words))).toBeLessThanOrEqual(95);
      }),
      { seed: 4460, numRuns: 300 },
    );
  });
});
