import { randomUUID } from 'node:crypto';

import { describeMeilisearch } from '../support/engines.js';
import { codesOf } from '../support/graphql.js';
import { Library, label } from '../support/library.js';
import type { Person } from '../support/library.js';
import { sql } from '../support/ministry.js';
import { until } from '../support/until.js';

const READ = 'query ($id: ID!) { document(id: $id) { title } }';
const NOTICES = '{ myNotices(first: 200) { edges { node { kind documentId subject } } } }';
const WATCH = 'mutation ($kind: WatchKind!, $id: ID!) { watch(kind: $kind, id: $id) { id kind targetId } }';
const UNWATCH = 'mutation ($kind: WatchKind!, $id: ID!) { unwatch(kind: $kind, id: $id) }';
const WATCHES = `query ($first: Int, $after: String) { watches(first: $first, after: $after) {
  edges { node { kind targetId document { title } collection { name access } } } pageInfo { endCursor hasNextPage } } }`;
const RECENT = `query ($first: Int, $after: String) { recentDocuments(first: $first, after: $after) {
  edges { node { readAt document { id title } } } pageInfo { endCursor hasNextPage } } }`;
const FAVOURITES = `query ($first: Int, $after: String) { favourites(first: $first, after: $after) {
  edges { node { id } } pageInfo { endCursor hasNextPage } } }`;
const PUT = 'mutation ($id: ID!, $before: ID) { putFavourite(id: $id, before: $before) }';
const SAVE = 'mutation ($input: SavedSearchInput!) { saveSearch(input: $input) { id name request alerts } }';
const CHANGE = `mutation ($id: ID!, $name: String, $alerts: Boolean) {
  changeSavedSearch(id: $id, name: $name, alerts: $alerts) { id name alerts } }`;
const SAVED = '{ savedSearches { edges { node { id name request alerts } } } }';

interface Page<Node> {
  readonly edges: readonly { readonly node: Node }[];
  readonly pageInfo: { readonly endCursor: string | null; readonly hasNextPage: boolean };
}
interface Notice {
  readonly kind: string;
  readonly documentId: string;
  readonly subject: string;
}

const nodesOf = <Node>({ edges }: Page<Node>): Node[] => edges.map(({ node }) => node);
const notices = async (who: Person) => nodesOf(await who.get<Page<Notice>>('myNotices', NOTICES));

/** A library with a keeper, a writer, and somebody with a low clearance who may read the collection. */
class Scene {
  private constructor(
    readonly library: Library,
    readonly keeper: Person,
    readonly writer: Person,
    readonly low: Person,
    readonly collectionId: string,
  ) {}

  static async open(environment: Record<string, string> = {}): Promise<Scene> {
    const library = await Library.open(environment);
    const keeper = await library.person({ cleared: 'SECRET' });
    const writer = await library.person({ cleared: 'SECRET' });
    const low = await library.person({ cleared: 'RESTRICTED', postId: 'embassy' });
    const collectionId = await library.collection(keeper);
    await library.grant(keeper, collectionId, { personId: writer.personId }, 'WRITE');
    await library.grant(keeper, collectionId, { personId: low.personId }, 'READ');
    return new Scene(library, keeper, writer, low, collectionId);
  }

  async file(title: string, level = 'RESTRICTED', collectionId = this.collectionId): Promise<string> {
    const who = collectionId === this.collectionId ? this.writer : this.keeper;
    const [filed] = await this.library.file(who, collectionId, {
      title,
      body: `${title} in the body.`,
      label: label(level),
    });
    if (!filed?.documentId) throw new Error(JSON.stringify(filed));
    return filed.documentId;
  }

  /** Resolves when everything that follows from what was done has been done. */
  async settled(): Promise<void> {
    await until(async () => {
      const [left] = await sql<{ count: number }>(
        this.library.server,
        `SELECT (SELECT count(*) FROM job WHERE kind IN ('documents.happened', 'savedSearches.alert'))::integer
           + (SELECT count(*) FROM index_outbox)::integer AS count`,
      );
      return left?.count === 0;
    });
  }

