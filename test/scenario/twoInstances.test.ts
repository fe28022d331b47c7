import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { hasCode } from '#client';
import { CollectionsDocument, IndexPendingDocument, SearchDocument } from '#contracts';

import { Balancer } from '../support/balancer.js';
import { PASSPHRASE, startMinistry } from '../support/clients.js';
import type { ClientMinistry, TestClient } from '../support/clients.js';
import { buildCommand, chanceryHere, chanceryStays } from '../support/commandLine.js';
import { json, jsonLines } from '../support/commandOf.js';
import { sql } from '../support/ministry.js';
import { createDatabase } from '../support/postgres.js';
import type { TestDatabase } from '../support/postgres.js';
import { startServerProcess } from '../support/serverProcess.js';
import type { ServerProcess } from '../support/serverProcess.js';

const FILES = 120;
const KILL_AFTER = 30;
/** Bound of waiting, so that a failure ends. */
const PATIENCE_MS = 60_000;

let folder: string;
let database: TestDatabase;
let balancer: Balancer;
let started: Promise<[ServerProcess, ServerProcess]>;
let instances: [ServerProcess, ServerProcess];
let ministry: ClientMinistry;
let planner: TestClient;

beforeAll(async () => {
  buildCommand();
  folder = await mkdtemp(join(tmpdir(), 'chancery-two-'));
  database = await createDatabase();
  balancer = new Balancer();
  const origin = await balancer.listen();
  ministry = await startMinistry(
    [{ name: 'Petra Planner', roles: ['MEMBER', 'PLANNER', 'REGISTRAR'] }],
    {},
    async ({ environment }) => {
      const first = await startInstance('first', origin, environment);
      balancer.turnTo(first.port);
      // the second one starts while the ministry is founded
      started = startInstance('second', origin, environment).then((instance) => [first, instance]);
      return { ...first, url: origin };
    },
  );
  instances = await started;
  balancer.ports = instances.map(({ port }) => port);
  [planner] = ministry.staff as [TestClient];
  await planner.client.close();
  await json(planner, 'collection', 'create', 'Archive', '--label', 'RESTRICTED');
  await mkdir(join(folder, 'papers'));
  for (let at = 0; at < FILES; at += 1) {
    const text = `Paper ${String(at)}\n\nAbout the corridor${String(at)} and the harbour.\n`;
    await writeFile(join(folder, 'papers', `${String(at).padStart(4, '0')}.txt`), text);
  }
}, 240_000);

afterAll(async () => {
  await ministry.stop();
  for (const instance of instances) await instance.kill();
  await balancer.close();
  await database.drop();
  await rm(folder, { recursive: true, force: true });
});

/** `origin` is where both are reached. */
function startInstance(
  name: string,
  origin: string,
  environment: Readonly<Record<string, string | undefined>> = {},
): Promise<ServerProcess> {
  const dataFolder = join(folder, 'data');
  const logFile = join(folder, `${name}.log`);
  return startServerProcess(
    { databaseUrl: database.url, dataFolder, logFile },
    { ...environment, CHANCERY_ORIGIN: origin },
  );
}

async function settled(who: TestClient): Promise<void> {
  const deadline = Date.now() + PATIENCE_MS;
  while ((await who.client.execute(IndexPendingDocument, {})).indexPending > 0) {
    if (Date.now() > deadline) throw new Error('the index does not catch up');
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

function unlessUnreachable(error: unknown): void {
  if (!hasCode(error, 'SERVER_UNREACHABLE')) throw error;
}

const importArguments = () => ['import', join(folder, 'papers'), '--collection', 'Archive', '--json'];

describe('two instances on one database', () => {
  test('one is killed in the middle of an import: the command goes on with the other, nothing is lost or doubled', async () => {
    const running = chanceryStays([...importArguments(), '--vault', planner.folder], {
      CHANCERY_PASSPHRASE: PASSPHRASE,
    });
    const lines: string[] = [];
    while (lines.length <= FILES) {
      lines.push(await running.line());
      if (lines.length === KILL_AFTER) await instances[0].kill();
    }
    expect(await running.end()).toBe(0);
    const { totals } = jsonLines(lines.at(-1) ?? '')[0] as { totals: { outcomes: Record<string, number> } };
    const { created = 0, unchanged = 0, ...others } = totals.outcomes;
    // a batch that was filed, but whose answer was lost, is there when it is filed again
    expect(created + unchanged).toBe(FILES);
    expect(Object.values(others).every((count) => count === 0)).toBe(true);
    const [counts] = await sql(
      ministry.server,
      `SELECT count(*)::int AS documents, count(DISTINCT source_id)::int AS sources,
         (SELECT count(*)::int FROM document_version) AS versions,
         (SELECT count(*)::int FROM original_blob WHERE state = 'COMPLETE') AS files FROM document`,
    );
    expect(counts).toEqual({ documents: FILES, sources: FILES, versions: FILES, files: FILES });
  }, 240_000);

  test('begun again, the command reads nothing that is filed, and changes nothing', async () => {
    const again = await json(planner, ...importArguments().slice(0, -1));
    expect(again.at(-1)).toMatchObject({ totals: { outcomes: { unchanged: FILES, created: 0, revised: 0 } } });
  }, 240_000);

  test('the index has everything once, and both instances find it', async () => {
    const [, second] = instances;
    instances = [await startInstance('first', ministry.server.url), second];
    planner = await ministry.reopen(planner);
    await settled(planner);
    const { collections } = await planner.client.execute(CollectionsDocument, {});
    const collectionIds = collections.edges.map(({ node }) => node.id);
    for (const { port } of instances) {
      balancer.turnTo(port);
      const input = { query: 'harbour', first: 5, filter: { collectionIds } };
      // the connection that the client has kept is gone, which its next request may find out
      await planner.client.execute(IndexPendingDocument, {}).catch(unlessUnreachable);
      const { search } = await planner.client.execute(SearchDocument, { input });
      expect({ total: search.total, isExact: search.totalIsExact }).toEqual({ total: FILES, isExact: true });
      const one = await planner.client.execute(SearchDocument, { input: { query: 'corridor17', first: 5 } });
      expect(one.search.hits.map(({ document }) => document.title)).toEqual(['Paper 17']);
    }
    const environment = { DATABASE_URL: database.url, CHANCERY_DATA_FOLDER: join(folder, 'data') };
    const { code, out } = await chanceryHere(['index', 'check', '--json'], environment);
    expect(code).toBe(0);
    expect(JSON.parse(out)).toMatchObject({ documents: FILES, differences: [] });
  }, 240_000);
});
