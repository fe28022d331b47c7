import { mean, ndcgAt, recallAt, reciprocalRank } from './index.js';

const gains = (judged: Record<string, number>): Map<string, number> => new Map(Object.entries(judged));
const { log2 } = Math;

/** Ten questions whose figures were worked out by hand; the sums stand beside them. */
const QUESTIONS: readonly {
  readonly name: string;
  readonly ranking: string;
  readonly judged: Record<string, number>;
  readonly ndcg: number;
  readonly recall: number;
  readonly rr: number;
}[] = [
  { name: 'the only relevant one first', ranking: 'a b c', judged: { a: 1 }, ndcg: 1, recall: 1, rr: 1 },
  {
    name: 'the only relevant one second: 1 / log2 3',
    ranking: 'b a c',
    judged: { a: 1 },
    ndcg: 0.6309,
    recall: 1,
    rr: 1 / 2,
  },
  {
    name: 'the only relevant one third: 1 / log2 4',
    ranking: 'b c a',
    judged: { a: 1 },
    ndcg: 0.5,
    recall: 1,
    rr: 1 / 3,
  },
  { name: 'nothing found', ranking: 'b c d', judged: { a: 1 }, ndcg: 0, recall: 0, rr: 0 },
  { name: 'an empty answer', ranking: '', judged: { a: 2, b: 1 }, ndcg: 0, recall: 0, rr: 0 },
  {
    // (1 + 0 + 1/2) / (1 + 1/1.58496) = 1.5 / 1.63093
    name: 'first and third of two',
    ranking: 'a x b',
    judged: { a: 1, b: 1 },
    ndcg: 0.9197,
    recall: 1,
    rr: 1,
  },
  {
    // (1 + 3/1.58496) / (3 + 1/1.58496) = 2.89279 / 3.63093
    name: 'the better of two graded ones second',
    ranking: 'b a',
    judged: { a: 3, b: 1 },
    ndcg: 0.7967,
    recall: 1,
    rr: 1,
  },
  {
    // (0 + 4/1.58496 + 0 + 2/2.32193) / (4 + 3/1.58496 + 2/2) = 3.38508 / 6.89279
    name: 'two of three graded ones',
    ranking: 'x a y b',
    judged: { a: 4, c: 3, b: 2 },
    ndcg: 0.4911,
    recall: 2 / 3,
    rr: 1 / 2,
  },
  {
    // eleventh place does not count for the first ten, but for the reciprocal rank
    name: 'beyond the tenth place',
    ranking: '1 2 3 4 5 6 7 8 9 10 a',
    judged: { a: 1 },
    ndcg: 0,
    recall: 0,
    rr: 1 / 11,
  },
  {
    // a judged gain of 0 is not relevant: (0 + 1/1.58496) / 1
    name: 'a document judged as not relevant first',
    ranking: 'n a',
    judged: { n: 0, a: 1 },
    ndcg: 0.6309,
    recall: 1,
    rr: 1 / 2,
  },
];

describe('relevance figures, by hand on ten questions', () => {
  test.each(QUESTIONS)('$name', ({ ranking, judged, ndcg, recall, rr }) => {
    const list = ranking === '' ? [] : ranking.split(' ');
    expect(ndcgAt(list, gains(judged), 10)).toBeCloseTo(ndcg, 4);
    expect(recallAt(list, gains(judged), 10)).toBeCloseTo(recall, 10);
    expect(reciprocalRank(list, gains(judged))).toBeCloseTo(rr, 10);
  });

  test('the means over the ten', () => {
    const over = (measure: (list: string[], judged: Map<string, number>) => number): number =>
      mean(QUESTIONS.map(({ ranking, judged }) => measure(ranking.split(' '), gains(judged))));
    expect(over((list, judged) => ndcgAt(list, judged, 10))).toBeCloseTo(0.4969, 3);
    expect(over((list, judged) => recallAt(list, judged, 10))).toBeCloseTo((6 + 2 / 3) / 10, 10);
    expect(over(reciprocalRank)).toBeCloseTo((3 + 3 / 2 + 1 / 3 + 1 / 11) / 10, 10);
  });

  test('the discount is that of the definition', () => {
    expect(ndcgAt(['x', 'x', 'x', 'x', 'a'], gains({ a: 1 }), 5)).toBeCloseTo(1 / log2(6), 12);
  });

  test('more than ten relevant ones: the best ten make the ideal', () => {
    const many = gains(Object.fromEntries(Array.from({ length: 20 }, (_, at) => [String(at), 1])));
    expect(ndcgAt([...many.keys()], many, 10)).toBe(1);
    expect(recallAt([...many.keys()], many, 10)).toBe(0.5);
  });
});
