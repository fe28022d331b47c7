import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { ChanceryError } from '#client';
import type { PaperInput } from '#ingest';
import { genericMinistry } from '#policy';

import { buildCommand } from '../../../../test/support/commandLine.js';
import { filePapersThrough } from './filePapers.js';
import type { Filed, FilePapers } from './filePapers.js';
import { importFiles } from './importFiles.js';
import type { ImportedDocument, ImportProgress } from './importFiles.js';
import { documentJson, problemWords, progressWords, totalsWords } from './importReport.js';

/** A collection as the server keeps one: the same paper again changes nothing. `failAt` breaks the n-th request off. */
class Shelf implements FilePapers {
  readonly papers = new Map<string, string>();
  readonly batches: number[] = [];

  constructor(private readonly failAt = Infinity) {}

  file(_: string, papers: readonly PaperInput[]): Promise<Filed[]> {
    this.batches.push(papers.length);
    if (this.batches.length === this.failAt) return Promise.reject(new ChanceryError('SERVER_UNREACHABLE', 'gone'));
    return Promise.resolve(papers.map((paper) => this.one(paper)));
  }

  private one(paper: PaperInput): Filed {
    const content = JSON.stringify(paper);
    const before = this.papers.get(paper.sourceId);
    this.papers.set(paper.sourceId, content);
    const outcome = before === undefined ? 'created' : before === content ? 'unchanged' : 'revised';
    return { outcome, documentId: paper.sourceId, versionNumber: 1 };
  }
}

const volume = (count: number): string =>
  `<TEI xmlns="http://www.tei-c.org/ns/1.0"><text><body>${Array.from(
    { length: count },
    (_, at) =>
      `<div type="document" xml:id="d${at + 1}" n="${at + 1}"><head>${at + 1}. Letter</head><p>Text ${at}.</p></div>`,
  ).join('')}</body></text></TEI>`;

describe('an import', () => {
  let folder: string;

  // files are read by a process of its own, which is a compiled program
  beforeAll(buildCommand);

  const policy = genericMinistry;
  const write = async (name: string, text: string | Buffer): Promise<void> => {
    await mkdir(join(folder, name, '..'), { recursive: true });
    await writeFile(join(folder, name), text);
  };

  beforeEach(async () => {
    folder = join(await mkdtemp(join(tmpdir(), 'chancery-import-')), 'papers');
    await mkdir(folder);
  });
  afterEach(() => rm(join(folder, '..'), { recursive: true, force: true }));

  test('a folder is read whole; what cannot be read is named and stops nothing', async () => {
    await write('a/volume.xml', volume(2));
    await write('b.md', '---\nlabel: SECRET\n---\n# Title\n\nText.');
    await write('c.txt', 'Title\n\nText.');
    await write('d.xml', '<TEI><unfinished');
    await write('e.pdf', '%PDF');
    await write('f.md', '---\nlabel: COSMIC\n---\nText.');
    await write('.hidden.md', 'no');
    const seen: ImportedDocument[] = [];
    const shelf = new Shelf();
    const totals = await importFiles({
      paths: [folder],
      policy,
      target: { collectionId: 'c', papers: shelf },
      onDocument: (document) => seen.push(document),
    });
    expect(totals).toMatchObject({ files: 6, documents: 7, problems: 3 });
    expect(totals.outcomes).toMatchObject({ created: 4, corrupt: 2, refused: 1 });
    expect([...shelf.papers.keys()].sort()).toEqual(['papers/b.md', 'papers/c.txt', 'volume#d1', 'volume#d2']);
    expect(seen.flatMap(problemWords).join('\n')).toMatch(/corrupt: papers\/d\.xml .*: not well-formed XML/u);
    expect(seen.flatMap(problemWords).join('\n')).toMatch(
      /refused: papers\/f\.md .*no level, or not every caveat, for “COSMIC”/u,
    );
    expect(totalsWords(totals)).toMatch(
      /^7 documents of 6 files in .* s: 4 created, 2 corrupt, 1 refused; 3 problems; at most \d+ MiB of memory\.$/u,
    );
  });

  test('broken off in the middle and begun again, everything is there once', async () => {
    await write('volume.xml', volume(60));
    const broken = new Shelf(2);
    const run = (papers: FilePapers) => importFiles({ paths: [folder], policy, target: { collectionId: 'c', papers } });
    await expect(run(broken)).rejects.toMatchObject({ code: 'SERVER_UNREACHABLE' });
    expect(broken.papers.size).toBe(25);
    const totals = await run(broken);
    expect(broken.papers.size).toBe(60);
    expect(totals.outcomes).toMatchObject({ created: 35, unchanged: 25 });
    expect(broken.batches).toEqual([25, 25, 25, 25, 10]);
  });

  test('a paper that has changed becomes a new version', async () => {
    await write('a.md', 'One.');
    const shelf = new Shelf();
    const run = () => importFiles({ paths: [folder], policy, target: { collectionId: 'c', papers: shelf } });
    await run();
    await write('a.md', 'Two.');
    expect((await run()).outcomes).toMatchObject({ revised: 1, created: 0 });
  });

  test('a dry run files nothing and prints what would be filed', async () => {
    await write('b.md', '---\ntitle: T\nkind: cable\nlabel: SECRET\nfrom: A\nto: B\n---\nTwo words.');
    const seen: ImportedDocument[] = [];
    const totals = await importFiles({ paths: [folder], policy, onDocument: (document) => seen.push(document) });
    expect(totals.outcomes.ready).toBe(1);
    const [printed] = seen.map(documentJson);
    expect(printed).toMatchObject({
      path: join(folder, 'b.md'),
      sourceId: 'papers/b.md',
      outcome: 'imported',
      reason: '',
      language: expect.any(String) as string,
      milliseconds: expect.any(Number) as number,
      kind: 'cable',
      title: 'T',
      date: 'undated',
      from: 'A',
      to: 'B',
      classification: 'SECRET',
      handling: [],
      words: 2,
      problems: [],
    });
    expect(printed).not.toHaveProperty('body');
  });

  test('the same content is filed once, whatever it is called and wherever it lies', async () => {
    await write('a/one.md', '# Same\n\nText.');
    await write('b/two.md', '# Same\n\nText.');
    const head = ['From: a@example.org', 'Subject: S', 'Content-Type: multipart/mixed; boundary=b', ''];
    const parts = ['--b', 'Content-Type: text/plain', '', 'Hello.', '--b', 'Content-Type: text/markdown'];
    const copy = ['Content-Transfer-Encoding: base64', 'Content-Disposition: attachment; filename=t.md', ''];
    const content = Buffer.from('# Same\n\nText.').toString('base64');
    await write('c.eml', [...head, ...parts, ...copy, content, '--b--', ''].join('\r\n'));
    const seen: ImportedDocument[] = [];
    const shelf = new Shelf();
    const target = { collectionId: 'c', papers: shelf };
    const { outcomes } = await importFiles({ paths: [folder], policy, target, onDocument: (one) => seen.push(one) });
    expect(outcomes).toMatchObject({ created: 2, duplicate: 2 });
    expect([...shelf.papers.keys()]).toEqual(['papers/a/one.md', 'papers/c.eml']);
    expect(seen.map(documentJson)).toContainEqual(
      expect.objectContaining({
        path: `${join(folder, 'c.eml')}#t.md`,
        outcome: 'duplicate',
        reason: 'the same content as papers/a/one.md',
        problems: [expect.objectContaining({ code: 'SAME_CONTENT', values: { name: 'papers/a/one.md' } })],
      }),
    );
  });

  test('progress counts documents against all that there will be', async () => {
    await write('volume.xml', volume(30));
    await write('a.txt', 'Text');
    const heard: ImportProgress[] = [];
    await importFiles({ paths: [folder], policy, onProgress: (progress) => heard.push(progress) });
    expect(heard.at(-1)).toMatchObject({ files: 2, filesDone: 2, documents: 31, expected: 31 });
    expect(heard.every(({ documents, expected }) => documents <= expected)).toBe(true);
    expect(progressWords(heard.at(-1)!)).toMatch(/^31 of 31 documents, 2 of 2 files, \d+ a second$/u);
  });

  test('a single file keeps its name whatever it is imported with', async () => {
    await write('fr/a.md', 'Un.');
    await write('en/a.md', 'One.');
    const shelf = new Shelf();
    const paths = [join(folder, 'fr/a.md'), join(folder, 'en/a.md')];
    await importFiles({ paths, policy, target: { collectionId: 'c', papers: shelf } });
    expect([...shelf.papers.keys()]).toEqual(['fr/a.md', 'en/a.md']);
  });

  test('texts of older programs are read', async () => {
    await write('a.txt', Buffer.from('Caf\xe9 cr\xe8me', 'latin1'));
    await write('b.txt', Buffer.concat([Buffer.from([0xff, 0xfe]), Buffer.from('Café crème', 'utf16le')]));
    const seen: ImportedDocument[] = [];
    await importFiles({ paths: [folder], policy, onDocument: (document) => seen.push(document) });
    expect(seen.map(({ paper }) => paper?.title)).toEqual(['Café crème', 'Café crème']);
  });

  test('a path that does not exist is an error', async () => {
    await expect(importFiles({ paths: [join(folder, 'missing')], policy })).rejects.toMatchObject({ code: 'ENOENT' });
  });
});