  async save(who: Person, name: string, search: object, alerts = true): Promise<string> {
    return (await who.get<{ id: string }>('saveSearch', SAVE, { input: { id: randomUUID(), name, search, alerts } }))
      .id;
  }

  /** The documents that a saved search has told somebody of. */
  async alerts(who: Person, searchId: string): Promise<string[]> {
    await this.settled();
    const told = (await notices(who)).filter(({ kind, subject }) => kind === 'FOUND' && subject === searchId);
    return told.map(({ documentId }) => documentId).toSorted();
  }
}

async function alertsStory(scene: Scene): Promise<void> {
  const { library, keeper, writer, low } = scene;
  const before = await scene.file('Herring quota before');
  await scene.settled();
  const own = await scene.save(low, 'Herring', { query: 'herring' });
  const high = await scene.save(writer, 'Herring', { query: 'herring', filter: { levels: ['SECRET'] } });
  const silent = await scene.save(low, 'Silent', { query: 'herring' }, false);
  expect(await scene.alerts(low, own)).toEqual([]);
  const open = await scene.file('Herring quota open');
  await scene.file('Nothing about fish');
  const secret = await scene.file('Herring canary', 'SECRET');
  expect(await scene.alerts(low, own)).toEqual([open]);
  expect(await scene.alerts(writer, high)).toEqual([secret]);
  expect(await scene.alerts(low, silent)).toEqual([]);
  // once for each document, however often it changes; one from before when it changes
  await library.revise(writer, open, 1, {
    title: 'Herring quota open',
    body: 'herring herring',
    label: label('RESTRICTED'),
  });
  await library.revise(writer, before, 1, {
    title: 'Herring quota before',
    body: 'changed',
    label: label('RESTRICTED'),
  });
  expect(await scene.alerts(low, own)).toEqual([before, open].toSorted());
  // when a paper is lowered it comes up
  await library.lower([writer, keeper], secret, 1, 'RESTRICTED');
  expect(await scene.alerts(low, own)).toEqual([before, open, secret].toSorted());
  // when somebody is let in, what is in there comes up; what they read before by another way does not
  const closed = await library.collection(keeper);
  const inside = await scene.file('Herring inside', 'RESTRICTED', closed);
  await scene.file('Herring inside, secret', 'SECRET', closed);
  expect(await scene.alerts(low, own)).not.toContain(inside);
  await library.grant(keeper, closed, { postId: low.postId });
  expect(await scene.alerts(low, own)).toEqual([before, open, secret, inside].toSorted());
  // that somebody else was let in is nobody's business, nor is a second way into where one is already
  const late = await scene.save(low, 'Herring, late', { query: 'herring' });
  await library.grant(keeper, closed, { personId: writer.personId });
  await library.grant(keeper, closed, { personId: low.personId });
  expect(await scene.alerts(low, late)).toEqual([]);
}

