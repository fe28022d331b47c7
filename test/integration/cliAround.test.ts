import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { startMinistry } from '../support/clients.js';
import type { ClientMinistry, TestClient } from '../support/clients.js';
import { codeOf, json, run } from '../support/commandOf.js';

/** Bound of waiting, so that a failure ends. */
const PATIENCE_MS = 30_000;
const HEADQUARTERS = 'Political Department';

let ministry: ClientMinistry;
let officer: TestClient;
let anna: TestClient;
let boris: TestClient;
let folder: string;
let documentId: string;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'chancery-around-'));
  ministry = await startMinistry([
    { name: 'Anna Reyes', level: 'SECRET', roles: ['MEMBER', 'PLANNER'] },
    { name: 'Boris Petrov', level: 'SECRET', roles: ['MEMBER', 'PLANNER'] },
  ]);
  ({ officer } = ministry);
  [anna, boris] = ministry.staff as [TestClient, TestClient];
  for (const { client } of [officer, anna, boris]) await client.close();
  await json(anna, 'collection', 'create', 'Papers', '--label', 'SECRET');
  await json(anna, 'collection', 'grant', 'Papers', '--person', 'Boris', '--access', 'write');
  await json(anna, 'collection', 'grant', 'Papers', '--person', 'Umarova', '--access', 'manage');
  const paper = join(folder, 'paper.md');
  writeFileSync(paper, '# Fishing rights\n\nThe bay is open.\n');
  const filed = await json(boris, 'import', paper, '--collection', 'Papers');
  documentId = filed.map(({ documentId: id }) => id).find((id) => typeof id === 'string') ?? '';
});
afterAll(async () => {
  await ministry.stop();
  rmSync(folder, { recursive: true });
});

/** Asks until the answer is there; jobs are done within a second. */
async function eventually<T>(ask: () => Promise<T>, isThere: (answer: T) => boolean): Promise<T> {
  const deadline = Date.now() + PATIENCE_MS;
  for (;;) {
    const answer = await ask();
    if (isThere(answer)) return answer;
    if (Date.now() > deadline) throw new Error(`it does not happen: ${JSON.stringify(answer)}`);
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
}

test('dates are set one by one, shown, and listed when they are due; a notice tells the owner', async () => {
  await json(boris, 'dates', 'set', documentId, '--review', '2026-01-05', '--expiry', '2099-01-01');
  expect(await json(boris, 'dates', 'set', documentId, '--no-expiry')).toMatchObject([
    { reviewOn: '2026-01-05', expiresOn: null, isExpired: false },
  ]);
  expect((await run(boris, 'dates', 'show', documentId)).out).toContain('2026-01-05');
  expect((await run(boris, 'dates', 'due')).out).toContain('Fishing rights');
  const notices = await eventually(
    () => json(boris, 'notices', '--keep'),
    (all) => all.length > 0,
  );
  expect(notices).toMatchObject([{ kind: 'REVIEW_DUE', documentId, document: { title: 'Fishing rights' } }]);
  expect((await run(boris, 'notices')).out).toContain('review due');
  expect((await run(boris, 'notices')).out).toContain('Nothing is new.');
  expect(await json(boris, 'notices', '--all')).toHaveLength(1);
});

test('a declassification is set by who manages the collection, with the label of that day', async () => {
  const clock = ['dates', 'set', documentId, '--declassify', '2096-01-01', '--to', 'RESTRICTED'];
  expect(codeOf(await run(boris, ...clock, '--json'))).toBe('FORBIDDEN');
  expect(await json(anna, ...clock)).toMatchObject([
    { declassifyOn: '2096-01-01', successor: { marking: 'RESTRICTED' } },
  ]);
  expect(await json(boris, 'dates', 'set', documentId, '--review', '2098-01-05')).toMatchObject([
    { reviewOn: '2098-01-05', declassifyOn: '2096-01-01' },
  ]);
  expect((await run(anna, 'dates', 'set', documentId, '--no-declassify')).out).toContain('never');
  expect(codeOf(await run(anna, 'dates', 'set', documentId, '--to', 'RESTRICTED', '--json'))).toBe('USAGE');
});

test('people are asked to read a document, say that they have, and the one who asked sees it', async () => {
  const asked = ['acknowledge', 'ask', documentId, '--by', 'Anna', '--until', '2099-01-01', '--note', 'Before Monday.'];
  const [list] = await json(boris, ...asked);
  expect((await run(anna, 'acknowledge', 'list')).out).toContain('Before Monday.');
  expect((await run(boris, 'acknowledge', 'show', documentId)).out).toContain('waiting');
  expect(await json(anna, 'acknowledge', 'done', String(list?.['id']))).toMatchObject([{ isDone: true }]);
  expect(await json(anna, 'acknowledge', 'list')).toEqual([]);
  expect(await json(anna, 'acknowledge', 'list', '--all')).toHaveLength(1);
  const [shown] = await json(boris, 'acknowledge', 'show', documentId);
  expect(shown).toMatchObject({ people: [{ personId: anna.personId, version: 1, isDone: true }] });
  expect(await json(boris, 'acknowledge', 'close', String(list?.['id']))).toMatchObject([{ closed: true }]);
});

test('a document goes to a colleague, from who leaves to the post, and to the list where the post has nobody', async () => {
  expect((await run(anna, 'owner', 'show', documentId)).out).toContain('Boris Petrov');
  await json(boris, 'owner', 'give', documentId, '--to', 'Anna');
  expect(await json(boris, 'owner', 'show', documentId)).toMatchObject([{ owner: { personId: anna.personId } }]);
  const ownerId = async () =>
    (await json(officer, 'owner', 'show', documentId))[0]?.['owner'] as { personId: string | null };
  const move = (name: string, post: string) => json(officer, 'roles', name, 'member', 'planner', '--post', post);
  await move('Anna', 'Lima');
  await eventually(ownerId, ({ personId }) => personId === officer.personId);
  await json(officer, 'owner', 'give', documentId, '--to', 'Boris');
  await move('Boris', HEADQUARTERS);
  await eventually(ownerId, ({ personId }) => personId === anna.personId);
  await move('Anna', HEADQUARTERS);
  await eventually(ownerId, ({ personId }) => personId === null);
  expect((await run(officer, 'owner', 'orphans')).out).toContain('Fishing rights');
  await json(officer, 'owner', 'give', documentId, '--to', 'Anna');
  expect((await run(officer, 'owner', 'orphans')).out).toContain('Every document has an owner.');
  expect(await json(officer, 'owner', 'drafts')).toEqual([]);
  expect(codeOf(await run(officer, 'owner', 'take', documentId, '--json'))).toBe('NOT_FOUND');
});
