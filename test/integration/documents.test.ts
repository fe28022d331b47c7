import { randomUUID } from 'node:crypto';

import { documentFromText, documentText, readMarkdown } from '#document';
import type { BlockDocument } from '#document';
import { ready } from '#primitives/verify';

import { Role } from '../../apps/api/src/access/index.js';
import { codesOf } from '../support/graphql.js';
import { Library, label } from '../support/library.js';
import type { FileAnswer, Person } from '../support/library.js';
import { sql } from '../support/ministry.js';

let library: Library;
let planner: Person;
let desk: Person;
let reader: Person;
let collectionId: string;

beforeAll(async () => {
  await ready();
  library = await Library.open();
  planner = await library.person({ cleared: 'SECRET' });
  desk = await library.person({ cleared: 'SECRET', postId: 'desk' });
  reader = await library.person({ cleared: 'RESTRICTED', roles: [Role.MEMBER], postId: 'mission' });
  collectionId = await library.collection(planner, { name: 'Rivers' });
  await library.grant(planner, collectionId, { postId: 'desk' }, 'WRITE');
  await library.grant(planner, collectionId, { postId: 'mission' });
});

afterAll(async () => {
  await library.close();
});

const json = (document: BlockDocument) => JSON.stringify(document);
const blocks = (markdown: string) => json(readMarkdown(markdown).document);
const RESULT = `__typename ... on FiledDocument { documentId versionNumber outcome sourceId }
  ... on FileRefused { refusal { code field message } }`;
const REVIEW = 'id state version reviewers { personId answer note } ';
const READ = `query ($id: ID!, $version: Int) { document(id: $id, version: $version) { title state approvedVersion supersededBy
  review { ${REVIEW} } version { number body blocks } parts { id title slot partOf label { level } version { number body } } } }`;

interface Read {
  title: string;
  state: string;
  approvedVersion: number | null;
  supersededBy: string | null;
  review: { state: string; version: number } | null;
  version: { number: number; body: string; blocks: string };
  parts: {
    id: string;
    title: string;
    slot: string;
    label: { level: string };
    version: { number: number; body: string };
  }[];
}

const read = (person: Person, id: string, version?: number) => person.get<Read>('document', READ, { id, version });
const paper = (title: string, markdown: string, level = 'RESTRICTED', rest: Record<string, unknown> = {}) => ({
  title,
  body: '',
  blocks: blocks(markdown),
  label: label(level),
  ...rest,
});
async function filed(...papers: Parameters<Library['file']>[2][]): Promise<FileAnswer> {
  const [first] = await library.file(planner, collectionId, ...papers);
  if (!first || first.refusal) throw new Error(JSON.stringify(first));
  return first;
}

describe('bodies as blocks', () => {
  test('the plain text of a body follows from its blocks, and the blocks of a plain text from it', async () => {
    const { documentId } = await filed(paper('Blocks', '# Shares\n\nHalf *each*.\n'));
    const { version } = await read(reader, documentId);
    expect(version.body).toBe('Shares\n\nHalf each.');
    const plain = await filed({ title: 'Plain', body: 'One.\n\nTwo.', label: label('RESTRICTED') });
    const { version: second } = await read(reader, plain.documentId);
    expect(second.body).toBe('One.\n\nTwo.');
    expect(JSON.parse(second.blocks)).toEqual(documentFromText('One.\n\nTwo.'));
  });

  test('what a body does not hold is refused with its path, and a block is never above its document', async () => {
    const portion = (level: string) => {
      const { content } = documentFromText('Ours');
      return JSON.stringify({
        type: 'doc',
        content: content.map((one) => ({ ...one, attrs: { ...one.attrs, label: label(level) } })),
      });
    };
    const results = await library.file(
      planner,
      collectionId,
      { ...paper('Script', ''), blocks: JSON.stringify({ type: 'doc', content: [{ type: 'script' }] }) },
      { ...paper('No JSON', ''), blocks: '{' },
      { ...paper('High block', ''), blocks: portion('SECRET') },
      { ...paper('Unknown level', ''), blocks: portion('COSMIC') },
      { ...paper('Covered', '', 'SECRET'), blocks: portion('RESTRICTED') },
    );
    expect(results.map(({ refusal, outcome }) => [refusal?.code ?? outcome, refusal?.field])).toEqual([
      ['BAD_INPUT', 'blocks.content.0.type'],
      ['BAD_INPUT', 'blocks'],
      ['LABEL_TOO_HIGH', 'blocks.content.0.attrs.label'],
      ['LABEL_UNKNOWN', 'blocks.content.0.attrs.label.level'],
      ['CREATED', undefined],
    ]);
  });

  test('every kind comes with its fields, its parts and a template that can be filed', async () => {
    const query = '{ documentKinds { id fields parts template approvals } }';
    const kinds = await reader.get<{ id: string; parts: string[]; template: string; approvals: number }[]>(
      'documentKinds',
      query,
    );
    const brief = kinds.find(({ id }) => id === 'negotiation-brief');
    expect(brief?.parts).toEqual(['red-lines', 'fallback']);
    const { documentId } = await filed({ ...paper('Brief', ''), kind: 'negotiation-brief', blocks: brief?.template });
    expect((await read(planner, documentId)).version.body).toContain('Opening position');
  });
});

