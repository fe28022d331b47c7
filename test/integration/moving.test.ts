import { randomUUID } from 'node:crypto';

import { decodeAuditEntry } from '#transparency';

import { codesOf } from '../support/graphql.js';
import type { ClientAnswer } from '../support/graphql.js';
import { Library, label } from '../support/library.js';
import type { Paper, Person } from '../support/library.js';
import { sql } from '../support/ministry.js';
import { until } from '../support/until.js';

const RENAME = `mutation RenameCollection($input: RenameCollectionInput!) {
  renameCollection(input: $input) { id name description } }`;
const MOVE_COLLECTION = `mutation MoveCollection($collectionId: ID!, $parentId: ID) {
  moveCollection(collectionId: $collectionId, parentId: $parentId) { id access parent { id } } }`;
const MOVE = `mutation MoveDocuments($documentIds: [ID!]!, $collectionId: ID!) {
  moveDocuments(documentIds: $documentIds, collectionId: $collectionId) }`;
const DOCUMENT = 'query ($id: ID!) { document(id: $id) { title collectionId parts { title collectionId } } }';
const SEARCH = 'query ($input: SearchInput!) { search(input: $input) { total hits { document { id } } } }';

let library: Library;
let keeper: Person;
/** Of another post, who holds rights in nothing that they are not given. */
let other: Person;

beforeAll(async () => {
  library = await Library.open();
  keeper = await library.person({ cleared: 'SECRET' });
  other = await library.person({ cleared: 'SECRET', postId: 'mission' });
});
afterAll(() => library.close());

const paper = (title: string, rest: Record<string, unknown> = {}): Paper => ({
  title,
  body: `${title}: the water is shared.`,
  label: label('RESTRICTED'),
  ...rest,
});

async function file(collectionId: string, one: Paper, by = keeper): Promise<string> {
  const [filed] = await library.file(by, collectionId, one);
  if (filed?.documentId === undefined) throw new Error(JSON.stringify(filed));
  return filed.documentId;
}

const move = (who: Person, documentIds: readonly string[], collectionId: string): Promise<ClientAnswer> =>
  who.ask(MOVE, { documentIds, collectionId });
const put = (who: Person, collectionId: string, parentId: string | null): Promise<ClientAnswer> =>
  who.ask(MOVE_COLLECTION, { collectionId, parentId });
const refusalOf = ({ errors: [error] }: ClientAnswer) => [error?.extensions.code, error?.extensions['field']];

/** A collection of the keeper's, with what the other may do there. */
async function collection(access?: string, options: Record<string, unknown> = {}): Promise<string> {
  const id = await library.collection(keeper, options);
  if (access !== undefined) await library.grant(keeper, id, { personId: other.personId }, access);
  return id;
}

async function found(who: Person, words: string): Promise<string[]> {
  await library.indexed(keeper);
  const { hits } = await who.get<{ hits: { document: { id: string } }[] }>('search', SEARCH, {
    input: { query: words },
  });
  return [...new Set(hits.map(({ document }) => document.id))];
}

/** The acts of one name that speak of this id, each as what they are about. */
async function audited(operation: string, id: string): Promise<(readonly string[] | undefined)[]> {
  const query =
    "SELECT payload FROM audit_entry WHERE kind = 'act' AND position(convert_to($1, 'UTF8') in payload) > 0 ORDER BY seq";
  const rows = await sql<{ payload: Buffer }>(library.server, query, [id]);
  const entries = rows.map(({ payload }) => decodeAuditEntry(payload));
  return entries.filter((entry) => entry.operation === operation).map(({ about }) => about);
}

