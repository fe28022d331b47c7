import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import type { PaperInput } from '#ingest';
import { genericMinistry } from '#policy';

import type { Filed, FilePapers } from '../../apps/cli/src/knowledge/filePapers.js';
import { importFiles } from '../../apps/cli/src/knowledge/importFiles.js';
import { buildCommand } from '../support/commandLine.js';
import { Library } from '../support/library.js';
import type { Person } from '../support/library.js';

const OUTCOMES: Readonly<Record<string, 'created' | 'revised' | 'unchanged'>> = {
  CREATED: 'created',
  REVISED: 'revised',
  UNCHANGED: 'unchanged',
};

/** Files into the real server; `breakAt` ends the import in the middle of that request, whose answer is lost. */
function papersOf(library: Library, person: Person, breakAt = Infinity): FilePapers {
  let requests = 0;
  return {
    file: async (collectionId, papers: readonly PaperInput[]): Promise<Filed[]> => {
      const answers = await library.file(person, collectionId, ...papers.map((paper) => ({ ...paper })));
      requests += 1;
      if (requests >= breakAt) throw new Error('killed');
      return answers.map(({ documentId, versionNumber, outcome, refusal }): Filed => {
        if (refusal !== undefined) return { outcome: 'refused', code: refusal.code, reason: refusal.message };
        return { outcome: OUTCOMES[outcome] ?? 'created', documentId, versionNumber };
      });
    },
  };
}

const volume = (count: number): string =>
  `<TEI xmlns="http://www.tei-c.org/ns/1.0" xml:id="vol"><text><body>${Array.from(
    { length: count },
    (_, at) => `<div type="document" xml:id="d${at + 1}" n="${at + 1}"><head>${at + 1}. Telegram From the Embassy in
      Israel to the Department of State<note type="source">Source: Files. Secret; Priority; Exdis.</note></head>
      <dateline><placeName>Tel Aviv</placeName>, <date when="1967-11-27">November 27, 1967</date>.</dateline>
      <p>Paragraph ${at} about corridor${at}.<note n="2" xml:id="d${at + 1}fn2">A footnote.</note></p></div>`,
  ).join('')}</body></text></TEI>`;

describe('an import into the server', () => {
  let library: Library;
  let folder: string;
  let person: Person;

  beforeAll(async () => {
    buildCommand();
    library = await Library.open();
    person = await library.person({ cleared: 'SECRET' });
    folder = await mkdtemp(join(tmpdir(), 'chancery-import-'));
    await writeFile(join(folder, 'volume.xml'), volume(60));
  }, 60_000);

  afterAll(async () => {
    await library.close();
    await rm(folder, { recursive: true, force: true });
  });

  const run = (collectionId: string, papers: FilePapers) =>
    importFiles({ paths: [folder], policy: genericMinistry, target: { collectionId, papers } });
  const countIn = async (id: string): Promise<number> =>
    (
      await person.get<{ documentCount: number }>(
        'collection',
        'query ($id: ID!) { collection(id: $id) { documentCount } }',
        { id },
      )
    ).documentCount;

  test('killed after every request in turn, a second run files the rest and nothing twice', async () => {
    for (const breakAt of [1, 2, 3]) {
      const collectionId = await library.collection(person);
      await expect(run(collectionId, papersOf(library, person, breakAt))).rejects.toThrow('killed');
      const before = Math.min(60, breakAt * 25);
      expect(await countIn(collectionId)).toBe(before);
      const { outcomes } = await run(collectionId, papersOf(library, person));
      expect(outcomes).toMatchObject({ created: 60 - before, unchanged: before, revised: 0, refused: 0 });
      expect(await countIn(collectionId)).toBe(60);
    }
  }, 60_000);

  test('what was read is what the server keeps', async () => {
    const collectionId = await library.collection(person);
    await run(collectionId, papersOf(library, person));
    const query = `query ($id: ID!) { documents(collectionId: $id, first: 1) { edges { node {
      sourceId number kind title date dateText from to place handling label { level } fields { name value } footnotes { id mark text } version { body }
    } } } }`;
    const { edges } = await person.get<{ edges: { node: Record<string, unknown> }[] }>('documents', query, {
      id: collectionId,
    });
    expect(edges[0]?.node).toMatchObject({
      sourceId: 'vol#d1',
      number: '1',
      kind: 'cable',
      title: 'Telegram From the Embassy in Israel to the Department of State',
      date: '1967-11-27',
      dateText: 'November 27, 1967',
      from: 'Embassy in Israel',
      to: 'Department of State',
      place: 'Tel Aviv',
      handling: ['Exdis'],
      label: { level: 'SECRET' },
      footnotes: [{ id: 'd1fn2', mark: '2', text: 'A footnote.' }],
      version: { body: 'Paragraph 0 about corridor0.' },
    });
    expect(edges[0]?.node['fields']).toEqual(
      expect.arrayContaining([
        { name: 'classification', value: 'Secret' },
        { name: 'precedence', value: 'PRIORITY' },
        { name: 'source', value: 'Source: Files. Secret; Priority; Exdis.' },
      ]),
    );
  }, 60_000);

  test('papers above the clearance of who imports are refused one by one, with the reason', async () => {
    const restricted = await library.person({ cleared: 'RESTRICTED' });
    const collectionId = await library.collection(restricted);
    const reasons: string[] = [];
    const { outcomes } = await importFiles({
      paths: [folder],
      policy: genericMinistry,
      target: { collectionId, papers: papersOf(library, restricted) },
      onDocument: ({ problems }) => reasons.push(...problems.map(({ reason }) => reason)),
    });
    expect(outcomes).toMatchObject({ created: 0, refused: 60 });
    expect(reasons[0]).toMatch(/CLEARANCE_TOO_LOW/u);
  }, 60_000);
});
