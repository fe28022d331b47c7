import { FIELDS } from './fields.js';
import { TermVector } from './termVector.js';

const empty = FIELDS.map(() => []);
const fields = (title: (number | undefined)[], body: (number | undefined)[]) => [title, body, ...empty.slice(2)];

test('a vector tells where each term stands, and function words hold their places', () => {
  const vector = new TermVector(TermVector.encode(fields([7], [5, undefined, 7, 5]), []));
  const body = vector.firstPosition(1);
  expect([...vector.termIds]).toEqual([5, 7]);
  expect([...vector.positions(5)]).toEqual([body, body + 3]);
  expect([...vector.positions(7)]).toEqual([0, body + 2]);
  expect([...vector.positions(6)]).toEqual([]);
  expect(vector.frequencies(7).slice(0, 3)).toEqual([1, 1, 0]);
  expect(vector.lengths.slice(0, 3)).toEqual([1, 3, 0]);
});

test('fields lie apart, so that no wording reaches from one into the next', () => {
  const vector = new TermVector(TermVector.encode(fields([1, 2], [3]), []));
  const [last = 0] = vector.positions(2);
  const [next = 0] = vector.positions(3);
  expect(next - last).toBeGreaterThan(50);
});

test('passages come back as they were, from bytes at any offset', () => {
  const passages = [
    { position: 0, start: 0, end: 10 },
    { position: 3, start: 12, end: 40 },
  ];
  const encoded = TermVector.encode(fields([], [1, 2, 3, 4]), passages);
  const shifted = Buffer.concat([Buffer.from([0]), encoded]).subarray(1);
  expect(new TermVector(shifted).passages).toEqual(passages);
});

test('an empty paper has an empty vector', () => {
  const vector = new TermVector(TermVector.encode(empty, []));
  expect(vector.termIds).toHaveLength(0);
  expect(vector.passages).toEqual([]);
});

test('a paper of more places than 16 bits count tells them, too', () => {
  const title = [1, 2, 3];
  const long = Array.from({ length: 70_000 }, (_, at) => at % 5);
  const vector = new TermVector(TermVector.encode(fields(title, long), []));
  const body = vector.firstPosition(1);
  expect(vector.positions(4)).toHaveLength(14_000);
  expect(vector.positions(4).at(-1)).toBe(body + 69_999);
  expect(vector.positions(3)[0]).toBe(2);
  const short = new TermVector(TermVector.encode(fields(title, long.slice(0, 100)), []));
  expect([...short.positions(4)]).toEqual([...vector.positions(4).slice(0, 20)]);
});

test('vectors of wide numbers, as they were kept before, are read on', () => {
  const fieldNumbers = empty.flatMap((_, at) => (at === 0 ? [0, 2] : [at * 102, 0]));
  const wide = Int32Array.from([empty.length, ...fieldNumbers, 1, 0, 5, 9, 2, 20, 30, 0, 1, 2, 1, 0]);
  const vector = new TermVector(new Uint8Array(wide.buffer));
  expect([...vector.termIds]).toEqual([20, 30]);
  expect([...vector.positions(20)]).toEqual([1]);
  expect([...vector.positions(30)]).toEqual([0]);
  expect(vector.passages).toEqual([{ position: 0, start: 5, end: 9 }]);
});
