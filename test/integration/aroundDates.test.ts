import { genericMinistry } from '#policy';

import { Role } from '../../apps/api/src/access/index.js';
import { codesOf } from '../support/graphql.js';
import { Library, label } from '../support/library.js';
import type { Person } from '../support/library.js';
import { sql } from '../support/ministry.js';

const DATES = 'reviewOn expiresOn isExpired declassifyOn successor { marking }';
const SET = `mutation SetDocumentDates($input: DocumentDatesInput!) { setDocumentDates(input: $input) { ${DATES} } }`;
const READ = `query ($id: ID!) { document(id: $id) { label { level } version { number changeNote authorId body } dates { ${DATES} } } }`;
const DUE = `query ($first: Int, $after: String, $until: String, $mine: Boolean) {
  documentsDue(first: $first, after: $after, until: $until, mine: $mine) { edges { node { id } } pageInfo { endCursor hasNextPage } } }`;
const SEARCH = `query ($input: SearchInput!) { search(input: $input) { total hits { document { id } } } }`;
const NOTICES = `query ($first: Int, $after: String, $unseenOnly: Boolean) {
  myNotices(first: $first, after: $after, unseenOnly: $unseenOnly) {
    edges { node { id kind documentId subject seenAt document { id title } } } pageInfo { endCursor hasNextPage } } }`;
const SEEN = 'mutation ($ids: [ID!]!) { markNoticesSeen(ids: $ids) }';
const DAY_MS = 86_400_000;
/** Bound of waiting, so that a failure ends. */
const PATIENCE_MS = 30_000;

interface Connection<Node> {
  readonly edges: readonly { readonly node: Node }[];
  readonly pageInfo: { readonly endCursor: string | null; readonly hasNextPage: boolean };
}
interface Notice {
  readonly id: string;
  readonly kind: string;
  readonly documentId: string;
  readonly document: { readonly title: string } | null;
}

let library: Library;
let second: Library;
let keeper: Person;
let writer: Person;
let low: Person;
let collectionId: string;

beforeAll(async () => {
  library = await Library.open();
  second = await library.another();
  keeper = await library.person({ cleared: 'SECRET' });
  writer = await library.person({ cleared: 'SECRET' });
  low = await library.person({ cleared: 'RESTRICTED', roles: [Role.MEMBER, Role.PLANNER] });
  collectionId = await library.collection(keeper);
  await library.grant(keeper, collectionId, { personId: writer.personId }, 'WRITE');
  await library.grant(keeper, collectionId, { personId: low.personId }, 'WRITE');
});
afterAll(async () => {
  await second.close();
  await library.close();
});

const day = (ahead: number): string => new Date(Date.now() + ahead * DAY_MS).toISOString().slice(0, 10);
const paper = async (rest: object = {}): Promise<string> => {
  const [filed] = await library.file(writer, collectionId, {
    title: 'Fishing rights',
    body: 'The bay is open to trawlers.',
    label: label('SECRET'),
    ...rest,
  });
  return filed?.documentId ?? '';
};
const set = (who: Person, documentId: string, dates: object) =>
  who.get('setDocumentDates', SET, { input: { documentId, ...dates } });
const read = (who: Person, id: string) =>
  who.get<{
    label: { level: string };
    version: { number: number };
    dates: { isExpired: boolean; declassifyOn: string | null };
  }>('document', READ, { id });
const due = async (who: Person, variables: Record<string, unknown> = {}): Promise<string[]> =>
  (await who.get<Connection<{ id: string }>>('documentsDue', DUE, variables)).edges.map(({ node }) => node.id);
const notices = async (who: Person, variables: Record<string, unknown> = {}): Promise<Notice[]> =>
  (await who.get<Connection<Notice>>('myNotices', NOTICES, variables)).edges.map(({ node }) => node);
const kinds = async (who: Person, documentId: string): Promise<string[]> =>
  (await notices(who)).filter((notice) => notice.documentId === documentId).map(({ kind }) => kind);