describe('a collection gets another name', () => {
  test('from whoever manages it, once or twice alike; what it is for stays unless it is said', async () => {
    const id = await collection('READ', { name: 'Rivres', description: 'Water' });
    const named = { id, name: 'Rivers', description: 'Water' };
    for (let times = 0; times < 2; times += 1) {
      expect(await keeper.get('renameCollection', RENAME, { input: { collectionId: id, name: 'Rivers' } })).toEqual(
        named,
      );
    }
    const again = { collectionId: id, name: 'Rivers', description: 'Water and dams' };
    expect(await keeper.get('renameCollection', RENAME, { input: again })).toMatchObject({
      description: 'Water and dams',
    });
    const seen = 'query ($id: ID!) { collection(id: $id) { name } }';
    expect(await other.get('collection', seen, { id })).toEqual({ name: 'Rivers' });
    expect(await audited('renameCollection', id)).toEqual([[id], [id], [id]]);
  });

  test('from nobody else, who learns of it only what they may know', async () => {
    const rename = (who: Person, collectionId: string, name = 'Mine') =>
      who.ask(RENAME, { input: { collectionId, name } });
    expect(refusalOf(await rename(other, await collection('WRITE')))).toEqual(['FORBIDDEN', 'collectionId']);
    const [closed, absent] = [await rename(other, await collection()), await rename(other, randomUUID())];
    expect(refusalOf(closed)).toEqual(['NOT_FOUND', 'collectionId']);
    expect(closed.errors[0]?.message).toBe(absent.errors[0]?.message);
    expect(refusalOf(await rename(keeper, await collection(), ' '))).toEqual(['BAD_INPUT', 'name']);
    expect(refusalOf(await rename(keeper, await collection(), 'x'.repeat(201)))).toEqual(['TOO_LARGE', 'name']);
  });
});

