import { randomUUID } from 'node:crypto';

import { Role } from '../../apps/api/src/access/index.js';
import { codesOf } from '../support/graphql.js';
import { Library, label } from '../support/library.js';
import type { Person } from '../support/library.js';
import { sql } from '../support/ministry.js';

const LIST = 'id version everyVersion requesterId note closedAt people { personId version isDone }';
const ASK = `mutation AskAcknowledgement($input: AcknowledgementInput!) { askAcknowledgement(input: $input) { ${LIST} } }`;
const LISTS = `query ($documentId: ID!) { acknowledgementLists(documentId: $documentId) { edges { node { ${LIST} } } } }`;
const DUTIES = `query ($openOnly: Boolean) { myReadingDuties(openOnly: $openOnly) {
  edges { node { id version acknowledgedVersion isDone note document { title } } } } }`;
const ACKNOWLEDGE = `mutation AcknowledgeDocument($listId: ID!, $version: Int!) {
  acknowledgeDocument(listId: $listId, version: $version) { acknowledgedVersion isDone } }`;
const CLOSE = 'mutation CloseAcknowledgement($id: ID!) { closeAcknowledgement(id: $id) }';
const NOTICES = '{ myNotices { edges { node { kind documentId subject } } } }';
const OWNER = 'query ($id: ID!) { document(id: $id) { owner { personId postId } parts { owner { personId } } } }';
const ORPHANS = `query ($first: Int, $after: String) { orphanedDocuments(first: $first, after: $after) {
  edges { node { id } } pageInfo { endCursor hasNextPage } } }`;
const GIVE = `mutation HandOverDocuments($documentIds: [ID!]!, $personId: ID!) {
  handOverDocuments(documentIds: $documentIds, personId: $personId) }`;
const SAVE = 'mutation ($input: DraftInput!) { saveDraft(input: $input) { id } }';
const MY_DRAFTS = '{ drafts { edges { node { id } } } }';
const LEFT = '{ leftDrafts { edges { node { id authorId documentId title } } } }';
const TAKE = 'mutation TakeOverDraft($id: ID!) { takeOverDraft(id: $id) }';
const DISCARD = 'mutation DiscardLeftDraft($id: ID!) { discardLeftDraft(id: $id) }';
const DAY_MS = 86_400_000;
/** Bound of waiting, so that a failure ends. */
const PATIENCE_MS = 30_000;

interface Connection<Node> {
  readonly edges: readonly { readonly node: Node }[];
  readonly pageInfo: { readonly endCursor: string | null; readonly hasNextPage: boolean };
}
interface List {
  readonly id: string;
  readonly version: number;
  readonly people: readonly { readonly personId: string; readonly version: number | null; readonly isDone: boolean }[];
}
interface Duty {
  readonly id: string;
  readonly version: number;
}

let library: Library;
let keeper: Person;
let writer: Person;
let reader: Person;
let low: Person;
let registrar: Person;
let collectionId: string;
const members = [Role.MEMBER, Role.PLANNER];

beforeAll(async () => {
  library = await Library.open();
  keeper = await library.person({ cleared: 'SECRET' });
  writer = await library.person({ cleared: 'SECRET', postId: 'lima' });
  reader = await library.person({ cleared: 'SECRET', roles: members });
  low = await library.person({ cleared: 'RESTRICTED', roles: members });
  registrar = await library.person({ cleared: 'SECRET', roles: [Role.MEMBER, Role.REGISTRAR] });
  collectionId = await library.collection(keeper);
  for (const [person, access] of [
    [writer, 'WRITE'],
    [reader, 'READ'],
    [low, 'WRITE'],
    [registrar, 'READ'],
  ] as const) {
    await library.grant(keeper, collectionId, { personId: person.personId }, access);
  }
});
afterAll(() => library.close());

