import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { startMinistry } from '../support/clients.js';
import type { ClientMinistry, TestClient } from '../support/clients.js';
import { failureOf, json, run } from '../support/commandOf.js';

let ministry: ClientMinistry;
let anna: TestClient;
let boris: TestClient;
let folder: string;

const one = async (who: TestClient, ...args: string[]): Promise<Record<string, unknown>> =>
  (await json(who, ...args))[0] ?? {};

function file(name: string, text: string): string {
  const path = join(folder, name);
  writeFileSync(path, text);
  return path;
}

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'chancery-documents-'));
  ministry = await startMinistry([
    { name: 'Anna Reyes', level: 'SECRET', roles: ['MEMBER', 'PLANNER'] },
    { name: 'Boris Petrov', level: 'SECRET', roles: ['MEMBER', 'PLANNER'] },
  ]);
  [anna, boris] = ministry.staff as [TestClient, TestClient];
  for (const { client } of [ministry.officer, anna, boris]) await client.close();
  await json(anna, 'collection', 'create', 'Rivers', '--label', 'RESTRICTED');
  await json(anna, 'collection', 'grant', 'Rivers', '--person', 'Boris', '--access', 'write');
});
afterAll(async () => {
  await ministry.stop();
  rmSync(folder, { recursive: true });
});

test('a brief is begun from its template, published, given a part with a label of its own, and shown with it', async () => {
  const draft = await one(anna, 'document', 'new', 'Rivers', 'Karsu round', '--kind', 'negotiation-brief', '--draft');
  expect(await json(anna, 'document', 'drafts')).toMatchObject([{ id: draft['draftId'], title: 'Karsu round' }]);
  expect(await json(boris, 'document', 'drafts')).toEqual([]);
  const { documentId } = await one(anna, 'document', 'publish', String(draft['draftId']));
  const id = String(documentId);
  const part = ['--kind', 'other', '--label', 'SECRET', '--file', file('red.md', 'Never below **40**.\n')];
  await json(anna, 'document', 'new', 'Rivers', 'Red lines', ...part, '--part-of', id, '--part', 'red-lines');
  const { out } = await run(boris, 'document', 'show', id);
  expect(out).toContain('Opening position');
  expect(out).toMatch(/SECRET.*Red lines[^]*Never below 40\./);
});

test('a text is edited as Markdown: ids stay, versions are listed, compared and restored', async () => {
  const text = '# Shares\n\nHalf each.\n\nThe rest stays.\n';
  const { documentId } = await one(
    anna,
    'document',
    'new',
    'Rivers',
    'Shares',
    '--kind',
    'report',
    '--file',
    file('a.md', text),
  );
  const id = String(documentId);
  const { markdown } = await one(anna, 'document', 'show', id, '--markdown');
  const edited = file('b.md', String(markdown).replace('Half each.', 'Two thirds for us.'));
  expect(await one(anna, 'document', 'edit', id, '--file', edited, '--note', 'Second round')).toMatchObject({
    versionNumber: 2,
  });
  const versions = await json(boris, 'document', 'versions', id);
  expect(versions.map(({ number, changeNote }) => [number, changeNote])).toEqual([
    [2, 'Second round'],
    [1, ''],
  ]);
  const changes = await json(boris, 'document', 'compare', id, '1', '2');
  expect(changes.map(({ kind }) => kind)).toEqual(['UNCHANGED', 'CHANGED', 'UNCHANGED']);
  expect((await run(boris, 'document', 'compare', id, '1', '2')).out).toMatch(
    /\[-Half each-\]\{\+Two thirds for us\+\}|\[-Half-\]/,
  );
  expect(await one(boris, 'document', 'restore', id, '1')).toMatchObject({ versionNumber: 3 });
  expect((await run(boris, 'document', 'show', id)).out).toContain('Half each.');
});

test('who publishes second loses nothing: the text stays a draft, and --merge takes both', async () => {
  const text = 'Alpha is the first.\n\nBeta is the second.\n';
  const { documentId } = await one(
    anna,
    'document',
    'new',
    'Rivers',
    'Both',
    '--kind',
    'report',
    '--file',
    file('c.md', text),
  );
  const id = String(documentId);
  const theirs = file('d.md', text.replace('Beta', 'Beta, agreed,'));
  await json(boris, 'document', 'edit', id, '--file', theirs);
  const mine = file('e.md', text.replace('Alpha', 'Alpha, ours,'));
  const refused = await run(anna, 'document', 'edit', id, '--file', mine, '--base', '1', '--json');
  expect(failureOf(refused).code).toBe('CONFLICT');
  const [draft] = await json(anna, 'document', 'drafts');
  expect(failureOf(refused).remedy).toContain(String(draft?.['id']));
  await json(anna, 'document', 'publish', String(draft?.['id']), '--merge');
  const { markdown } = await one(anna, 'document', 'show', id, '--markdown');
  expect(String(markdown)).toContain('Alpha, ours,');
  expect(String(markdown)).toContain('Beta, agreed,');
});

test('lines are reviewed: asked for, sent back, asked for again, approved by another person', async () => {
  const lines = ['--kind', 'lines-to-take', '--file', file('f.md', 'We note it.\n')];
  const { documentId } = await one(anna, 'document', 'new', 'Rivers', 'Lines', ...lines);
  const id = String(documentId);
  await json(anna, 'document', 'review', id, '--by', 'Boris', '--until', '2099-01-01');
  expect(await json(boris, 'document', 'reviews')).toMatchObject([{ documentId: id, version: 1 }]);
  expect(failureOf(await run(anna, 'document', 'approve', id, '--json')).code).toBe('FORBIDDEN');
  await json(boris, 'document', 'request-changes', id, '--note', 'Too soft');
  await json(anna, 'document', 'review', id, '--by', 'Boris');
  expect(await one(boris, 'document', 'approve', id)).toMatchObject({ state: 'APPROVED' });
  const { documentId: next } = await one(anna, 'document', 'new', 'Rivers', 'New lines', ...lines);
  await json(anna, 'document', 'supersede', id, '--by', String(next));
  expect(await one(boris, 'document', 'show', id)).toMatchObject({ state: 'SUPERSEDED', supersededBy: next });
});

test('the kinds of documents say their parts', async () => {
  const kinds = await json(boris, 'document', 'kinds');
  expect(kinds.find(({ id }) => id === 'negotiation-brief')).toMatchObject({
    parts: ['red-lines', 'fallback'],
    approvals: 1,
  });
});