describe('a paper goes to another collection', () => {
  test('with its parts and drafts; who may read there finds it, who read it before does not any more', async () => {
    const [from, to] = [await collection(), await collection('READ')];
    const late = await library.person({ cleared: 'SECRET', postId: 'archive' });
    await library.grant(keeper, from, { personId: late.personId });
    const id = await file(from, paper('Zarafshan brief', { kind: 'negotiation-brief' }));
    await file(from, paper('Zarafshan limits', { kind: 'other', partOf: id, slot: 'red-lines' }));
    const save = 'mutation ($input: DraftInput!) { saveDraft(input: $input) { collectionId } }';
    const text = { kind: 'negotiation-brief', language: 'en', title: 'Zarafshan brief', body: 'More water.' };
    const draft = {
      id: randomUUID(),
      documentId: id,
      baseVersion: 1,
      document: { ...text, label: label('RESTRICTED') },
    };
    await keeper.get('saveDraft', save, { input: { ...draft, collectionId: from, seq: 1 } });
    expect(await found(late, 'Zarafshan')).toEqual([id]);
    expect(await found(other, 'Zarafshan')).toEqual([]);

    for (let times = 0; times < 2; times += 1)
      expect((await move(keeper, [id], to)).data).toEqual({ moveDocuments: true });
    expect(await other.get('document', DOCUMENT, { id })).toEqual({
      title: 'Zarafshan brief',
      collectionId: to,
      parts: [{ title: 'Zarafshan limits', collectionId: to }],
    });
    expect(codesOf(await late.ask(DOCUMENT, { id }))).toEqual(['NOT_FOUND']);
    expect(await found(other, 'Zarafshan')).toEqual([id]);
    expect(await found(late, 'Zarafshan')).toEqual([]);
    // an editor that was open goes on, although it knows only the place from before
    expect(await keeper.get('saveDraft', save, { input: { ...draft, collectionId: from, seq: 2 } })).toEqual({
      collectionId: to,
    });
    expect(await audited('moveDocuments', id)).toEqual([[to, id]]);
  });

  test('by whoever may write in both places', async () => {
    const [read, write, closed] = [await collection('READ'), await collection('WRITE'), await collection()];
    const [inRead, inWrite] = [await file(read, paper('Read')), await file(write, paper('Write'))];
    expect(refusalOf(await move(other, [inRead], write))).toEqual(['FORBIDDEN', 'documentIds']);
    expect(refusalOf(await move(other, [inWrite], read))).toEqual(['FORBIDDEN', 'collectionId']);
    expect(refusalOf(await move(other, [inWrite], closed))).toEqual(['NOT_FOUND', 'collectionId']);
    expect(refusalOf(await move(other, [inWrite], randomUUID()))).toEqual(['NOT_FOUND', 'collectionId']);
    const away = await collection('WRITE');
    expect((await move(other, [inWrite], away)).errors).toEqual([]);
    expect(await keeper.get('document', DOCUMENT, { id: inWrite })).toMatchObject({ collectionId: away });
  });

  test('all or none, and of what may not be read nothing is said', async () => {
    const [from, to] = [await collection('WRITE'), await collection('WRITE')];
    const low = await library.person({ cleared: 'RESTRICTED', postId: 'archive' });
    for (const id of [from, to]) await library.grant(keeper, id, { personId: low.personId }, 'WRITE');
    const [open, secret] = [
      await file(from, paper('Open')),
      await file(from, paper('Shut', { label: label('SECRET') })),
    ];
    const [refused, absent] = [await move(low, [open, secret], to), await move(low, [open, randomUUID()], to)];
    expect(refusalOf(refused)).toEqual(['NOT_FOUND', 'documentIds']);
    expect(refused.errors[0]?.message).toBe(absent.errors[0]?.message);
    expect(await low.get('document', DOCUMENT, { id: open })).toMatchObject({ collectionId: from });
    expect(
      refusalOf(
        await move(
          keeper,
          Array.from({ length: 51 }, () => randomUUID()),
          to,
        ),
      ),
    ).toEqual(['TOO_LARGE', 'documentIds']);
  });

  test('not as a part without its whole, not during a review, not where its name is taken', async () => {
    const [from, to] = [await collection('WRITE'), await collection('WRITE')];
    const whole = await file(from, paper('Brief', { kind: 'negotiation-brief' }));
    const part = await file(from, paper('Limits', { kind: 'other', partOf: whole, slot: 'red-lines' }));
    expect(refusalOf(await move(keeper, [part], to))).toEqual(['BAD_INPUT', 'documentIds']);
    const review = 'mutation RequestReview($input: ReviewInput!) { requestReview(input: $input) { id } }';
    const reviewers = [{ personId: other.personId }];
    await keeper.get('requestReview', review, { input: { documentId: whole, version: 1, reviewers, note: '' } });
    expect(refusalOf(await move(keeper, [whole], to))).toEqual(['CONFLICT', 'documentIds']);
    await file(to, paper('Telegram', { sourceId: 'telegram 1' }));
    const twin = await file(from, paper('Telegram', { sourceId: 'telegram 1' }));
    expect(refusalOf(await move(keeper, [twin], to))).toEqual(['CONFLICT', 'documentIds']);
  });

  test('where another ceiling of the search holds, by whoever manages both', async () => {
    const [low, free] = [await collection('WRITE', { indexCeiling: 'RESTRICTED' }), await collection('WRITE')];
    const id = await file(low, paper('Jayhun estimate', { label: label('SECRET') }));
    expect(await found(keeper, 'Jayhun')).toEqual([]);
    expect(refusalOf(await move(other, [id], free))).toEqual(['FORBIDDEN', 'collectionId']);
    expect((await move(keeper, [id], free)).errors).toEqual([]);
    expect(await found(keeper, 'Jayhun')).toEqual([id]);
  });

  test('and who watches where it leads is told, who watches the paper alone is not', async () => {
    const [from, to] = [await collection('READ'), await collection('READ')];
    const third = await library.person({ cleared: 'SECRET', postId: 'archive' });
    for (const id of [from, to]) await library.grant(keeper, id, { personId: third.personId });
    const id = await file(from, paper('Watched'));
    const watch = 'mutation ($kind: WatchKind!, $id: ID!) { watch(kind: $kind, id: $id) { id } }';
    await other.get('watch', watch, { kind: 'COLLECTION', id: to });
    await third.get('watch', watch, { kind: 'DOCUMENT', id });
    await move(keeper, [id], to);
    const told = async (who: Person) => {
      const query = '{ myNotices { edges { node { kind documentId } } } }';
      const { edges } = await who.get<{ edges: { node: { kind: string; documentId: string } }[] }>('myNotices', query);
      return edges.filter(({ node }) => node.documentId === id).map(({ node }) => node.kind);
    };
    await settled();
    expect(await told(other)).toEqual(['WATCHED_NEW']);
    expect(await told(third)).toEqual([]);
  });

  test('while somebody revises it: one of the two comes first, and nothing is lost', async () => {
    const [from, to] = [await collection(), await collection()];
    const id = await file(from, paper('Contended'));
    const [moved, revised] = await Promise.all([
      move(keeper, [id], to),
      library.revise(keeper, id, 1, paper('Contended', { body: 'Second.' })),
    ]);
    expect(moved.errors).toEqual([]);
    expect([undefined, 'CONFLICT']).toContain(revised.refusal?.code);
    expect(await keeper.get('document', DOCUMENT, { id })).toMatchObject({ collectionId: to });
  });
});

