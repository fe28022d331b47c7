import { randomUUID } from 'node:crypto';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { hasCode } from '#client';
import {
  CollectionsDocument,
  CreateCollectionDocument,
  GrantCollectionDocument,
  IndexPendingDocument,
  SaveSearchDocument,
  SearchDocument,
  WatchDocument,
} from '#contracts';

import { Balancer } from '../support/balancer.js';
import { PASSPHRASE, labelAt, startMinistry } from '../support/clients.js';
import type { ClientMinistry, TestClient } from '../support/clients.js';
import { buildCommand, chanceryHere, chanceryStays } from '../support/commandLine.js';
import { json, jsonLines } from '../support/commandOf.js';
import { describeEachEngine } from '../support/engines.js';
import type { Engine } from '../support/engines.js';
import { sql } from '../support/ministry.js';
import { createDatabase } from '../support/postgres.js';
import type { TestDatabase } from '../support/postgres.js';
import { startServerProcess } from '../support/serverProcess.js';
import type { ServerProcess } from '../support/serverProcess.js';
import { until } from '../support/until.js';

const FILES = 120;
const KILL_AFTER = 30;
/** Bound of waiting, so that a failure ends. */
const PATIENCE_MS = 60_000;

function unlessUnreachable(error: unknown): void {
  if (!hasCode(error, 'SERVER_UNREACHABLE')) throw error;
}

const importOf = (papers: string): string[] => ['import', papers, '--collection', 'Archive'];

function twoInstances(engine: Engine): void {
  let folder: string;
  let database: TestDatabase;
  let balancer: Balancer;
  let started: Promise<[ServerProcess, ServerProcess]>;
  let instances: [ServerProcess, ServerProcess];
  let ministry: ClientMinistry;
  let planner: TestClient;
  /** Is told of what is filed, as one who watches and as one who keeps a search. */
  let watcher: TestClient;

  beforeAll(async () => {
    buildCommand();
    folder = await mkdtemp(join(tmpdir(), 'chancery-two-'));
    database = await createDatabase();
    balancer = new Balancer();
    const origin = await balancer.listen();
    ministry = await startMinistry(
      [{ name: 'Petra Planner', roles: ['MEMBER', 'PLANNER', 'REGISTRAR'] }, { name: 'Wanda Watcher' }],
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
    [planner, watcher] = ministry.staff as [TestClient, TestClient];
    await archiveIsMade();
    await planner.client.close();
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
      { ...environment, ...engine.environment(), CHANCERY_ORIGIN: origin },
    );
  }

  /** A collection that somebody watches. */
  async function archiveIsMade(): Promise<void> {
    const defaultLabel = { ...labelAt('RESTRICTED'), categories: [] };
    const collection = { id: randomUUID(), name: 'Archive', defaultLabel };
    await planner.client.execute(CreateCollectionDocument, { input: collection });
    const grant = { collectionId: collection.id, access: 'READ', personId: watcher.personId } as const;
    await planner.client.execute(GrantCollectionDocument, { input: grant });
    await watcher.client.execute(WatchDocument, { kind: 'COLLECTION', id: collection.id });
    const input = { id: randomUUID(), name: 'Harbours', search: { query: 'harbour' }, alerts: true };
    await watcher.client.execute(SaveSearchDocument, { input });
  }

  async function settled(who: TestClient): Promise<void> {
    const deadline = Date.now() + PATIENCE_MS;
    while ((await who.client.execute(IndexPendingDocument, {})).indexPending > 0) {
      if (Date.now() > deadline) throw new Error('the index does not catch up');
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
  }

  test('one is killed in the middle of an import: the command goes on with the other, nothing is lost or doubled', async () => {
    const running = chanceryStays([...importOf(join(folder, 'papers')), '--json', '--vault', planner.folder], {
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
    const again = await json(planner, ...importOf(join(folder, 'papers')));
    expect(again.at(-1)).toMatchObject({ totals: { outcomes: { unchanged: FILES, created: 0, revised: 0 } } });
  }, 240_000);

  test('what follows from filing is done once: whoever watches, or keeps a search, is told once of each paper', async () => {
    const waiting = "SELECT kind FROM job WHERE kind IN ('documents.happened', 'savedSearches.alert')";
    await until(async () => (await sql(ministry.server, waiting)).length === 0);
    const told = await sql(
      ministry.server,
      `SELECT kind, count(*)::int AS notices, count(DISTINCT document_id)::int AS documents FROM notice
       WHERE person_id = $1 GROUP BY kind ORDER BY kind`,
      [watcher.personId],
    );
    const once = { notices: FILES, documents: FILES };
    expect(told).toEqual([
      { kind: 'FOUND', ...once },
      { kind: 'WATCHED_NEW', ...once },
    ]);
    expect(await sql(ministry.server, "SELECT kind, code FROM job WHERE state <> 'WAITING'")).toEqual([]);
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
    const places = { DATABASE_URL: database.url, CHANCERY_DATA_FOLDER: join(folder, 'data') };
    const environment = { ...places, ...engine.environment() };
    const { code, out } = await chanceryHere(['index', 'check', '--json'], environment);
    expect(code).toBe(0);
    expect(JSON.parse(out)).toMatchObject({ documents: FILES, differences: [] });
  }, 240_000);
}

describeEachEngine('two instances on one database', twoInstances);
