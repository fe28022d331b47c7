import { randomUUID } from 'node:crypto';

import { Role } from '../../apps/api/src/access/index.js';
import { MeilisearchEngine } from '../../apps/api/src/platform/search/meilisearch/meilisearchEngine.js';
import type { KnownEntry } from '../../apps/api/src/platform/search/types.js';
import { describeMeilisearch, describePostgres } from '../support/engines.js';
import type { Engine } from '../support/engines.js';
import { codesOf } from '../support/graphql.js';
import { Library, label } from '../support/library.js';
import type { Paper, Person } from '../support/library.js';
import { sql } from '../support/ministry.js';

const SEARCH = `query ($input: SearchInput!) { search(input: $input) {
  total totalIsExact endCursor didYouMean facets { field values { value count } }
  hits { passage part { documentId slot label { level } } document { id title label { level } } } } }`;

interface Answer {
  readonly total: number;
  readonly totalIsExact: boolean;
  readonly endCursor: string | null;
  readonly didYouMean: string | null;
  readonly facets: readonly { readonly field: string; readonly values: readonly { value: string; count: number }[] }[];
  readonly hits: readonly {
    readonly passage: string;
    readonly part: { documentId: string; slot: string; label: { level: string } } | null;
    readonly document: { id: string; title: string; label: { level: string } };
  }[];
}

const NO_TERMS = new Int32Array(0);
const EVERY_FACET = ['kind', 'language', 'level', 'label', 'country', 'topic', 'status', 'year', 'post'];
const restricted = label('RESTRICTED');
/** Papers that become secret while somebody asks for suggestions. */
const SECRET_ROUNDS = 12;
const PAPERS: readonly Paper[] = [
  { title: '“Zebra” memorandum', body: 'Quotas of herring.', date: '1967-05-23', kind: 'memorandum' },
  { title: 'álamo treaty', body: 'Quotas of cod.', date: '1968' },
  { title: 'Barley report', body: 'Quotas of barley.' },
  { title: 'Cod report', body: 'Quotas, and quotas again.', date: '1966-01' },
];