async function paper(who = writer, rest: object = {}): Promise<string> {
  const document = { title: 'Fishing rights', body: 'The bay is open.', label: label('SECRET'), ...rest };
  const [filed] = await library.file(who, collectionId, document);
  return filed?.documentId ?? '';
}
const nodes = async <Node>(who: Person, field: string, query: string, variables = {}): Promise<Node[]> =>
  (await who.get<Connection<Node>>(field, query, variables)).edges.map(({ node }) => node);
const ask = (who: Person, documentId: string, people: readonly Person[], rest: object = {}) => {
  const input = { id: randomUUID(), documentId, personIds: people.map(({ personId }) => personId), ...rest };
  return who.get<List>('askAcknowledgement', ASK, { input });
};
const duties = (who: Person, openOnly = true) => nodes<Duty>(who, 'myReadingDuties', DUTIES, { openOnly });
const kinds = async (who: Person, subject: string): Promise<string[]> => {
  const all = await nodes<{ kind: string; subject: string }>(who, 'myNotices', NOTICES);
  return all.filter((notice) => notice.subject === subject).map(({ kind }) => kind);
};
const owner = async (who: Person, id: string) =>
  (await who.get<{ owner: { personId: string | null; postId: string } }>('document', OWNER, { id })).owner;
const orphans = async (who: Person): Promise<string[]> =>
  (await nodes<{ id: string }>(who, 'orphanedDocuments', ORPHANS)).map(({ id }) => id);
const auditLines = async (about: string): Promise<number> => {
  const query = "SELECT 1 FROM audit_entry WHERE kind = 'clock' AND position(convert_to($1, 'UTF8') in payload) > 0";
  return (await sql(library.server, query, [about])).length;
};