describe('versions', () => {
  const COMPARE = `query ($id: ID!, $from: Int!, $to: Int!) { compareVersions(documentId: $id, from: $from, to: $to) {
    kind moved before after words { kind text } } }`;
  const RESTORE = `mutation ($id: ID!, $v: Int!, $base: Int!) { restoreVersion(documentId: $id, version: $v, baseVersion: $base) { ${RESULT} } }`;

  test('any two are compared by block and word, and an old one is restored as a new one', async () => {
    const { documentId: id } = await filed(paper('Versions', 'The river rises.\n\nIt stays.\n'));
    await library.revise(planner, id, 1, paper('Versions', 'The river falls.\n\nIt stays.\n\nNew.\n'));
    const changes = await reader.get<{ kind: string; words: { kind: string; text: string }[] }[]>(
      'compareVersions',
      COMPARE,
      { id, from: 1, to: 2 },
    );
    expect(changes.map(({ kind }) => kind)).toEqual(['CHANGED', 'UNCHANGED', 'ADDED']);
    expect(changes[0]?.words).toContainEqual({ kind: 'REMOVED', text: 'rises' });
    const restored = await planner.get<FileAnswer>('restoreVersion', RESTORE, { id, v: 1, base: 2 });
    expect(restored).toMatchObject({ outcome: 'REVISED', versionNumber: 3 });
    expect((await read(reader, id)).version.body).toBe('The river rises.\n\nIt stays.');
    const late = await planner.get<FileAnswer>('restoreVersion', RESTORE, { id, v: 1, base: 2 });
    expect(late.refusal ?? late.outcome).toBe('UNCHANGED');
  });

  test('a version that was secret is neither compared nor restored by who may read only the newest', async () => {
    const { documentId: id } = await filed(paper('Once secret', 'Agreed line.\n', 'SECRET'));
    await sql(
      library.server,
      `UPDATE document SET label_id = (SELECT default_label_id FROM collection WHERE id = '${collectionId}') WHERE id = '${id}'`,
    );
    expect(codesOf(await reader.ask(COMPARE, { id, from: 1, to: 1 }))).toEqual(['NOT_FOUND']);
    const writer = await library.person({ cleared: 'RESTRICTED', postId: 'desk' });
    const answer = await writer.get<FileAnswer>('restoreVersion', RESTORE, { id, v: 1, base: 1 });
    expect(answer.refusal).toMatchObject({ code: 'NOT_FOUND' });
  });
});

