import { randomUUID } from 'node:crypto';

import { genericMinistry } from '#policy';

import { Role } from '../../apps/api/src/access/index.js';
import { codesOf } from '../support/graphql.js';
import { Library, label } from '../support/library.js';
import type { Person } from '../support/library.js';
import { sql } from '../support/ministry.js';

const FIELDS = 'id documentId baseVersion from { marking } to { marking } reason state requesterId deciderId';
const REQUEST = `mutation RequestDowngrade($input: DowngradeInput!) { requestDowngrade(input: $input) { ${FIELDS} } }`;
const APPROVE = `mutation ApproveDowngrade($id: ID!) { approveDowngrade(id: $id) { ${FIELDS} } }`;
const REFUSE = `mutation RefuseDowngrade($id: ID!) { refuseDowngrade(id: $id) { ${FIELDS} } }`;
const LIST = `query ($state: DowngradeState) { downgrades(state: $state) { edges { node { ${FIELDS} } } } }`;
const USE = '{ labelUse { label { marking } documents } }';
const READ = `query ($id: ID!, $version: Int) {
  document(id: $id, version: $version) { title label { level } version { number changeNote authorId body } } }`;

let library: Library;
let keeper: Person;
let writer: Person;
let second: Person;
let clerk: Person;
let low: Person;
let collectionId: string;

interface Row {
  readonly id: string;
  readonly state: string;
}

beforeAll(async () => {
  library = await Library.open();
  keeper = await library.person({ cleared: 'SECRET' });
  writer = await library.person({ cleared: 'SECRET' });
  second = await library.person({ cleared: 'SECRET' });
  clerk = await library.person({ cleared: 'CONFIDENTIAL' });
  low = await library.person({ cleared: 'RESTRICTED', roles: [Role.MEMBER, Role.PLANNER] });
  collectionId = await library.collection(keeper);
  for (const [person, access] of [
    [writer, 'WRITE'],
    [second, 'MANAGE'],
    [clerk, 'MANAGE'],
    [low, 'WRITE'],
  ] as const) {
    await library.grant(keeper, collectionId, { personId: person.personId }, access);
  }
});
afterAll(() => library.close());

async function paper(level = 'SECRET'): Promise<string> {
  const [filed] = await library.file(writer, collectionId, {
    title: 'Fishing rights',
    body: 'The bay is open.',
    label: label(level),
  });
  return filed?.documentId ?? '';
}

const inputFor = (documentId: string, level: string, rest: object = {}) => ({
  input: { id: randomUUID(), documentId, baseVersion: 1, label: label(level), reason: 'Published today.', ...rest },
});
const request = (who: Person, documentId: string, level = 'RESTRICTED', rest: object = {}) =>
  who.get<Row>('requestDowngrade', REQUEST, inputFor(documentId, level, rest));
const listed = async (who: Person, state?: string): Promise<string[]> => {
  const { edges } = await who.get<{ edges: { node: Row }[] }>('downgrades', LIST, { state });
  return edges.map(({ node }) => node.id);
};

