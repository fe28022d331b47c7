import { NumberedTerms } from './numberedTerms.js';

test('each term has its number and its worth, and what is none of them has none', () => {
  const ids = Array.from({ length: 5000 }, (_, at) => (at * 7919) % 2 ** 31);
  const terms = new NumberedTerms(new Map(ids.map((id) => [id, id / 2])));
  expect(ids.every((id, at) => terms.placeOf(id) === at && terms.idfs[at] === id / 2)).toBe(true);
  const others = ids.map((id) => id + 1).filter((id) => id % 7919 !== 0);
  expect(others.filter((id) => terms.placeOf(id) !== -1)).toEqual([]);
});

test('where no term is known none is found', () => {
  const terms = new NumberedTerms(new Map());
  expect([terms.placeOf(0), terms.placeOf(12)]).toEqual([-1, -1]);
});
