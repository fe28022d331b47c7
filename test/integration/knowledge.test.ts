import { createHash, randomUUID } from 'node:crypto';

import pg from 'pg';

import { Role } from '../../apps/api/src/access/index.js';
import { codesOf } from '../support/graphql.js';
import { Library, label } from '../support/library.js';
import type { Person } from '../support/library.js';

let library: Library;
let planner: Person;
let reader: Person;
let collectionId: string;

const paper = (title: string, level = 'RESTRICTED', rest: Record<string, unknown> = {}) => ({
  title,
  body: `${title}.\n\nBody of the paper.`,
  label: label(level),
  ...rest,
});

beforeAll(async () => {
  library = await Library.open();
  planner = await library.person({ cleared: 'SECRET' });
  reader = await library.person({ cleared: 'RESTRICTED', roles: [Role.MEMBER], postId: 'mission' });
  collectionId = await library.collection(planner, { name: 'Rivers' });
  await library.grant(planner, collectionId, { postId: 'mission' });
});

afterAll(async () => {
  await library.close();
});

const DOCUMENT =
  'query ($id: ID!, $version: Int) { document(id: $id, version: $version) { title version { number body sha256 } } }';
const TITLES = `query ($id: ID!, $first: Int, $after: String) { documents(collectionId: $id, first: $first, after: $after) {
  edges { node { title } } pageInfo { hasNextPage endCursor } } }`;

interface Titles {
  edges: { node: { title: string } }[];
  pageInfo: { hasNextPage: boolean; endCursor: string | null };
}

async function titles(person: Person, id: string, page: Record<string, unknown> = {}): Promise<string[]> {
  const { edges } = await person.get<Titles>('documents', TITLES, { id, ...page });
  return edges.map(({ node }) => node.title);
}

describe('filing', () => {
  test('the same paper again makes no new version, a changed one does', async () => {
    const first = await library.file(planner, collectionId, paper('Dam', 'RESTRICTED', { sourceId: 'dam' }));
    const again = await library.file(planner, collectionId, paper('Dam', 'RESTRICTED', { sourceId: 'dam' }));
    const changed = await library.file(planner, collectionId, paper('High dam', 'RESTRICTED', { sourceId: 'dam' }));
    expect([first, again, changed].map(([result]) => result?.outcome)).toEqual(['CREATED', 'UNCHANGED', 'REVISED']);
    expect(new Set([first, again, changed].map(([result]) => result?.documentId)).size).toBe(1);
    expect(changed[0]?.versionNumber).toBe(2);
  });

  test('what is refused names its field and leaves the others alone', async () => {
    const results = await library.file(
      planner,
      collectionId,
      paper('Good one'),
      paper('Odd kind', 'RESTRICTED', { kind: 'poem' }),
      paper('No such level', 'COSMIC'),
      paper('Above the writer', 'TOP_SECRET'),
      paper('', 'RESTRICTED'),
      paper('Bad date', 'RESTRICTED', { date: '1967-13-01' }),
      paper('Bad country', 'RESTRICTED', { countries: ['UZB'] }),
      paper('Nul', 'RESTRICTED', { body: 'a\u0000b' }),
      paper('Half a letter', 'RESTRICTED', { footnotes: [{ mark: '1', text: 'x\ud800y' }] }),
    );
    expect(results.map(({ outcome, refusal }) => refusal?.code ?? outcome)).toEqual([
      'CREATED',
      'KIND_UNKNOWN',
      'LABEL_UNKNOWN',
      'CLEARANCE_TOO_LOW',
      'BAD_INPUT',
      'BAD_INPUT',
      'BAD_INPUT',
      'BAD_INPUT',
      'BAD_INPUT',
    ]);
    expect(results.slice(1).map(({ refusal }) => refusal?.field)).toEqual([
      'kind',
      'label.level',
      'label',
      'title',
      'date',
      'countries.0',
      'body',
      'footnotes.0.text',
    ]);
    expect(results[1]?.refusal?.message).toContain('negotiation-brief');
  });

  test('a paper without a label gets that of the collection', async () => {
    const [filed] = await library.file(planner, collectionId, { title: 'Unlabelled', body: 'x' });
    const query = 'query ($id: ID!) { document(id: $id) { label { level marking } } }';
    const document = await planner.get<{ label: unknown }>('document', query, { id: filed?.documentId });
    expect(document.label).toEqual({ level: 'RESTRICTED', marking: 'RESTRICTED' });
  });

  test('a batch of more than a hundred is refused as a whole', async () => {
    const many = Array.from({ length: 101 }, (_, index) => ({
      kind: 'report',
      language: 'en',
      title: String(index),
      body: '',
    }));
    const answer = await planner.ask(
      'mutation ($c: ID!, $d: [DocumentInput!]!) { fileDocuments(collectionId: $c, documents: $d) { __typename } }',
      { c: collectionId, d: many },
    );
    expect(codesOf(answer)).toEqual(['TOO_LARGE']);
  });

  test('the same paper filed ten times at once becomes one document', async () => {
    const results = await Promise.all(
      Array.from({ length: 10 }, () =>
        library.file(planner, collectionId, paper('Race', 'RESTRICTED', { sourceId: 'race' })),
      ),
    );
    const outcomes = results.map(([result]) => result?.outcome);
    expect(outcomes.filter((outcome) => outcome === 'CREATED')).toHaveLength(1);
    expect(outcomes.filter((outcome) => outcome === 'UNCHANGED')).toHaveLength(9);
  });

  test('a reader with READ can not write, and learns why', async () => {
    const [planning] = [await library.person({ cleared: 'RESTRICTED', postId: 'mission' })];
    const answer = await planning.ask(
      'mutation ($c: ID!, $d: [DocumentInput!]!) { fileDocuments(collectionId: $c, documents: $d) { __typename } }',
      { c: collectionId, d: [{ kind: 'report', language: 'en', title: 'x', body: '' }] },
    );
    expect(codesOf(answer)).toEqual(['FORBIDDEN']);
  });

  test('a source id that a writer may not read does not exist for the writer, and stays as it was', async () => {
    const [secret] = await library.file(planner, collectionId, paper('Secret talks', 'SECRET', { sourceId: 'talks' }));
    const clerk = await library.person({ cleared: 'RESTRICTED', postId: 'registry' });
    await library.grant(planner, collectionId, { postId: 'registry' }, 'WRITE');
    const [own] = await library.file(clerk, collectionId, paper('Open talks', 'RESTRICTED', { sourceId: 'talks' }));
    expect(own).toMatchObject({ outcome: 'CREATED', versionNumber: 1 });
    expect(own?.documentId).not.toBe(secret?.documentId);
    const kept = await planner.get<{ title: string }>('document', DOCUMENT, { id: secret?.documentId });
    expect(kept.title).toBe('Secret talks');
  });
});

