import { randomUUID } from 'node:crypto';

import { Role } from '../../apps/api/src/access/index.js';
import { randomFrom } from '../support/clientsRandom.js';
import { describeEachEngine } from '../support/engines.js';
import type { Engine } from '../support/engines.js';
import { Library, label } from '../support/library.js';
import type { Paper, Person } from '../support/library.js';

const SEED = Number(process.env['CHANCERY_SEED'] ?? 20261121);
const CANARY = 'quirinalium';

/** Words of one length that stand in no dictionary. */
function inventedWords(count: number, random: () => number): string[] {
  const letter = () => String.fromCharCode(97 + Math.floor(random() * 26));
  return Array.from({ length: count }, () => Array.from({ length: 12 }, letter).join(''));
}

const VISIBLE: readonly Paper[] = [
  {
    title: 'Treaty on the river',
    body: 'The parties share the water of the river.',
    topics: ['Water'],
    countries: ['UZ'],
  },
  { title: 'Notes on the treaty', body: 'The treaty was signed in spring; the river rose.', topics: ['Water'] },
  {
    title: 'Trade in spring',
    body: 'Trade grew. A commission counts the water rights.',
    topics: ['Trade'],
    kind: 'policy',
  },
];

/** Uses the same words as the visible papers, so that whatever is counted over all papers would show. */
const secrets = (words: readonly string[]): Paper[] =>
  words.map((word, index) => ({
    title: `Treaty ${CANARY} ${word}`,
    body: `The river treaty hides ${word}. ${'water '.repeat(index % 7)} ${CANARY} commission.`,
    kind: 'cable',
    countries: ['XK'],
    topics: [CANARY, 'Water'],
    persons: [{ name: CANARY }],
    fields: [{ name: 'summary', value: CANARY }],
    sourceId: `secret-${String(index)}`,
  }));

/** Everything that the API tells about a search and about what it stands in. */
const EVERYTHING = `query ($input: SearchInput!) {
  search(input: $input) {
    total totalIsExact endCursor engine facets { field values { value count } }
    hits { score passage document { id title kind topics countries fields { value } persons { name } version { number body } versions { edges { node { number } } } } }
  }
  collections { edges { cursor node { name description documentCount } } pageInfo { hasNextPage endCursor } }
}`;

const QUERIES: readonly Record<string, unknown>[] = [
  { query: CANARY },
  { query: `"${CANARY}"` },
  { query: 'quirinalum' },
  { query: `river ${CANARY}` },
  { query: `river -${CANARY}` },
  { query: `"treaty ${CANARY}"` },
  { query: `title:${CANARY}` },
  { query: `person:${CANARY}` },
  { query: `topic:${CANARY}` },
  { query: 'level:SECRET' },
  { query: 'country:XK' },
  { query: 'kind:cable' },
  { query: 'treaty river water commission' },
  { query: 'treaty', first: 1 },
  { query: '' },
  { query: '', filter: { levels: ['SECRET', 'TOP_SECRET'] } },
  { query: 'water', filter: { topics: [CANARY] } },
  { query: 'hides' },
];

/** |z| of the Mann-Whitney U test: how surely two samples of times come from different distributions. */
function rankTest(a: readonly number[], b: readonly number[]): number {
  const all = [...a.map((time) => ({ time, own: true })), ...b.map((time) => ({ time, own: false }))];
  const sorted = all.sort((left, right) => left.time - right.time);
  const rankSum = sorted.reduce((sum, { own }, index) => (own ? sum + index + 1 : sum), 0);
  const u = rankSum - (a.length * (a.length + 1)) / 2;
  const deviation = Math.sqrt((a.length * b.length * (a.length + b.length + 1)) / 12);
  return Math.abs((u - (a.length * b.length) / 2) / deviation);
}

/**
 * At 4, one honest run in some 16,000 fails. A search that did a step more for words that exist somewhere would lie far
 * above: a shift of half a standard deviation makes z about 3.4 with 100 times on each side, a whole one above 6.
 */
const LARGEST_Z = 4;
const TIMES = 100;

function keepsItsSecrets({ environment }: Engine): void {
  const random = randomFrom(SEED);
  const forbidden = inventedWords(TIMES, random);
  const absent = inventedWords(TIMES, random);
  let library: Library;
  let planner: Person;
  let reader: Person;
  let collectionId: string;

  beforeAll(async () => {
    library = await Library.open(environment());
    planner = await library.person({ cleared: 'SECRET' });
    reader = await library.person({ cleared: 'RESTRICTED', roles: [Role.MEMBER] });
    collectionId = await library.collection(planner, { id: randomUUID(), name: 'Rivers' });
    await library.grant(planner, collectionId, { personId: reader.personId });
    await library.file(planner, collectionId, ...VISIBLE.map((paper) => ({ label: label('RESTRICTED'), ...paper })));
    await library.indexed(planner);
  });

  afterAll(async () => {
    await library.close();
  });

  const answers = async () => {
    const found: string[] = [];
    for (const query of QUERIES) {
      const input = { facets: ['kind', 'language', 'level', 'country', 'topic'], ...query };
      const { data, errors } = await reader.ask(EVERYTHING, { input });
      found.push(JSON.stringify({ query, data, errors }));
    }
    return found;
  };

  test('every answer is, byte for byte, what it was before the secret papers were filed', async () => {
    const before = await answers();
    const closed = await library.collection(planner, { name: `Closed ${CANARY}` });
    await library.file(
      planner,
      collectionId,
      ...secrets(forbidden).map((paper) => ({ ...paper, label: label('SECRET') })),
    );
    const needToKnow = secrets(forbidden.slice(0, 20)).map((paper) => ({ ...paper, label: label('RESTRICTED') }));
    await library.file(planner, closed, ...needToKnow);
    await library.indexed(planner);
    expect(await answers()).toEqual(before);
    const own = await planner.get<{ total: number }>('search', EVERYTHING, { input: { query: CANARY } });
    expect(own.total).toBe(forbidden.length + 20);
  });

  test('the secret words stand in nothing that the reader gets but the echo of the question', async () => {
    for (const word of [CANARY, ...forbidden.slice(0, 10)]) {
      const { data, errors } = await reader.ask(EVERYTHING, {
        input: { query: `${word} treaty`, facets: ['topic', 'country'] },
      });
      expect(JSON.stringify({ data, errors })).not.toContain(word);
    }
  });

  test(`the time tells nothing: forbidden and absent words can't be told apart (seed ${String(SEED)})`, async () => {
    const questions = [
      ...forbidden.map((word) => ({ word, own: true })),
      ...absent.map((word) => ({ word, own: false })),
    ]
      .map((question) => ({ ...question, place: random() }))
      .sort((a, b) => a.place - b.place);
    const times: { own: boolean; time: number }[] = [];
    for (const { word, own } of questions) {
      const start = performance.now();
      await reader.ask(EVERYTHING, { input: { query: `${word} river` } });
      times.push({ own, time: performance.now() - start });
    }
    const of = (wanted: boolean) => times.filter(({ own }) => own === wanted).map(({ time }) => time);
    expect(rankTest(of(true), of(false))).toBeLessThan(LARGEST_Z);
  });
}

describeEachEngine('canary', keepsItsSecrets);

test('the rank test tells different distributions apart and equal ones not', () => {
  const random = randomFrom(SEED);
  const sample = (shift: number) => Array.from({ length: TIMES }, () => random() + random() + random() + shift);
  expect(rankTest(sample(0), sample(0))).toBeLessThan(LARGEST_Z);
  expect(rankTest(sample(0), sample(0.5))).toBeGreaterThan(LARGEST_Z);
});
