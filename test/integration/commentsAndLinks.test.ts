import { randomUUID } from 'node:crypto';

import { codesOf } from '../support/graphql.js';
import { Library, label } from '../support/library.js';
import type { Person } from '../support/library.js';
import { sql } from '../support/ministry.js';
import { until } from '../support/until.js';

const PARTS = `id documentId blockId version label { level } answerTo authorId text mentions isDeleted isOnFormerBlock
  editedAt resolvedAt resolvedBy`;
const COMMENTS = `query ($documentId: ID!, $first: Int, $after: String, $blockId: ID, $openOnly: Boolean) {
  comments(documentId: $documentId, first: $first, after: $after, blockId: $blockId, openOnly: $openOnly) {
    edges { node { ${PARTS} } } pageInfo { endCursor hasNextPage } } }`;
const ADD = `mutation ($input: CommentInput!) { addComment(input: $input) { ${PARTS} } }`;
const EDIT = `mutation ($id: ID!, $text: String!, $mentions: [ID!]) {
  editComment(id: $id, text: $text, mentions: $mentions) { ${PARTS} } }`;
const READERS = `query ($documentId: ID!, $typed: String!, $first: Int, $blockId: ID, $answerTo: ID) {
  commentReaders(documentId: $documentId, typed: $typed, first: $first, blockId: $blockId, answerTo: $answerTo) }`;
const DELETE = 'mutation ($id: ID!) { deleteComment(id: $id) }';
const REMOVE = 'mutation RemoveComment($id: ID!) { removeComment(id: $id) }';
const RESOLVE = `mutation ($id: ID!, $isResolved: Boolean) { resolveComment(id: $id, isResolved: $isResolved) { ${PARTS} } }`;
const NOTICES = '{ myNotices { edges { node { kind documentId subject document { title } } } } }';
const LINK = `id sourceId blockId targetId targetBlockId citedVersion state citedText currentText
  source { title } target { title }`;
const listing = (field: string) => `query ($id: ID!, $first: Int, $after: String) {
  ${field}(documentId: $id, first: $first, after: $after) { edges { node { ${LINK} } } pageInfo { endCursor hasNextPage } } }`;

let library: Library;
let keeper: Person;
let writer: Person;
let low: Person;
let stranger: Person;
let collectionId: string;

interface CommentView {
  readonly id: string;
  readonly text: string;
  readonly label: { readonly level: string };
  readonly [field: string]: unknown;
}
interface LinkView {
  readonly id: string;
  readonly state: string;
  readonly [field: string]: unknown;
}
interface Page<Node> {
  readonly edges: readonly { readonly node: Node }[];
  readonly pageInfo: { readonly endCursor: string | null; readonly hasNextPage: boolean };
}

beforeAll(async () => {
  library = await Library.open();
  keeper = await library.person({ cleared: 'SECRET' });
  writer = await library.person({ cleared: 'SECRET' });
  low = await library.person({ cleared: 'RESTRICTED', name: 'Zoë Ångström-Lind' });
  stranger = await library.person({ cleared: 'SECRET' });
  collectionId = await library.collection(keeper);
  await library.grant(keeper, collectionId, { personId: writer.personId }, 'WRITE');
  await library.grant(keeper, collectionId, { personId: low.personId }, 'READ');
});
afterAll(() => library.close());

interface BlockText {
  readonly id: string;
  readonly text: string;
  readonly level?: string;
  readonly href?: string;
}

function blocksOf(...blocks: readonly BlockText[]): string {
  const content = blocks.map(({ id, text, level, href }) => {
    const marks = href === undefined ? {} : { marks: [{ type: 'link', attrs: { href } }] };
    const attrs = { id, label: level === undefined ? null : label(level) };
    return { type: 'paragraph', attrs, content: [{ type: 'text', text, ...marks }] };
  });
  return JSON.stringify({ type: 'doc', content });
}

async function paper(title: string, level: string, ...blocks: readonly BlockText[]): Promise<string> {
  const [filed] = await library.file(writer, collectionId, {
    title,
    body: '',
    label: label(level),
    blocks: blocksOf(...blocks),
  });
  if (!filed?.documentId) throw new Error(JSON.stringify(filed));
  return filed.documentId;
}

