import { createHash, randomBytes } from 'node:crypto';
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';

import { CollectionsDocument, FileDocumentsDocument, KeepOriginalsDocument, KnownOriginalsDocument } from '#contracts';
import type { WholeOriginalInput } from '#contracts';

import { startMinistry } from '../support/clients.js';
import type { ClientMinistry, TestClient } from '../support/clients.js';
import { buildCommand } from '../support/commandLine.js';
import { codeOf, json, run } from '../support/commandOf.js';
import { mail, volume } from '../support/importedFiles.js';
import { sql } from '../support/ministry.js';

let ministry: ClientMinistry;
let planner: TestClient;
let reader: TestClient;
let newcomer: TestClient;
let folder: string;

const sha256 = (bytes: Buffer | string): string => createHash('sha256').update(bytes).digest('hex');
const out = (name: string): string => join(folder, name);

async function write(name: string, content: Buffer | string): Promise<void> {
  await mkdir(dirname(out(name)), { recursive: true });
  await writeFile(out(name), content);
}

beforeAll(async () => {
  buildCommand();
  folder = await mkdtemp(join(tmpdir(), 'chancery-again-'));
  ministry = await startMinistry([
    { name: 'Petra Planner', level: 'TOP_SECRET', roles: ['MEMBER', 'PLANNER'] },
    { name: 'Rita Reader', level: 'RESTRICTED' },
    { name: 'Nina Newcomer', level: 'RESTRICTED', roles: ['MEMBER', 'PLANNER'] },
  ]);
  [planner, reader, newcomer] = ministry.staff as [TestClient, TestClient, TestClient];
  for (const { client } of [ministry.officer, planner, reader, newcomer]) await client.close();
});

afterAll(async () => {
  await ministry.stop();
  await rm(folder, { recursive: true, force: true });
});

/** A collection that the reader may read, and how to import into it. */
async function collection(name: string): Promise<(...paths: string[]) => Promise<Record<string, unknown>[]>> {
  await json(planner, 'collection', 'create', name, '--label', 'RESTRICTED');
  await json(planner, 'collection', 'grant', name, '--person', 'Rita', '--access', 'read');
  return (...paths) => json(planner, 'import', ...paths.map(out), '--collection', name);
}

const outcomesOf = (lines: readonly Record<string, unknown>[]): unknown[] =>
  lines.slice(0, -1).map(({ outcome, filed }) => filed ?? outcome);
const idOf = (lines: readonly Record<string, unknown>[], end: string): string =>
  String(lines.find(({ path }) => String(path).endsWith(end))?.['documentId']);

