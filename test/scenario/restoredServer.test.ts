import { randomUUID } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { hasCode } from '#client';
import { CollectionsDocument, DraftDocument, SaveDraftDocument } from '#contracts';

import { restoreServer, withBackup } from '../../apps/cli/src/server.js';
import { Balancer } from '../support/balancer.js';
import { startMinistry } from '../support/clients.js';
import type { ClientMinistry, TestClient } from '../support/clients.js';
import { json } from '../support/commandOf.js';
import { createDatabase } from '../support/postgres.js';
import type { TestDatabase } from '../support/postgres.js';
import { startServerProcess } from '../support/serverProcess.js';
import type { ServerProcess } from '../support/serverProcess.js';

const KILLS = 3;

let folder: string;
let balancer: Balancer;
let origin: string;
let databases: TestDatabase[];
let server: ServerProcess;
let ministry: ClientMinistry;
let planner: TestClient;

const environmentIn = (place: string, { url }: TestDatabase) => ({
  NODE_ENV: 'test',
  DATABASE_URL: url,
  CHANCERY_DATA_FOLDER: join(folder, place),
});

/** Starts the server in a place; clients reach it under the address that all of them have. */
async function startIn(
  place: string,
  { url: databaseUrl }: TestDatabase,
  environment: Readonly<Record<string, string | undefined>> = {},
): Promise<void> {
  const places = { databaseUrl, dataFolder: join(folder, place), logFile: join(folder, 'server.log') };
  server = await startServerProcess(places, { ...environment, CHANCERY_ORIGIN: origin });
  balancer.turnTo(server.port);
}

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'chancery-restored-'));
  databases = [await createDatabase(), await createDatabase()];
  balancer = new Balancer();
  origin = await balancer.listen();
  ministry = await startMinistry(
    [{ name: 'Petra Planner', roles: ['MEMBER', 'PLANNER', 'REGISTRAR'] }],
    {},
    async ({ environment }) => {
      await startIn('first', databases[0] as TestDatabase, environment);
      return { ...server, url: origin, stop: () => server.stop() };
    },
  );
  [planner] = ministry.staff as [TestClient];
}, 240_000);

afterAll(async () => {
  await ministry.stop();
  await balancer.close();
  for (const database of databases) await database.drop();
  await rm(folder, { recursive: true, force: true });
});

/** Number of the last save that was acknowledged before the server was gone. */
async function saveUntilRefused(save: (seq: number) => Promise<void>, from: number): Promise<number> {
  for (let seq = from + 1; ; seq += 1) {
    try {
      await save(seq);
    } catch (error) {
      if (hasCode(error, 'SERVER_UNREACHABLE')) return seq - 1;
      throw error;
    }
  }
}

test('what a draft was told to be saved is there after kill -9, however often', async () => {
  await planner.client.close();
  await json(planner, 'collection', 'create', 'Desk', '--label', 'RESTRICTED');
  planner = await ministry.reopen(planner);
  const { collections } = await planner.client.execute(CollectionsDocument, {});
  const collectionId = collections.edges[0]?.node.id ?? '';
  const id = randomUUID();
  const save = async (seq: number): Promise<void> => {
    const document = { kind: 'report', title: 'Unfinished', language: 'en', body: `Sentence ${String(seq)}.` };
    await planner.client.execute(SaveDraftDocument, { input: { id, collectionId, seq, document } });
  };
  let acknowledged = 0;
  for (let kill = 0; kill < KILLS; kill += 1) {
    const killed = new Promise((resolve) => setTimeout(resolve, 20 + 40 * kill)).then(() => server.kill());
    acknowledged = await saveUntilRefused(save, acknowledged);
    await killed;
    await startIn('first', databases[0] as TestDatabase);
    if (acknowledged === 0) continue;
    const { draft } = await planner.client.execute(DraftDocument, { id });
    // one more may have been saved than was heard of
    expect([acknowledged, acknowledged + 1]).toContain(draft.seq);
    acknowledged = draft.seq;
  }
  await save(acknowledged + 1);
  const { draft } = await planner.client.execute(DraftDocument, { id });
  expect(draft.seq).toBe(acknowledged + 1);
}, 240_000);

test('a client that has seen more than a restored server knows says so in clear words, and sends nothing', async () => {
  const [before, empty] = databases as [TestDatabase, TestDatabase];
  const pieces: Uint8Array[] = [];
  const silent = () => undefined;
  await withBackup(
    environmentIn('first', before),
    async (bytes) => {
      for await (const piece of bytes) pieces.push(Uint8Array.from(piece));
    },
    silent,
  );
  await ministry.hire({ name: 'Nadia New' });
  await planner.client.catchUp();
  await server.kill();
  const backup = async function* () {
    yield* await Promise.resolve(pieces);
  };
  await restoreServer(environmentIn('restored', empty), backup(), silent);
  await startIn('restored', empty);
  await expect(planner.client.catchUp()).rejects.toMatchObject({
    code: 'LOG_ROLLED_BACK',
    message: expect.stringContaining('older directory than it showed before') as string,
    remedy: expect.stringContaining('restored from a backup') as string,
  });
}, 240_000);