async function revise(id: string, base: number, title: string, level: string, ...blocks: readonly BlockText[]) {
  const { refusal, versionNumber } = await library.revise(writer, id, base, {
    title,
    body: '',
    label: label(level),
    blocks: blocksOf(...blocks),
  });
  expect(refusal).toBeUndefined();
  return versionNumber;
}

const add = (who: Person, input: object) =>
  who.get<CommentView>('addComment', ADD, { input: { id: randomUUID(), ...input } });
async function comments(who: Person, documentId: string, rest: object = {}): Promise<CommentView[]> {
  const { edges } = await who.get<Page<CommentView>>('comments', COMMENTS, { documentId, ...rest });
  return edges.map(({ node }) => node);
}
const textsFor = async (who: Person, documentId: string) => (await comments(who, documentId)).map(({ text }) => text);
async function notices(who: Person): Promise<{ kind: string; documentId: string; subject: string }[]> {
  const { edges } = await who.get<Page<{ kind: string; documentId: string; subject: string }>>('myNotices', NOTICES);
  return edges.map(({ node }) => node);
}
async function linksOf(who: Person, field: 'links' | 'backlinks', id: string): Promise<LinkView[]> {
  const { edges } = await who.get<Page<LinkView>>(field, listing(field), { id });
  return edges.map(({ node }) => node);
}