describe('separately labelled parts', () => {
  let whole: string;
  const part = (slot: string, level: string, text: string, rest: Record<string, unknown> = {}) => ({
    ...paper(`Part ${slot}`, text, level),
    kind: 'other',
    partOf: whole,
    slot,
    ...rest,
  });

  beforeAll(async () => {
    whole = (await filed({ ...paper('Karsu brief', 'Objectives.\n'), kind: 'negotiation-brief' })).documentId;
  });

  test('readers get the parts that they may read, and nothing tells of others', async () => {
    const before = await read(reader, whole);
    const listed =
      'query ($id: ID!) { collection(id: $id) { documentCount } documents(collectionId: $id, first: 200) { edges { node { id } } } }';
    const counted = (await reader.ask(listed, { id: collectionId })).data;
    const lines = await filed(part('red-lines', 'SECRET', 'Never below 40.\n'));
    await filed(part('fallback', 'RESTRICTED', 'Half each.\n'));
    const seen = await read(reader, whole);
    expect(seen).toEqual({ ...before, parts: [expect.objectContaining({ slot: 'fallback' })] });
    expect((await reader.ask(listed, { id: collectionId })).data).toEqual(counted);
    expect((await read(desk, whole)).parts.map(({ slot }) => slot)).toEqual(['red-lines', 'fallback']);
    expect(codesOf(await reader.ask(READ, { id: lines.documentId }))).toEqual(['NOT_FOUND']);
  });

  test('filing a part again makes a new version of it and leaves the whole as it was', async () => {
    const before = await read(reader, whole);
    const again = await filed(part('red-lines', 'SECRET', 'Never below 45.\n'));
    expect(again).toMatchObject({ outcome: 'REVISED', versionNumber: 2 });
    expect(await read(reader, whole)).toEqual(before);
  });

  test('a part has a name that its kind knows, and a label that covers the whole', async () => {
    const results = await library.file(
      planner,
      collectionId,
      part('poem', 'SECRET', 'x'),
      part('fallback', 'UNCLASSIFIED', 'x'),
      { ...part('fallback', 'SECRET', 'x'), partOf: randomUUID() },
    );
    expect(results.map(({ refusal }) => [refusal?.code, refusal?.field])).toEqual([
      ['BAD_INPUT', 'slot'],
      ['LABEL_TOO_HIGH', 'label'],
      ['NOT_FOUND', 'id'],
    ]);
  });

  test('a part is in no search of who may not read it', async () => {
    await library.indexed(planner);
    const query = 'query ($q: String!) { search(input: { query: $q }) { total hits { document { id } } } }';
    expect(await reader.get('search', query, { q: 'below' })).toEqual({ total: 0, hits: [] });
  });
});