describe('versions', () => {
  test('a revision from an old version is a conflict in which nothing is lost', async () => {
    const [filed] = await library.file(planner, collectionId, paper('Draft treaty'));
    const id = filed?.documentId ?? '';
    const mine = await library.revise(planner, id, 1, paper('Draft treaty, article 2 mine'));
    const theirs = await library.revise(planner, id, 1, paper('Draft treaty, article 2 theirs'));
    expect(mine).toMatchObject({ outcome: 'REVISED', versionNumber: 2 });
    expect(theirs.refusal).toMatchObject({ code: 'CONFLICT', field: 'baseVersion' });
    expect((await planner.get<{ title: string }>('document', DOCUMENT, { id })).title).toBe(
      'Draft treaty, article 2 mine',
    );
    expect((await planner.get<{ title: string }>('document', DOCUMENT, { id, version: 1 })).title).toBe('Draft treaty');
  });

  test('a version tells the SHA-256 of its body', async () => {
    const [filed] = await library.file(planner, collectionId, paper('Hash', 'RESTRICTED', { body: 'Ўзбекистон ✓' }));
    const { version } = await planner.get<{ version: { sha256: string } }>('document', DOCUMENT, {
      id: filed?.documentId,
    });
    expect(version.sha256).toBe(createHash('sha256').update('Ўзбекистон ✓').digest('hex'));
  });

  test('a version can not be changed, not even by the program', async () => {
    const client = new pg.Client({ connectionString: library.server.databaseUrl });
    await client.connect();
    await expect(client.query(`UPDATE document_version SET body = ''`)).rejects.toThrow('a version never changes');
    await client.end();
  });

  test('an old version keeps its own label: who may read the newest may not read what was secret before', async () => {
    const [filed] = await library.file(planner, collectionId, paper('Once secret', 'SECRET'));
    const id = filed?.documentId ?? '';
    const second = await library.person({ cleared: 'SECRET' });
    await library.grant(planner, collectionId, { personId: second.personId }, 'MANAGE');
    await library.lower([planner, second], id, 1, 'RESTRICTED');
    expect((await reader.get<{ title: string }>('document', DOCUMENT, { id })).title).toBe('Once secret');
    expect(codesOf(await reader.ask(DOCUMENT, { id, version: 1 }))).toEqual(['NOT_FOUND']);
    const query = 'query ($id: ID!) { document(id: $id) { versions { edges { node { number } } } } }';
    const { versions } = await reader.get<{ versions: { edges: unknown[] } }>('document', query, { id });
    expect(versions.edges).toEqual([{ node: { number: 2 } }]);
  });

  test('a label is not lowered by filing again, whatever the access: that takes a second person', async () => {
    const held = paper('Held', 'SECRET', { sourceId: 'held' });
    await library.file(planner, collectionId, held);
    const [refused] = await library.file(planner, collectionId, { ...held, label: label('RESTRICTED') });
    expect(refused?.refusal).toMatchObject({ code: 'DOWNGRADE_NEEDS_APPROVAL', field: 'label' });
  });
});

