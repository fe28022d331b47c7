import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { startMinistry } from '../support/clients.js';
import type { ClientMinistry, TestClient } from '../support/clients.js';
import { chanceryHere } from '../support/commandLine.js';
import { codeOf, json, jsonLines } from '../support/commandOf.js';
import { sql as ask } from '../support/ministry.js';

let ministry: ClientMinistry;
let anna: TestClient;
let folder: string;

const NAMES = ['Aardvark', 'Bandicoot', 'Capybara', 'Dugong', 'Echidna'];

const sql = <Row extends Record<string, unknown>>(text: string): Promise<Row[]> => ask<Row>(ministry.server, text);
const index = (...args: string[]) =>
  chanceryHere(['index', ...args, '--json'], {
    DATABASE_URL: ministry.server.databaseUrl,
    CHANCERY_DATA_FOLDER: ministry.server.dataFolder,
  });
const told = async (...args: string[]) => jsonLines((await index(...args)).out)[0];
const found = async (...words: string[]) => {
  const [answer] = await json(anna, 'search', ...words);
  return (answer?.['hits'] as { title: string }[]).map(({ title }) => title).sort();
};

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'chancery-index-'));
  ministry = await startMinistry([{ name: 'Anna Reyes', level: 'SECRET', roles: ['MEMBER', 'PLANNER'] }]);
  [anna] = ministry.staff as [TestClient];
  for (const { client } of [ministry.officer, anna]) await client.close();
  await json(anna, 'collection', 'create', 'Animals', '--label', 'RESTRICTED');
  for (const name of NAMES) writeFileSync(join(folder, `${name}.md`), `# ${name}\n\nA mammal called ${name}.\n`);
  await json(anna, 'import', folder, '--collection', 'Animals');
});

afterAll(async () => {
  await ministry.stop();
  rmSync(folder, { recursive: true });
});

const UNTOUCHED = { engine: 'postgres', documents: NAMES.length, differences: [], miscounted: 0, repaired: 0 };

test('an index that has everything is said to, while the server goes on', async () => {
  expect(await told('check')).toEqual(UNTOUCHED);
  expect(await found('mammal')).toEqual(NAMES);
});

test('what is missing, outdated, too much or broken is named, and repaired', async () => {
  const entries = await sql<{ no: number; id: string }>('SELECT no, document_id AS id FROM search_entry ORDER BY no');
  const [lost, old, blind] = entries;
  await sql(`DELETE FROM search_entry WHERE no = ${String(lost?.no)}`);
  await sql(`UPDATE search_entry SET state = 'DRAFT', kind = 'treaty' WHERE no = ${String(old?.no)}`);
  await sql(`DELETE FROM search_posting WHERE entry_no = ${String(blind?.no)}`);
  await sql(`INSERT INTO search_entry OVERRIDING SYSTEM VALUE SELECT (copied.e).* FROM (SELECT jsonb_populate_record(e,
    '{"no": 900000, "document_id": "nobody"}') AS e FROM search_entry e WHERE no = ${String(blind?.no)}) AS copied`);
  await sql(`INSERT INTO search_vector SELECT 900000, vector FROM search_vector WHERE entry_no = ${String(blind?.no)}`);
  const differing = await index('check');
  expect(codeOf(differing)).toBe('INDEX_DIFFERS');
  const { differences } = jsonLines(differing.out)[0] as { differences: { documentId: string; difference: string }[] };
  expect(new Set(differences.map(({ documentId, difference }) => `${documentId} ${difference}`))).toEqual(
    new Set([
      `${lost?.id ?? ''} missing`,
      `${old?.id ?? ''} outdated`,
      `${blind?.id ?? ''} engine-missing`,
      'nobody excess',
      'nobody engine-missing',
    ]),
  );
  expect(await found('mammal')).not.toEqual(NAMES);
  const repaired = await index('check', '--repair');
  expect(jsonLines(repaired.out)[0]).toMatchObject({ differences: [], repaired: 5 });
  expect(await found('mammal')).toEqual(NAMES);
});

test('wrong counters are told, and a rebuild beside the old index mends them', async () => {
  await sql('UPDATE search_partition SET entries = entries + 7');
  const wrong = await index('check');
  expect(codeOf(wrong)).toBe('INDEX_DIFFERS');
  expect(jsonLines(wrong.out)[0]).toMatchObject({ differences: [], miscounted: 1 });
  expect(await told('rebuild')).toEqual({ engine: 'postgres', documents: NAMES.length });
  expect(await told('check')).toEqual(UNTOUCHED);
  expect(await found('mammal')).toEqual(NAMES);
});

test('hits in order, what is alike, what may be meant, and what means the same, from the command line', async () => {
  const [byTitle] = await json(anna, 'search', 'mammal', '--order', 'title', '--status', 'filed');
  const hits = byTitle?.['hits'] as { id: string; title: string }[];
  expect(hits.map(({ title }) => title)).toEqual(NAMES);
  expect((await json(anna, 'search', 'mamal'))[0]).toMatchObject({ didYouMean: 'mammal' });
  expect(await json(anna, 'suggest', 'capy')).toEqual([
    { kind: 'TITLE', text: 'Capybara' },
    { kind: 'WORD', text: 'capybara' },
  ]);
  const alike = await json(anna, 'similar', hits[0]?.id ?? '');
  expect(alike.map(({ title }) => title)).not.toContain(NAMES[0]);
  const [added] = await json(anna, 'synonym', 'add', 'anteater', '--means', 'aardvark', '--one-way');
  expect(await found('anteaters')).toEqual(['Aardvark']);
  expect(await json(anna, 'synonym', 'list')).toEqual([added]);
  await json(anna, 'synonym', 'remove', String(added?.['id']));
  expect(await found('anteaters')).toEqual([]);
});
