import { MAX_FUSED, fuse } from './fusion.js';
import { cosine, decodeVector, encodeVector, normalised } from './vectors.js';

const direction = (...numbers: number[]) => normalised(numbers) ?? new Float32Array(0);
const ids = (ranked: readonly { documentId: string }[]) => ranked.map(({ documentId }) => documentId);

describe('words and meaning together', () => {
  const question = direction(1, 0);
  const ranked = [
    { documentId: 'a', score: 4 },
    { documentId: 'b', score: 3.5 },
    { documentId: 'c', score: 3 },
  ];

  test('what means the same rises, and no score falls', () => {
    const vectors = new Map([
      ['a', direction(0, 1)],
      ['b', direction(0, 1)],
      ['c', direction(1, 0)],
    ]);
    const fused = fuse(ranked, question, vectors);
    expect(fused).toEqual([
      { documentId: 'c', score: 7 },
      { documentId: 'a', score: 4 },
      { documentId: 'b', score: 3.5 },
    ]);
  });

  test('a paper without a vector is taken for one of middling nearness', () => {
    const vectors = new Map([
      ['a', direction(0, 1)],
      ['c', direction(1, 0)],
    ]);
    expect(fuse(ranked, question, vectors).find(({ documentId }) => documentId === 'b')?.score).toBe(5.5);
  });

  test('without any vector nothing changes', () => {
    expect(fuse(ranked, question, new Map())).toBe(ranked);
    expect(fuse([], question, new Map())).toEqual([]);
  });

  test('papers beyond the bound stay below, in their order', () => {
    const many = Array.from({ length: MAX_FUSED + 2 }, (_, at) => ({ documentId: String(at), score: 1000 - at }));
    const vectors = new Map(many.map(({ documentId }, at) => [documentId, direction(1, MAX_FUSED - at)]));
    const fused = fuse(many, question, vectors);
    expect(ids(fused.slice(MAX_FUSED))).toEqual([String(MAX_FUSED), String(MAX_FUSED + 1)]);
    expect(new Set(ids(fused)).size).toBe(many.length);
  });
});

describe('vectors', () => {
  test('have length 1, and the cosine of a vector with itself is 1', () => {
    const vector = direction(3, 4);
    expect(cosine(vector, vector)).toBeCloseTo(1, 6);
    expect(cosine(vector, direction(-4, 3))).toBeCloseTo(0, 6);
  });

  test('of zeros, or of numbers too large, there are none', () => {
    expect([normalised([0, 0]), normalised([Number.MAX_VALUE, Number.MAX_VALUE])]).toEqual([undefined, undefined]);
  });

  test('are the same after they were kept', () => {
    const vector = direction(0.1, -0.7, 5);
    expect(decodeVector(encodeVector(vector))).toEqual(vector);
  });
});
