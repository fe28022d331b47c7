import { subqueries } from './subqueries.js';

const query = (terms: number[], rest: Record<string, unknown> = {}) => ({
  terms: terms.map((id, index) => ({ id, idf: 10 - index })),
  required: [],
  excluded: [],
  meanLength: 10,
  narrowing: {},
  generation: { no: 1, name: 'one' },
  partitionIds: [],
  oldestFirst: false,
  ...rest,
});

test('the rarest terms are asked for together, in pairs and one by one', () => {
  expect(subqueries(query([1, 2, 3]), 1000).map(({ words, strategy }) => `${words} ${strategy}`)).toEqual([
    '1 2 3 last',
    '1 2 all',
    '1 3 all',
    '2 3 all',
    '1 all',
    '2 all',
    '3 all',
  ]);
});

test('a long question is bounded, and says that terms were left out', () => {
  const asked = subqueries(query(Array.from({ length: 40 }, (_, index) => index)), 1000);
  expect(asked).toHaveLength(1 + 45 + 16);
  expect(asked.every(({ leavesOut }) => leavesOut)).toBe(true);
});

test('wanted wordings ask for all their words and nothing else', () => {
  const asked = subqueries(query([1, 2], { required: [[3, 4, 3]], excluded: [9] }), 1000);
  expect(asked.map(({ words, strategy }) => `${words} ${strategy}`)).toEqual(['3 4 -9 all']);
});

test('without words the newest are asked for', () => {
  expect(subqueries(query([], { excluded: [9] }), 1000)).toMatchObject([{ words: '-9', sort: ['lastDay:desc'] }]);
});

test('the more answers there are, the fewer of each are looked at', () => {
  const sizes = (terms: number): number[] => {
    const asked = subqueries(query(Array.from({ length: terms }, (_, index) => index)), 1000);
    return [...new Set(asked.map(({ size }) => size))].sort((a, b) => a - b);
  };
  expect(sizes(1)).toEqual([300]);
  expect(sizes(3)).toEqual([150, 300]);
  expect(sizes(16)).toEqual([100, 150, 200]);
});