describe('drafts', () => {
  const SAVE = 'mutation ($input: DraftInput!) { saveDraft(input: $input) { id seq } }';
  const PUBLISH = `mutation ($id: ID!) { publishDraft(id: $id) { ${RESULT}
    ... on DraftConflict { newestVersion base theirs yours merged merge { kind } } } }`;
  const DRAFTS = '{ drafts { edges { node { id seq title } } } }';
  const document = (text: string, level = 'RESTRICTED') => ({
    kind: 'report',
    language: 'en',
    ...paper('Draft', text, level),
  });
  const input = (id: string, seq: number, text: string, rest: Record<string, unknown> = {}) => ({
    input: { id, collectionId, seq, document: document(text), ...rest },
  });

  test('the same save may come again, and one that knows nothing of another is a conflict', async () => {
    const id = randomUUID();
    await planner.get('saveDraft', SAVE, input(id, 1, 'One.\n'));
    expect(await planner.get('saveDraft', SAVE, input(id, 1, 'One.\n'))).toEqual({ id, seq: 1 });
    expect(codesOf(await planner.ask(SAVE, input(id, 1, 'Other.\n')))).toEqual(['CONFLICT']);
    expect(codesOf(await planner.ask(SAVE, input(id, 3, 'Three.\n')))).toEqual(['CONFLICT']);
    expect(await planner.get('saveDraft', SAVE, input(id, 2, 'Two.\n'))).toEqual({ id, seq: 2 });
    const { content } = await planner.get<{ content: string }>(
      'draft',
      'query ($id: ID!) { draft(id: $id) { content } }',
      { id },
    );
    expect(content).toContain('Two.');
  });

  test('nobody but its author sees a draft or can touch it', async () => {
    const id = randomUUID();
    await planner.get('saveDraft', SAVE, input(id, 1, 'Mine.\n'));
    expect(codesOf(await desk.ask('query ($id: ID!) { draft(id: $id) { id } }', { id }))).toEqual(['NOT_FOUND']);
    expect(codesOf(await desk.ask(PUBLISH, { id }))).toEqual(['NOT_FOUND']);
    expect(await desk.get('discardDraft', 'mutation ($id: ID!) { discardDraft(id: $id) }', { id })).toBe(false);
    expect(await desk.get('drafts', DRAFTS)).toEqual({ edges: [] });
  });

  test('a clearance that is withdrawn ends reading one’s own draft', async () => {
    const person = await library.person({ cleared: 'SECRET', postId: 'desk' });
    const id = randomUUID();
    await person.get('saveDraft', SAVE, {
      input: { id, collectionId, seq: 1, document: document('Secret.\n', 'SECRET') },
    });
    library.clear(person.personId, 'RESTRICTED');
    expect(codesOf(await person.ask('query ($id: ID!) { draft(id: $id) { id } }', { id }))).toEqual(['NOT_FOUND']);
    expect(await person.get('drafts', DRAFTS)).toEqual({ edges: [] });
  });

  test('a published draft is a document and no draft any more; published twice it is filed once', async () => {
    const id = randomUUID();
    await desk.get('saveDraft', SAVE, input(id, 1, 'Ready.\n'));
    const published = await desk.get<FileAnswer>('publishDraft', PUBLISH, { id });
    expect(published).toMatchObject({ outcome: 'CREATED', versionNumber: 1 });
    expect(await desk.get('drafts', DRAFTS)).toEqual({ edges: [] });
    expect(codesOf(await desk.ask(PUBLISH, { id }))).toEqual(['NOT_FOUND']);
  });

  test('two editors at once: both texts are kept, what can be merged is, and choosing ends it', async () => {
    const { documentId } = await filed(paper('Two editors', 'Alpha is first.\n\nBeta is second.\n'));
    const [mine, other] = [randomUUID(), randomUUID()];
    const base = { documentId, baseVersion: 1 };
    await planner.get('saveDraft', SAVE, input(mine, 1, 'Alpha is mine.\n\nBeta is second.\n', base));
    await desk.get('saveDraft', SAVE, input(other, 1, 'Alpha is first.\n\nBeta is theirs.\n', base));
    expect(await desk.get('publishDraft', PUBLISH, { id: other })).toMatchObject({ versionNumber: 2 });
    const conflict = await planner.get<{ newestVersion: number; theirs: string; yours: string; merged: string }>(
      'publishDraft',
      PUBLISH,
      { id: mine },
    );
    expect(conflict).toMatchObject({ __typename: 'DraftConflict', newestVersion: 2 });
    expect(documentText(JSON.parse(conflict.merged) as BlockDocument)).toBe('Alpha is mine.\n\nBeta is theirs.');
    expect(documentText(JSON.parse(conflict.yours) as BlockDocument)).toBe('Alpha is mine.\n\nBeta is second.');
    const chosen = { ...document(''), blocks: conflict.merged };
    await planner.get('saveDraft', SAVE, {
      input: { id: mine, collectionId, documentId, baseVersion: 2, seq: 2, document: chosen },
    });
    expect(await planner.get('publishDraft', PUBLISH, { id: mine })).toMatchObject({
      outcome: 'REVISED',
      versionNumber: 3,
    });
    expect((await read(reader, documentId)).version.body).toBe('Alpha is mine.\n\nBeta is theirs.');
  });

  test('what both changed is a conflict in which neither is lost', async () => {
    const { documentId } = await filed(paper('Same block', 'Alpha is first.\n'));
    const id = randomUUID();
    await planner.get('saveDraft', SAVE, input(id, 1, 'Alpha is mine.\n', { documentId, baseVersion: 1 }));
    await library.revise(desk, documentId, 1, paper('Same block', 'Alpha is theirs.\n'));
    const conflict = await planner.get<{ merged: null; merge: { kind: string }[] }>('publishDraft', PUBLISH, { id });
    expect(conflict).toMatchObject({ merged: null, merge: [{ kind: 'CONFLICT' }] });
    expect(await planner.get('drafts', DRAFTS)).toMatchObject({
      edges: expect.arrayContaining([{ node: { id, seq: 1, title: 'Draft' } }]) as unknown,
    });
  });
});