const found = async (who: Person, query: string, filter: object = {}): Promise<string[]> => {
  const result = await who.get<{ hits: { document: { id: string } }[] }>('search', SEARCH, {
    input: { query, filter, first: 50 },
  });
  return result.hits.map(({ document }) => document.id);
};
const auditKinds = async (id: string): Promise<string[]> => {
  const rows = await sql<{ kind: string }>(
    library.server,
    "SELECT kind FROM audit_entry WHERE position(convert_to($1, 'UTF8') in payload) > 0 AND kind <> 'act' ORDER BY seq",
    [id],
  );
  return rows.map(({ kind }) => kind);
};

/** Moves everything that is to happen to a document so many days nearer. */
async function pass(days: number, documentId: string): Promise<void> {
  const columns = ['review_on', 'expires_on', 'declassify_on'].map((name) => `${name} = ${name} - ${String(days)}`);
  await sql(library.server, `UPDATE document_dates SET ${columns.join(', ')} WHERE document_id = $1`, [documentId]);
  const moved = `UPDATE job SET due_at = due_at - interval '${String(days)} days' WHERE subject = $1`;
  await sql(library.server, moved, [documentId]);
  await until(async () => (await waiting(documentId)) === 0);
}

async function waiting(documentId: string): Promise<number> {
  const query = "SELECT 1 FROM job WHERE subject = $1 AND state = 'WAITING' AND due_at <= now()";
  return (await sql(library.server, query, [documentId])).length;
}

