import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';

import pg from 'pg';

import { CreateCollectionDocument } from '#contracts';

import { packagePath } from '../../apps/cli/src/root.js';
import { labelAt, PASSPHRASE, startMinistry } from '../support/clients.js';
import type { ClientMinistry, TestClient } from '../support/clients.js';
import { randomFrom, seedOf } from '../support/clientsRandom.js';
import { buildCommand } from '../support/commandLine.js';
import { createDatabase } from '../support/postgres.js';
import type { TestDatabase } from '../support/postgres.js';
import { startServerProcess } from '../support/serverProcess.js';
import type { ServerProcess } from '../support/serverProcess.js';

const [NOTES, MAILS, LETTERS] = [220, 40, 45];
const CLIENT_KILLS = 3;

const mail = (at: number): string =>
  [
    'From: Embassy <embassy@example.org>',
    `Subject: Mail ${String(at)}`,
    'MIME-Version: 1.0',
    'Content-Type: multipart/mixed; boundary="b"',
    '',
    '--b',
    'Content-Type: text/plain',
    '',
    `Mail ${String(at)}`,
    '--b',
    'Content-Type: text/plain; name="note.txt"',
    'Content-Disposition: attachment; filename="note.txt"',
    '',
    `Enclosed in mail ${String(at)}`,
    '',
    'Text.',
    '--b--',
    '',
  ].join('\r\n');

const volume = `<TEI xmlns="http://www.tei-c.org/ns/1.0"><text><body>${Array.from(
  { length: LETTERS },
  (_, at) =>
    `<div type="document" xml:id="d${String(at)}" n="${String(at)}"><head>Letter ${String(at)}</head><p>Text ${String(at)}.</p></div>`,
).join('')}</body></text></TEI>`;

async function writePapers(folder: string): Promise<void> {
  await mkdir(folder);
  const name = (at: number, ending: string): string => join(folder, `${String(at).padStart(4, '0')}.${ending}`);
  for (let at = 0; at < NOTES; at += 1) await writeFile(name(at, 'txt'), `Note ${String(at)}\n\nText ${String(at)}.`);
  for (let at = 0; at < MAILS; at += 1) await writeFile(name(at * 5, 'eml'), mail(at));
  await writeFile(join(folder, '0100 volume.xml'), volume);
}

interface Ended {
  readonly code: number | null;
  /** What it said last. */
  readonly last: string;
}

describe('kill -9 of command and server in the middle of an import', () => {
  let database: TestDatabase;
  let ministry: ClientMinistry;
  let planner: TestClient;
  let folder: string;
  let server: ServerProcess;

  beforeAll(async () => {
    buildCommand();
    database = await createDatabase();
    folder = await mkdtemp(join(tmpdir(), 'chancery-import-kill-'));
    ministry = await startMinistry([{ name: 'Petra', level: 'SECRET', roles: ['MEMBER', 'PLANNER'] }], {
      environment: { DATABASE_URL: database.url },
    });
    [planner] = ministry.staff as [TestClient];
    const defaultLabel = { ...labelAt('RESTRICTED'), categories: [] };
    await planner.client.execute(CreateCollectionDocument, { input: { name: 'Bulk', defaultLabel } });
    for (const { client } of [ministry.officer, planner]) await client.close();
    await ministry.server.stop();
    server = await start();
  });
  afterAll(async () => {
    await server.stop();
    await ministry.stop();
    await database.drop();
    await rm(folder, { recursive: true, force: true });
  });

  const start = (): Promise<ServerProcess> => {
    const { port, dataFolder } = ministry.server;
    const places = { databaseUrl: database.url, dataFolder, logFile: join(folder, 'log') };
    return startServerProcess(places, { CHANCERY_PORT: String(port), CHANCERY_LOG_LEVEL: 'error' });
  };

  /** Runs the command to its end, or until it has told of so many new documents; and kills the server at some. */
  async function importPapers(killAfter: number, serverKills: readonly number[] = []): Promise<Ended> {
    const main = packagePath('dist', 'apps', 'cli', 'src', 'main.js');
    const args = ['import', join(folder, 'papers'), '--collection', 'Bulk', '--vault', planner.folder, '--json'];
    const child = spawn(process.execPath, [main, ...args], {
      env: { ...process.env, CHANCERY_PASSPHRASE: PASSPHRASE },
      stdio: ['ignore', 'pipe', 'ignore'],
    });
    const ended = once(child, 'exit') as Promise<[number | null]>;
    let [created, last] = [0, ''];
    for await (const line of createInterface({ input: child.stdout })) {
      last = line;
      if ((JSON.parse(line) as { filed?: string }).filed !== 'created') continue;
      created += 1;
      if (created === killAfter) child.kill('SIGKILL');
      if (!serverKills.includes(created)) continue;
      await server.kill();
      server = await start();
    }
    return { code: (await ended)[0], last };
  }

  test('begun again it files the rest: every paper once, with one version and its file, and nothing half', async () => {
    await writePapers(join(folder, 'papers'));
    const random = randomFrom(seedOf('import kill'));
    for (let kills = 0; kills < CLIENT_KILLS; kills += 1) {
      const { code } = await importPapers(1 + Math.floor(random() * 60));
      expect(code).toBeNull();
    }
    const tormented = await importPapers(Infinity, [1 + Math.floor(random() * 30), 40 + Math.floor(random() * 30)]);
    expect(tormented.code).toBe(0);
    const { last } = await importPapers(Infinity);
    expect(JSON.parse(last)).toMatchObject({ totals: { problems: 0, outcomes: { created: 0, revised: 0 } } });

    const client = new pg.Client({ connectionString: database.url });
    await client.connect();
    const count = async (query: string): Promise<number> =>
      Number((await client.query<{ count: string }>(`SELECT count(*) AS count FROM ${query}`)).rows[0]?.count);
    const files = NOTES + 2 * MAILS;
    expect(await count('document')).toBe(files + LETTERS);
    expect(await count('document_version')).toBe(files + LETTERS);
    expect(await count('document_original')).toBe(files);
    expect(await count("original_blob WHERE state = 'COMPLETE'")).toBe(files);
    expect(await count('original_blob')).toBe(files);
    expect(await count('imported_file')).toBe(1);
    expect(await count('imported_file_document')).toBe(LETTERS);
    await client.end();
  });
});
