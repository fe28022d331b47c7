import { FIELDS } from './fields.js';
import type { LanguageQuery, QueryPlan } from './queryPlan.js';
import { bestPassage, rank } from './ranking.js';
import { TermVector } from './termVector.js';
import type { Passage } from './termVector.js';
import { periodsNamed } from './timeliness.js';

const FILLER = 1000;

/** A paper whose fields are lists of term numbers; `filler` adds that many other terms to the body. */
function paper(
  id: string,
  { title = [] as number[], body = [] as number[], filler = 0, day = 0 },
  passages: Passage[] = [],
) {
  const rest = Array.from({ length: filler }, (_, index) => FILLER + index);
  const fields = [title, [...body, ...rest], ...FIELDS.slice(2).map(() => [])];
  const vector = new TermVector(TermVector.encode(fields, passages));
  return { documentId: id, version: 1, language: 'en', firstDay: day, lastDay: day, titleKey: id, vector };
}

function plan(words: readonly number[], rest: Partial<LanguageQuery> = {}): QueryPlan {
  const query: LanguageQuery = {
    language: 'en',
    words: words.map((termId) => ({ idf: 2, worth: 2, variants: [{ termId, factor: 1 }] })),
    phrases: [],
    excluded: [],
    impossible: false,
    shownTerms: [],
    ...rest,
  };
  const meanLengths = FIELDS.map((name) => (name === 'body' ? 50 : name === 'title' ? 3 : 0));
  const generation = { no: 1, name: 'one' };
  const population = { generation, partitionIds: [1], state: '', documents: 100, meanLengths, languages: ['en'] };
  const periods = periodsNamed('in May 1967', 'en');
  return {
    byLanguage: new Map([['en', query]]),
    corrections: [],
    browses: false,
    narrowing: {},
    order: 'relevance',
    periods,
    population,
  };
}

const order = (question: QueryPlan, ...papers: ReturnType<typeof paper>[]) =>
  rank(question, papers).map(({ documentId }) => documentId);
const wording = (...ids: number[]) => ({ terms: ids.map((termId, offset) => ({ termId, offset })) });

test('more words, more often, in shorter papers: better', () => {
  const one = paper('one', { body: [1], filler: 40 });
  const both = paper('both', { body: [1, 50, 51, 52, 53, 54, 55, 56, 57, 58, 2], filler: 40 });
  const often = paper('often', { body: [1, 1, 1, 1], filler: 40 });
  const long = paper('long', { body: [1], filler: 400 });
  expect(order(plan([1, 2]), long, one, often, both)).toEqual(['both', 'often', 'one', 'long']);
});

test('a word of the title counts more than one of the body', () => {
  expect(
    order(plan([1]), paper('body', { body: [1], filler: 40 }), paper('title', { title: [1], filler: 41 })),
  ).toEqual(['title', 'body']);
});

test('words that stand together count more than words that stand apart', () => {
  const apart = paper('apart', { body: [1, ...Array.from({ length: 30 }, (_, index) => 100 + index), 2] });
  const together = paper('together', { body: [1, 2, ...Array.from({ length: 30 }, (_, index) => 100 + index)] });
  expect(order(plan([1, 2]), apart, together)).toEqual(['together', 'apart']);
});

test('of long papers the one that answers in one place is better', () => {
  const spread = Array.from({ length: 400 }, (_, index) => (index === 5 ? 1 : index === 395 ? 2 : 2000 + index));
  const close = Array.from({ length: 400 }, (_, index) => (index === 205 ? 1 : index === 220 ? 2 : 2000 + index));
  expect(order(plan([1, 2]), paper('spread', { body: spread }), paper('close', { body: close }))).toEqual([
    'close',
    'spread',
  ]);
});

test('a wording has to stand as it is, an unwanted one nowhere', () => {
  const right = paper('right', { body: [1, 2, 3] });
  const wrong = paper('wrong', { body: [2, 1, 3] });
  expect(order(plan([], { phrases: [wording(1, 2)] }), right, wrong)).toEqual(['right']);
  expect(order(plan([3], { excluded: [wording(1, 2)] }), right, wrong)).toEqual(['wrong']);
  const inTitle = { ...wording(1), field: FIELDS.indexOf('title') };
  expect(order(plan([], { phrases: [inTitle] }), right, paper('titled', { title: [1] }))).toEqual(['titled']);
  expect(order(plan([3], { impossible: true }), right, wrong)).toEqual([]);
});

test('of equal papers the one of the time that the question names is better', () => {
  const [other, sameYear] = [paper('a', { body: [1], day: 19680101 }), paper('b', { body: [1], day: 19670123 })];
  expect(order(plan([1]), other, sameYear, paper('c', { body: [1], day: 19670523 }))).toEqual(['c', 'b', 'a']);
});

test('where nothing but narrowing was asked for the newest come first, undated ones last', () => {
  const papers = [paper('undated', {}), paper('old', { day: 19480101 }), paper('new', { day: 19760101 })];
  expect(order({ ...plan([]), browses: true }, ...papers)).toEqual(['new', 'old', 'undated']);
});

test('equal papers are ordered by id, papers without any word are left out', () => {
  expect(order(plan([1]), paper('b', { body: [1] }), paper('a', { body: [1] }), paper('c', { body: [2] }))).toEqual([
    'a',
    'b',
  ]);
});

test('the passage that is shown is the one with the rarest words', () => {
  const passages = [
    { position: 0, start: 0, end: 9 },
    { position: 4, start: 10, end: 19 },
  ];
  const { vector } = paper('p', { body: [1, 9, 9, 9, 1, 2, 9, 9] }, passages);
  const query = plan([1, 2]).byLanguage.get('en')!;
  expect(bestPassage(query, vector)).toBe(1);
  expect(bestPassage(plan([77]).byLanguage.get('en')!, vector)).toBe(0);
});