/** What every engine has to do alike. */
function findsWhatPeopleUse({ environment }: Engine): void {
  let library: Library;
  let planner: Person;
  let reader: Person;
  let collectionId: string;

  beforeAll(async () => {
    library = await Library.open(environment());
    planner = await library.person({ cleared: 'SECRET' });
    reader = await library.person({ cleared: 'RESTRICTED', roles: [Role.MEMBER] });
    collectionId = await library.collection(planner);
    await library.grant(planner, collectionId, { personId: reader.personId });
    await library.file(planner, collectionId, ...PAPERS.map((paper) => ({ label: restricted, ...paper })));
    await library.indexed(planner);
  });

  afterAll(async () => {
    await library.close();
  });

  const search = (query: string, rest: Record<string, unknown> = {}, person = planner) =>
    person.get<Answer>('search', SEARCH, { input: { query, ...rest } });
  const titles = async (query: string, rest: Record<string, unknown> = {}, person = planner) =>
    (await search(query, rest, person)).hits.map(({ document }) => document.title);
  const everything = async (person: Person, query: string) =>
    JSON.stringify(await search(query, { facets: EVERY_FACET }, person));

  describe('order', () => {
    const orders: Readonly<Record<string, readonly string[]>> = {
      NEWEST: ['álamo treaty', '“Zebra” memorandum', 'Cod report', 'Barley report'],
      OLDEST: ['Cod report', '“Zebra” memorandum', 'álamo treaty', 'Barley report'],
      TITLE: ['álamo treaty', 'Barley report', 'Cod report', '“Zebra” memorandum'],
    };

    test('by date, undated papers last, and by title, whatever its marks and accents', async () => {
      for (const [order, expected] of Object.entries(orders)) {
        expect({ order, titles: await titles('quotas', { order }) }).toEqual({ order, titles: expected });
        expect({ order, titles: await titles('', { order }) }).toEqual({ order, titles: expected });
      }
    });

    test('pages follow each other in every order, and a cursor belongs to its order', async () => {
      for (const order of ['RELEVANCE', ...Object.keys(orders)]) {
        const seen: string[] = [];
        let after: string | null = null;
        do {
          const page: Answer = await search('quotas', { order, first: 1, after });
          seen.push(...page.hits.map(({ document }) => document.title));
          after = page.endCursor;
        } while (after !== null);
        expect({ order, seen }).toEqual({ order, seen: await titles('quotas', { order }) });
      }
      const { endCursor } = await search('quotas', { order: 'NEWEST', first: 1 });
      const other = await planner.ask(SEARCH, { input: { query: 'quotas', order: 'OLDEST', after: endCursor } });
      expect(codesOf(other)).toEqual(['BAD_CURSOR']);
    });
  });

  test('facets count years, labels and where papers stand', async () => {
    const { facets } = await search('quotas', { facets: ['year', 'label', 'status'] });
    expect(facets).toEqual([
      { field: 'year', values: ['1966', '1967', '1968'].map((value) => ({ value, count: 1 })) },
      { field: 'label', values: [{ value: 'RESTRICTED', count: 4 }] },
      { field: 'status', values: [{ value: 'FILED', count: 4 }] },
    ]);
  });

  test('what is half typed, or means nothing special, is words', async () => {
    const all = await titles('quotas herring');
    expect(all).toHaveLength(PAPERS.length);
    for (const query of [
      '"quotas herring',
      'quotas “herring',
      'quotas herring -',
      'quotas herring ""',
      'quotas: herring',
      'quotas wine:herring',
      '\u202bquotas\u202c \u200fherring\u200e',
      'quotas -- herring',
      `${'quotas '.repeat(280)}herring`,
    ]) {
      expect({ query, found: new Set(await titles(query)) }).toEqual({ query, found: new Set(all) });
    }
    expect(await titles('-')).toEqual(await titles(''));
    expect(await titles('"" -""')).toEqual(await titles(''));
  });

  describe('parts', () => {
    const brief = {
      title: 'Brief on the ferry',
      kind: 'negotiation-brief',
      body: 'We open with a toll.',
      date: '1999',
    };
    const redLines = { title: 'Red lines', kind: 'negotiation-brief', body: 'Never below nine wombats.' };
    let briefId: string;
    let partId: string;
    let before: string[];
    const asked = [
      'wombats',
      '"nine wombats"',
      'toll',
      'toll -wombats',
      'brief',
      '',
      'status:draft',
      'kind:negotiation-brief',
    ];

    beforeAll(async () => {
      const [filed] = await library.file(planner, collectionId, { ...brief, label: restricted });
      briefId = filed?.documentId ?? '';
      await library.indexed(planner);
      before = await Promise.all(asked.map((query) => everything(reader, query)));
      const part = { ...redLines, label: label('SECRET'), partOf: briefId, slot: 'red-lines' };
      const [own] = await library.file(planner, collectionId, part);
      partId = own?.documentId ?? '';
      await library.indexed(planner);
    });

    test('a hit in a part is one of its whole, shown with the label of the part', async () => {
      const { hits, total } = await search('wombats');
      expect(total).toBe(1);
      expect(hits).toMatchObject([
        {
          document: { id: briefId, title: brief.title, label: { level: 'RESTRICTED' } },
          part: { documentId: partId, slot: 'red-lines', label: { level: 'SECRET' } },
        },
      ]);
      expect(hits[0]?.passage.replaceAll(/[\ue000\ue001]/gu, '')).toBe(redLines.body);
      expect((await search('toll')).hits).toMatchObject([{ document: { id: briefId }, part: null }]);
    });

    test('a whole counts once, by what the whole is', async () => {
      const { facets, total } = await search('wombats toll ferry', { facets: ['level', 'year', 'kind'] });
      expect(total).toBe(1);
      expect(facets.map(({ values }) => values)).toEqual([
        [{ value: 'RESTRICTED', count: 1 }],
        [{ value: '1999', count: 1 }],
        [{ value: 'negotiation-brief', count: 1 }],
      ]);
      expect(await titles('wombats kind:negotiation-brief date:1999 level:restricted')).toEqual([brief.title]);
      expect(await titles('wombats level:secret')).toEqual([]);
      expect((await search('')).total).toBe(PAPERS.length + 1);
    });

    test('an unwanted word in a part leaves out the whole, for those who may read the part', async () => {
      expect(await titles('toll -wombats')).toEqual([]);
      expect(await titles('toll -wombats', {}, reader)).toEqual([brief.title]);
    });

    test('whoever may not read the part gets, byte for byte, what there was before it', async () => {
      expect(await Promise.all(asked.map((query) => everything(reader, query)))).toEqual(before);
    });

    test('a whole that rises above its part takes the part out of what can be found', async () => {
      const crypto = [{ tag: 'COMPARTMENT', values: ['CRYPTO'] }];
      library.clear(planner.personId, 'SECRET', crypto);
      await library.revise(planner, briefId, 1, { ...brief, label: label('SECRET', crypto) });
      await library.indexed(planner);
      expect(await titles('toll')).toEqual([brief.title]);
      expect(await titles('wombats')).toEqual([]);
    });
  });

  test('what has expired is found when it is asked for, and only then, with the parts of it', async () => {
    const old = { title: 'Lapsed convention', body: 'Lighthouse dues, lapsed.', label: restricted };
    const [filed] = await library.file(planner, collectionId, { ...old, kind: 'negotiation-brief' });
    const id = filed?.documentId ?? '';
    const part = { title: 'Red lines', body: 'Lighthouse dues, and halyards.', label: label('SECRET') };
    await library.file(planner, collectionId, { ...part, kind: 'report', partOf: id, slot: 'red-lines' });
    await library.indexed(planner);
    expect(await titles('lighthouse')).toEqual([old.title]);
    const set =
      'mutation SetDocumentDates($input: DocumentDatesInput!) { setDocumentDates(input: $input) { isExpired } }';
    await planner.get('setDocumentDates', set, { input: { documentId: id, expiresOn: '2020-01-01' } });
    const due = "SELECT 1 FROM job WHERE subject = $1 AND due_at <= now() AND state = 'WAITING'";
    while ((await sql(library.server, due, [id])).length > 0) await new Promise((resolve) => setTimeout(resolve, 20));
    await library.indexed(planner);
    for (const person of [planner, reader]) {
      expect(await titles('lighthouse', {}, person)).toEqual([]);
      expect(await titles('lighthouse expired:yes', {}, person)).toEqual([old.title]);
      const filter = { expired: true, collectionIds: [collectionId] };
      expect(await titles('lighthouse', { filter }, person)).toEqual([old.title]);
    }
    expect(await titles('halyards expired:yes')).toEqual([old.title]);
    expect(await titles('halyards expired:yes', {}, reader)).toEqual([]);
    // its neighbours in the collection are found as before
    expect(await titles('quotas', { order: 'TITLE' }, reader)).toHaveLength(PAPERS.length);
  });

  describe('did you mean', () => {
    test('the question is shown as it was answered, in words of papers that the reader may read', async () => {
      expect((await search('quottas of Barlley')).didYouMean).toBe('quotas of Barley');
      expect((await search('HERRNIG')).didYouMean).toBe('herring');
      expect((await search('quotas of barley')).didYouMean).toBeNull();
      expect((await search('xylophonist')).didYouMean).toBeNull();
    });

    test('a word above the clearance is never offered, and is none that is known', async () => {
      const asked = ['quirinaliun', 'quirinalium', 'quirinalium herring', '"quirinalium" herrnig'];
      const before = await Promise.all(asked.map((query) => everything(reader, query)));
      await library.file(planner, collectionId, {
        title: 'Secret',
        body: 'quirinalium, herrnigs',
        label: label('SECRET'),
      });
      await library.indexed(planner);
      expect(await Promise.all(asked.map((query) => everything(reader, query)))).toEqual(before);
      expect((await search('quirinaliun')).didYouMean).toBe('quirinalium');
      expect((await search('quirinaliun', {}, reader)).didYouMean).toBeNull();
    });
  });

  describe('similar documents', () => {
    const SIMILAR = `query ($id: ID!) { similarDocuments(documentId: $id) { passage part { slot } document { title } } }`;
    const similar = async (id: string, person = planner) =>
      (await person.get<Answer['hits']>('similarDocuments', SIMILAR, { id })).map(({ document }) => document.title);
    const body = 'The lighthouse keeper on the cape counts puffins and razorbills above the harbour.';
    let ids: string[];

    beforeAll(async () => {
      const filed = await library.file(
        planner,
        collectionId,
        { title: 'Lighthouse', body, label: restricted },
        { title: 'Cape', body: 'Puffins and razorbills nest below the lighthouse on the cape.', label: restricted },
        { title: 'Cape, secret', body: `${body} Nobody may know.`, label: label('SECRET') },
      );
      ids = filed.map(({ documentId }) => documentId);
      await library.indexed(planner);
    });

    test('use the same telling words; the document itself is not one, and papers about other things are none', async () => {
      expect(await similar(ids[0] ?? '')).toEqual(['Cape, secret', 'Cape']);
      expect(await similar(ids[0] ?? '', reader)).toEqual(['Cape']);
    });

    test('of a paper that may not be read there are none, as of one that does not exist', async () => {
      const refused = await reader.ask(SIMILAR, { id: ids[2] });
      const absent = await reader.ask(SIMILAR, { id: '019a5c2e-8f00-7abc-8def-0123456789ab' });
      expect(codesOf(refused)).toEqual(['NOT_FOUND']);
      expect(JSON.stringify(refused)).toBe(JSON.stringify(absent));
    });
  });

  describe('suggestions while typing', () => {
    const SUGGEST = 'query ($typed: String!, $first: Int) { suggestions(typed: $typed, first: $first) { kind text } }';
    const suggested = async (typed: string, person = planner, first = 5) =>
      (await person.get<{ kind: string; text: string }[]>('suggestions', SUGGEST, { typed, first })).map(
        ({ kind, text }) => `${kind} ${text}`,
      );
    const paper = {
      title: 'Ħandbook of kangaroos: Élysée edition',
      body: 'x',
      topics: ['Kangaroo trade'],
      persons: [{ name: 'Kangas, Urho' }],
    };
    let ids: string[];

    beforeAll(async () => {
      const filed = await library.file(
        planner,
        collectionId,
        { ...paper, label: restricted },
        { ...paper, title: 'Kangaroo protocol', persons: [{ name: 'Kangar Zweig' }], label: label('SECRET') },
      );
      ids = filed.map(({ documentId }) => documentId);
      await library.indexed(planner);
    });

    test('are titles, people, topics and words, by the beginning of any of their words, the frequent ones first', async () => {
      expect(await suggested('kangar')).toEqual([
        'TITLE Kangaroo protocol',
        `TITLE ${paper.title}`,
        'PERSON Kangar Zweig',
        'TOPIC Kangaroo trade',
        'WORD kangaroo',
        'WORD kangaroos',
      ]);
      expect(await suggested('urh')).toEqual(['PERSON Kangas, Urho']);
      expect(await suggested('trade of "elys')).toEqual(['WORD trade of "élysée']);
      expect(await suggested('kangar', planner, 1)).toHaveLength(4);
    });

    test('come from what the reader may read at this moment alone', async () => {
      const own = [`TITLE ${paper.title}`, 'TOPIC Kangaroo trade', 'WORD kangaroos'];
      expect(await suggested('kangar', reader)).toEqual(own);
      await library.revise(planner, ids[0] ?? '', 1, { ...paper, label: label('SECRET') });
      expect(await suggested('kangar', reader)).toEqual([]);
      await library.indexed(planner);
      expect(await suggested('kangar', reader)).toEqual([]);
      expect(await suggested('kangaroos')).toEqual([`TITLE ${paper.title}`, 'WORD kangaroos']);
    });

    test('tell nothing of a paper that has just become secret, whenever the index hears of it', async () => {
      for (let round = 0; round < SECRET_ROUNDS; round += 1) {
        const [filed] = await library.file(planner, collectionId, { ...paper, title: 'Wombat', label: restricted });
        await library.indexed(planner);
        expect(await suggested('womb', reader)).toEqual(['TITLE Wombat', 'WORD wombat']);
        await library.revise(planner, filed?.documentId ?? '', 1, {
          ...paper,
          title: 'Wombat',
          label: label('SECRET'),
        });
        const answers: string[][] = [];
        const ask = async (): Promise<void> => {
          do answers.push(await suggested('womb', reader));
          while ((await planner.get<number>('indexPending', '{ indexPending }')) > 0);
        };
        await Promise.all(Array.from({ length: 4 }, ask));
        expect(answers.filter(({ length }) => length > 0)).toEqual([]);
      }
    });

    test('are bounded, and nothing typed is an error', async () => {
      for (const typed of ['', ' ', '%', "'; --", '\u202e', '🦘', '"']) expect(await suggested(typed)).toEqual([]);
      expect(codesOf(await planner.ask(SUGGEST, { typed: 'x'.repeat(201) }))).toEqual(['TOO_LARGE']);
      expect(codesOf(await planner.ask(SUGGEST, { typed: 'x', first: 21 }))).toEqual(['BAD_INPUT']);
    });
  });

  describe('synonyms', () => {
    const ADD = `mutation AddSynonym($input: SynonymInput!) { addSynonym(input: $input) { id language words means bothWays } }`;
    const REMOVE = 'mutation RemoveSynonym($id: ID!) { removeSynonym(id: $id) }';
    const add = (rest: Record<string, unknown>) =>
      planner.get<{ id: string }>('addSynonym', ADD, { input: { id: randomUUID(), ...rest } });

    beforeAll(async () => {
      const papers = [
        { title: 'Sturgeon', body: 'sturgeon in the delta' },
        { title: 'Beluga', body: 'beluga in the delta' },
        { title: 'Organisation', body: 'The maritime organisation of the straits met.' },
      ];
      await library.file(planner, collectionId, ...papers.map((paper) => ({ ...paper, label: restricted })));
      await library.indexed(planner);
    });

    test('are found at the next search, after what was asked for, one way or both ways, until they are removed', async () => {
      expect(await titles('beluga')).toEqual(['Beluga']);
      const { id } = await add({ words: ['beluga'], means: ['sturgeon'], bothWays: false });
      expect(await titles('Belugas')).toEqual(['Beluga', 'Sturgeon']);
      expect(await titles('sturgeon')).toEqual(['Sturgeon']);
      await planner.get('removeSynonym', REMOVE, { id });
      expect(await titles('beluga')).toEqual(['Beluga']);
      await add({ words: ['beluga'], means: ['sturgeon'] });
      expect(await titles('sturgeon')).toEqual(['Sturgeon', 'Beluga']);
    });

    test('may be wordings and abbreviations, and are of a language', async () => {
      await add({ words: ['OMS'], means: ['maritime organisation of the straits'], language: 'en' });
      expect((await titles('OMS'))[0]).toBe('Organisation');
      await add({ words: ['GMO'], means: ['maritime organisation'], language: 'ru' });
      expect(await titles('GMO')).toEqual([]);
      expect((await search('GMO')).didYouMean).toBeNull();
    });

    test('are administered by those who manage knowledge, and checked', async () => {
      const input = { id: randomUUID(), words: ['a'], means: ['b'] };
      expect(codesOf(await reader.ask(ADD, { input }))).toEqual(['FORBIDDEN']);
      expect(codesOf(await planner.ask(ADD, { input: { ...input, words: ['—'] } }))).toEqual(['BAD_INPUT']);
      expect(codesOf(await planner.ask(ADD, { input: { ...input, means: [] } }))).toEqual(['BAD_INPUT']);
      expect(codesOf(await planner.ask(REMOVE, { id: randomUUID() }))).toEqual(['NOT_FOUND']);
      const list = `{ synonyms(first: 2) { edges { node { words means } } pageInfo { hasNextPage } } }`;
      const { edges, pageInfo } = await planner.get<{ edges: unknown[]; pageInfo: unknown }>('synonyms', list);
      expect({ listed: edges.length, pageInfo }).toEqual({ listed: 2, pageInfo: { hasNextPage: true } });
    });
  });

  test('where a paper stands narrows the search, at once', async () => {
    const [filed] = await library.file(planner, collectionId, {
      title: 'Policy',
      body: 'axolotl',
      kind: 'policy',
      label: restricted,
    });
    const approver = await library.person({ cleared: 'SECRET' });
    await library.grant(planner, collectionId, { personId: approver.personId });
    await library.indexed(planner);
    expect(await titles('axolotl status:draft')).toEqual(['Policy']);
    expect(await titles('axolotl', { filter: { states: ['APPROVED'] } })).toEqual([]);
    const reviewers = [{ personId: approver.personId }];
    const { id } = await planner.get<{ id: string }>(
      'requestReview',
      'mutation RequestReview($input: ReviewInput!) { requestReview(input: $input) { id } }',
      { input: { documentId: filed?.documentId, version: 1, reviewers } },
    );
    expect(await titles('axolotl status:draft')).toEqual([]);
    const answer =
      'mutation AnswerReview($id: ID!, $answer: ReviewAnswer!) { answerReview(id: $id, answer: $answer) { id } }';
    await approver.get('answerReview', answer, { id, answer: 'APPROVED' });
    await library.indexed(planner);
    expect(await titles('axolotl status:approved')).toEqual(['Policy']);
    expect(await titles('axolotl -status:approved')).toEqual([]);
  });

  test('while a new index is built beside the old one every search goes on finding everything', async () => {
    const many = Array.from({ length: 90 }, (_, index) => ({
      title: `Numbat ${String(index)}`,
      body: 'numbat',
      label: restricted,
    }));
    await library.file(planner, collectionId, ...many);
    await library.indexed(planner);
    const [old] = await sql<{ no: number }>(library.server, `SELECT no FROM search_generation WHERE state = 'LIVE'`);
    // as a server does whose normaliser is another one
    await sql(library.server, 'UPDATE search_generation SET analysis = 0');
    const totals = new Set<number>();
    const live = async () =>
      (await sql<{ no: number }>(library.server, `SELECT no FROM search_generation WHERE state = 'LIVE'`))[0]?.no;
    while ((await live()) === old?.no) totals.add((await search('numbat')).total);
    totals.add((await search('numbat')).total);
    expect([...totals]).toEqual([many.length]);
    await library.file(planner, collectionId, { title: 'One more', body: 'numbat', label: restricted });
    await library.indexed(planner);
    expect((await search('numbat')).total).toBe(many.length + 1);
    await sql(
      library.server,
      `UPDATE search_generation SET changed_at = now() - interval '1 hour' WHERE state = 'RETIRED'`,
    );
    const generations = async () =>
      sql<{ no: number }>(
        library.server,
        'SELECT DISTINCT generation AS no FROM search_entry UNION SELECT no FROM search_generation',
      );
    while ((await generations()).length > 1) await search('numbat');
    expect((await search('numbat')).total).toBe(many.length + 1);
  });
}