describe('reading', () => {
  test('forbidden and absent are answered with the same words', async () => {
    const [secret] = await library.file(planner, collectionId, paper('Forbidden', 'SECRET'));
    const absent = randomUUID();
    const strip = (answer: unknown) => JSON.stringify(answer).replaceAll(/"requestId":"[^"]*"/g, '');
    const forbidden = await reader.ask(DOCUMENT, { id: secret?.documentId });
    expect(strip(forbidden)).toBe(strip(await reader.ask(DOCUMENT, { id: absent })));
    const closed = await library.collection(planner, { name: 'Closed' });
    const collection = 'query ($id: ID!) { collection(id: $id) { name } }';
    expect(strip(await reader.ask(collection, { id: closed }))).toBe(
      strip(await reader.ask(collection, { id: absent })),
    );
    expect(strip(await reader.ask(TITLES, { id: closed }))).toBe(strip(await reader.ask(TITLES, { id: absent })));
  });

  test('lists and counts hold what the reader may read and nothing else', async () => {
    const own = await library.collection(planner, { name: 'Counted' });
    await library.grant(planner, own, { personId: reader.personId });
    await library.file(planner, own, paper('A', 'UNCLASSIFIED'), paper('B', 'SECRET'), paper('C', 'RESTRICTED'));
    expect(await titles(reader, own)).toEqual(['A', 'C']);
    expect(await titles(planner, own)).toEqual(['A', 'B', 'C']);
    const query = 'query ($id: ID!) { collection(id: $id) { documentCount access } }';
    expect(await reader.get('collection', query, { id: own })).toEqual({ documentCount: 2, access: 'READ' });
    expect(await planner.get('collection', query, { id: own })).toEqual({ documentCount: 3, access: 'MANAGE' });
  });

  test('compartments and releasability decide as the policy says', async () => {
    const own = await library.collection(planner, { name: 'Compartments' });
    const crypto = [{ tag: 'COMPARTMENT', values: ['CRYPTO'] }];
    const officer = await library.person({ cleared: 'SECRET', categories: crypto });
    await library.grant(planner, own, { personId: officer.personId }, 'WRITE');
    const results = await library.file(officer, own, { title: 'Ciphers', body: 'x', label: label('SECRET', crypto) });
    expect(results[0]?.outcome).toBe('CREATED');
    expect(await titles(officer, own)).toEqual(['Ciphers']);
    expect(await titles(planner, own)).toEqual([]);
  });

  test('pages follow each other without gaps or repetitions', async () => {
    const own = await library.collection(planner, { name: 'Pages' });
    const names = Array.from({ length: 7 }, (_, index) => `Page ${String(index)}`);
    await library.file(planner, own, ...names.map((name) => paper(name)));
    const seen: string[] = [];
    let after: string | null = null;
    do {
      const page: Titles = await planner.get<Titles>('documents', TITLES, { id: own, first: 3, after });
      seen.push(...page.edges.map(({ node }) => node.title));
      after = page.pageInfo.hasNextPage ? page.pageInfo.endCursor : null;
    } while (after !== null);
    expect(seen).toEqual(names);
  });

  test('a clearance that is withdrawn is gone at the next request', async () => {
    const person = await library.person({ cleared: 'SECRET', postId: 'mission' });
    const [filed] = await library.file(planner, collectionId, paper('Until revoked', 'SECRET'));
    expect(codesOf(await person.ask(DOCUMENT, { id: filed?.documentId }))).toEqual([]);
    library.clear(person.personId, 'RESTRICTED');
    expect(codesOf(await person.ask(DOCUMENT, { id: filed?.documentId }))).toEqual(['NOT_FOUND']);
    library.clear(person.personId, undefined);
    expect(await titles(person, collectionId)).toEqual([]);
  });
});

