import { createHash, randomBytes } from 'node:crypto';
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { Injectable, Module } from '@nestjs/common';
import type { OnApplicationBootstrap } from '@nestjs/common';
import { ModuleRef } from '@nestjs/core';
import { unzipSync } from 'fflate';
import mammoth from 'mammoth';
import { extractText, getDocumentProxy } from 'unpdf';

import { CollectionsDocument, FileDocumentsDocument, KnownOriginalsDocument } from '#contracts';
import type { FileDocumentsMutationVariables } from '#contracts';
import { genericMinistry } from '#policy';

import { FEATURES } from '../../apps/api/src/app.module.js';
import { OriginalCollector } from '../../apps/api/src/knowledge/originals/originalCollector.js';
import { startMinistry } from '../support/clients.js';
import type { ClientMinistry, TestClient } from '../support/clients.js';
import { buildCommand, chanceryHere } from '../support/commandLine.js';
import { codeOf, json, jsonLines, run } from '../support/commandOf.js';
import { sql } from '../support/ministry.js';

const OPEN_TITLE = 'Harvest figures of the year';
const SECRET_TITLE = 'Saffronquill position paper';
const BRIEF_TITLE = 'Brief for the market talks';
const CANARY = 'saffronquill';

/** Hands the server's own collector to the tests, which cannot wait for a day. */
const seen: { collector?: OriginalCollector } = {};

@Injectable()
class Probe implements OnApplicationBootstrap {
  constructor(private readonly modules: ModuleRef) {}

  onApplicationBootstrap(): void {
    seen.collector = this.modules.get(OriginalCollector, { strict: false });
  }
}

@Module({ providers: [Probe] })
class ProbeModule {}

let ministry: ClientMinistry;
let planner: TestClient;
let reader: TestClient;
let folder: string;
let documents: ReadonlyMap<string, string>;

const isText = (value: unknown): value is string => typeof value === 'string';
/** The newest entry of the audit trail about somebody's exports. */
const exportsBy = (person: string): Promise<Record<string, unknown>[]> =>
  json(ministry.officer, 'audit', 'list', '--kind', 'export', '--person', person, '--limit', '1');
const idOf = (title: string): string => documents.get(title) ?? 'none';

const front = (title: string, label: string, body: string): string =>
  `---\ntitle: ${title}\nlabel: ${label}\n---\n\n${body}\n`;

/** A mail that encloses a paper of its own. */
const mail = (subject: string, name: string, enclosed: string): string =>
  [
    `From: Embassy <embassy@example.org>`,
    `Subject: ${subject}`,
    'Date: Mon, 02 Nov 2026 10:00:00 +0000',
    'MIME-Version: 1.0',
    'Content-Type: multipart/mixed; boundary="b"',
    '',
    '--b',
    'Content-Type: text/plain; charset=utf-8',
    '',
    'Please find the paper enclosed.',
    '--b',
    'Content-Type: text/markdown',
    `Content-Disposition: attachment; filename="${name}"`,
    '',
    enclosed,
    '--b--',
    '',
  ].join('\r\n');

const PAPERS: Readonly<Record<string, string>> = {
  'open.md': front(OPEN_TITLE, 'RESTRICTED', 'Wheat rose by a tenth.\n\nالقمح ارتفع\n\n小麦增产'),
  'secret.md': front(SECRET_TITLE, 'SECRET', `Our last offer is ${CANARY}.`),
  'plain.txt': 'RESTRICTED\n\nReport on roads\n\nThe roads are open.',
  'covering.eml': mail(
    'Covering letter with an enclosure',
    'inner.md',
    front('Inner secret', 'SECRET', `More ${CANARY}.`),
  ),
  'harmless.eml': mail('Letter with notes', 'notes.md', front('Notes on trade', 'RESTRICTED', 'Trade grows.')),
};

/** A brief that anybody may read, with red lines that not everybody may. */
async function fileBrief(): Promise<void> {
  const { client } = await ministry.reopen(planner);
  const { collections } = await client.execute(CollectionsDocument, {});
  const collectionId = collections.edges[0]?.node.id ?? '';
  const file = async (paper: object): Promise<string> => {
    const rest = { kind: 'negotiation-brief', language: 'en' };
    const documents = [{ ...rest, ...paper }] as FileDocumentsMutationVariables['documents'];
    const { fileDocuments } = await client.execute(FileDocumentsDocument, { collectionId, documents });
    const [filed] = fileDocuments;
    if (filed?.__typename !== 'FiledDocument') throw new Error(JSON.stringify(filed));
    return filed.documentId;
  };
  const brief = await file({ title: BRIEF_TITLE, body: 'We want a market.' });
  const label = { policy: genericMinistry.id, level: 'SECRET', categories: [] };
  const part = { kind: 'other', partOf: brief, slot: 'red-lines', label };
  const lines = await file({ ...part, title: 'Red lines', body: `Never below ${CANARY}.` });
  documents = new Map([...documents, [BRIEF_TITLE, brief], ['Red lines', lines]]);
  await client.close();
}

