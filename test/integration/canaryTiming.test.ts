import { randomUUID } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';

import { Role } from '../../apps/api/src/access/index.js';
import { randomFrom } from '../support/clientsRandom.js';
import { Library, label } from '../support/library.js';
import type { Person } from '../support/library.js';
import { below, shiftOf } from '../support/statistics.js';
import type { Shift } from '../support/statistics.js';

const SEED = Number(process.env['CHANCERY_SEED'] ?? 20261122);
/** Pairs of questions of each kind, one about what is forbidden and one about what is not there; as often as needed. */
const PAIRS = 60;
/** An end for a machine that is busier than that. */
const MOST_PAIRS = 600;
/** So many standard deviations of chance fit into the difference that has to be found. */
const DEVIATIONS = 5;
/** Asked before anything is measured, so that the code and the database are warm. */
const WARM_UP = 10;
/**
 * A difference counts when chance would make it in fewer than one of 2,000 honest runs, and when it is of a size that can
 * be measured over a network at all.
 */
const ALPHA = 0.0005;
const LARGEST_MS = 0.2;
const PLANTED_MS = 2;
/** Hidden papers; each is asked for several times. */
const PAPERS = 12;

const random = randomFrom(SEED);
let library: Library;
let author: Person;
let second: Person;
let reader: Person;
/** Ids of what the reader may not read, by what it is. */
const forbidden: Record<string, string[]> = {};
const titles: string[] = [];

interface Reading {
  readonly kind: string;
  readonly query: string;
  readonly variables?: (id: string) => Record<string, unknown>;
}

const READINGS: readonly Reading[] = [
  { kind: 'document', query: 'query ($id: ID!) { document(id: $id) { id title } }' },
  { kind: 'document', query: 'query ($id: ID!) { ofVersion: document(id: $id, version: 1) { id } }' },
  { kind: 'document', query: 'query ($id: ID!) { compareVersions(documentId: $id, from: 1, to: 2) { kind } }' },
  { kind: 'part', query: 'query ($id: ID!) { document(id: $id) { id } }' },
  { kind: 'collection', query: 'query ($id: ID!) { collection(id: $id) { id } }' },
  { kind: 'collection', query: 'query ($id: ID!) { documents(collectionId: $id) { edges { node { id } } } }' },
  { kind: 'grant', query: 'mutation WithdrawGrant($id: ID!) { withdrawGrant(id: $id) }' },
  { kind: 'draft', query: 'query ($id: ID!) { draft(id: $id) { id } }' },
  { kind: 'draft', query: 'mutation ($id: ID!) { publishDraft(id: $id) { __typename } }' },
  { kind: 'comment', query: 'mutation ($id: ID!) { editComment(id: $id, text: "More.") { id } }' },
  { kind: 'document', query: 'query ($id: ID!) { comments(documentId: $id) { edges { node { id } } } }' },
  { kind: 'document', query: 'query ($id: ID!) { backlinks(documentId: $id) { edges { node { id } } } }' },
  { kind: 'document', query: 'query ($id: ID!) { links(documentId: $id) { edges { node { id } } } }' },
  { kind: 'document', query: 'query ($id: ID!) { similarDocuments(documentId: $id) { score } }' },
  { kind: 'document', query: 'query ($id: ID!) { acknowledgementLists(documentId: $id) { edges { node { id } } } }' },
  { kind: 'document', query: 'mutation ($id: ID!) { putFavourite(id: $id) }' },
  { kind: 'document', query: 'mutation ($id: ID!) { watch(kind: DOCUMENT, id: $id) { id } }' },
  { kind: 'collection', query: 'mutation ($id: ID!) { watch(kind: COLLECTION, id: $id) { id } }' },
  { kind: 'review', query: 'mutation AnswerReview($id: ID!) { answerReview(id: $id, answer: APPROVED) { id } }' },
  { kind: 'downgrade', query: 'mutation ApproveDowngrade($id: ID!) { approveDowngrade(id: $id) { id } }' },
  {
    kind: 'document',
    query: 'mutation ($input: ExportInput!) { exportDocuments(input: $input) { documents { edges { node { id } } } } }',
    variables: (id) => ({ input: { documentIds: [id] } }),
  },
];

const nameOf = ({ kind, query }: Reading): string => `${/(\w+)\s*\(\w+:/.exec(query)?.[1] ?? ''} of a ${kind}`;

/**
 * How much longer what is forbidden takes than what is not there, in milliseconds. Goes on until chance makes so little of
 * a difference that the planted one would be found, whatever else the machine does.
 */