describe('collections', () => {
  const CREATE = 'mutation ($input: CreateCollectionInput!) { createCollection(input: $input) { id } }';
  const input = (rest: Record<string, unknown>) => ({
    input: { name: 'X', defaultLabel: label('RESTRICTED'), ...rest },
  });

  test('a grant reaches everything below its collection, and nothing above', async () => {
    const root = await library.collection(planner, { name: 'Root' });
    const middle = await library.collection(planner, { name: 'Middle', parentId: root });
    const leaf = await library.collection(planner, { name: 'Leaf', parentId: middle });
    await library.file(planner, leaf, paper('In the leaf'));
    const person = await library.person({ cleared: 'RESTRICTED', roles: [Role.MEMBER] });
    await library.grant(planner, middle, { personId: person.personId });
    const query = '{ collections { edges { node { id name parent { name } } } } }';
    const { edges } = await person.get<{ edges: { node: { name: string } }[] }>('collections', query);
    const seen = edges.map(({ node }) => node).sort((a, b) => (a.name < b.name ? -1 : 1));
    expect(seen).toEqual([
      { id: leaf, name: 'Leaf', parent: { name: 'Middle' } },
      { id: middle, name: 'Middle', parent: null },
    ]);
    expect(await titles(person, leaf)).toEqual(['In the leaf']);
  });

  test('a withdrawn grant ends reading at once', async () => {
    const own = await library.collection(planner, { name: 'Withdrawn' });
    const person = await library.person({ cleared: 'RESTRICTED', roles: [Role.MEMBER] });
    const grant = await library.grant(planner, own, { personId: person.personId });
    expect(codesOf(await person.ask(TITLES, { id: own }))).toEqual([]);
    await planner.get('withdrawGrant', 'mutation ($id: ID!) { withdrawGrant(id: $id) }', { id: grant });
    expect(codesOf(await person.ask(TITLES, { id: own }))).toEqual(['NOT_FOUND']);
  });

  test('a role is granted to whoever holds it', async () => {
    const own = await library.collection(planner, { name: 'For members' });
    await library.grant(planner, own, { role: 'MEMBER' });
    expect(await titles(reader, own)).toEqual([]);
    const grants = await planner.get(
      'grants',
      'query ($id: ID!) { grants(collectionId: $id) { access personId role } }',
      { id: own },
    );
    expect(grants).toEqual([
      { access: 'MANAGE', personId: planner.personId, role: null },
      { access: 'READ', personId: null, role: 'MEMBER' },
    ]);
  });

  test('what is wrong with a new collection or grant is named', async () => {
    const stranger = await library.person({ cleared: 'SECRET' });
    const codes = async (variables: Record<string, unknown>, person = planner) =>
      codesOf(await person.ask(CREATE, variables));
    expect(await codes(input({ id: collectionId }))).toEqual(['CONFLICT']);
    expect(await codes(input({ id: '../x' }))).toEqual(['BAD_INPUT']);
    expect(await codes(input({ defaultLabel: label('COSMIC') }))).toEqual(['LABEL_UNKNOWN']);
    expect(await codes(input({ defaultLabel: label('TOP_SECRET') }))).toEqual(['CLEARANCE_TOO_LOW']);
    expect(await codes(input({ indexCeiling: 'COSMIC' }))).toEqual(['LABEL_UNKNOWN']);
    expect(await codes(input({ parentId: collectionId }), stranger)).toEqual(['NOT_FOUND']);
    expect(await codes(input({}), reader)).toEqual(['FORBIDDEN']);
    const grant = 'mutation ($input: GrantInput!) { grantCollection(input: $input) { id } }';
    const both = { collectionId, access: 'READ', personId: 'a', postId: 'b' };
    expect(codesOf(await planner.ask(grant, { input: both }))).toEqual(['BAD_INPUT']);
    expect(codesOf(await stranger.ask(grant, { input: { collectionId, access: 'READ', personId: 'a' } }))).toEqual([
      'NOT_FOUND',
    ]);
  });
});