async function until(condition: () => Promise<boolean>): Promise<void> {
  const deadline = Date.now() + PATIENCE_MS;
  while (!(await condition())) {
    if (Date.now() > deadline) throw new Error('it does not happen');
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

describe('the review of a document', () => {
  test('is due on its day: listed from then on, and its owner has one notice of it', async () => {
    const id = await paper();
    expect(await set(writer, id, { reviewOn: day(5) })).toMatchObject({ reviewOn: day(5), isExpired: false });
    expect(await due(writer)).not.toContain(id);
    expect(await due(writer, { until: day(10) })).toContain(id);
    expect(await kinds(writer, id)).toEqual([]);
    await pass(5, id);
    expect(await due(writer)).toContain(id);
    expect(await due(writer, { mine: true })).toContain(id);
    expect(await due(keeper)).toContain(id);
    expect(await due(keeper, { mine: true })).toEqual([]);
    expect(await kinds(writer, id)).toEqual(['REVIEW_DUE']);
    expect(await kinds(keeper, id)).toEqual([]);
    expect(await auditKinds(id)).toEqual(['clock']);
    await set(writer, id, { reviewOn: day(300) });
    expect(await due(writer)).not.toContain(id);
  });

  test('is listed page by page, the longest due first, and only to who may read the document', async () => {
    const ids: string[] = [];
    for (const ahead of [-3, -1, -2]) {
      const id = await paper({ title: `Due since ${String(ahead)}` });
      await set(writer, id, { reviewOn: day(ahead) });
      ids.push(id);
    }
    const [three = '', one = '', two = ''] = ids;
    const all: string[] = [];
    let after: string | null = null;
    do {
      const page: Connection<{ id: string }> = await writer.get('documentsDue', DUE, { first: 1, after });
      all.push(...page.edges.map(({ node }) => node.id));
      after = page.pageInfo.hasNextPage ? page.pageInfo.endCursor : null;
    } while (after !== null);
    expect(all.filter((id) => ids.includes(id))).toEqual([three, two, one]);
    expect(await due(low, { until: day(1000) })).toEqual([]);
    expect(codesOf(await low.ask(SET, { input: { documentId: one, reviewOn: day(1) } }))).toEqual(['NOT_FOUND']);
    expect(codesOf(await writer.ask(SET, { input: { documentId: one, reviewOn: 'soon' } }))).toEqual(['BAD_INPUT']);
  });
});

describe('a document that expires', () => {
  test('stays readable and is marked, drops out of search until it is asked for, and comes back when it holds again', async () => {
    const id = await paper({ title: 'Trawler moratorium', body: 'No trawlers until further notice.' });
    await library.indexed(writer);
    expect(await found(writer, 'moratorium')).toEqual([id]);
    await set(writer, id, { expiresOn: day(2) });
    await pass(2, id);
    await library.indexed(writer);
    expect((await read(writer, id)).dates.isExpired).toBe(true);
    expect(await found(writer, 'moratorium')).toEqual([]);
    for (const asked of ['moratorium expired:yes', 'expired:yes moratorium kind:report'])
      expect(await found(writer, asked)).toEqual([id]);
    expect(await found(writer, 'moratorium', { expired: true, collectionIds: [collectionId] })).toEqual([id]);
    expect(await found(low, 'moratorium', { expired: true })).toEqual([]);
    expect(await kinds(writer, id)).toEqual(['EXPIRED']);
    await set(writer, id, { expiresOn: day(40) });
    await library.indexed(writer);
    expect((await read(writer, id)).dates.isExpired).toBe(false);
    expect(await found(writer, 'moratorium')).toEqual([id]);
  });
});

describe('the declassification clock', () => {
  const clock = (ahead = 40, level = 'RESTRICTED') => ({ declassifyOn: day(ahead), successor: label(level) });

  test('is set by who manages the collection, a month ahead at least, and for a lower label', async () => {
    const id = await paper();
    expect(codesOf(await writer.ask(SET, { input: { documentId: id, ...clock() } }))).toEqual(['FORBIDDEN']);
    for (const wrong of [clock(20), clock(40, 'SECRET'), { declassifyOn: day(40) }]) {
      expect(codesOf(await keeper.ask(SET, { input: { documentId: id, ...wrong } }))).toEqual(['BAD_INPUT']);
    }
    expect(await set(keeper, id, clock())).toMatchObject({
      declassifyOn: day(40),
      successor: { marking: 'RESTRICTED' },
    });
    // who only writes keeps it, and does not take it away
    expect(await set(writer, id, { ...clock(), reviewOn: day(9) })).toMatchObject({
      reviewOn: day(9),
      declassifyOn: day(40),
    });
    expect(codesOf(await writer.ask(SET, { input: { documentId: id } }))).toEqual(['FORBIDDEN']);
  });

  test('gives the label of the successor at its day, once, though two instances run: who holds that clearance reads and finds it', async () => {
    const id = await paper({ title: 'Halibut quota', body: 'Four thousand tons of halibut.' });
    await set(keeper, id, clock());
    expect(codesOf(await low.ask(READ, { id }))).toEqual(['NOT_FOUND']);
    await pass(40, id);
    await library.indexed(keeper);
    expect(await read(low, id)).toMatchObject({
      label: { level: 'RESTRICTED' },
      version: { number: 2, authorId: keeper.personId, body: 'Four thousand tons of halibut.' },
      dates: { declassifyOn: null },
    });
    expect(await found(low, 'halibut')).toEqual([id]);
    expect(await auditKinds(id)).toEqual(['downgrade']);
    expect(await kinds(writer, id)).toEqual(['DECLASSIFIED']);
  });

  test('does nothing to a label that has changed since, and says so to the owner and in the audit trail', async () => {
    const id = await paper({ label: label('CONFIDENTIAL') });
    await set(keeper, id, clock());
    await library.revise(writer, id, 1, { title: 'Fishing rights', body: 'And more.', label: label('SECRET') });
    await pass(40, id);
    expect(await read(keeper, id)).toMatchObject({
      label: { level: 'SECRET' },
      version: { number: 2 },
      dates: { declassifyOn: null },
    });
    expect(await kinds(writer, id)).toEqual(['DECLASSIFICATION_REFUSED']);
    expect(await auditKinds(id)).toEqual(['refusal']);
    expect(codesOf(await low.ask(READ, { id }))).toEqual(['NOT_FOUND']);
  });

  test('waits for the end of a review, and then goes on', async () => {
    const id = await paper({ kind: 'policy' });
    await set(keeper, id, clock());
    const input = { documentId: id, version: 1, reviewers: [{ personId: keeper.personId }] };
    const review = 'mutation RequestReview($input: ReviewInput!) { requestReview(input: $input) { id } }';
    const withdraw = 'mutation WithdrawReview($id: ID!) { withdrawReview(id: $id) { id } }';
    const open = await writer.get<{ id: string }>('requestReview', review, { input });
    await pass(40, id);
    expect((await read(keeper, id)).label.level).toBe('SECRET');
    await writer.get('withdrawReview', withdraw, { id: open.id });
    await pass(1, id);
    expect((await read(keeper, id)).label.level).toBe('RESTRICTED');
  });

  test('never brings a part below its whole', async () => {
    const whole = await paper({ kind: 'negotiation-brief', label: label('CONFIDENTIAL') });
    const part = await paper({ partOf: whole, slot: 'red-lines' });
    expect(codesOf(await keeper.ask(SET, { input: { documentId: part, ...clock() } }))).toEqual(['LABEL_TOO_HIGH']);
    expect(codesOf(await keeper.ask(SET, { input: { documentId: part, reviewOn: day(1) } }))).toEqual(['BAD_INPUT']);
    await set(keeper, part, clock(40, 'CONFIDENTIAL'));
    await pass(40, part);
    expect((await read(keeper, part)).label.level).toBe('CONFIDENTIAL');
    expect((await read(keeper, whole)).version.number).toBe(1);
  });

  test('refuses a label that the policy in force no longer knows', async () => {
    const id = await paper();
    await set(keeper, id, clock());
    const levels = genericMinistry.levels.filter(({ id: level }) => level !== 'RESTRICTED');
    library.govern({ ...genericMinistry, levels });
    try {
      await pass(40, id);
    } finally {
      library.govern(genericMinistry);
    }
    expect((await read(keeper, id)).label.level).toBe('SECRET');
    expect(await auditKinds(id)).toEqual(['refusal']);
    expect(await kinds(writer, id)).toEqual(['DECLASSIFICATION_REFUSED']);
  });
});

describe('notices', () => {
  test('are listed newest first, page by page, until they are seen; those of others are not marked', async () => {
    const mine = await notices(writer, { unseenOnly: true });
    expect(mine.length).toBeGreaterThan(4);
    const [newest, ...rest] = mine;
    const page = await writer.get<Connection<Notice>>('myNotices', NOTICES, { first: 1 });
    const next = await notices(writer, { first: 1, after: page.pageInfo.endCursor });
    expect([page.edges[0]?.node.id, next[0]?.id]).toEqual([newest?.id, rest[0]?.id]);
    await keeper.get('markNoticesSeen', SEEN, { ids: [newest?.id] });
    expect(await writer.get('unseenNotices', '{ unseenNotices }')).toBe(mine.length);
    await writer.get('markNoticesSeen', SEEN, { ids: [newest?.id] });
    expect(await notices(writer, { unseenOnly: true })).toEqual(rest);
    expect(await notices(writer)).toHaveLength(mine.length);
    expect(await writer.get('unseenNotices', '{ unseenNotices }')).toBe(rest.length);
  });

  test('of what may no longer be read are neither shown nor counted, and come back with the clearance', async () => {
    const before = await notices(writer);
    library.clear(writer.personId, 'RESTRICTED');
    const left = await notices(writer);
    expect(left.every(({ kind }) => kind === 'DECLASSIFIED')).toBe(true);
    expect(await writer.get('unseenNotices', '{ unseenNotices }')).toBeLessThan(before.length - 1);
    library.clear(writer.personId, undefined);
    expect(await notices(writer)).toEqual([]);
    expect(await writer.get('unseenNotices', '{ unseenNotices }')).toBe(0);
    library.clear(writer.personId, 'SECRET');
    expect(await notices(writer)).toEqual(before);
  });
});