describe('what people keep at hand', () => {
  let scene: Scene;
  beforeAll(async () => {
    scene = await Scene.open();
  });
  afterAll(() => scene.library.close());

  test('watching tells of what happens in a collection and to a document, never of own acts, never above the clearance', async () => {
    const { library, keeper, writer, low, collectionId } = scene;
    await low.get('watch', WATCH, { kind: 'COLLECTION', id: collectionId });
    await writer.get('watch', WATCH, { kind: 'COLLECTION', id: collectionId });
    const id = await scene.file('Watched');
    const secret = await scene.file('Watched canary', 'SECRET');
    await keeper.get('watch', WATCH, { kind: 'DOCUMENT', id });
    await library.revise(writer, id, 1, { title: 'Watched', body: 'Again.', label: label('RESTRICTED') });
    const successor = await scene.file('Successor');
    const supersede = 'mutation SupersedeDocument($id: ID!, $by: ID!) { supersedeDocument(id: $id, by: $by) }';
    await keeper.get('supersedeDocument', supersede, { id, by: successor });
    await scene.settled();
    const told = async (who: Person, of: string) =>
      (await notices(who))
        .filter(({ documentId }) => documentId === of)
        .map(({ kind }) => kind)
        .toSorted();
    expect(await told(low, id)).toEqual(['WATCHED_NEW', 'WATCHED_REVISED', 'WATCHED_SUPERSEDED']);
    expect(await told(keeper, id)).toEqual(['WATCHED_REVISED']);
    expect(await told(writer, id)).toEqual(['WATCHED_SUPERSEDED']);
    expect(await told(low, secret)).toEqual([]);
    // a lowered paper tells nothing of what happened before
    await library.lower([writer, keeper], secret, 1, 'RESTRICTED');
    await scene.settled();
    expect(await told(low, secret)).toEqual(['WATCHED_RELABELLED']);
    expect(await low.get('unwatch', UNWATCH, { kind: 'COLLECTION', id: collectionId })).toBe(true);
    expect(await low.get('unwatch', UNWATCH, { kind: 'COLLECTION', id: collectionId })).toBe(false);
    const later = await scene.file('Later');
    await scene.settled();
    expect(await told(low, later)).toEqual([]);
  });

  test('what is watched, read and kept disappears without trace while it may not be read, and comes back', async () => {
    const { library, low, keeper } = scene;
    const closed = await library.collection(keeper, { name: 'Closed' });
    const grantId = await library.grant(keeper, closed, { personId: low.personId });
    const [kept, other] = [await scene.file('Kept', 'RESTRICTED', closed), await scene.file('Other')];
    await low.get('watch', WATCH, { kind: 'DOCUMENT', id: kept });
    await low.get('watch', WATCH, { kind: 'COLLECTION', id: closed });
    for (const id of [kept, other]) {
      await low.get('document', READ, { id });
      await low.get('putFavourite', PUT, { id });
    }
    await low.get('unwatch', UNWATCH, { kind: 'COLLECTION', id: scene.collectionId });
    const seen = async () => ({
      watches: nodesOf(await low.get<Page<{ targetId: string }>>('watches', WATCHES)).map(({ targetId }) => targetId),
      recent: nodesOf(await low.get<Page<{ document: { id: string } }>>('recentDocuments', RECENT)).map(
        ({ document }) => document.id,
      ),
      favourites: nodesOf(await low.get<Page<{ id: string }>>('favourites', FAVOURITES)).map(({ id }) => id),
    });
    expect(await seen()).toEqual({ watches: [kept, closed], recent: [other, kept], favourites: [kept, other] });
    await keeper.get('withdrawGrant', 'mutation WithdrawGrant($id: ID!) { withdrawGrant(id: $id) }', { id: grantId });
    expect(await seen()).toEqual({ watches: [], recent: [other], favourites: [other] });
    for (const [query, variables] of [
      [WATCH, { kind: 'DOCUMENT', id: kept }],
      [WATCH, { kind: 'COLLECTION', id: closed }],
      [PUT, { id: kept }],
      [PUT, { id: other, before: kept }],
    ] as const)
      expect(codesOf(await low.ask(query, variables))).toEqual(['NOT_FOUND']);
    await library.grant(keeper, closed, { personId: low.personId });
    expect(await seen()).toEqual({ watches: [kept, closed], recent: [other, kept], favourites: [kept, other] });
    await low.get('clearRecentDocuments', 'mutation { clearRecentDocuments }');
    expect((await seen()).recent).toEqual([]);
  });

  test('favourites stand in the order that their owner gives them, readings in that of the time; page by page', async () => {
    const { writer } = scene;
    const ids = [await scene.file('One'), await scene.file('Two'), await scene.file('Three'), await scene.file('Four')];
    const [one, two, three, four] = ids as [string, string, string, string];
    for (const id of ids) await writer.get('putFavourite', PUT, { id });
    await writer.get('putFavourite', PUT, { id: four, before: two });
    await writer.get('putFavourite', PUT, { id: one });
    const pages = async (field: string, query: string): Promise<unknown[]> => {
      const found: unknown[] = [];
      let after: string | null = null;
      do {
        const page: Page<unknown> = await writer.get(field, query, { first: 3, after });
        found.push(...nodesOf(page));
        after = page.pageInfo.hasNextPage ? page.pageInfo.endCursor : null;
      } while (after !== null);
      return found;
    };
    expect(await pages('favourites', FAVOURITES)).toEqual([four, two, three, one].map((id) => ({ id })));
    expect(await writer.get('removeFavourite', 'mutation ($id: ID!) { removeFavourite(id: $id) }', { id: two })).toBe(
      true,
    );
    expect(await pages('favourites', FAVOURITES)).toEqual([four, three, one].map((id) => ({ id })));
    expect(codesOf(await writer.ask(PUT, { id: four, before: two }))).toEqual(['BAD_INPUT']);
    const both = `{ a: document(id: "${one}") { title } b: document(id: "${two}") { title } }`;
    await writer.ask(both);
    for (const id of [three, one, four]) await writer.get('document', READ, { id });
    const read = (await pages('recentDocuments', RECENT)) as { document: { id: string } }[];
    expect(read.map(({ document }) => document.id)).toEqual([four, one, three, two]);
  });

  test("a saved search is one's own: named once, run as it was saved, renamed, deleted", async () => {
    const { low, writer } = scene;
    const search = { query: 'canal', mode: 'PHRASE', filter: { kinds: ['cable'] }, facets: ['kind'], after: 'x' };
    const id = await scene.save(low, ' Canals ', search, false);
    const [saved] = nodesOf(await low.get<Page<{ name: string; request: string }>>('savedSearches', SAVED));
    expect(saved?.name).toBe('Canals');
    expect(JSON.parse(saved?.request ?? '')).toMatchObject({
      query: 'canal',
      mode: 'PHRASE',
      filter: { kinds: ['cable'] },
    });
    const run = await low.ask('query ($input: SearchInput!) { search(input: $input) { total } }', {
      input: JSON.parse(saved?.request ?? ''),
    });
    expect(run.data).toEqual({ search: { total: 0 } });
    const again = { id: randomUUID(), name: 'Canals', search: { query: 'other' } };
    expect(codesOf(await low.ask(SAVE, { input: again }))).toEqual(['CONFLICT']);
    expect(
      codesOf(
        await low.ask(SAVE, {
          input: { ...again, name: 'Bad', search: { query: 'x', filter: { dateFrom: 'never' } } },
        }),
      ),
    ).toEqual(['BAD_INPUT']);
    expect(nodesOf(await writer.get<Page<object>>('savedSearches', SAVED))).toEqual([]);
    expect(codesOf(await writer.ask(CHANGE, { id, name: 'Mine' }))).toEqual(['NOT_FOUND']);
    expect(await low.get('changeSavedSearch', CHANGE, { id, name: 'Waterways', alerts: true })).toEqual({
      id,
      name: 'Waterways',
      alerts: true,
    });
    const remove = 'mutation ($id: ID!) { deleteSavedSearch(id: $id) }';
    expect(await writer.get('deleteSavedSearch', remove, { id })).toBe(false);
    expect(await low.get('deleteSavedSearch', remove, { id })).toBe(true);
  });

  test('a saved search tells of what comes up, once, only what may be read then (postgres)', () => alertsStory(scene));
});

describeMeilisearch('what people keep at hand', ({ environment }) => {
  let scene: Scene;
  beforeAll(async () => {
    scene = await Scene.open(environment());
  });
  afterAll(() => scene.library.close());

  test('a saved search tells of what comes up, once, only what may be read then', () => alertsStory(scene));
});