describe('reviews', () => {
  const REQUEST = `mutation RequestReview($input: ReviewInput!) { requestReview(input: $input) { ${REVIEW} } }`;
  const ANSWER = `mutation AnswerReview($id: ID!, $answer: ReviewAnswer!, $note: String) { answerReview(id: $id, answer: $answer, note: $note) { ${REVIEW} } }`;
  const MINE = '{ myReviews { edges { node { id documentId } } } }';
  const lines = (title: string, text = 'We note it.\n', level = 'RESTRICTED') => ({
    ...paper(title, text, level),
    kind: 'lines-to-take',
  });
  const ask = (documentId: string, version: number, ...people: Person[]) => ({
    input: { documentId, version, reviewers: people.map(({ personId }) => ({ personId })) },
  });

  test('a draft is approved by another person, and a newer version begins anew while the approved one stays readable', async () => {
    const { documentId } = await filed(lines('Lines'));
    expect((await read(reader, documentId)).state).toBe('DRAFT');
    const { id } = await planner.get<{ id: string }>('requestReview', REQUEST, ask(documentId, 1, desk, reader));
    expect((await read(reader, documentId)).state).toBe('IN_REVIEW');
    expect(await reader.get('myReviews', MINE)).toEqual({ edges: [{ node: { id, documentId } }] });
    expect(codesOf(await planner.ask(ANSWER, { id, answer: 'APPROVED' }))).toEqual(['FORBIDDEN']);
    const approved = await reader.get('answerReview', ANSWER, { id, answer: 'APPROVED' });
    expect(approved).toMatchObject({ state: 'APPROVED', version: 1 });
    expect(await read(reader, documentId)).toMatchObject({ state: 'APPROVED', approvedVersion: 1 });
    await library.revise(planner, documentId, 1, lines('Lines', 'We note it well.\n'));
    expect(await read(reader, documentId)).toMatchObject({
      state: 'DRAFT',
      approvedVersion: 1,
      version: { number: 2 },
    });
    expect((await read(reader, documentId, 1)).version.body).toBe('We note it.');
    const acts = "SELECT count(*)::integer AS n FROM audit_entry WHERE kind = 'act' AND person_id = $1";
    const audited = await sql(library.server, acts, [reader.personId]);
    expect(audited).toEqual([{ n: 1 }]);
  });

  test('changes are asked for with a note; an outsider and the author have no say', async () => {
    const { documentId } = await filed(lines('Changes'));
    expect(codesOf(await planner.ask(REQUEST, ask(documentId, 1, planner)))).toEqual(['BAD_INPUT']);
    const { id } = await planner.get<{ id: string }>('requestReview', REQUEST, ask(documentId, 1, reader));
    expect(codesOf(await planner.ask(REQUEST, ask(documentId, 1, desk)))).not.toEqual([]);
    expect(codesOf(await desk.ask(ANSWER, { id, answer: 'APPROVED' }))).toEqual(['FORBIDDEN']);
    expect(codesOf(await reader.ask(ANSWER, { id, answer: 'CHANGES_REQUESTED' }))).toEqual(['BAD_INPUT']);
    const answered = await reader.get('answerReview', ANSWER, { id, answer: 'CHANGES_REQUESTED', note: 'Too soft.' });
    expect(answered).toMatchObject({ state: 'CHANGES_REQUESTED' });
    expect(codesOf(await reader.ask(ANSWER, { id, answer: 'APPROVED' }))).toEqual(['CONFLICT']);
  });

  test('a reviewer who is not cleared learns nothing', async () => {
    const { documentId } = await filed(lines('Secret lines', 'Never.\n', 'SECRET'));
    const before = await reader.get('myReviews', MINE);
    const { id } = await planner.get<{ id: string }>('requestReview', REQUEST, ask(documentId, 1, reader, desk));
    expect(await reader.get('myReviews', MINE)).toEqual(before);
    const strip = (answer: unknown) => JSON.stringify(answer).replaceAll(/"requestId":"[^"]*"/g, '');
    const forbidden = await reader.ask(ANSWER, { id, answer: 'APPROVED' });
    expect(strip(forbidden)).toBe(strip(await reader.ask(ANSWER, { id: randomUUID(), answer: 'APPROVED' })));
  });

  test('a superseded document names the one that took its place', async () => {
    const [old, next] = [await filed(lines('Old lines')), await filed(lines('New lines', 'Anew.\n'))];
    const SUPERSEDE = 'mutation SupersedeDocument($id: ID!, $by: ID!) { supersedeDocument(id: $id, by: $by) }';
    expect(codesOf(await desk.ask(SUPERSEDE, { id: old.documentId, by: next.documentId }))).toEqual(['FORBIDDEN']);
    await planner.get('supersedeDocument', SUPERSEDE, { id: old.documentId, by: next.documentId });
    expect(await read(reader, old.documentId)).toMatchObject({ state: 'SUPERSEDED', supersededBy: next.documentId });
  });
});

test('two collections that are filed into with the same new labels in opposite orders get everything filed', async () => {
  const handling = [['LIMDIS'], ['NOFORN'], ['LIMDIS', 'NOFORN']];
  const levels = ['UNCLASSIFIED', 'RESTRICTED', 'CONFIDENTIAL', 'SECRET'];
  const labels = handling.flatMap((values) => levels.map((level) => label(level, [{ tag: 'HANDLING', values }])));
  const papers = labels.map((one, at) => ({ title: `Gauge ${String(at)}`, body: 'Two metres.', label: one }));
  const other = await library.collection(planner, { name: 'Gauges' });
  const answers = await Promise.all([
    library.file(planner, collectionId, ...papers),
    library.file(planner, other, ...papers.toReversed()),
  ]);
  expect(answers.flat().map(({ outcome }) => outcome)).toEqual(new Array(2 * labels.length).fill('CREATED'));
});