describe('a lower label', () => {
  test('comes with no revision, whatever access its author has: the refusal says what to do', async () => {
    const id = await paper();
    for (const person of [writer, keeper]) {
      const { refusal } = await library.revise(person, id, 1, {
        title: 'Fishing rights',
        body: 'The bay is open.',
        label: label('RESTRICTED'),
      });
      expect(refusal).toMatchObject({ code: 'DOWNGRADE_NEEDS_APPROVAL', field: 'label' });
    }
    expect(codesOf(await low.ask(READ, { id }))).toEqual(['NOT_FOUND']);
  });

  test('is given by a second person: a new version with the same text, readable at once, the old one as before', async () => {
    const id = await paper();
    const asked = await request(writer, id);
    expect(asked).toMatchObject({ from: { marking: 'SECRET' }, to: { marking: 'RESTRICTED' }, state: 'OPEN' });
    expect(codesOf(await low.ask(READ, { id }))).toEqual(['NOT_FOUND']);
    expect(codesOf(await writer.ask(APPROVE, { id: asked.id }))).toEqual(['APPROVAL_OWN']);
    const decided = { state: 'APPROVED', deciderId: second.personId };
    expect(await second.get('approveDowngrade', APPROVE, { id: asked.id })).toMatchObject(decided);
    expect(await low.get('document', READ, { id })).toEqual({
      title: 'Fishing rights',
      label: { level: 'RESTRICTED' },
      version: { number: 2, changeNote: 'Published today.', authorId: writer.personId, body: 'The bay is open.' },
    });
    expect(codesOf(await low.ask(READ, { id, version: 1 }))).toEqual(['NOT_FOUND']);
    expect(await second.get('approveDowngrade', APPROVE, { id: asked.id })).toMatchObject(decided);
    expect(await keeper.get('document', READ, { id })).toMatchObject({ version: { number: 2 } });
  });

  test('leaves its lines in the audit trail: who asked, who decided, about what', async () => {
    const id = await paper();
    const { id: asked } = await request(writer, id);
    await second.get('approveDowngrade', APPROVE, { id: asked });
    const rows = await sql<{ kind: string; person_id: string }>(
      library.server,
      "SELECT kind, person_id FROM audit_entry WHERE position(convert_to($1, 'UTF8') in payload) > 0 ORDER BY seq",
      [id],
    );
    expect(rows).toEqual([
      { kind: 'act', person_id: writer.personId },
      { kind: 'act', person_id: second.personId },
      { kind: 'downgrade', person_id: second.personId },
    ]);
  });

  test('is decided by nobody who may not read the document, and nobody who does not manage the collection', async () => {
    const { id } = await request(writer, await paper());
    const other = await library.person({ cleared: 'SECRET' });
    const reader = await library.person({ cleared: 'SECRET' });
    await library.grant(keeper, collectionId, { personId: reader.personId }, 'WRITE');
    for (const mutation of [APPROVE, REFUSE]) {
      for (const person of [clerk, low, other])
        expect(codesOf(await person.ask(mutation, { id }))).toEqual(['NOT_FOUND']);
      expect(codesOf(await reader.ask(mutation, { id }))).toEqual(['FORBIDDEN']);
    }
    const absent = await clerk.ask(APPROVE, { id: randomUUID() });
    expect((await clerk.ask(APPROVE, { id })).errors.map(({ message }) => message)).toEqual(
      absent.errors.map(({ message }) => message),
    );
    expect(await listed(second)).toContain(id);
    expect(await listed(writer)).toContain(id);
    for (const person of [clerk, low, other, reader]) expect(await listed(person)).not.toContain(id);
  });

  test('that was given hides its request from those who may read the lower label only', async () => {
    const document = await paper();
    const { id } = await request(writer, document);
    await second.get('approveDowngrade', APPROVE, { id });
    expect(await listed(clerk)).not.toContain(id);
    expect(codesOf(await clerk.ask(APPROVE, { id }))).toEqual(['NOT_FOUND']);
    expect(await listed(second, 'APPROVED')).toContain(id);
  });

  test('is for one version: what was revised meanwhile is asked for anew', async () => {
    const document = await paper();
    const { id } = await request(writer, document);
    await library.revise(writer, document, 1, { title: 'Fishing rights', body: 'And shut.', label: label('SECRET') });
    expect(codesOf(await second.ask(APPROVE, { id }))).toEqual(['CONFLICT']);
    expect(codesOf(await writer.ask(REQUEST, inputFor(document, 'RESTRICTED')))).toEqual(['CONFLICT']);
    expect(codesOf(await low.ask(READ, { id: document }))).toEqual(['NOT_FOUND']);
  });

  test('is refused, withdrawn, or ends with its time, once', async () => {
    const refused = await request(writer, await paper());
    expect(await second.get('refuseDowngrade', REFUSE, { id: refused.id })).toMatchObject({ state: 'REFUSED' });
    const withdrawn = await request(writer, await paper());
    expect(await writer.get('refuseDowngrade', REFUSE, { id: withdrawn.id })).toMatchObject({ state: 'WITHDRAWN' });
    const late = await request(writer, await paper());
    await sql(library.server, "UPDATE downgrade_request SET expires_at = now() - interval '1 second' WHERE id = $1", [
      late.id,
    ]);
    for (const { id } of [refused, withdrawn, late]) {
      expect(codesOf(await second.ask(APPROVE, { id }))).toEqual(['APPROVAL_CLOSED']);
    }
    expect(await listed(second, 'EXPIRED')).toEqual([late.id]);
    expect(await listed(second, 'OPEN')).not.toContain(late.id);
  });

  test('is asked for with a reason, for a label that gives something up, by who may write', async () => {
    const document = await paper();
    const codes = async (who: Person, level: string, rest: object = {}) =>
      codesOf(await who.ask(REQUEST, inputFor(document, level, rest)));
    expect(await codes(writer, 'RESTRICTED', { reason: ' ' })).toEqual(['BAD_INPUT']);
    expect(await codes(writer, 'SECRET')).toEqual(['BAD_INPUT']);
    expect(await codes(writer, 'COSMIC')).toEqual(['LABEL_UNKNOWN']);
    expect(await codes(writer, 'RESTRICTED', { expiresAt: '2040-01-01T00:00:00Z' })).toEqual(['BAD_INPUT']);
    expect(await codes(low, 'UNCLASSIFIED')).toEqual(['NOT_FOUND']);
    const reader = await library.person({ cleared: 'SECRET' });
    await library.grant(keeper, collectionId, { personId: reader.personId }, 'READ');
    expect(await codes(reader, 'RESTRICTED')).toEqual(['FORBIDDEN']);
  });

  test('is asked for once: the same request again changes nothing, another under its id is refused', async () => {
    const document = await paper();
    const variables = inputFor(document, 'RESTRICTED');
    const once = await writer.get('requestDowngrade', REQUEST, variables);
    expect(await writer.get('requestDowngrade', REQUEST, variables)).toEqual(once);
    const other = { input: { ...variables.input, label: label('UNCLASSIFIED') } };
    expect(codesOf(await writer.ask(REQUEST, other))).toEqual(['CONFLICT']);
  });
});

