import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { startMinistry } from '../support/clients.js';
import type { ClientMinistry, TestClient } from '../support/clients.js';
import { failureOf, json, run } from '../support/commandOf.js';
import { until } from '../support/until.js';

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

test('a paper is commented on, answered, settled; the words of a deleted comment are gone', async () => {
  const text = 'Half each.\n\nThe rest stays.\n';
  const { documentId } = await one(
    anna,
    'document',
    'new',
    'Rivers',
    'Discussed',
    '--kind',
    'report',
    '--file',
    file('g.md', text),
  );
  const id = String(documentId);
  const { version } = await one(anna, 'document', 'show', id);
  const { blocks } = version as { blocks: string };
  const block = String((JSON.parse(blocks) as { content: { attrs: { id: string } }[] }).content[0]?.attrs.id);
  const comment = await one(boris, 'comment', 'add', id, 'Half of what?', '--block', block, '--mention', 'Anna');
  expect(comment).toMatchObject({ blockId: block, version: 1, label: { level: 'RESTRICTED' } });
  const first = String(comment['id']);
  const answer = await one(anna, 'comment', 'answer', id, first.slice(-8), 'Of the water.');
  expect(answer).toMatchObject({ answerTo: first });
  const { out } = await run(anna, 'comment', 'list', id);
  expect(out).toMatch(/Boris Petrov[^]*Half of what\?[^]*Anna Reyes[^]*Of the water\./);
  const edit = ['comment', 'edit', String(answer['id'])];
  const { mentions } = await one(anna, ...edit, 'Of the water, Boris.', '--mention', 'Boris');
  expect(mentions).toEqual([expect.any(String)]);
  expect(await one(anna, ...edit, 'Of the flow.')).toMatchObject({ mentions });
  await one(boris, 'comment', 'resolve', first);
  expect(await json(boris, 'comment', 'list', id, '--open')).toEqual([]);
  await one(anna, 'comment', 'reopen', first);
  await one(boris, 'comment', 'delete', first);
  expect(await json(boris, 'comment', 'list', id, '--open')).toMatchObject([
    { isDeleted: true },
    { text: 'Of the flow.' },
  ]);
  expect(failureOf(await run(boris, 'comment', 'remove', String(answer['id']), '--json')).code).toBe('FORBIDDEN');
  const { id: rude } = await one(boris, 'comment', 'add', id, 'Rude.');
  await one(anna, 'comment', 'remove', String(rude));
  expect((await json(anna, 'comment', 'list', id)).length).toBe(2);
});

test('a citation is written in Markdown, shown both ways, and says when its source has changed', async () => {
  const begun = ['--kind', 'report', '--file'];
  const source = await one(anna, 'document', 'new', 'Rivers', 'Treaty', ...begun, file('h.md', 'Half each.\n'));
  const sourceId = String(source['documentId']);
  const { markdown } = await one(anna, 'document', 'show', sourceId, '--markdown');
  const { version } = await one(anna, 'document', 'show', sourceId);
  const { content } = JSON.parse((version as { blocks: string }).blocks) as { content: { attrs: { id: string } }[] };
  const citation = `[article 1](chancery:document/${sourceId}#${String(content[0]?.attrs.id)}) binds us.\n`;
  const citing = await one(boris, 'document', 'new', 'Rivers', 'Brief', ...begun, file('i.md', citation));
  const citingId = String(citing['documentId']);
  expect(await json(boris, 'links', citingId)).toMatchObject([{ target: { title: 'Treaty' }, state: 'CURRENT' }]);
  expect(await json(anna, 'links', sourceId, '--back')).toMatchObject([{ source: { title: 'Brief' } }]);
  const changed = String(markdown).replace('Half each.', 'Two thirds for us.');
  await one(anna, 'document', 'edit', sourceId, '--file', file('j.md', changed));
  await until(async () => (await json(boris, 'links', citingId, '--changed')).length === 1);
  expect((await run(boris, 'links', citingId)).out).toMatch(
    /Treaty[^]*changed[^]*then: [^]*Half each\.[^]*now: [^]*Two thirds/,
  );
});

test('what people keep at hand: favourites in order, what they read, what they watch, searches by name', async () => {
  const ids: string[] = [];
  for (const title of ['Gauge one', 'Gauge two']) {
    const made = await one(
      anna,
      'document',
      'new',
      'Rivers',
      title,
      '--kind',
      'report',
      '--file',
      file('k.md', `${title} of the sluice.\n`),
    );
    ids.push(String(made['documentId']));
  }
  const [first = '', second = ''] = ids;
  await one(boris, 'shelf', 'put', first);
  await one(boris, 'shelf', 'put', second, '--before', first);
  expect((await json(boris, 'shelf', 'list')).map(({ id }) => id)).toEqual([second, first]);
  await one(boris, 'shelf', 'remove', first);
  expect(failureOf(await run(boris, 'shelf', 'remove', first, '--json')).code).toBe('NOT_FOUND');
  await run(boris, 'open', first);
  expect(await json(boris, 'shelf', 'recent', '--limit', '1')).toMatchObject([{ id: first, title: 'Gauge one' }]);
  await one(boris, 'shelf', 'forget');
  expect(await json(boris, 'shelf', 'recent')).toEqual([]);
  await one(boris, 'shelf', 'watch', '--collection', 'Rivers');
  await one(boris, 'shelf', 'watch', '--document', first);
  expect((await run(boris, 'shelf', 'watches')).out).toMatch(/collection +\S*Rivers[^]*document +\S*Gauge one/);
  await one(boris, 'shelf', 'unwatch', '--document', first);
  expect(failureOf(await run(boris, 'shelf', 'watch', '--json')).code).toBe('USAGE');
  await one(boris, 'saved', 'add', 'Sluices', 'sluice', '--kind', 'report', '--alert');
  await untilIndexed();
  const { total } = await one(boris, 'saved', 'run', 'Sluices');
  expect(total).toBe(2);
  expect(await one(boris, 'saved', 'change', 'Sluices', '--name', 'Locks', '--no-alert')).toMatchObject({
    name: 'Locks',
    alerts: false,
    search: { query: 'sluice', filter: { kinds: ['report'] } },
  });
  expect((await json(boris, 'saved', 'list')).map(({ name }) => name)).toEqual(['Locks']);
  await one(boris, 'saved', 'delete', 'Locks');
  expect(await json(boris, 'saved', 'list')).toEqual([]);
});

async function untilIndexed(): Promise<void> {
  await until(async () => (await one(boris, 'search', 'sluice'))['total'] === 2);
}
