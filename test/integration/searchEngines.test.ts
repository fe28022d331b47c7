import { randomUUID } from 'node:crypto';

import pg from 'pg';

import { MATCH_END, MATCH_START } from '#text';

import { Role } from '../../apps/api/src/access/index.js';
import { describeMeilisearch, describePostgres } from '../support/engines.js';
import type { Engine } from '../support/engines.js';
import { codesOf } from '../support/graphql.js';
import { Library, label } from '../support/library.js';
import type { Paper, Person } from '../support/library.js';
import { createDatabase } from '../support/postgres.js';

const SEARCH = `query ($input: SearchInput!) { search(input: $input) {
  total totalIsExact endCursor engine facets { field values { value count } } hits { score passage document { id title } } } }`;

interface Answer {
  readonly total: number;
  readonly totalIsExact: boolean;
  readonly endCursor: string | null;
  readonly engine: string;
  readonly facets: readonly { readonly field: string; readonly values: readonly { value: string; count: number }[] }[];
  readonly hits: readonly {
    readonly score: number;
    readonly passage: string;
    readonly document: { id: string; title: string };
  }[];
}

const open = label('UNCLASSIFIED');
const PAPERS: readonly Paper[] = [
  {
    title: 'Grain corridor through the strait',
    body: 'Ships carry grain through the strait under the convention.\n\nThe admiralty wants escorts; insurers want guarantees.',
    kind: 'cable',
    date: '1967-05-23',
    from: 'Embassy in Ankara',
    to: 'Department of State',
    countries: ['TR', 'UA'],
    topics: ['Grain', 'Straits'],
    persons: [{ name: 'Papandreou, Andreas', role: 'Minister' }],
  },
  {
    title: 'Fishing quotas',
    body: 'The fisheries commission negotiated the quotas. Herring and cod are counted twice a year.',
    kind: 'report',
    date: '1968',
    countries: ['NO'],
    topics: ['Fish'],
  },
  {
    title: 'Quotas for grain imports',
    body: 'Imports of grain are limited by quotas.\n\nThe commission for quotas meets in spring.',
    kind: 'memorandum',
    date: '1968-02',
    from: 'Embassy in Oslo',
    countries: ['NO'],
    topics: ['Grain'],
  },
  {
    title: 'Négociations sur les frontières maritimes',
    body: "La délégation a proposé une ligne d'équidistance. Les négociateurs ont refusé.",
    kind: 'note-verbale',
    language: 'fr',
  },
  {
    title: 'О водных ресурсах',
    body: 'Стороны обсудили совместное использование водных ресурсов реки.',
    kind: 'report',
    language: 'ru',
  },
  { title: 'Suv resurslari toʻgʻrisida', body: 'Tomonlar oʻzaro kelishuvni imzoladi.', kind: 'report', language: 'uz' },
  { title: 'اتفاقية المياه', body: 'ناقش الطرفان اتفاقية تقاسم المياه بين البلدين.', kind: 'treaty', language: 'ar' },
  { title: 'Unrelated', body: 'Furniture of the residence was inventoried.', kind: 'other' },
];