describe('a collection goes into another one', () => {
  test('with all that it holds; rights of the new place hold for it, those of the old one no longer', async () => {
    const [here, there] = [await collection('READ'), await collection()];
    const late = await library.person({ cleared: 'SECRET', postId: 'archive' });
    await library.grant(keeper, there, { personId: late.personId });
    const middle = await library.collection(keeper, { parentId: here, name: 'Middle' });
    const deep = await library.collection(keeper, { parentId: middle, name: 'Deep' });
    const id = await file(deep, paper('Sirdaryo survey'));
    expect([await found(other, 'Sirdaryo'), await found(late, 'Sirdaryo')]).toEqual([[id], []]);
    for (let times = 0; times < 2; times += 1) {
      expect((await put(keeper, middle, there)).data).toMatchObject({ moveCollection: { parent: { id: there } } });
    }
    expect([await found(other, 'Sirdaryo'), await found(late, 'Sirdaryo')]).toEqual([[], [id]]);
    expect(codesOf(await other.ask(DOCUMENT, { id }))).toEqual(['NOT_FOUND']);
    expect(await late.get('document', DOCUMENT, { id })).toMatchObject({ title: 'Sirdaryo survey' });
    expect(await audited('moveCollection', middle)).toEqual([
      [middle, there],
      [middle, there],
    ]);
  });

  test('by whoever manages it, what it lies in and where it shall lie', async () => {
    const [above, target, read] = [await collection('READ'), await collection('MANAGE'), await collection('READ')];
    const inside = await library.collection(keeper, { parentId: above });
    await library.grant(keeper, inside, { personId: other.personId }, 'MANAGE');
    expect(refusalOf(await put(other, inside, target))).toEqual(['FORBIDDEN', 'collectionId']);
    expect(refusalOf(await put(other, inside, null))).toEqual(['FORBIDDEN', 'collectionId']);
    expect(refusalOf(await put(other, target, read))).toEqual(['FORBIDDEN', 'parentId']);
    expect(refusalOf(await put(other, read, target))).toEqual(['FORBIDDEN', 'collectionId']);
    expect(refusalOf(await put(other, target, await collection()))).toEqual(['NOT_FOUND', 'parentId']);
    expect(refusalOf(await put(other, await collection(), target))).toEqual(['NOT_FOUND', 'collectionId']);
  });

  test('or into none, where whoever has moved it goes on managing it', async () => {
    const above = await collection('MANAGE');
    const inside = await library.collection(keeper, { parentId: above });
    expect((await put(other, inside, null)).data).toMatchObject({ moveCollection: { access: 'MANAGE', parent: null } });
  });

  test('never into itself, nor deeper than collections lie, not even when two are moved at once', async () => {
    const [top, second] = [await collection(), await collection()];
    const below = await library.collection(keeper, { parentId: top });
    expect(refusalOf(await put(keeper, top, below))).toEqual(['BAD_INPUT', 'parentId']);
    expect(refusalOf(await put(keeper, top, top))).toEqual(['BAD_INPUT', 'parentId']);
    const both = await Promise.all([put(keeper, top, second), put(keeper, second, top)]);
    expect(both.flatMap(codesOf)).toEqual(['BAD_INPUT']);
    let deepest = await collection();
    for (let depth = 1; depth < 15; depth += 1) deepest = await library.collection(keeper, { parentId: deepest });
    const pair = await collection();
    await library.collection(keeper, { parentId: pair });
    expect(refusalOf(await put(keeper, pair, deepest))).toEqual(['BAD_INPUT', 'parentId']);
    expect((await put(keeper, await collection(), deepest)).errors).toEqual([]);
  });
});

/** Resolves when nothing is left to do that was due. */
async function settled(): Promise<void> {
  await library.indexed(keeper);
  const due = "SELECT 1 FROM job WHERE state = 'WAITING' AND due_at <= now()";
  await until(async () => (await sql(library.server, due)).length === 0);
}