async function measure(ask: (isForbidden: boolean) => Promise<void>): Promise<Shift> {
  const timed = async (isForbidden: boolean): Promise<number> => {
    const start = performance.now();
    await ask(isForbidden);
    return performance.now() - start;
  };
  const pairs: [number, number][] = [];
  for (let pair = 0; pair < WARM_UP; pair += 1) await timed(pair % 2 === 0);
  for (;;) {
    for (let pair = 0; pair < PAIRS; pair += 1) {
      const forbiddenFirst = random() < 0.5;
      const [one, other] = [await timed(forbiddenFirst), await timed(!forbiddenFirst)];
      pairs.push(forbiddenFirst ? [one, other] : [other, one]);
    }
    const shift = shiftOf(pairs, random);
    if (shift.noise < PLANTED_MS / DEVIATIONS || pairs.length >= MOST_PAIRS) return shift;
  }
}

const isTelling = ({ by, p }: Shift): boolean => p < ALPHA && Math.abs(by) > LARGEST_MS;

const pick = <T>(from: readonly T[]): T => {
  const one = from[below(from.length, random)];
  if (one === undefined) throw new Error('there is nothing to pick from');
  return one;
};

async function fileSecrets(): Promise<void> {
  const open = await library.collection(author);
  await library.grant(author, open, { personId: reader.personId }, 'MANAGE');
  await library.grant(author, open, { personId: second.personId }, 'MANAGE');
  const made = (kind: string, id: string) => (forbidden[kind] ??= []).push(id);
  for (let at = 0; at < PAPERS; at += 1) {
    const paper = { title: `Secret paper ${String(at)}`, body: 'Water.', label: label('SECRET') };
    titles.push(paper.title);
    const [filed] = await library.file(author, open, { ...paper, kind: 'negotiation-brief' });
    const documentId = filed?.documentId ?? '';
    made('document', documentId);
    await library.revise(author, documentId, 1, { ...paper, kind: 'negotiation-brief', body: 'More water.' });
    const [part] = await library.file(author, open, { ...paper, partOf: documentId, slot: 'red-lines' });
    made('part', part?.documentId ?? '');
    await fileAround(documentId, open, made);
  }
}

/** A closed collection with its grant, a draft, a review and a request for one paper. */
async function fileAround(documentId: string, open: string, made: (kind: string, id: string) => void): Promise<void> {
  const closed = await library.collection(author);
  made('collection', closed);
  made('grant', await library.grant(author, closed, { personId: second.personId }));
  const document = { kind: 'report', language: 'en', title: 'Draft', label: label('SECRET') };
  const draft = { id: randomUUID(), collectionId: open, seq: 1, document };
  await author.get('saveDraft', 'mutation ($input: DraftInput!) { saveDraft(input: $input) { id } }', { input: draft });
  made('draft', draft.id);
  const request = 'mutation ($input: DowngradeInput!) { requestDowngrade(input: $input) { id } }';
  const lower = { id: randomUUID(), documentId, baseVersion: 2, label: label('RESTRICTED'), reason: 'Old.' };
  await author.get('requestDowngrade', request, { input: lower });
  made('downgrade', lower.id);
  const say = 'mutation ($input: CommentInput!) { addComment(input: $input) { id } }';
  const comment = { id: randomUUID(), documentId, text: 'Is it?' };
  await author.get('addComment', say, { input: comment });
  made('comment', comment.id);
  const review = 'mutation ($input: ReviewInput!) { requestReview(input: $input) { id } }';
  const input = { documentId, version: 2, reviewers: [{ personId: reader.personId }] };
  made('review', (await author.get<{ id: string }>('requestReview', review, { input })).id);
}

beforeAll(async () => {
  library = await Library.open();
  author = await library.person({ cleared: 'SECRET' });
  second = await library.person({ cleared: 'SECRET' });
  reader = await library.person({ cleared: 'RESTRICTED', roles: [Role.MEMBER, Role.PLANNER] });
  await fileSecrets();
  await library.indexed(author);
});

afterAll(() => library.close());

describe(`what is forbidden takes as long as what is not there (seed ${String(SEED)})`, () => {
  test.each(READINGS.map((reading) => ({ name: nameOf(reading), ...reading })))(
    '$name',
    async ({ kind, query, variables }) => {
      const shift = await measure(async (isForbidden) => {
        const id = isForbidden ? pick(forbidden[kind] ?? []) : randomUUID();
        await reader.ask(query, variables?.(id) ?? { id });
      });
      expect({ ...shift, tells: isTelling(shift) }).toMatchObject({ tells: false });
    },
  );

  test('a search for the title of a paper', async () => {
    const shift = await measure(async (isForbidden) => {
      const title = isForbidden ? pick(titles) : `Absent notes ${String(below(PAPERS, random))}`;
      await reader.ask('query ($input: SearchInput!) { search(input: $input) { total } }', {
        input: { query: `title:"${title}"` },
      });
    });
    expect({ ...shift, tells: isTelling(shift) }).toMatchObject({ tells: false });
  });
});

test('a difference of two milliseconds would be found', async () => {
  const shift = await measure(async (isForbidden) => {
    if (isForbidden) await delay(PLANTED_MS);
    await reader.ask('query ($id: ID!) { document(id: $id) { id } }', { id: randomUUID() });
  });
  expect({ ...shift, tells: isTelling(shift) }).toMatchObject({ tells: true });
});
