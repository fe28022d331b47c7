import { randomUUID } from 'node:crypto';
import { chmod, mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { CreateCollectionDocument, FileDocumentsDocument } from '#contracts';
import { CHEAPEST, PASSPHRASE, labelAt, startMinistry } from '../../support/clients.js';
import pg from 'pg';

import { startEmbedded } from '../../../apps/api/src/platform/database/index.js';
import type { EmbeddedPostgres } from '../../../apps/api/src/platform/database/index.js';
import { findMeilisearch, launchLocalMeilisearch } from '../../../apps/api/src/platform/search/meilisearch/launch.js';
import type { LocalMeilisearch } from '../../../apps/api/src/platform/search/meilisearch/launch.js';
import { Scanner } from '../../../apps/cli/src/demo/scan.js';
import type { ClientMinistry, TestClient } from '../../support/clients.js';
import { pair } from '../../support/pairing.js';
import { describeWith } from '../../support/requirements.js';
import { startServerProcess } from '../../support/serverProcess.js';

/** Words that stand in no dictionary, each in one thing that only its readers may know. */
const CANARIES = {
  text: 'xylofantine',
  correction: 'brumbellado',
  conversation: 'quokkaserpa',
  rename: 'vintrelloso',
  attachmentText: 'zorbanivell',
  attachmentName: 'klimprateus',
  attachmentContent: 'wuxedromane',
  precedent: 'jarvolinthe',
  afterRemoval: 'pelfigrando',
} as const;
/** What the server may know: it stands in a paper of the knowledge base, and shows that the search finds what is there. */
const KNOWN = 'mandrovexil';
const POSTGRES_LOG = { logging_collector: 'on', log_statement: 'all', log_connections: 'on' };

/**
 * Attack 24: whoever gets at database, blobs, search index, logs and backups finds no word of what people wrote. The server runs in a process
 * of its own on a database of its own; both log all that they can.
 */
describe('attack 24: a dump of everything that the server has', () => {
  let root: string;
  let postgres: EmbeddedPostgres;
  let meilisearch: { readonly server: LocalMeilisearch; readonly folder: string } | undefined;
  let ministry: ClientMinistry;
  let telephone: TestClient;
  let databaseUrl: string;
  const secrets: string[] = [PASSPHRASE, ...Object.values(CANARIES)];

  beforeAll(async () => {
    root = await mkdtemp(join(tmpdir(), 'dump-'));
    await chmod(root, 0o711); // started as root, the database runs as somebody else
    postgres = await startEmbedded({ dataFolder: join(root, 'pg'), settings: { fsync: 'off', ...POSTGRES_LOG } });
    await mkdir(join(root, 'server'));
    meilisearch = findMeilisearch() === undefined ? undefined : await withFolder();
    databaseUrl = postgres.url();
    const places = { databaseUrl, dataFolder: join(root, 'server'), logFile: join(root, 'server.log') };
    const people = ['Ada Lima', 'Bruno Quispe', 'Clara Osei'].map((name) => ({ name }));
    const engine = meilisearch && { MEILISEARCH_URL: meilisearch.server.url, MEILISEARCH_KEY: meilisearch.server.key };
    const overrides = { environment: { CHANCERY_LOG_LEVEL: 'debug', ...engine } };
    ministry = await startMinistry(people, overrides, ({ environment }) => startServerProcess(places, environment));
    await tellStory();
  }, 120_000);
  afterAll(async () => {
    await telephone.client.close();
    await ministry.stop();
    await postgres.stop();
    await meilisearch?.server.stop();
    await rm(root, { recursive: true, force: true });
    await rm(telephone.folder, { recursive: true, force: true });
  });

  /** The engine's folder, which it removes itself. */
  async function withFolder() {
    const folders = async () => (await readdir(tmpdir())).filter((name) => name.startsWith('chancery-meilisearch-'));
    const before = new Set(await folders());
    const server = await launchLocalMeilisearch();
    const [name = ''] = (await folders()).filter((folder) => !before.has(folder));
    return { server, folder: join(tmpdir(), name) };
  }

  /** Everything that people do, and a paper that they file. */
  async function tellStory(): Promise<void> {
    const [ada, bruno, clara] = ministry.staff as [TestClient, TestClient, TestClient];
    const all = [ada, bruno, clara];
    const caughtUp = async (): Promise<void> => {
      for (const { client } of all) await client.catchUp();
    };
    await caughtUp();
    secrets.push(await ada.client.recovery.renew(CHEAPEST));
    const personIds = [bruno.personId];
    const about = { name: `About ${CANARIES.conversation}`, label: labelAt('SECRET'), personIds };
    const { id } = await ada.client.createConversation(about);
    const { id: first } = await ada.client.send(id, { text: `Of ${CANARIES.text}, as agreed.` });
    await ada.client.send(id, { text: `Of ${CANARIES.correction}, I meant.`, replaces: first });
    await bruno.client.catchUp();
    await bruno.client.rename(id, `On ${CANARIES.rename}`);
    await bruno.client.send(id, { text: `See ${CANARIES.precedent}.`, inReplyTo: first, precedence: 'FLASH' });
    await attach(ada, id);
    await ada.client.addPeople(id, [clara.personId]);
    await ada.client.handHistory(id, [clara.personId]);
    await caughtUp();
    for (const { client } of all) await client.history.backUp();
    telephone = await pair(ministry, ada);
    await caughtUp();
    await telephone.client.catchUp();
    await telephone.client.search.find(CANARIES.precedent);
    await ada.client.removePeople(id, [clara.personId]);
    await ada.client.send(id, { text: `Now ${CANARIES.afterRemoval}.` });
    await file(ada);
    await caughtUp();
  }

  async function attach({ client }: TestClient, id: string): Promise<void> {
    const path = join(root, `${CANARIES.attachmentName}.txt`);
    await writeFile(path, `${CANARIES.attachmentContent} `.repeat(5000));
    await client.attachments.send(id, { text: `Map of ${CANARIES.attachmentText}` }, [path]);
    await rm(path);
  }

  async function file(by: TestClient): Promise<void> {
    const id = randomUUID();
    await ministry.officer.client.execute(CreateCollectionDocument, {
      input: { id, name: 'Treaties', defaultLabel: labelAt('RESTRICTED') as never },
    });
    const paper = { kind: 'policy', title: 'On rivers', language: 'en', body: `The ${KNOWN} of the river.` };
    await ministry.officer.client.execute(FileDocumentsDocument, { collectionId: id, documents: [paper] });
    await by.client.catchUp();
  }

  function found(scanner: Scanner): readonly string[] {
    const { found: hits } = scanner.result();
    return [...hits.keys()].filter((word) => word !== KNOWN);
  }

  const scanFor = (): Scanner => new Scanner([...secrets, KNOWN]);

  test('every row of every table, as a dump writes it', async () => {
    const client = new pg.Client({ connectionString: databaseUrl });
    await client.connect();
    const scanner = scanFor();
    const tables = await client.query<{ name: string }>(
      "SELECT format('%I.%I', schemaname, tablename) AS name FROM pg_tables WHERE schemaname NOT IN ('pg_catalog', 'information_schema')",
    );
    for (const { name } of tables.rows) {
      const { rows } = await client.query<{ row: string }>(`SELECT t::text AS row FROM ${name} t`);
      for (const { row } of rows) scanner.text(row);
    }
    await client.query('CHECKPOINT').catch(() => undefined);
    await client.end();
    expect(tables.rows.length).toBeGreaterThan(20);
    expect(found(scanner)).toEqual([]);
    expect(scanner.result().found.get(KNOWN)).toBeGreaterThan(0);
  });

  test('database files with their log of all statements, blobs, keys and the log of the server: what a backup holds', async () => {
    const scanner = scanFor();
    const cluster = join(root, 'pg', 'postgres');
    for (const folder of [cluster, join(root, 'server')]) await scanner.folder(folder);
    const serverLog = await readFile(join(root, 'server.log'), 'utf8');
    scanner.text(serverLog);
    expect(found(scanner)).toEqual([]);
    expect(scanner.result().found.get(KNOWN)).toBeGreaterThan(0);
    const blobs = await readdir(join(root, 'server', 'blobs'), { recursive: true });
    expect(blobs.length).toBeGreaterThan(0);
    // both logs were kept, with statements and their values
    const [statements = ''] = await readdir(join(cluster, 'log'));
    expect(await readFile(join(cluster, 'log', statements), 'utf8')).toMatch(/INSERT INTO envelope/u);
    expect(serverLog).toContain('"event"');
  });

  test("the vaults of the people's devices", async () => {
    const scanner = scanFor();
    for (const { folder } of [ministry.officer, ...ministry.staff, telephone]) await scanner.folder(folder);
    expect(found(scanner)).toEqual([]);
    expect(scanner.result().files).toBeGreaterThan(4);
  });

  describeWith('meilisearch', 'the index of the search engine', () => {
    test('holds the paper and no word of a message', async () => {
      const scanner = scanFor();
      await scanner.folder(join(meilisearch?.folder ?? '', 'data'));
      expect(found(scanner)).toEqual([]);
      expect(scanner.result().files).toBeGreaterThan(0);
    });
  });
});
