import { closeTerms, editDistance } from './closeTerms.js';

const term = (text: string, documents = 1) => ({
  id: text.length,
  term: text,
  language: 'en',
  documents,
  weight: documents,
});
const distance = (a: string, b: string) => editDistance(Array.from(a), Array.from(b), 10);

test('one slip of the fingers is one step', () => {
  expect(distance('treaty', 'treaty')).toBe(0);
  expect(distance('treaty', 'traety')).toBe(1);
  expect(distance('treaty', 'treat')).toBe(1);
  expect(distance('treaty', 'trreaty')).toBe(1);
  expect(distance('treaty', 'treasy')).toBe(1);
  expect(distance('', 'abc')).toBe(3);
  expect(distance('договор', 'догвоор')).toBe(1);
});

test('short words are never corrected, long ones may have two errors', () => {
  expect(closeTerms('dam', [term('dim')])).toEqual([]);
  expect(closeTerms('rivre', [term('river'), term('rover')]).map((close) => close.term)).toEqual(['river']);
  expect(closeTerms('commision', [term('comission'), term('commission')]).map((close) => close.term)).toEqual([
    'commission',
    'comission',
  ]);
});

test('of equally near words the more frequent comes first, and there are at most three', () => {
  const terms = [term('grainy', 1), term('grains', 9), term('graint', 5), term('grainx', 2)];
  expect(closeTerms('grain', terms).map((close) => close.documents)).toEqual([9, 5, 2]);
});
