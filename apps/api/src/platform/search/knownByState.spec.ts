import { KnownByState } from './knownByState.js';

test('what was counted in one state says nothing about another', () => {
  const known = new KnownByState<number, number>(4);
  known.add('a', new Map([[1, 5]]));
  known.add('a', new Map([[2, 0]]));
  expect([...known.of('a')]).toEqual([
    [1, 5],
    [2, 0],
  ]);
  expect([...known.of('b')]).toEqual([]);
});

test('no more is kept than is allowed; what was not used for longest goes first', () => {
  const known = new KnownByState<number, number>(4);
  const two = (first: number) => new Map([first, first + 1].map((id) => [id, 1]));
  known.add('a', two(1));
  known.add('b', two(1));
  known.add('a', two(2));
  expect(known.of('a').size).toBe(3);
  expect(known.of('b').size).toBe(0);
  known.add('c', new Map([1, 2, 3, 4, 5].map((id) => [id, 1])));
  expect([known.of('a').size, known.of('c').size]).toEqual([0, 0]);
});