describePostgres('', findsWhatPeopleUse);

describeMeilisearch('', (meilisearch) => {
  findsWhatPeopleUse(meilisearch);

  test('what it lacks of the entries, and has beyond them, is told', async () => {
    const engine = new MeilisearchEngine(meilisearch.server());
    const generation = { no: 1, name: 'compared' };
    const entry = (no: number) => ({
      ...{ no, documentId: `d${String(no)}`, labelId: 1, partitionId: 1, scopes: ['c'], length: 1, kind: 'report' },
      ...{ level: 'SECRET', language: 'en', countries: [], topics: [], state: 'FILED', fromTerms: [], toTerms: [] },
      terms: [{ id: 1, weight: 1 }],
    });
    await engine.prepare(generation);
    const added = Array.from({ length: 1500 }, (_, no) => entry(no));
    await engine.index({ generation, added, removed: [], gone: [] });
    async function* known(): AsyncGenerator<KnownEntry[]> {
      yield await Promise.resolve(added.slice(1).map(({ no, documentId }) => ({ no, documentId, termIds: NO_TERMS })));
      yield [{ no: 9999, documentId: 'd9999', termIds: NO_TERMS }];
    }
    expect(await engine.compare(generation, known())).toEqual({ missing: ['d9999'], excess: ['d0'] });
    await engine.index({ generation, added: [], removed: [], gone: ['d0', 'never there'] });
    expect((await engine.compare(generation, known())).excess).toEqual([]);
    await engine.clear(generation);
    engine.close();
  });
});
