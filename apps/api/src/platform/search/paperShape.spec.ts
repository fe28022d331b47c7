import { FIELDS } from './fields.js';
import { shortness, worthOf } from './paperShape.js';

const papersOf = (bodyLength: number) => ({ meanLengths: FIELDS.map((field) => (field === 'body' ? bodyLength : 0)) });
const abstracts = papersOf(60);

test('collections go from abstracts to long papers without a step', () => {
  const shapes = [20, 100, 200, 400, 2000].map((length) => shortness(papersOf(length)));
  expect(shapes).toEqual(shapes.toSorted((a, b) => b - a));
  expect(shapes[0]).toBeGreaterThan(0.95);
  expect(shapes.at(-1)).toBeLessThan(0.05);
});

test('a word that comes often where it comes is worth more than one that comes everywhere once', () => {
  const often = worthOf(2, { weight: 300, papers: 100 }, abstracts);
  expect(often).toBeGreaterThan(1.5 * worthOf(2, { weight: 100, papers: 100 }, abstracts));
  expect(worthOf(2, { weight: 100, papers: 100 }, abstracts)).toBe(2);
});

test('one paper proves little about a word, and long papers nothing', () => {
  expect(worthOf(2, { weight: 3, papers: 1 }, abstracts)).toBeLessThan(2.5);
  expect(worthOf(2, { weight: 300, papers: 100 }, papersOf(2000))).toBeLessThan(2.05);
});