async function until(condition: () => Promise<boolean>): Promise<void> {
  const deadline = Date.now() + PATIENCE_MS;
  while (!(await condition())) {
    if (Date.now() > deadline) throw new Error('it does not happen');
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

/** Resolves when the jobs that are due have been done. */
async function settle(): Promise<void> {
  const due = "SELECT 1 FROM job WHERE state = 'WAITING' AND due_at <= now()";
  await until(async () => (await sql(library.server, due)).length === 0);
}

/** As the server does when the directory has grown. */
async function directoryGrew(): Promise<void> {
  await sql(library.server, "UPDATE job SET due_at = now() WHERE kind = 'owners.handover'");
  await settle();
}

describe('a read-and-acknowledge list', () => {
  test('is open for those on it until they have acknowledged that version; who asked sees who has and who has not', async () => {
    const id = await paper();
    const list = await ask(writer, id, [reader, keeper], { note: 'Before Monday, please.' });
    expect(await duties(reader)).toMatchObject([
      { id: list.id, version: 1, isDone: false, note: 'Before Monday, please.' },
    ]);
    expect(await kinds(reader, list.id)).toEqual(['ACKNOWLEDGEMENT_ASKED']);
    const done = await reader.get('acknowledgeDocument', ACKNOWLEDGE, { listId: list.id, version: 1 });
    expect(done).toEqual({ acknowledgedVersion: 1, isDone: true });
    expect(await duties(reader)).toEqual([]);
    expect(await duties(reader, false)).toHaveLength(1);
    const [seen] = await nodes<List>(writer, 'acknowledgementLists', LISTS, { documentId: id });
    expect(Object.fromEntries((seen?.people ?? []).map((each) => [each.personId, each.isDone]))).toEqual({
      [reader.personId]: true,
      [keeper.personId]: false,
    });
    // one version is asked for: a newer one changes nothing
    await library.revise(writer, id, 1, { title: 'Fishing rights', body: 'The bay is shut.', label: label('SECRET') });
    expect(await duties(reader)).toEqual([]);
    expect(await duties(keeper)).toMatchObject([{ version: 1 }]);
    await writer.get('closeAcknowledgement', CLOSE, { id: list.id });
    expect(await duties(keeper)).toEqual([]);
    expect(codesOf(await keeper.ask(ACKNOWLEDGE, { listId: list.id, version: 1 }))).toEqual(['NOT_FOUND']);
  });

  test('asks again at every version when it says so, for whoever is in a post', async () => {
    const there = await library.person({ cleared: 'SECRET', postId: 'quito', roles: members });
    await library.grant(keeper, collectionId, { personId: there.personId }, 'READ');
    const id = await paper();
    const list = await ask(writer, id, [], { postIds: ['quito'], everyVersion: true });
    expect(list.people.map(({ personId }) => personId)).toEqual([there.personId]);
    await there.get('acknowledgeDocument', ACKNOWLEDGE, { listId: list.id, version: 1 });
    expect(await duties(there)).toEqual([]);
    await library.revise(writer, id, 1, { title: 'Fishing rights', body: 'The bay is shut.', label: label('SECRET') });
    expect(await duties(there)).toMatchObject([{ version: 2, acknowledgedVersion: 1, isDone: false }]);
    await settle();
    expect(await kinds(there, `${list.id} 2`)).toEqual(['ACKNOWLEDGEMENT_ASKED']);
    expect(codesOf(await there.ask(ACKNOWLEDGE, { listId: list.id, version: 1 }))).toEqual(['CONFLICT']);
    expect(codesOf(await there.ask(ACKNOWLEDGE, { listId: list.id, version: 3 }))).toEqual(['NOT_FOUND']);
    await there.get('acknowledgeDocument', ACKNOWLEDGE, { listId: list.id, version: 2 });
    expect(await duties(there)).toEqual([]);
  });

  test('tells nothing: who may not read the document hears of nothing, and stands there as one who has not answered', async () => {
    const id = await paper();
    const stranger = await library.person({ cleared: 'SECRET', roles: members });
    const list = await ask(writer, id, [low, stranger, reader]);
    for (const person of [low, stranger]) {
      expect(await duties(person, false)).toEqual([]);
      expect(await kinds(person, list.id)).toEqual([]);
      expect(await person.get('unseenNotices', '{ unseenNotices }')).toBe(0);
      const absent = await person.ask(ACKNOWLEDGE, { listId: randomUUID(), version: 1 });
      const forbidden = await person.ask(ACKNOWLEDGE, { listId: list.id, version: 1 });
      expect(forbidden.errors.map(({ message }) => message)).toEqual(absent.errors.map(({ message }) => message));
      expect(codesOf(await person.ask(CLOSE, { id: list.id }))).toEqual(
        codesOf(await person.ask(CLOSE, { id: randomUUID() })),
      );
    }
    expect(list.people.every(({ isDone, version }) => !isDone && version === null)).toBe(true);
    // readers who did not ask see no list
    expect(await nodes(reader, 'acknowledgementLists', LISTS, { documentId: id })).toEqual([]);
    expect(await nodes(keeper, 'acknowledgementLists', LISTS, { documentId: id })).toHaveLength(1);
    library.clear(low.personId, 'SECRET');
    expect(await duties(low)).toHaveLength(1);
    library.clear(low.personId, 'RESTRICTED');
  });

  test('is made by who may write, once, for people that there are, with a deadline to come', async () => {
    const id = await paper();
    const input = { id: randomUUID(), documentId: id, personIds: [reader.personId] };
    expect(codesOf(await reader.ask(ASK, { input }))).toEqual(['FORBIDDEN']);
    for (const wrong of [{ personIds: [randomUUID()] }, { personIds: [] }, { dueAt: new Date(0).toISOString() }]) {
      expect(codesOf(await writer.ask(ASK, { input: { ...input, ...wrong } }))).toEqual(['BAD_INPUT']);
    }
    await writer.get('askAcknowledgement', ASK, { input });
    await writer.get('askAcknowledgement', ASK, { input });
    expect(codesOf(await keeper.ask(ASK, { input }))).toEqual(['CONFLICT']);
    expect(await nodes(writer, 'acknowledgementLists', LISTS, { documentId: id })).toHaveLength(1);
  });

  test('reminds a day before the deadline and at it, only those who have not acknowledged, each once', async () => {
    const dueAt = new Date(Date.now() + 3 * DAY_MS).toISOString();
    const list = await ask(writer, await paper(), [reader, keeper], { dueAt });
    await reader.get('acknowledgeDocument', ACKNOWLEDGE, { listId: list.id, version: 1 });
    for (const days of [2, 1]) {
      const moved = `UPDATE job SET due_at = due_at - interval '${String(days)} days' WHERE subject = $1`;
      await sql(library.server, moved, [list.id]);
      await settle();
    }
    expect(await kinds(reader, list.id)).toEqual(['ACKNOWLEDGEMENT_ASKED']);
    expect(await kinds(keeper, list.id)).toEqual([
      'ACKNOWLEDGEMENT_OVERDUE',
      'ACKNOWLEDGEMENT_TOMORROW',
      'ACKNOWLEDGEMENT_ASKED',
    ]);
    expect(await auditLines(list.id)).toBe(2);
  });
});

describe('the owner of a document', () => {
  test('is who has filed it; who gives it away has to own it or to manage the collection, and the new owner reads it', async () => {
    const id = await paper();
    expect(await owner(reader, id)).toEqual({ personId: writer.personId, postId: 'lima' });
    expect(codesOf(await reader.ask(GIVE, { documentIds: [id], personId: reader.personId }))).toEqual(['FORBIDDEN']);
    expect(codesOf(await writer.ask(GIVE, { documentIds: [id], personId: low.personId }))).toEqual(['BAD_INPUT']);
    expect(codesOf(await low.ask(GIVE, { documentIds: [id], personId: low.personId }))).toEqual(['NOT_FOUND']);
    await writer.get('handOverDocuments', GIVE, { documentIds: [id], personId: reader.personId });
    expect(await owner(writer, id)).toEqual({ personId: reader.personId, postId: 'headquarters' });
    const got = await nodes<{ kind: string; documentId: string }>(reader, 'myNotices', NOTICES);
    expect(got.filter(({ documentId }) => documentId === id)).toMatchObject([{ kind: 'OWNED' }]);
    expect(codesOf(await writer.ask(GIVE, { documentIds: [id], personId: writer.personId }))).toEqual(['FORBIDDEN']);
    await keeper.get('handOverDocuments', GIVE, { documentIds: [id], personId: writer.personId });
  });

  test('who leaves the post is followed by somebody of the post who may read and write there', async () => {
    const leaver = await library.person({ cleared: 'SECRET', postId: 'oslo' });
    const heir = await library.person({ cleared: 'SECRET', postId: 'oslo' });
    const uncleared = await library.person({ cleared: 'RESTRICTED', postId: 'oslo' });
    for (const { personId } of [leaver, heir, uncleared])
      await library.grant(keeper, collectionId, { personId }, 'WRITE');
    const ids = [await paper(leaver), await paper(leaver, { title: 'Another' })];
    library.move(leaver.personId, 'headquarters');
    await directoryGrew();
    for (const id of ids) expect(await owner(keeper, id)).toEqual({ personId: heir.personId, postId: 'oslo' });
    expect((await nodes<{ kind: string }>(heir, 'myNotices', NOTICES)).map(({ kind }) => kind)).toEqual([
      'OWNED',
      'OWNED',
    ]);
    expect(await nodes(uncleared, 'myNotices', NOTICES)).toEqual([]);
    expect(await auditLines(leaver.personId)).toBe(1);
    await directoryGrew();
    expect(await auditLines(leaver.personId)).toBe(1);
  });

  test('where the post has nobody, its documents wait on the list of the registrar, for those who may read them, until somebody comes', async () => {
    const leaver = await library.person({ cleared: 'SECRET', postId: 'accra' });
    await library.grant(keeper, collectionId, { personId: leaver.personId }, 'WRITE');
    const ids = [await paper(leaver), await paper(leaver), await paper(leaver)].toSorted();
    const outsider = await library.person({ cleared: 'SECRET', roles: [Role.MEMBER, Role.REGISTRAR] });
    const before = await orphans(registrar);
    library.revoke(leaver.personId);
    await directoryGrew();
    expect(await owner(keeper, ids[0] ?? '')).toEqual({ personId: null, postId: 'accra' });
    for (const who of [registrar, keeper])
      expect((await orphans(who)).filter((id) => !before.includes(id))).toEqual(ids);
    for (const who of [outsider, writer]) expect(await orphans(who)).toEqual([]);
    expect(await orphans(low)).toEqual([]);
    const page = await registrar.get<Connection<{ id: string }>>('orphanedDocuments', ORPHANS, { first: 1 });
    expect(page.pageInfo.hasNextPage).toBe(true);
    await registrar.get('handOverDocuments', GIVE, { documentIds: [ids[0]], personId: writer.personId });
    expect(await orphans(registrar)).toEqual(ids.slice(1));
    const newcomer = await library.person({ cleared: 'SECRET', postId: 'accra' });
    await library.grant(keeper, collectionId, { personId: newcomer.personId }, 'WRITE');
    await directoryGrew();
    expect(await orphans(registrar)).toEqual([]);
    expect(await owner(keeper, ids[1] ?? '')).toEqual({ personId: newcomer.personId, postId: 'accra' });
    expect((await owner(keeper, ids[0] ?? '')).personId).toBe(writer.personId);
  });
});

describe('the drafts of somebody who works here no more', () => {
  test('are for the new owner to take over or to discard, within the clearance for them', async () => {
    const leaver = await library.person({ cleared: 'SECRET', postId: 'berne' });
    const heir = await library.person({ cleared: 'SECRET', postId: 'berne' });
    for (const { personId } of [leaver, heir]) await library.grant(keeper, collectionId, { personId }, 'WRITE');
    const documents = [await paper(leaver), await paper(leaver)];
    const drafts: string[] = [];
    for (const documentId of documents) {
      const document = {
        kind: 'report',
        language: 'en',
        title: 'Unfinished',
        body: 'More to come.',
        label: label('SECRET'),
      };
      const draft = { id: randomUUID(), collectionId, documentId, baseVersion: 1, seq: 1, document };
      drafts.push((await leaver.get<{ id: string }>('saveDraft', SAVE, { input: draft })).id);
    }
    const left = async (who: Person) => (await nodes<{ id: string }>(who, 'leftDrafts', LEFT)).map(({ id }) => id);
    await directoryGrew();
    expect(await left(heir)).toEqual([]);
    library.revoke(leaver.personId);
    await directoryGrew();
    expect(await left(heir)).toEqual(drafts.toSorted());
    expect(await left(keeper)).toEqual(drafts.toSorted());
    for (const who of [writer, low]) {
      expect(await left(who)).toEqual([]);
      expect(codesOf(await who.ask(TAKE, { id: drafts[0] }))).toEqual(['NOT_FOUND']);
    }
    library.clear(heir.personId, 'RESTRICTED');
    expect(await left(heir)).toEqual([]);
    expect(codesOf(await heir.ask(DISCARD, { id: drafts[1] }))).toEqual(['NOT_FOUND']);
    library.clear(heir.personId, 'SECRET');
    await heir.get('takeOverDraft', TAKE, { id: drafts[0] });
    await heir.get('discardLeftDraft', DISCARD, { id: drafts[1] });
    expect(await left(heir)).toEqual([]);
    expect((await nodes<{ id: string }>(heir, 'drafts', MY_DRAFTS)).map(({ id }) => id)).toEqual([drafts[0]]);
  });
});