beforeAll(async () => {
  buildCommand();
  folder = await mkdtemp(join(tmpdir(), 'chancery-exports-'));
  await mkdir(join(folder, 'papers'));
  for (const [name, text] of Object.entries(PAPERS)) await writeFile(join(folder, 'papers', name), text);
  ministry = await startMinistry(
    [
      { name: 'Petra Planner', level: 'TOP_SECRET', roles: ['MEMBER', 'PLANNER'] },
      { name: 'Rita Reader', level: 'RESTRICTED' },
    ],
    { features: [...FEATURES, ProbeModule] },
  );
  [planner, reader] = ministry.staff as [TestClient, TestClient];
  for (const { client } of [ministry.officer, planner, reader]) await client.close();
  await json(planner, 'collection', 'create', 'Trade', '--label', 'RESTRICTED');
  await json(planner, 'collection', 'grant', 'Trade', '--person', 'Rita', '--access', 'read');
  const filed = await json(planner, 'import', join(folder, 'papers'), '--collection', 'Trade');
  documents = new Map(
    filed.flatMap(({ title, documentId }) => (isText(title) && isText(documentId) ? [[title, documentId]] : [])),
  );
  expect(filed.at(-1)).toMatchObject({ totals: { documents: 7, originals: 6, outcomes: { created: 7 } } });
  await fileBrief();
}, 120_000);

afterAll(async () => {
  await ministry.stop();
  await rm(folder, { recursive: true, force: true });
});

const out = (name: string): string => join(folder, name);

