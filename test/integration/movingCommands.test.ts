import { startMinistry } from '../support/clients.js';
import type { ClientMinistry, TestClient } from '../support/clients.js';
import { codeOf, json, run } from '../support/commandOf.js';

let ministry: ClientMinistry;
let anna: TestClient;
let boris: TestClient;

const one = async (who: TestClient, ...args: string[]): Promise<Record<string, unknown>> =>
  (await json(who, ...args))[0] ?? {};

const write = async (collection: string, title: string): Promise<string> => {
  const made = await one(anna, 'document', 'new', collection, title, '--kind', 'report', '--draft');
  const { documentId } = await one(anna, 'document', 'publish', String(made['draftId']));
  return String(documentId);
};

const collections = async (who: TestClient): Promise<unknown[]> =>
  (await json(who, 'collection', 'list')).map(({ name, documentCount }) => [name, documentCount]).toSorted();

beforeAll(async () => {
  ministry = await startMinistry([
    { name: 'Anna Reyes', level: 'SECRET', roles: ['MEMBER', 'PLANNER'] },
    { name: 'Boris Petrov', level: 'SECRET', roles: ['MEMBER', 'PLANNER'] },
  ]);
  [anna, boris] = ministry.staff as [TestClient, TestClient];
  for (const { client } of [ministry.officer, anna, boris]) await client.close();
  await json(anna, 'collection', 'create', 'Rivres', '--label', 'RESTRICTED');
  await json(anna, 'collection', 'create', 'Central Asia', '--label', 'RESTRICTED');
  await json(anna, 'collection', 'grant', 'Central Asia', '--person', 'Boris', '--access', 'read');
});
afterAll(() => ministry.stop());

test('a collection is renamed by who manages it, and by nobody else', async () => {
  expect(await one(anna, 'collection', 'rename', 'Rivres', 'Rivers', '--description', 'Water')).toMatchObject({
    name: 'Rivers',
    description: 'Water',
  });
  const { out } = await run(anna, 'collection', 'rename', 'Rivers', 'Great rivers');
  expect(out).toContain('Rivers is called Great rivers now.');
  expect(await one(anna, 'collection', 'rename', 'Great rivers', 'Rivers')).toMatchObject({ description: 'Water' });
  expect(codeOf(await run(boris, 'collection', 'rename', 'Central Asia', 'Mine', '--json'))).toBe('FORBIDDEN');
  expect(codeOf(await run(boris, 'collection', 'rename', 'Rivers', 'Mine', '--json'))).toBe('NOT_FOUND');
});

test('documents are moved to another collection, all or none', async () => {
  const [first, second] = [await write('Rivers', 'Dams'), await write('Rivers', 'Locks')];
  const refused = await run(anna, 'document', 'move', first, boris.personId, '--to', 'Central Asia', '--json');
  expect(codeOf(refused)).toBe('NOT_FOUND');
  expect(await collections(boris)).toEqual([['Central Asia', 0]]);
  expect(await one(anna, 'document', 'move', first, second, '--to', 'Central Asia')).toMatchObject({
    documentIds: [first, second],
  });
  expect(await collections(boris)).toEqual([['Central Asia', 2]]);
  expect(codeOf(await run(boris, 'document', 'move', first, '--to', 'Central Asia', '--json'))).toBe('FORBIDDEN');
  expect((await run(anna, 'document', 'move', second, '--to', 'Rivers')).out).toContain('Moved to');
  expect(await collections(boris)).toEqual([['Central Asia', 1]]);
});

test('a collection is put into another one and taken out again', async () => {
  const usage = await run(anna, 'collection', 'move', 'Rivers', '--json');
  expect(codeOf(usage)).toBe('USAGE');
  expect((await run(anna, 'collection', 'move', 'Rivers', '--into', 'Central')).out).toContain(
    'Rivers lies in Central Asia now.',
  );
  expect(await collections(boris)).toEqual([
    ['Central Asia', 1],
    ['Rivers', 1],
  ]);
  expect(await one(anna, 'collection', 'move', 'Rivers', '--out')).toMatchObject({ parentId: null });
  expect(await collections(boris)).toEqual([['Central Asia', 1]]);
});