/** What every engine has to do alike. */
function behavesLikeASearchEngine({ name, environment }: Engine): void {
  let library: Library;
  let planner: Person;
  let collectionId: string;

  beforeAll(async () => {
    library = await Library.open(environment());
    planner = await library.person({ cleared: 'SECRET' });
    collectionId = await library.collection(planner);
    await library.file(planner, collectionId, ...PAPERS.map((paper) => ({ label: open, ...paper })));
    await library.indexed(planner);
  });

  afterAll(async () => {
    await library.close();
  });

  const search = (query: string, rest: Record<string, unknown> = {}, person = planner) =>
    person.get<Answer>('search', SEARCH, { input: { query, ...rest } });
  const titles = async (query: string, rest: Record<string, unknown> = {}, person = planner) =>
    (await search(query, rest, person)).hits.map(({ document }) => document.title);

  describe('finding', () => {
    test('names the engine that is asked', async () => {
      expect((await search('grain')).engine).toBe(name);
    });

    test('the paper that answers best comes first, in other forms of its words', async () => {
      expect((await titles('grains in straits'))[0]).toBe('Grain corridor through the strait');
      expect((await titles('How are fishery quotas negotiated?'))[0]).toBe('Fishing quotas');
    });

    test('totals are exact where everything was looked at', async () => {
      expect(await search('quotas')).toMatchObject({ total: 2, totalIsExact: true });
      expect(await search('zeppelin')).toMatchObject({ total: 0, totalIsExact: true, hits: [], endCursor: null });
    });

    test('each language is found by its own forms', async () => {
      expect(await titles('négociation maritime')).toEqual(['Négociations sur les frontières maritimes']);
      expect(await titles('negociations frontieres')).toEqual(['Négociations sur les frontières maritimes']);
      expect(await titles('водный ресурс')).toContain('О водных ресурсах');
      expect(await titles('suv resursi')).toContain('Suv resurslari toʻgʻrisida');
      expect(await titles('الاتفاقيات')).toEqual(['اتفاقية المياه']);
    });

    test('a typing error in a word that stands nowhere is forgiven', async () => {
      expect(await titles('furnitrue')).toEqual(['Unrelated']);
      expect(await titles('Papandreu')).toEqual(['Grain corridor through the strait']);
    });

    test('function words alone find nothing', async () => {
      expect(await titles('of the and')).toEqual([]);
    });
  });

  describe('operators', () => {
    test('a wording in quotation marks has to stand there as it is', async () => {
      expect(await titles('"commission for quotas"')).toEqual(['Quotas for grain imports']);
      expect(await titles('"quotas commission"')).toEqual([]);
      expect(await titles('“fisheries commission”')).toEqual(['Fishing quotas']);
      expect(await titles('fisheries commission', { mode: 'PHRASE' })).toEqual(['Fishing quotas']);
    });

    test('a minus leaves papers out', async () => {
      expect(await titles('quotas -herring')).toEqual(['Quotas for grain imports']);
      expect(await titles('quotas -"commission for quotas"')).toEqual(['Fishing quotas']);
    });

    test('field:value narrows, also with a minus', async () => {
      expect(await titles('quotas kind:memorandum')).toEqual(['Quotas for grain imports']);
      expect(await titles('quotas -kind:memorandum')).toEqual(['Fishing quotas']);
      expect(await titles('grain topic:straits')).toEqual(['Grain corridor through the strait']);
      expect(await titles('grain country:no')).toEqual(['Quotas for grain imports']);
      expect(await titles('grain from:ankara')).toEqual(['Grain corridor through the strait']);
      expect(await titles('grain from:oslo to:state')).toEqual([]);
      expect(await titles('title:fishing')).toEqual(['Fishing quotas']);
      expect(await titles('person:papandreou')).toEqual(['Grain corridor through the strait']);
      expect(await titles('quotas year:1968')).toHaveLength(2);
      expect(await titles('quotas date:1968-02')).toHaveLength(2);
      expect(await titles('quotas date:1968-03')).toEqual(['Fishing quotas']);
      expect(await titles('quotas date:nonsense')).toEqual([]);
    });

    test('a filter does the same, and both together narrow further', async () => {
      const filter = (rest: Record<string, unknown>) => ({ filter: rest });
      expect(await titles('quotas', filter({ kinds: ['memorandum'] }))).toEqual(['Quotas for grain imports']);
      expect(await titles('quotas kind:report', filter({ kinds: ['memorandum'] }))).toEqual([]);
      expect(await titles('quotas', filter({ kinds: [] }))).toEqual([]);
      expect(await titles('quotas', filter({ levels: ['UNCLASSIFIED'], languages: ['en'] }))).toHaveLength(2);
      expect(await titles('quotas', filter({ languages: ['fr'] }))).toEqual([]);
      expect(await titles('grain', filter({ dateFrom: '1968' }))).toEqual(['Quotas for grain imports']);
      expect(await titles('grain', filter({ dateTo: '1967-12-31' }))).toEqual(['Grain corridor through the strait']);
      expect(await titles('grain', filter({ collectionIds: [collectionId] }))).toHaveLength(2);
      expect(await titles('grain', filter({ collectionIds: [randomUUID()] }))).toEqual([]);
      expect(await titles('grain', filter({ from: 'Embassy Oslo' }))).toEqual(['Quotas for grain imports']);
    });

    test('without words the newest papers that fit are shown', async () => {
      expect(await titles('', { filter: { topics: ['grain'] } })).toEqual([
        'Quotas for grain imports',
        'Grain corridor through the strait',
      ]);
      expect((await search('')).total).toBe(PAPERS.length);
      expect(await titles('-grain kind:report language:en')).toEqual(['Fishing quotas']);
    });
  });

  describe('what is shown', () => {
    test('facets count what was found', async () => {
      const { facets } = await search('quotas grain', { facets: ['kind', 'country', 'level', 'language', 'topic'] });
      const counts = Object.fromEntries(
        facets.map(({ field, values }) => [
          field,
          Object.fromEntries(values.map(({ value, count }) => [value, count])),
        ]),
      );
      expect(counts).toEqual({
        kind: { cable: 1, memorandum: 1, report: 1 },
        country: { NO: 2, TR: 1, UA: 1 },
        level: { UNCLASSIFIED: 3 },
        language: { en: 3 },
        topic: { Grain: 2, Fish: 1, Straits: 1 },
      });
    });

    test('matches are marked in the passage that answers', async () => {
      const { hits } = await search('escorts');
      expect(hits[0]?.passage).toContain(`wants ${MATCH_START}escorts${MATCH_END};`);
    });

    test('pages follow each other, and a cursor belongs to its search', async () => {
      const all = await titles('quotas grain commission');
      const first = await search('quotas grain commission', { first: 2 });
      const rest = await search('quotas grain commission', { first: 2, after: first.endCursor });
      expect([...first.hits, ...rest.hits].map(({ document }) => document.title)).toEqual(all);
      expect(rest.endCursor).toBeNull();
      const other = await planner.ask(SEARCH, { input: { query: 'fish', after: first.endCursor } });
      expect(codesOf(other)).toEqual(['BAD_CURSOR']);
      expect(codesOf(await planner.ask(SEARCH, { input: { query: 'fish', after: 'x' } }))).toEqual(['BAD_CURSOR']);
    });
  });

  describe('what people may type', () => {
    const injections = [
      `") OR label IN [1,2,3] OR kind = ("`,
      `kind:"x] OR scopes EXISTS OR kind IN [\\"y"`,
      `topic:"a\\" OR label >= 0 OR topic = \\"a"`,
      `'; DROP TABLE document; --`,
      `from:"x' OR '1'='1"`,
      `\\`,
      `"`,
      `-`,
      `- -"" ::: kind: :kind`,
      `*`,
      `%_%`,
      `\uE000grain\uE001`,
      '🙂 ﷽ \u202E',
    ];

    test('operators, quotation marks and code are only words', async () => {
      for (const query of injections) {
        const { data, errors } = await planner.ask(SEARCH, { input: { query, facets: ['kind'] } });
        expect({ query, errors, answered: data !== null }).toEqual({ query, errors: [], answered: true });
      }
      for (const value of injections) {
        const input = {
          query: 'grain',
          filter: { kinds: [value], topics: [value], collectionIds: [value], from: value },
        };
        const answer = await planner.get<Answer>('search', SEARCH, { input });
        expect(answer.total).toBe(0);
      }
      expect((await search('')).total).toBe(PAPERS.length);
    });

    test('what is too long or unknown is refused by name', async () => {
      const codes = async (input: Record<string, unknown>) => codesOf(await planner.ask(SEARCH, { input }));
      expect(await codes({ query: 'x'.repeat(2001) })).toEqual(['TOO_LARGE']);
      expect(await codes({ query: 'x', facets: ['body'] })).toEqual(['BAD_INPUT']);
      expect(await codes({ query: 'x', first: 0 })).toEqual(['BAD_INPUT']);
      expect(await codes({ query: 'x', first: 100_000 })).toEqual(['BAD_INPUT']);
      expect(await codes({ query: 'x', filter: { dateFrom: 'yesterday' } })).toEqual(['BAD_INPUT']);
      expect(await codes({ query: 'x', filter: { kinds: Array.from({ length: 101 }, () => 'a') } })).toEqual([
        'TOO_LARGE',
      ]);
      expect(await codes({ query: 'a\u0000b' })).toEqual(['BAD_INPUT']);
      expect(await codes({ query: Array.from({ length: 300 }, (_, index) => `w${String(index)}`).join(' ') })).toEqual(
        [],
      );
    });
  });

  describe('the index follows the database', () => {
    test('a revision is found by its new words and no more by its old ones', async () => {
      const paper = { title: 'Moving target', body: 'It mentions walruses.', label: open };
      const [filed] = await library.file(planner, collectionId, paper);
      await library.indexed(planner);
      expect(await titles('walruses')).toEqual(['Moving target']);
      await library.revise(planner, filed?.documentId ?? '', 1, { ...paper, body: 'It mentions ostriches.' });
      await library.indexed(planner);
      expect(await titles('walruses')).toEqual([]);
      expect(await titles('ostriches')).toEqual(['Moving target']);
    });

    test('what changes its label, and who loses clearance or grant, is gone at the next search', async () => {
      const person = await library.person({ cleared: 'CONFIDENTIAL', roles: [Role.MEMBER] });
      const grant = await library.grant(planner, collectionId, { personId: person.personId });
      const [filed] = await library.file(planner, collectionId, {
        title: 'Yak',
        body: 'yaks',
        label: label('CONFIDENTIAL'),
      });
      await library.indexed(planner);
      expect(await titles('yaks', {}, person)).toEqual(['Yak']);
      library.clear(person.personId, 'RESTRICTED');
      expect(await titles('yaks', {}, person)).toEqual([]);
      library.clear(person.personId, 'CONFIDENTIAL');
      expect(await titles('yaks', {}, person)).toEqual(['Yak']);
      await library.revise(planner, filed?.documentId ?? '', 1, { title: 'Yak', body: 'yaks', label: label('SECRET') });
      expect(await titles('yaks', {}, person)).toEqual([]);
      await planner.get('withdrawGrant', 'mutation ($id: ID!) { withdrawGrant(id: $id) }', { id: grant });
      expect(await titles('grain', {}, person)).toEqual([]);
    });

    test('papers that a reader may not read change neither the order nor the scores of those that they may', async () => {
      const person = await library.person({ cleared: 'RESTRICTED', roles: [Role.MEMBER] });
      const grant = await library.grant(planner, collectionId, { personId: person.personId });
      const seen = async () => {
        const { hits, total } = await search('grain quotas of the commission', {}, person);
        return { total, hits: hits.map(({ score, document }) => ({ score, id: document.id })) };
      };
      const before = await seen();
      expect(before.hits.length).toBeGreaterThan(2);
      const hidden = ['Grain quotas', 'The commission', 'Herring quotas'].map((title) => ({
        title,
        body: 'Grain, grain and quotas of the commission; herring, imports, spring, escorts.',
        label: label('SECRET'),
      }));
      await library.file(planner, collectionId, ...hidden);
      await library.indexed(planner);
      expect((await search('grain quotas of the commission')).total).toBe(before.total + hidden.length);
      expect(await seen()).toEqual(before);
      await planner.get('withdrawGrant', 'mutation ($id: ID!) { withdrawGrant(id: $id) }', { id: grant });
    });

    test('nothing above the ceiling of a collection, or of one above it, enters the index', async () => {
      const ceiled = await library.collection(planner, { name: 'Ceiled', indexCeiling: 'RESTRICTED' });
      const below = await library.collection(planner, { name: 'Below', parentId: ceiled });
      const paper = (title: string, level: string) => ({ title, body: 'pangolin', label: label(level) });
      await library.file(planner, below, paper('Low', 'RESTRICTED'), paper('High', 'CONFIDENTIAL'));
      await library.indexed(planner);
      expect(await titles('pangolin')).toEqual(['Low']);
    });

    test('two instances, and workers that die in the middle, lose nothing and double nothing', async () => {
      const second = await library.another(environment());
      const names = Array.from({ length: 120 }, (_, index) => `Batch ${String(index)}`);
      const killer = new pg.Client({ connectionString: library.server.databaseUrl });
      await killer.connect();
      const filing = new AbortController();
      let killed = 0;
      const killing = (async () => {
        while (!filing.signal.aborted) {
          const { rows } = await killer.query(`SELECT pg_terminate_backend(pid) FROM pg_locks
            WHERE locktype = 'advisory' AND granted AND objid = 4460002 AND pid <> pg_backend_pid()`);
          killed += rows.length;
          await new Promise((resolve) => setTimeout(resolve, 15));
        }
      })();
      for (let at = 0; at < names.length; at += 20) {
        const batch = names.slice(at, at + 20).map((title) => ({ title, body: 'capybara', label: open }));
        await library.file(planner, collectionId, ...batch);
      }
      filing.abort();
      await killing;
      await killer.end();
      expect(killed).toBeGreaterThan(0);
      await library.indexed(planner);
      const found = await search('capybara', { first: 200 });
      expect(found.hits.map(({ document }) => document.title).sort()).toEqual([...names].sort());
      await second.close();
    });
  });
}