describe('the file that a document was made from', () => {
  test('comes back as it was filed, to whoever may read the document', async () => {
    for (const who of [planner, reader]) {
      const path = out(`open of ${who.name}`);
      await json(who, 'export', 'original', idOf(OPEN_TITLE), '--out', path);
      expect(await readFile(path, 'utf8')).toBe(PAPERS['open.md']);
    }
  });

  test('is the same answer for a reader whom the label keeps out as for a document that is not there', async () => {
    const refused = await run(reader, 'export', 'original', idOf(SECRET_TITLE), '--out', out('nothing'), '--json');
    const absent = await run(reader, 'export', 'original', reader.personId, '--out', out('nothing'), '--json');
    expect(codeOf(refused)).toBe('NOT_FOUND');
    expect(refused.err).toBe(absent.err);
  });

  test('is not kept where it encloses a paper under a higher label, and is where it does not', async () => {
    const covering = await run(planner, 'export', 'original', idOf('Covering letter with an enclosure'), '--json');
    expect(codeOf(covering)).toBe('NOT_FOUND');
    await json(planner, 'export', 'original', idOf('Letter with notes'), '--out', out('letter.eml'));
    expect(await readFile(out('letter.eml'), 'utf8')).toBe(PAPERS['harmless.eml']);
  });

  test('is recognised in a later import, under whatever name; the same file again is no duplicate', async () => {
    await mkdir(out('again'));
    await writeFile(out('again/renamed.md'), PAPERS['open.md'] ?? '');
    await writeFile(out('again/copy.txt'), PAPERS['plain.txt'] ?? '');
    const twice = await json(planner, 'import', out('again'), '--collection', 'Trade');
    expect(twice.slice(0, 2).map(({ outcome }) => outcome)).toEqual(['duplicate', 'duplicate']);
    expect(twice[1]?.['reason']).toContain(OPEN_TITLE);
    const same = await json(planner, 'import', out('papers'), '--collection', 'Trade');
    // a file that lies there is not read again, so that what it encloses is not counted
    expect(same.at(-1)).toMatchObject({ totals: { outcomes: { unchanged: 6, duplicate: 0, created: 0 } } });
    const read = await json(planner, 'import', out('papers'), '--collection', 'Trade', '--again');
    expect(read.at(-1)).toMatchObject({ totals: { outcomes: { unchanged: 7, duplicate: 0, created: 0 } } });
  });

  test('is not recognised for somebody who may not read what was made of it', async () => {
    const { client } = await ministry.reopen(reader);
    const hashOf = (name: string): string =>
      createHash('sha256')
        .update(PAPERS[name] ?? '')
        .digest('hex');
    const { collections } = await client.execute(CollectionsDocument, {});
    const collectionId = collections.edges[0]?.node.id ?? '';
    const sha256 = [hashOf('open.md'), hashOf('secret.md')];
    const { knownOriginals } = await client.execute(KnownOriginalsDocument, { collectionId, sha256 });
    expect(knownOriginals.map(({ title }) => title)).toEqual([OPEN_TITLE]);
    await client.close();
  });

  test('goes with pieces that may be broken off, is compared with its hash, and collected when it came no further', async () => {
    const { client } = await ministry.reopen(planner);
    const bytes = randomBytes(6 * 1024 * 1024);
    const { collections } = await client.execute(CollectionsDocument, {});
    const collectionId = collections.edges[0]?.node.id ?? '';
    const paper = { kind: 'report', title: 'With a large file', language: 'en', body: 'Text.' };
    const { fileDocuments } = await client.execute(FileDocumentsDocument, { collectionId, documents: [paper] });
    const documentId = fileDocuments[0]?.__typename === 'FiledDocument' ? fileDocuments[0].documentId : '';
    const sha256 = createHash('sha256').update(bytes).digest('hex');
    const about = {
      documentId,
      version: 1,
      name: 'large.bin',
      mediaType: 'application/octet-stream',
      size: bytes.length,
    };

    const lying = client.originals.keep({ ...about, sha256: 'a'.repeat(64) }, (start, end) =>
      Promise.resolve(bytes.subarray(start, end)),
    );
    await expect(lying).rejects.toMatchObject({ code: 'BAD_INPUT' });

    let pieces = 0;
    const broken = client.originals.keep({ ...about, sha256 }, (start, end) => {
      pieces += 1;
      if (pieces === 2) throw new Error('the disk is gone');
      return Promise.resolve(bytes.subarray(start, end));
    });
    await expect(broken).rejects.toThrow('the disk is gone');
    const { server } = ministry;
    expect(await sql(server, "SELECT state FROM original_blob WHERE state = 'OPEN'")).toHaveLength(1);

    const starts: number[] = [];
    await client.originals.keep({ ...about, sha256 }, (start, end) => {
      starts.push(start);
      return Promise.resolve(bytes.subarray(start, end));
    });
    expect(starts).toEqual([5 * 1024 * 1024]);

    expect(await seen.collector?.collect()).toBe(1); // what was not what it said to be
    await sql(server, 'DELETE FROM document_original WHERE name = $1', ['large.bin']);
    expect(await seen.collector?.collect()).toBe(0);
    await sql(server, "UPDATE original_blob SET touched_at = now() - interval '2 days'");
    expect(await seen.collector?.collect()).toBe(1);
    const [usage] = await sql<{ bytes: string }>(server, "SELECT bytes FROM original_usage WHERE scope = 'all'");
    const kept = await sql<{ sum: string }>(server, 'SELECT sum(size)::text AS sum FROM original_blob');
    expect(usage?.bytes).toBe(kept[0]?.sum);
    await client.close();
  });
});

