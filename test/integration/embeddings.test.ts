import { jest } from '@jest/globals';

import { Role } from '../../apps/api/src/access/index.js';
import { Log } from '../../apps/api/src/platform/log/log.js';
import { LocalEmbeddingService } from '../support/embeddingService.js';
import type { Manner } from '../support/embeddingService.js';
import { describeMeilisearch, describePostgres } from '../support/engines.js';
import type { Engine } from '../support/engines.js';
import { Library, label } from '../support/library.js';
import type { Paper, Person } from '../support/library.js';
import { sql } from '../support/ministry.js';
import { until } from '../support/until.js';

const SEARCH = `query ($input: SearchInput!) { search(input: $input) {
  total totalIsExact endCursor hits { score passage document { id title } } } }`;

interface Answer {
  readonly total: number;
  readonly hits: readonly { readonly score: number; readonly document: { id: string; title: string } }[];
}

const CANARY = 'quirinalium';
const POISON = 'arsenicum';
const restricted = label('RESTRICTED');
const PAPERS: readonly Paper[] = [
  { title: 'Ferry on the strait', body: 'The ferry, the old ferry, takes its time.', label: restricted },
  { title: 'Ferry timetable', body: 'The ferry sails at noon, the night ferry hourly.', label: restricted },
  { title: 'What happened in May', body: 'A boat sank near the pier of the ferry; nine drowned.', label: restricted },
  { title: 'Inquest', body: `The captain of the ferry ${CANARY} drowned.`, label: label('SECRET') },
  {
    title: 'Ciphers of the ferry company',
    body: `They sank, says ${CANARY}.`,
    label: label('RESTRICTED', [{ tag: 'COMPARTMENT', values: ['CRYPTO'] }]),
  },
  { title: 'Chemistry', body: `A treatise on ${POISON}.`, label: restricted },
  { title: 'Unread', body: 'Nobody asks for this.', label: label('UNCLASSIFIED') },
];
const BY_WORDS = ['Ferry on the strait', 'Ferry timetable', 'What happened in May'];
const BY_MEANING = 'What happened in May';
const MANNERS: readonly Manner[] = [
  'hangs',
  'fails',
  'answers other dimensions',
  'answers without end',
  'answers nonsense',
];