describePostgres('', behavesLikeASearchEngine);

describeMeilisearch('', (meilisearch) => {
  const { environment } = meilisearch;
  behavesLikeASearchEngine(meilisearch);

  test('while it is down search says so and writing goes on; afterwards everything is found', async () => {
    const library = await Library.open({ MEILISEARCH_URL: 'http://127.0.0.1:9', MEILISEARCH_KEY: 'nobody listens' });
    const again = await library.another(environment());
    try {
      const planner = await library.person({ cleared: 'SECRET' });
      const collectionId = await library.collection(planner);
      const [filed] = await library.file(planner, collectionId, { title: 'While down', body: 'okapi' });
      expect(filed?.outcome).toBe('CREATED');
      const refused = await planner.ask(SEARCH, { input: { query: '' } });
      expect(codesOf(refused)).toEqual(['SEARCH_UNAVAILABLE']);
      const other = await again.person({ cleared: 'SECRET' });
      await library.grant(planner, collectionId, { personId: other.personId });
      await again.indexed(other);
      const found = await other.get<Answer>('search', SEARCH, { input: { query: 'okapi' } });
      expect(found.total).toBe(1);
    } finally {
      await again.close();
      await library.close();
    }
  });

  test('a change of engine builds the index anew from the database alone', async () => {
    const database = await createDatabase();
    const first = await Library.open({ DATABASE_URL: database.url });
    const planner = await first.person({ cleared: 'SECRET' });
    const collectionId = await first.collection(planner);
    await first.grant(planner, collectionId, { role: 'PLANNER' });
    await first.file(planner, collectionId, { title: 'Moved', body: 'tapir' });
    await first.indexed(planner);
    await first.close();
    for (const chosen of [environment(), {}]) {
      const next = await first.another(chosen);
      const person = await next.person({ cleared: 'SECRET' });
      await expect(findsWithin(next, person).finally(() => next.close())).resolves.toBe(1);
    }
    await database.drop();
  });
});

/** Bound of waiting for an index, so that a failure ends. */
const PATIENCE_MS = 60_000;

/** How many papers are found once the index of a new engine has caught up: it may be empty when it is asked first. */
async function findsWithin(library: Library, person: Person): Promise<number> {
  let total = 0;
  const deadline = Date.now() + PATIENCE_MS;
  while (total === 0 && Date.now() < deadline) {
    const answer = await person.ask(SEARCH, { input: { query: 'tapir' } });
    const found = answer.data?.['search'] as { total: number } | null | undefined;
    total = found?.total ?? 0;
    await library.indexed(person);
  }
  return total;
}