describe('an export', () => {
  test('makes files that other programs read, with markings and the reader’s name, and tells the audit trail', async () => {
    const made = await json(
      reader,
      'export',
      'document',
      idOf(OPEN_TITLE),
      '--format',
      'pdf,docx,md,eml',
      '--out',
      out('made'),
    );
    expect(made).toHaveLength(5);
    const exportId = String(made[0]?.['exportId']);
    const names = await readdir(out('made'));
    const read = async (ending: string): Promise<Buffer> =>
      readFile(join(out('made'), names.find((name) => name.endsWith(ending)) ?? ''));
    const pdf = await extractText(await getDocumentProxy(new Uint8Array(await read('.pdf'))), { mergePages: true });
    for (const words of [
      'RESTRICTED',
      OPEN_TITLE,
      'Wheat rose',
      'القمح ارتفع',
      '小麦增产',
      'Rita Reader, Embassy in Lima',
      exportId,
    ])
      expect(pdf.text).toContain(words);
    expect((await mammoth.extractRawText({ buffer: await read('.docx') })).value).toContain('القمح ارتفع');
    expect((await read('.md')).toString()).toContain('**RESTRICTED**');
    expect((await read('.eml')).toString()).toContain(`Message-ID: <`);
    expect((await read('.label.xml')).toString()).toContain('<slab:Classification>RESTRICTED</slab:Classification>');
    const [entry] = await exportsBy('Rita');
    expect(entry).toMatchObject({ operation: 'exportDocuments', outcome: 'DONE', personName: 'Rita Reader' });
    expect(entry?.['about']).toEqual([exportId, idOf(OPEN_TITLE)]);
  });

  test('of a document that the reader may not read is one of a document that is not there', async () => {
    const refused = await run(reader, 'export', 'document', idOf(SECRET_TITLE), '--out', out('no'), '--json');
    expect(codeOf(refused)).toBe('NOT_FOUND');
    expect(await readdir(out('no'))).toEqual([]);
  });

  test('of a document with a part of a higher label is as high as that part for who may read it', async () => {
    const textFor = async (who: TestClient): Promise<string> => {
      const folderOf = out(`brief of ${who.name}`);
      const made = await json(who, 'export', 'document', idOf(BRIEF_TITLE), '--format', 'md', '--out', folderOf);
      return readFile(String(made[0]?.['path']), 'utf8');
    };
    const whole = await textFor(planner);
    expect(whole.split('**SECRET**')).toHaveLength(3);
    expect(whole).toMatch(/# \(S\) Red lines\n\n\(S\) Never below/u);
    const [entry] = await exportsBy('Petra');
    expect(entry?.['about']).toContain(idOf('Red lines'));
    const open = await textFor(reader);
    expect(open).toContain('We want a market.');
    expect(open.split('**RESTRICTED**')).toHaveLength(3);
    expect(open.toLowerCase()).not.toContain('red lines');
  });

  test('of a collection is verified by its manifest, and a change is found', async () => {
    const zip = out('all.zip');
    expect(await json(planner, 'export', 'collection', 'Trade', '--out', zip, '--format', 'md')).toMatchObject([
      { documents: 9 },
    ]);
    const { code, out: said } = await chanceryHere(['export', 'verify', zip, '--json']);
    expect({ code, said: jsonLines(said)[0] }).toMatchObject({
      code: 0,
      said: { documents: 9, files: 18, problems: [], marking: 'SECRET', person: 'Petra Planner', collection: 'Trade' },
    });
    const bytes = await readFile(zip);
    const at = bytes.indexOf('documents/');
    bytes[at + 60] = (bytes[at + 60] ?? 0) ^ 1;
    await writeFile(out('changed.zip'), bytes);
    expect((await chanceryHere(['export', 'verify', out('changed.zip'), '--json'])).code).toBe(1);
  });

  test('holds no trace of what its reader may not read, whatever is unpacked', async () => {
    const zip = out('reader.zip');
    const made = await json(reader, 'export', 'collection', 'Trade', '--out', zip, '--format', 'pdf,docx,md,eml');
    expect(made).toMatchObject([{ documents: 7 }]);
    const hidden = [
      SECRET_TITLE,
      CANARY,
      'Inner secret',
      idOf(SECRET_TITLE),
      idOf('Inner secret'),
      idOf('Red lines'),
      'red lines',
    ];
    const texts = await Promise.all(
      Object.entries(unzipSync(await readFile(zip))).map(([name, bytes]) => textOf(name, bytes)),
    );
    const all = [...texts.flat(), (await readFile(zip)).toString('latin1')].join('\n').toLowerCase();
    expect(all).toContain('wheat rose');
    for (const words of hidden) expect(all).not.toContain(words.toLowerCase());
    expect((all.match(/"id": "/gu) ?? []).length).toBe(8); // seven documents and the collection
  });
});

/** Everything that is written in a file, packed or not. */
async function textOf(name: string, bytes: Uint8Array): Promise<string[]> {
  const raw = [name, Buffer.from(bytes).toString('utf8')];
  if (name.endsWith('.pdf')) raw.push((await extractText(await getDocumentProxy(bytes), { mergePages: true })).text);
  if (name.endsWith('.docx')) raw.push(...Object.values(unzipSync(bytes)).map((part) => Buffer.from(part).toString()));
  if (name.endsWith('.eml')) {
    const parts = Buffer.from(bytes)
      .toString()
      .split(/\r\n\r\n/u)
      .map((part) => Buffer.from(part, 'base64').toString());
    raw.push(...parts);
  }
  return raw;
}