describe('comments', () => {
  test('stand on a paragraph with its label, are answered once deep, resolved, and opened again', async () => {
    const id = await paper(
      'Fishing',
      'RESTRICTED',
      { id: 'open', text: 'The bay.' },
      { id: 'shut', text: 'The cape.' },
    );
    const first = await add(low, { documentId: id, blockId: 'shut', text: 'Which cape?' });
    expect(first).toMatchObject({ version: 1, label: { level: 'RESTRICTED' }, isOnFormerBlock: false, answerTo: null });
    const answer = await add(writer, { documentId: id, answerTo: first.id, text: 'The northern one.' });
    expect(answer).toMatchObject({ blockId: 'shut', answerTo: first.id });
    const deeper = { id: randomUUID(), documentId: id, answerTo: answer.id, text: 'Deeper.' };
    expect(codesOf(await low.ask(ADD, { input: deeper }))).toEqual(['BAD_INPUT']);
    expect(await notices(low)).toContainEqual(expect.objectContaining({ kind: 'ANSWERED', subject: answer.id }));
    await add(low, { documentId: id, text: 'On the whole.' });
    expect(await textsFor(low, id)).toEqual(['Which cape?', 'The northern one.', 'On the whole.']);
    expect((await comments(low, id, { blockId: 'shut' })).length).toBe(2);
    expect(await writer.get('resolveComment', RESOLVE, { id: first.id })).toMatchObject({
      resolvedBy: writer.personId,
    });
    expect((await comments(low, id, { openOnly: true })).map(({ text }) => text)).toEqual(['On the whole.']);
    expect(codesOf(await low.ask(RESOLVE, { id: answer.id }))).toEqual(['BAD_INPUT']);
    await low.get('resolveComment', RESOLVE, { id: first.id, isResolved: false });
    expect((await comments(low, id, { openOnly: true })).length).toBe(3);
    const page = await low.get<Page<CommentView>>('comments', COMMENTS, { documentId: id, first: 2 });
    const rest = await comments(low, id, { first: 2, after: page.pageInfo.endCursor });
    expect(rest.map(({ text }) => text)).toEqual(['On the whole.']);
  });

  test('are written once, however often they are sent, edited and deleted by their authors alone', async () => {
    const id = await paper('Once', 'RESTRICTED', { id: 'a', text: 'Alpha.' });
    const input = { id: randomUUID(), documentId: id, text: 'First.' };
    for (let time = 0; time < 2; time += 1) await low.get('addComment', ADD, { input });
    expect(codesOf(await writer.ask(ADD, { input }))).toEqual(['CONFLICT']);
    expect(codesOf(await writer.ask(EDIT, { id: input.id, text: 'Mine.' }))).toEqual(['FORBIDDEN']);
    expect(codesOf(await keeper.ask(DELETE, { id: input.id }))).toEqual(['FORBIDDEN']);
    expect(await low.get('editComment', EDIT, { id: input.id, text: 'Better.' })).toMatchObject({ text: 'Better.' });
    const answer = await add(writer, { documentId: id, answerTo: input.id, text: 'Indeed.' });
    await low.get('deleteComment', DELETE, { id: input.id });
    expect(await comments(low, id)).toMatchObject([
      { id: input.id, text: '', isDeleted: true, authorId: null },
      { id: answer.id, text: 'Indeed.' },
    ]);
    await writer.get('deleteComment', DELETE, { id: answer.id });
    expect(await comments(low, id)).toEqual([]);
    expect(codesOf(await low.ask(EDIT, { id: input.id, text: 'Again.' }))).toEqual(['NOT_FOUND']);
  });

  test('are removed by who manages the collection, and the audit trail says so', async () => {
    const id = await paper('Removed', 'RESTRICTED', { id: 'a', text: 'Alpha.' });
    const { id: comment } = await add(low, { documentId: id, text: 'Rude.' });
    expect(codesOf(await writer.ask(REMOVE, { id: comment }))).toEqual(['FORBIDDEN']);
    await keeper.get('removeComment', REMOVE, { id: comment });
    expect(await comments(low, id)).toEqual([]);
    const rows = await sql(
      library.server,
      "SELECT 1 FROM audit_entry WHERE kind = 'act' AND person_id = $2 AND position(convert_to($1, 'UTF8') in payload) > 0",
      [comment, keeper.personId],
    );
    expect(rows.length).toBe(1);
  });

  test('follow their paragraph by its id; when it goes they stand on a former one', async () => {
    const id = await paper('Moves', 'RESTRICTED', { id: 'a', text: 'Alpha.' }, { id: 'b', text: 'Beta.' });
    await add(low, { documentId: id, blockId: 'b', text: 'On beta.' });
    await revise(id, 1, 'Moves', 'RESTRICTED', { id: 'b', text: 'Beta, changed.' }, { id: 'a', text: 'Alpha.' });
    expect(await comments(low, id)).toMatchObject([{ blockId: 'b', isOnFormerBlock: false }]);
    await revise(id, 2, 'Moves', 'RESTRICTED', { id: 'a', text: 'Alpha.' });
    expect(await comments(low, id)).toMatchObject([{ blockId: 'b', isOnFormerBlock: true, version: 1 }]);
    const gone = { id: randomUUID(), documentId: id, blockId: 'b', text: 'Late.' };
    expect(codesOf(await low.ask(ADD, { input: gone }))).toEqual(['BAD_INPUT']);
  });

  test('keep their own label: a lowered paper does not show what was said while it was secret', async () => {
    const id = await paper(
      'Lowered',
      'SECRET',
      { id: 'a', text: 'Alpha.' },
      { id: 'b', text: 'Beta.', level: 'RESTRICTED' },
    );
    const secret = await add(writer, { documentId: id, blockId: 'a', text: 'Secret word.' });
    const open = await add(writer, { documentId: id, blockId: 'b', text: 'Open word.' });
    expect([secret.label.level, open.label.level]).toEqual(['SECRET', 'RESTRICTED']);
    const hidden = { documentId: id, answerTo: open.id, label: label('SECRET'), text: 'Hidden.' };
    const answer = await add(writer, hidden);
    const below = { id: randomUUID(), documentId: id, answerTo: secret.id, label: label('RESTRICTED'), text: 'No.' };
    expect(codesOf(await writer.ask(ADD, { input: below }))).toEqual(['LABEL_TOO_HIGH']);
    expect(codesOf(await low.ask(COMMENTS, { documentId: id }))).toEqual(['NOT_FOUND']);
    await library.lower([writer, keeper], id, 1, 'RESTRICTED');
    expect(await textsFor(low, id)).toEqual(['Open word.']);
    expect(codesOf(await low.ask(RESOLVE, { id: secret.id }))).toEqual(['NOT_FOUND']);
    expect(codesOf(await low.ask(RESOLVE, { id: answer.id }))).toEqual(['NOT_FOUND']);
    // the empty place of a deleted one would tell of the answer that keeps it
    await writer.get('deleteComment', DELETE, { id: open.id });
    expect(await textsFor(low, id)).toEqual([]);
    expect((await textsFor(writer, id)).toSorted()).toEqual(['', 'Hidden.', 'Secret word.']);
  });

  test('tell those whom they name, if they may read them, and nobody else', async () => {
    const id = await paper('Named', 'RESTRICTED', { id: 'a', text: 'Alpha.' });
    const mentions = [low.personId, stranger.personId, writer.personId, 'nobody'];
    const plain = await add(writer, { documentId: id, text: 'Look.', mentions });
    const hidden = await add(writer, { documentId: id, text: 'Look.', mentions, label: label('SECRET') });
    const told = await notices(low);
    expect(told).toContainEqual(expect.objectContaining({ kind: 'MENTIONED', subject: plain.id, documentId: id }));
    expect(told.map(({ subject }) => subject)).not.toContain(hidden.id);
    for (const who of [stranger, writer])
      expect((await notices(who)).filter(({ kind }) => kind === 'MENTIONED')).toEqual([]);
    expect(codesOf(await stranger.ask(COMMENTS, { documentId: id }))).toEqual(['NOT_FOUND']);
    expect(codesOf(await stranger.ask(ADD, { input: { id: randomUUID(), documentId: id, text: 'In.' } }))).toEqual([
      'NOT_FOUND',
    ]);
  });

  test('offer for naming those who may read them, by the beginnings of their names, and nobody else', async () => {
    const id = await paper(
      'Offered',
      'SECRET',
      { id: 'a', text: 'Alpha.' },
      { id: 'b', text: 'Beta.', level: 'RESTRICTED' },
    );
    const open = await paper('Offered to all', 'RESTRICTED', { id: 'a', text: 'Alpha.' });
    const offered = (who: Person, asked: object) =>
      who.get<string[]>('commentReaders', READERS, { typed: '', ...asked });
    const secret = await offered(writer, { documentId: id });
    expect(secret).toEqual([keeper.personId]);
    // who may not read the paper may not read what is said about its open paragraph either
    expect(await offered(writer, { documentId: id, blockId: 'b' })).toEqual(secret);
    expect((await offered(writer, { documentId: open })).toSorted()).toEqual(
      [keeper.personId, low.personId].toSorted(),
    );
    expect(await offered(writer, { documentId: open, first: 1 })).toHaveLength(1);
    const hidden = await add(writer, { documentId: open, text: 'Look.', label: label('SECRET') });
    expect(await offered(writer, { documentId: open, answerTo: hidden.id })).toEqual(secret);
    for (const typed of ['zoe', 'Zoë Ån', 'angst', 'LIND', ' zoe'])
      expect(await offered(writer, { documentId: open, typed })).toEqual([low.personId]);
    expect(await offered(writer, { documentId: open, typed: 'oë' })).toEqual([]);
    expect(await offered(writer, { documentId: id, typed: 'zoe' })).toEqual([]);
    expect(await offered(low, { documentId: open, typed: 'zoe' })).toEqual([]); // oneself
    for (const documentId of [id, randomUUID()])
      expect(codesOf(await low.ask(READERS, { documentId, typed: '' }))).toEqual(['NOT_FOUND']);
    expect(codesOf(await low.ask(READERS, { documentId: open, typed: '', answerTo: hidden.id }))).toEqual([
      'NOT_FOUND',
    ]);
  });

  test('tell whom an edit names newly, once, and forget nobody where it says nothing of them', async () => {
    const id = await paper('Edited', 'RESTRICTED', { id: 'a', text: 'Alpha.' });
    const { id: comment } = await add(writer, { documentId: id, text: 'Look.', mentions: [keeper.personId] });
    const told = async (who: Person) =>
      (await notices(who)).filter(({ kind, subject }) => kind === 'MENTIONED' && subject === comment).length;
    expect([await told(keeper), await told(low)]).toEqual([1, 0]);
    const mentions = [keeper.personId, low.personId, stranger.personId];
    expect(await writer.get('editComment', EDIT, { id: comment, text: 'Look, all.', mentions })).toMatchObject({
      mentions,
    });
    expect([await told(keeper), await told(low), await told(stranger)]).toEqual([1, 1, 0]);
    expect(await writer.get('editComment', EDIT, { id: comment, text: 'Look, both.' })).toMatchObject({ mentions });
    const many = Array.from({ length: 21 }, () => randomUUID());
    expect(codesOf(await writer.ask(EDIT, { id: comment, text: 'All.', mentions: many }))).toEqual(['TOO_LARGE']);
  });
});