/** What every engine has to do alike. */
function joinsMeaning(manners: readonly Manner[], { environment }: Engine): void {
  const lines: string[] = [];
  let service: LocalEmbeddingService;
  let library: Library;
  let planner: Person;
  let reader: Person;
  let collectionId: string;
  let ids: ReadonlyMap<string, string>;

  const embedding = () => ({
    ...environment(),
    CHANCERY_EMBEDDING_URL: service.url,
    CHANCERY_EMBEDDING_KEY: 'key-of-the-service',
    CHANCERY_EMBEDDING_MODEL: 'model-of-the-test',
    CHANCERY_EMBEDDING_LEVEL: 'RESTRICTED',
  });
  const search = (query: string, person = reader, rest: Record<string, unknown> = {}) =>
    person.get<Answer>('search', SEARCH, { input: { query, ...rest } });
  let asked = 0;
  /** Another question each time, whose new word stands nowhere. */
  const question = () => `ferry catastrophe zz${String((asked += 1))}`;
  const titles = async (query: string, person = reader) =>
    (await search(query, person)).hits.map(({ document }) => document.title);
  const embedded = async (title: string) => {
    const rows = await sql(
      library.server,
      'SELECT FROM search_embedding m JOIN search_entry e ON e.no = m.entry_no WHERE e.document_id = $1',
      [ids.get(title)],
    );
    return rows.length > 0;
  };
  /** Resolves when every entry of the index has been looked at. */
  const followed = () =>
    until(async () => {
      const [row] = await sql<{ done: boolean }>(
        library.server,
        'SELECT done_to >= (SELECT max(no) FROM search_entry) AS done FROM search_embedding_state',
      );
      return row?.done ?? false;
    });
  const file = async (papers: readonly Paper[], into = collectionId) => {
    const filed = await library.file(planner, into, ...papers);
    await library.indexed(planner);
    return new Map(papers.map(({ title }, at) => [title, filed[at]?.documentId ?? '']));
  };

  beforeAll(async () => {
    const record = (event: string, fields: object = {}) => lines.push(JSON.stringify({ event, ...fields }));
    jest.spyOn(Log.prototype, 'warn').mockImplementation(record);
    service = await LocalEmbeddingService.launch();
    service.stumblesOver = POISON;
    library = await Library.open(embedding());
    planner = await library.person({ cleared: 'SECRET', categories: [{ tag: 'COMPARTMENT', values: ['CRYPTO'] }] });
    reader = await library.person({ cleared: 'RESTRICTED', roles: [Role.MEMBER] });
    collectionId = await library.collection(planner);
    await library.grant(planner, collectionId, { personId: reader.personId });
    ids = await file(PAPERS);
    await followed();
  });

  afterAll(async () => {
    await library.close();
    await service.stop();
    jest.restoreAllMocks();
  });

  test('every paper that the service may see gets a vector behind the index, whatever it stumbles over', async () => {
    const found = await Promise.all(PAPERS.map(async ({ title }) => [title, await embedded(title)]));
    expect(Object.fromEntries(found)).toEqual({
      'Ferry on the strait': true,
      'Ferry timetable': true,
      'What happened in May': true,
      Inquest: false,
      'Ciphers of the ferry company': false,
      Chemistry: false,
      Unread: true,
    });
    expect(lines).toContainEqual(
      JSON.stringify({
        event: 'embedding.paper.passed',
        documentId: ids.get('Chemistry'),
        code: 'REFUSED',
      }),
    );
    expect([...service.authorizations]).toEqual(['Bearer key-of-the-service']);
    expect(new Set(service.posted.map(({ model }) => model))).toEqual(new Set(['model-of-the-test']));
  });

  test('a paper above the level, or with a need-to-know, is never sent', () => {
    expect(service.texts.length).toBeGreaterThan(0);
    expect(service.texts.filter((text) => text.includes(CANARY))).toEqual([]);
  });

  test('what means the same moves up among what was found by words, and nothing else comes', async () => {
    expect(await titles('ferry')).toEqual(BY_WORDS);
    expect((await titles('ferry catastrophe'))[0]).toBe(BY_MEANING);
    expect(new Set(await titles('ferry catastrophe'))).toEqual(new Set(BY_WORDS));
    expect(await titles('catastrophe')).toEqual([]);
    expect(service.texts.filter((text) => text === 'ferry catastrophe')).toHaveLength(1);
  });

  test('pages follow each other in the order of the whole', async () => {
    const first = await search('ferry catastrophe', reader, { first: 1 });
    const { endCursor } = first as Answer & { endCursor: string };
    const second = await search('ferry catastrophe', reader, { first: 2, after: endCursor });
    const all = await search('ferry catastrophe');
    expect([...first.hits, ...second.hits]).toEqual(all.hits);
  });

  test('questions of people who are cleared for more are not sent', async () => {
    expect((await titles('ferry tragedy of Mister Talkative', planner))[0]).not.toBe(BY_MEANING);
    expect(service.texts.filter((text) => text.includes('Talkative'))).toEqual([]);
    expect((await titles('ferry tragedy'))[0]).toBe(BY_MEANING);
  });

  test('what a reader may not read leaves their answers as they were, though it has a vector', async () => {
    const before = await search('ferry catastrophe');
    const closed = await library.collection(planner, { name: 'Closed' });
    const hidden = ['First', 'Second', 'Third'].map((title) => ({
      title: `${title} hidden ferry`,
      body: 'The ferry sank; many drowned.',
      label: restricted,
    }));
    ids = new Map([...ids, ...(await file(hidden, closed))]);
    await followed();
    expect(await embedded('First hidden ferry')).toBe(true);
    expect(await search('ferry catastrophe')).toEqual(before);
  });

  test('a paper that is raised above the level loses its vector, and is not sent again', async () => {
    const paper = { title: 'Fares of the ferry', body: 'Fares rise.', label: restricted };
    ids = new Map([...ids, ...(await file([paper]))]);
    await followed();
    expect(await embedded(paper.title)).toBe(true);
    const raised = { ...paper, body: `Fares rise for ${CANARY}.`, label: label('SECRET') };
    await library.revise(planner, ids.get(paper.title) ?? '', 1, raised);
    await library.indexed(planner);
    expect(await embedded(paper.title)).toBe(false);
    await followed();
    expect(await embedded(paper.title)).toBe(false);
    expect(service.texts.filter((text) => text.includes(CANARY))).toEqual([]);
  });

  test.each(manners)(
    'a service that %s leaves the answer to words, is left alone for a while, and joins in again later',
    async (manner) => {
      expect((await titles(question()))[0]).toBe(BY_MEANING);
      lines.length = 0;
      service.manner = manner;
      expect(await titles(question())).toEqual(BY_WORDS);
      const atOnce = [question(), question(), question()];
      for (const one of atOnce) expect(await titles(one)).toEqual(BY_WORDS);
      expect(service.texts.filter((text) => atOnce.includes(text)).length).toBeLessThan(atOnce.length);
      expect(lines.length).toBeLessThanOrEqual(atOnce.length);
      expect(lines[0]).toContain('embedding.question.failed');
      expect(lines[0]).not.toMatch(/ferry|catastrophe/);
      service.manner = 'answers';
      await until(async () => (await titles(question()))[0] === BY_MEANING);
    },
  );

  test('an instance that is configured for a lower level makes the vectors anew, up to that level only', async () => {
    const lower = await library.another({ ...embedding(), CHANCERY_EMBEDDING_LEVEL: 'UNCLASSIFIED' });
    await until(async () => !(await embedded('Ferry timetable')) && (await embedded('Unread')));
    expect((await titles('ferry catastrophe'))[0]).not.toBe(BY_MEANING);
    await lower.close();
  });
}

describePostgres('', (engine) => {
  joinsMeaning(MANNERS, engine);
});

describeMeilisearch('', (engine) => {
  joinsMeaning(MANNERS.slice(0, 2), engine);
});

test('without configuration nothing is sent, and there are no vectors', async () => {
  const library = await Library.open();
  const planner = await library.person({ cleared: 'RESTRICTED' });
  const collectionId = await library.collection(planner);
  await library.file(planner, collectionId, ...PAPERS.slice(0, 3));
  await library.indexed(planner);
  const { hits } = await planner.get<Answer>('search', SEARCH, { input: { query: 'ferry catastrophe' } });
  expect(hits.map(({ document }) => document.title)).toEqual(BY_WORDS);
  expect(await sql(library.server, 'SELECT 1 FROM search_embedding_state')).toEqual([]);
  await library.close();
});
