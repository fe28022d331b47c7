import { chmod, mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import pg from 'pg';

import { startEmbedded } from '../../apps/api/src/platform/database/index.js';
import type { EmbeddedPostgres } from '../../apps/api/src/platform/database/index.js';
import { absenceOf } from '../../apps/api/src/platform/databaseAbsence.js';
import { labelAt, startMinistry } from '../support/clients.js';
import type { ClientMinistry, TestClient } from '../support/clients.js';
import { startServerProcess } from '../support/serverProcess.js';

describe('while the database is away', () => {
  let folder: string;
  let postgres: EmbeddedPostgres;
  let ministry: ClientMinistry;
  let anna: TestClient;
  let boris: TestClient;
  let conversation: string;

  const start = () => startEmbedded({ dataFolder: join(folder, 'database'), settings: { fsync: 'off' } });

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'chancery-away-'));
    await chmod(folder, 0o711); // started as root, the database runs as somebody else
    await mkdir(join(folder, 'server'));
    postgres = await start();
    const places = { databaseUrl: postgres.url(), dataFolder: join(folder, 'server'), logFile: join(folder, 'log') };
    ministry = await startMinistry([{ name: 'Anna' }, { name: 'Boris' }], {}, ({ environment }) =>
      startServerProcess(places, environment),
    );
    [anna, boris] = ministry.staff as [TestClient, TestClient];
    await anna.client.catchUp();
    const options = { name: 'Survey', label: labelAt('SECRET'), personIds: [boris.personId] };
    conversation = (await anna.client.createConversation(options)).id;
  });
  afterAll(async () => {
    await ministry.stop();
    await postgres.stop();
    await rm(folder, { recursive: true, force: true });
  });

  test('who asks is told so, with what to do; what was written goes out once it is back', async () => {
    await postgres.stop();
    await expect(anna.client.devices.list()).rejects.toMatchObject({
      code: 'DATABASE_UNAVAILABLE',
      message: 'the server cannot reach its database just now',
      remedy: 'Nothing was lost: try again in a minute. If it stays, tell the operator of the server.',
    });
    await anna.client.send(conversation, { text: 'Written meanwhile.' });
    expect(await anna.client.outbox.list()).toHaveLength(1);
    const ready = await fetch(`${ministry.server.url}/health/ready`);
    expect(ready.status).toBe(503);

    postgres = await start();
    await anna.client.catchUp();
    expect(await anna.client.outbox.list()).toEqual([]);
    await boris.client.catchUp();
    const { messages } = await boris.client.messages(conversation);
    expect(messages.filter(({ text }) => text === 'Written meanwhile.')).toHaveLength(1);
  });

  describe('of the errors of PostgreSQL', () => {
    const connect = async (): Promise<pg.Client> => {
      const client = new pg.Client({ connectionString: postgres.url() });
      client.on('error', () => undefined); // a connection that is ended says so twice
      await client.connect();
      return client;
    };
    const failure = async (work: Promise<unknown>): Promise<unknown> =>
      work.then(
        () => undefined,
        (error: unknown) => error,
      );

    test('one transaction of two that wait for each other passes by itself', async () => {
      const [one, other] = [await connect(), await connect()];
      await one.query('CREATE TABLE tied (id integer PRIMARY KEY)');
      await one.query('INSERT INTO tied VALUES (1), (2)');
      const lock = (client: pg.Client, id: number) => client.query('SELECT 1 FROM tied WHERE id = $1 FOR UPDATE', [id]);
      for (const client of [one, other]) await client.query('BEGIN');
      await lock(one, 1);
      await lock(other, 2);
      const errors = await Promise.all([failure(lock(one, 2)), failure(lock(other, 1)).finally(() => other.end())]);
      const [tie] = errors.filter((error) => error !== undefined);
      expect(tie).toMatchObject({ code: '40P01' });
      expect(absenceOf(tie)?.code).toBe('DATABASE_UNAVAILABLE');
      await one.end();
    });

    test('a connection that is ended passes as well; what a statement did wrong stays our own fault', async () => {
      const [one, other] = [await connect(), await connect()];
      const wrong = await failure(one.query('SELECT nothing'));
      expect(absenceOf(wrong)).toBeUndefined();
      const { rows } = await one.query<{ pid: number }>('SELECT pg_backend_pid() AS pid');
      const waiting = failure(one.query('SELECT pg_sleep(60)'));
      await other.query('SELECT pg_terminate_backend($1)', [rows[0]?.pid]);
      expect(absenceOf(await waiting)?.code).toBe('DATABASE_UNAVAILABLE');
      await other.end();
    });
  });
});

test('a missing file, and another service that does not answer, are not the database', () => {
  const missing = Object.assign(new Error('no such file'), { code: 'ENOENT', syscall: 'open' });
  const store = Object.assign(new Error('refused'), { code: 'ECONNREFUSED', syscall: 'connect', $metadata: {} });
  expect([missing, store, 'no error'].map((error) => absenceOf(error))).toEqual([undefined, undefined, undefined]);
});