describe('links', () => {
  const to = (id: string, rest = '') => `chancery:document/${id}${rest}`;

  test('are read both ways, by those who may read both ends: a canary above a reader shows nowhere', async () => {
    const open = await paper('Open paper', 'RESTRICTED', { id: 'a', text: 'Alpha.' });
    const secret = await paper('Canary kingfisher', 'SECRET', { id: 's', text: 'See', href: to(open) });
    const citing = await paper(
      'Citing paper',
      'RESTRICTED',
      { id: 'x', text: 'See', href: to(open, '#a') },
      { id: 'y', text: 'And', href: to(secret) },
      { id: 'z', text: 'Nowhere', href: to(randomUUID()) },
    );
    const seen = async (who: Person, field: 'links' | 'backlinks', id: string) =>
      (await linksOf(who, field, id)).map(({ sourceId, targetId }) => [sourceId, targetId]);
    expect(await seen(writer, 'links', citing)).toEqual([
      [citing, open],
      [citing, secret],
    ]);
    expect(await seen(low, 'links', citing)).toEqual([[citing, open]]);
    expect(await seen(writer, 'backlinks', open)).toEqual([
      [secret, open],
      [citing, open],
    ]);
    expect(await seen(low, 'backlinks', open)).toEqual([[citing, open]]);
    const answers = [
      await low.ask(listing('links'), { id: citing }),
      await low.ask(listing('backlinks'), { id: open }),
    ];
    expect(JSON.stringify(answers)).not.toMatch(new RegExp(`kingfisher|${secret}`, 'u'));
    for (const field of ['links', 'backlinks'])
      expect(codesOf(await low.ask(listing(field), { id: secret }))).toEqual(['NOT_FOUND']);
    const page = await writer.get<Page<LinkView>>('links', listing('links'), { id: citing, first: 1 });
    const rest = await writer.get<Page<LinkView>>('links', listing('links'), {
      id: citing,
      after: page.pageInfo.endCursor,
    });
    expect([page.pageInfo.hasNextPage, rest.edges.length]).toEqual([true, 1]);
  });

  test('that cite a paragraph notice when it changes, goes, and when its paper is superseded: one notice each', async () => {
    const source = await paper(
      'Treaty',
      'RESTRICTED',
      { id: 'art1', text: 'Half each.' },
      { id: 'art2', text: 'Peace.' },
    );
    const citing = await paper(
      'Brief',
      'RESTRICTED',
      { id: 'p', text: 'Half, says article 1.', href: to(source, '#art1') },
      { id: 'q', text: 'Peace.', href: to(source, '#art2') },
    );
    const states = async () => (await linksOf(low, 'links', citing)).map(({ state }) => state);
    const told = async () =>
      (await notices(writer)).filter(({ kind, documentId }) => kind === 'CITATION_CHANGED' && documentId === citing);
    await revise(
      source,
      1,
      'Treaty',
      'RESTRICTED',
      { id: 'art1', text: 'Two thirds.' },
      { id: 'art2', text: 'Peace.' },
    );
    await until(async () => (await states())[0] === 'CHANGED');
    expect(await linksOf(low, 'links', citing)).toMatchObject([
      { state: 'CHANGED', citedVersion: 1, citedText: 'Half each.', currentText: 'Two thirds.' },
      { state: 'CURRENT' },
    ]);
    expect((await told()).length).toBe(1);
    // an edit that leaves the citation alone does not confirm it
    await revise(
      citing,
      1,
      'Brief',
      'RESTRICTED',
      { id: 'p', text: 'Half!', href: to(source, '#art1') },
      { id: 'q', text: 'Peace.', href: to(source, '#art2') },
    );
    await revise(source, 2, 'Treaty', 'RESTRICTED', { id: 'art1', text: 'Two thirds.' });
    await until(async () => (await states())[1] === 'GONE');
    expect(await linksOf(low, 'links', citing)).toMatchObject([
      { state: 'CHANGED' },
      { currentText: null, citedText: 'Peace.' },
    ]);
    expect((await told()).length).toBe(2);
    // naming the version that was looked at does
    await revise(citing, 2, 'Brief', 'RESTRICTED', { id: 'p', text: 'Two thirds.', href: to(source, '/3#art1') });
    expect(await linksOf(low, 'links', citing)).toMatchObject([{ citedVersion: 3, state: 'CURRENT' }]);
    const successor = await paper('Treaty II', 'RESTRICTED', { id: 'art1', text: 'All.' });
    const supersede = 'mutation SupersedeDocument($id: ID!, $by: ID!) { supersedeDocument(id: $id, by: $by) }';
    await keeper.get('supersedeDocument', supersede, { id: source, by: successor });
    await until(async () => (await states())[0] === 'SUPERSEDED');
    expect((await told()).length).toBe(3);
  });

  test('cite nothing above the label of the paragraph in which they stand; what its author cannot read forbids nothing', async () => {
    const secret = await paper(
      'Secret',
      'SECRET',
      { id: 'hid', text: 'Hidden.' },
      { id: 'open', text: 'Open.', level: 'RESTRICTED' },
    );
    const file = (who: Person, level: string, block: string) =>
      library.file(who, collectionId, {
        title: 'Cites',
        body: '',
        label: label(level),
        blocks: blocksOf({ id: 'c', text: 'See', href: to(secret, `#${block}`) }),
      });
    const [refused] = await file(writer, 'RESTRICTED', 'hid');
    expect(refused?.refusal).toMatchObject({ code: 'LABEL_TOO_HIGH', field: 'blocks.content.0' });
    expect((await file(writer, 'RESTRICTED', 'open'))[0]?.refusal).toBeUndefined();
    expect((await file(writer, 'SECRET', 'hid'))[0]?.refusal).toBeUndefined();
    const lowWriter = await library.person({ cleared: 'RESTRICTED' });
    await library.grant(keeper, collectionId, { personId: lowWriter.personId }, 'WRITE');
    const [filed] = await file(lowWriter, 'RESTRICTED', 'hid');
    expect(filed?.outcome).toBe('CREATED');
    expect(await linksOf(lowWriter, 'links', filed?.documentId ?? '')).toEqual([]);
  });

  test('show the old text to those alone who may read the version that was cited', async () => {
    const source = await paper('Lowered source', 'SECRET', { id: 'k', text: 'Canary heron.' });
    const citing = await paper('Cites the secret', 'SECRET', { id: 'c', text: 'See', href: to(source, '#k') });
    await revise(source, 1, 'Lowered source', 'SECRET', { id: 'k', text: 'Harmless.' });
    await until(async () => (await linksOf(writer, 'links', citing))[0]?.state === 'CHANGED');
    await library.lower([writer, keeper], source, 2, 'RESTRICTED');
    await library.lower([writer, keeper], citing, 1, 'RESTRICTED');
    const [seen] = await linksOf(low, 'links', citing);
    expect(seen).toMatchObject({ citedVersion: null, citedText: null, currentText: 'Harmless.' });
    expect(await linksOf(writer, 'links', citing)).toMatchObject([{ citedText: 'Canary heron.' }]);
  });
});