describe('a file inside another one', () => {
  const table = Buffer.from('\uFEFFTable of fees\r\n\r\nTransit costs two.\r\n');
  const secret = 'SECRET\r\n\r\nWhat we would pay\r\n\r\nNine at most.\r\n';

  test('is kept byte by byte beside its own paper, for whoever may read that', async () => {
    const importInto = await collection('Enclosed');
    await write('enclosed/open.eml', mail('Fees', ['table.txt', table]));
    await write('enclosed/deep.eml', mail('Around', ['inner.eml', mail('Inside', ['secret.txt', secret])]));
    const filed = await importInto('enclosed');
    expect(outcomesOf(filed)).toEqual(['created', 'created', 'created', 'created', 'created']);
    // neither mail around the secret paper, whose readers would find it there
    expect(filed.at(-1)).toMatchObject({ totals: { originals: 3 } });
    for (const who of [planner, reader]) {
      await json(who, 'export', 'original', idOf(filed, '#table.txt'), '--out', out(`table of ${who.name}`));
      expect(await readFile(out(`table of ${who.name}`))).toEqual(table);
    }
    const secretId = idOf(filed, '#secret.txt');
    await json(planner, 'export', 'original', secretId, '--out', out('secret'));
    expect(await readFile(out('secret'), 'utf8')).toBe(secret);
    const refused = await run(reader, 'export', 'original', secretId, '--out', out('nothing'), '--json');
    const absent = await run(reader, 'export', 'original', reader.personId, '--out', out('nothing'), '--json');
    expect([codeOf(refused), refused.err]).toEqual(['NOT_FOUND', absent.err]);
    for (const name of ['deep.eml', '#inner.eml']) {
      const around = await run(planner, 'export', 'original', idOf(filed, name), '--out', out('around'), '--json');
      expect(codeOf(around)).toBe('NOT_FOUND');
    }
  });

  test('that is filed already, by itself or in another mail, is a duplicate; the mail around it is kept', async () => {
    const importInto = await collection('Twice');
    await write('first/table.txt', table);
    await write('second/mail.eml', mail('Fees again', ['fees.txt', table], ['new.txt', 'New\n\nText.']));
    await write('third/new copy.txt', 'New\n\nText.');
    await importInto('first');
    const second = await importInto('second');
    expect(outcomesOf(second).sort()).toEqual(['created', 'created', 'duplicate']);
    const twin = second.find(({ outcome }) => outcome === 'duplicate');
    expect([twin?.['path'], twin?.['reason']]).toEqual([
      expect.stringMatching(/#fees\.txt$/u),
      expect.stringContaining('Table of fees'),
    ]);
    expect(second.at(-1)).toMatchObject({ totals: { originals: 2 } });
    expect(outcomesOf(await importInto('third'))).toEqual(['duplicate']);
    expect(outcomesOf(await importInto('first', 'second'))).toEqual(['unchanged', 'unchanged']);
  });

  test('that a mail under a lower label encloses again keeps that mail out', async () => {
    const importInto = await collection('Lower');
    await write('high/mail.eml', mail('Offer', ['offer.txt', secret]));
    await write('low/mail.eml', mail('Offer', ['copy.txt', secret]));
    await importInto('high');
    const low = await importInto('low');
    expect(outcomesOf(low).sort()).toEqual(['created', 'duplicate']);
    expect(low.at(-1)).toMatchObject({ totals: { originals: 0 } });
  });
});

describe('a volume that is imported again', () => {
  const countIn = async (name: string): Promise<number> => {
    const { client } = await ministry.reopen(planner);
    const { collections } = await client.execute(CollectionsDocument, {});
    await client.close();
    return collections.edges.find(({ node }) => node.name === name)?.node.documentCount ?? NaN;
  };

  test('under another name or in another folder is a duplicate, and nothing is doubled', async () => {
    const importInto = await collection('Volumes');
    await write('a/one.xml', volume(40));
    await write('b/another name.xml', volume(40));
    await write('c/one.xml', volume(40));
    expect((await importInto('a')).at(-1)).toMatchObject({ totals: { outcomes: { created: 40 } } });
    for (const again of ['b', 'c']) {
      const lines = await importInto(again);
      expect(outcomesOf(lines)).toEqual(['duplicate']);
      expect(lines[0]?.['reason']).toContain('a/one.xml');
    }
    expect((await importInto('a')).at(-1)).toMatchObject({ totals: { outcomes: { unchanged: 40, duplicate: 0 } } });
    expect(await countIn('Volumes')).toBe(40);
  });

  test('is not recognised where some of it was refused: that is filed when it can be', async () => {
    await collection('Refused');
    await json(planner, 'collection', 'grant', 'Refused', '--person', 'Nina', '--access', 'write');
    const marked = volume(3, '<note type="source">Source: Files. Secret.</note>');
    await write('d/one.xml', marked);
    await write('e/two.xml', marked);
    const outcomes = async (who: TestClient, path: string): Promise<unknown[]> =>
      outcomesOf(await json(who, 'import', out(path), '--collection', 'Refused')).sort();
    expect(await outcomes(newcomer, 'd')).toEqual(['created', 'created', 'refused']);
    expect(await outcomes(planner, 'e')).toEqual(['created', 'created', 'created']);
  });

  test('is known only to who may read all of it', async () => {
    const importInto = await collection('Mixed');
    const marked = volume(3, '<note type="source">Source: Files. Secret.</note>');
    await write('f/one.xml', marked);
    await write('g/open.xml', volume(5));
    expect((await importInto('f', 'g')).at(-1)).toMatchObject({ totals: { outcomes: { created: 8 } } });
    const hashes = [sha256(marked), sha256(volume(5))];
    const knownTo = async (who: TestClient): Promise<string[]> => {
      const { client } = await ministry.reopen(who);
      const { collections } = await client.execute(CollectionsDocument, {});
      const collectionId = collections.edges.find(({ node }) => node.name === 'Mixed')?.node.id ?? '';
      const { knownOriginals } = await client.execute(KnownOriginalsDocument, { collectionId, sha256: hashes });
      await client.close();
      return knownOriginals.map((known) => known.sha256).sort();
    };
    expect(await knownTo(planner)).toEqual([...hashes].sort());
    expect(await knownTo(reader)).toEqual([hashes[1]]);
  });
});

describe('small files that are kept together', () => {
  const input = (documentId: string, content: Buffer, rest: Partial<WholeOriginalInput> = {}): WholeOriginalInput => {
    const about = { documentId, version: 1, name: 'a.bin', mediaType: 'application/octet-stream' };
    return { ...about, sha256: sha256(content), content: content.toString('base64'), ...rest };
  };

  test('lie there when the answer comes, once however often it is asked, and what is refused stops no other', async () => {
    await collection('Together');
    const { client } = await ministry.reopen(planner);
    const { collections } = await client.execute(CollectionsDocument, {});
    const collectionId = collections.edges.find(({ node }) => node.name === 'Together')?.node.id ?? '';
    const documents = ['One', 'Two', 'Three'].map((title) => ({
      kind: 'report',
      title,
      language: 'en',
      body: 'Text.',
    }));
    const { fileDocuments } = await client.execute(FileDocumentsDocument, { collectionId, documents });
    const ids = fileDocuments.map((one) => (one.__typename === 'FiledDocument' ? one.documentId : ''));
    const [one = '', two = '', three = ''] = ids;
    const [bytes, others] = [randomBytes(5000), randomBytes(10)];
    const inputs = [
      input(one, bytes),
      input(two, bytes, { sha256: sha256(others) }),
      input(three, others),
      input(planner.personId, others),
      input(one, others),
    ];
    for (let times = 0; times < 2; times += 1) {
      const { keepOriginals } = await client.execute(KeepOriginalsDocument, { inputs });
      const codes = keepOriginals.map((kept) => (kept.__typename === 'OriginalUpload' ? 'kept' : kept.refusal.code));
      expect(codes).toEqual(['kept', 'BAD_INPUT', 'kept', 'NOT_FOUND', 'CONFLICT']);
    }
    const { server } = ministry;
    const blobs = await sql<{ state: string; size: string }>(
      server,
      'SELECT state, size FROM original_blob WHERE document_id = ANY($1) ORDER BY size',
      [ids],
    );
    expect(blobs).toEqual([
      { state: 'COMPLETE', size: '10' },
      { state: 'COMPLETE', size: '5000' },
    ]);
    const [usage] = await sql<{ bytes: string }>(server, "SELECT bytes FROM original_usage WHERE scope = 'all'");
    const [kept] = await sql<{ sum: string }>(server, 'SELECT sum(size)::text AS sum FROM original_blob');
    expect(usage?.bytes).toBe(kept?.sum);
    await client.close();
    await json(planner, 'export', 'original', one, '--out', out('one'));
    expect(await readFile(out('one'))).toEqual(bytes);
  });
});