test('labels in use are counted for what the caller may read, and for nothing else', async () => {
  const own = await library.collection(keeper, { name: 'Counted' });
  const reader = await library.person({ cleared: 'CONFIDENTIAL' });
  await library.grant(keeper, own, { personId: reader.personId }, 'READ');
  for (const [index, level] of ['RESTRICTED', 'RESTRICTED', 'SECRET'].entries()) {
    await library.file(keeper, own, { title: `Paper ${String(index)}`, body: 'Words.', label: label(level) });
  }
  expect(await reader.get('labelUse', USE)).toEqual([{ label: { marking: 'RESTRICTED' }, documents: 2 }]);
});

describe('another security policy', () => {
  const indexed = async (collection: string): Promise<number> => {
    const rows = await sql<{ entries: number }>(
      library.server,
      `SELECT count(*)::integer AS entries FROM search_entry e JOIN document d ON d.id = e.document_id WHERE d.collection_id = $1`,
      [collection],
    );
    return rows[0]?.entries ?? 0;
  };

  async function until(done: () => Promise<boolean>): Promise<void> {
    const deadline = Date.now() + 20_000;
    while (!(await done())) {
      if (Date.now() > deadline) throw new Error('the index does not follow the policy');
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
  }

  test('is read at once by lists, and followed by the index: what it puts above a ceiling leaves the engine', async () => {
    const own = await library.collection(keeper, { name: 'Under a ceiling', indexCeiling: 'SECRET' });
    const reader = await library.person({ cleared: 'SECRET' });
    await library.grant(keeper, own, { personId: reader.personId }, 'READ');
    await library.file(keeper, own, { title: 'Held', body: 'Words of a kind.', label: label('CONFIDENTIAL') });
    await until(async () => (await indexed(own)) > 0);
    const counted = async () => (await reader.get<unknown[]>('labelUse', USE)).length;
    expect(await counted()).toBe(1);
    library.govern({
      ...genericMinistry,
      levels: genericMinistry.levels.filter(({ id }) => id !== 'CONFIDENTIAL'),
      successions: [{ policy: genericMinistry.id, levels: [{ from: 'CONFIDENTIAL', to: 'TOP_SECRET' }] }],
    });
    expect(await counted()).toBe(0);
    await until(async () => (await indexed(own)) === 0);
    library.govern(genericMinistry);
    expect(await counted()).toBe(1);
    await until(async () => (await indexed(own)) > 0);
  });
});