describe('filing through a session', () => {
  const paper = (sourceId: string): PaperInput => ({
    sourceId,
    kind: 'report',
    title: sourceId,
    language: 'en',
    dateText: 'undated',
    body: '',
    topics: [],
    countries: [],
    handling: [],
    fields: [],
    persons: [],
    footnotes: [],
  });

  /** Takes no more than two papers at once, and refuses one that is called `bad`. */
  const session = (most: number) => ({
    execute: (_: unknown, variables: unknown): Promise<never> => {
      const { documents } = variables as { documents: PaperInput[] };
      if (documents.length > most) return Promise.reject(new ChanceryError('TOO_LARGE', 'too much'));
      const fileDocuments = documents.map(({ sourceId }) =>
        sourceId === 'bad'
          ? {
              __typename: 'FileRefused',
              sourceId,
              refusal: { code: 'KIND_UNKNOWN', message: 'no such kind', field: null, remedy: null },
            }
          : {
              __typename: 'FiledDocument',
              sourceId,
              documentId: `id-${sourceId}`,
              versionNumber: 1,
              outcome: 'CREATED',
            },
      );
      return Promise.resolve({ fileDocuments } as never);
    },
  });

  test('what is too much at once goes in parts, in order', async () => {
    const filed = await filePapersThrough(session(2)).file('c', ['a', 'b', 'bad', 'd', 'e'].map(paper));
    expect(filed).toEqual([
      { outcome: 'created', documentId: 'id-a', versionNumber: 1 },
      { outcome: 'created', documentId: 'id-b', versionNumber: 1 },
      { outcome: 'refused', code: 'KIND_UNKNOWN', reason: 'no such kind' },
      { outcome: 'created', documentId: 'id-d', versionNumber: 1 },
      { outcome: 'created', documentId: 'id-e', versionNumber: 1 },
    ]);
  });

  test('a paper that is too large by itself is refused, not the batch', async () => {
    const [filed] = await filePapersThrough(session(0)).file('c', [paper('a')]);
    expect(filed).toMatchObject({ outcome: 'refused', code: 'TOO_LARGE' });
  });
});
