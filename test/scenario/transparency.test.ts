import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { verifyExport } from '#client';

import { PASSPHRASE, labelAt, startMinistry } from '../support/clients.js';
import type { ClientMinistry, TestClient } from '../support/clients.js';
import { chanceryHere } from '../support/commandLine.js';
import { startHostileServer } from '../support/hostileServer.js';
import { createDatabase } from '../support/postgres.js';
import { startServer } from '../support/server.js';
import type { TestServer } from '../support/server.js';

describe('the log of a ministry', () => {
  let ministry: ClientMinistry;
  let atHome: TestClient;
  let atMission: TestClient;
  let folder: string;

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'chancery-log-'));
    ministry = await startMinistry([{ name: 'Ada Lima' }, { name: 'Ben Ito' }]);
    [atHome, atMission] = ministry.staff as [TestClient, TestClient];
  });
  afterAll(async () => {
    await ministry.stop();
    await rm(folder, { recursive: true });
  });

  test('is signed from the founding on, and each device computes it by itself', async () => {
    const { officer } = ministry;
    for (const { client } of [officer, atHome, atMission]) await client.catchUp();
    const views = await Promise.all([officer, atHome, atMission].map(({ client }) => client.log.show()));
    expect(new Set(views.map(({ size, root }) => `${String(size)} ${root}`)).size).toBe(1);
    for (const { size, checkpointSize, isSigned, alarms } of views) {
      expect({ checkpointSize, isSigned, alarms }).toEqual({ checkpointSize: size, isSigned: true, alarms: [] });
    }
  });

  test('is cosigned by officers and missions, by nobody else', async () => {
    const { officer } = ministry;
    for (const { client } of [officer, atHome, atMission]) await client.catchUp();
    const cosigners = await atHome.client.log.cosigners();
    expect(cosigners.map(({ personName, isWitness }) => [personName, isWitness]).toSorted()).toEqual([
      ['Ben Ito', false],
      ['Officer Umarova', true],
    ]);
    expect((await atHome.client.log.show()).cosigned).toBe(0);
  });

  test('goes on under a new key when an officer changes it, and says so to everybody', async () => {
    const { officer } = ministry;
    const [before] = await officer.client.log.serverKeys();
    const key = await officer.client.log.rotateServerKey('log');
    expect(key.key).not.toBe(before?.key);
    await atHome.client.catchUp();
    expect((await atHome.client.log.serverKeys()).map(({ purpose, state }) => [purpose, state])).toEqual([
      ['log', 'overlap'],
      ['log', 'current'],
      ['delivery', 'current'],
    ]);
    await expect(atHome.client.log.rotateServerKey('log')).rejects.toMatchObject({ code: 'FORBIDDEN' });
    expect(verifyExport(await atHome.client.log.export(), { now: new Date() }).signedBy).toBe(key.key);
  });

  test('is shown, exported and verified on the command line, without a server at the end', async () => {
    const { client, folder: vault } = atHome;
    const { rootFingerprint } = await client.whoami();
    await client.close();
    const environment = { CHANCERY_PASSPHRASE: PASSPHRASE };
    const file = join(folder, 'log.json');
    const shown = await chanceryHere(['log', 'show', '--vault', vault, '--json'], environment);
    expect(JSON.parse(shown.out)).toMatchObject({ isSigned: true, alarms: [] });
    expect((await chanceryHere(['log', 'show', '--vault', vault], environment)).out).toContain('Statements');
    expect((await chanceryHere(['log', 'export', '--vault', vault, '--out', file], environment)).code).toBe(0);
    const verified = await chanceryHere([
      'log',
      'verify',
      file,
      '--root',
      rootFingerprint,
      '--earlier',
      file,
      '--json',
    ]);
    expect(JSON.parse(verified.out)).toMatchObject({ isPinned: true, rootFingerprint });
    expect((await chanceryHere(['log', 'verify', file])).out).toContain('NOT COMPARED');
    const text = await readFile(file, 'utf8');
    const { statements, ...rest } = JSON.parse(text) as { statements: string[] };
    await writeFile(file, JSON.stringify({ ...rest, statements: statements.slice(0, -1) }));
    const refused = await chanceryHere(['log', 'verify', file, '--json']);
    expect([refused.code, refused.err]).toEqual([1, expect.stringContaining('LOG_FORKED')]);
    const keys = await chanceryHere(['server-keys', 'show', '--vault', vault, '--json'], environment);
    expect(keys.out.split('\n').map((line) => (JSON.parse(line) as { state: string }).state)).toContain('current');
    atHome = await ministry.reopen(atHome);
  });
});

describe('a ministry of the version before', () => {
  test('goes on without a signed log, and gets one when an officer names the keys', async () => {
    const ministry = await startMinistry([{ name: 'Ada Lima' }], {}, async (overrides) => {
      const server = await startHostileServer(overrides);
      server.lie('ServerKeys', () => ({ data: { serverKeys: [] } })); // as a client of that version: it knows of none
      return server;
    });
    try {
      const [ada] = ministry.staff as [TestClient];
      const { officer, server } = ministry;
      (server as Awaited<ReturnType<typeof startHostileServer>>).honest();
      await officer.client.catchUp();
      const round = { name: 'Round', label: labelAt('SECRET'), personIds: [ada.personId] };
      const { id } = await officer.client.createConversation(round);
      await officer.client.send(id, { text: 'Good morning.' });
      await ada.client.catchUp();
      expect(await ada.client.log.show()).toMatchObject({ isSigned: false, checkpoint: undefined, alarms: [] });
      const adopted = await officer.client.log.adoptServerKeys();
      expect(adopted.map(({ purpose }) => purpose)).toEqual(['log', 'delivery']);
      expect(await officer.client.log.adoptServerKeys()).toEqual([]);
      await ada.client.catchUp();
      expect(await ada.client.log.show()).toMatchObject({ isSigned: true, alarms: [] });
    } finally {
      await ministry.stop();
    }
  });
});

test('a server whose key file is lost is not believed until an officer has named its new keys', async () => {
  const database = await createDatabase();
  const folder = await mkdtemp(join(tmpdir(), 'chancery-keys-'));
  const environment = (keys: string, port = 0) => ({
    DATABASE_URL: database.url,
    CHANCERY_KEYS_FILE: join(folder, keys),
    CHANCERY_PORT: String(port),
  });
  const ministry = await startMinistry([{ name: 'Ada Lima' }], { environment: environment('first.json') });
  const { officer, staff, server } = ministry;
  const [ada] = staff as [TestClient];
  let second: TestServer | undefined;
  try {
    await server.stop();
    second = await startServer({ environment: environment('second.json', server.port) });
    await ada.client.catchUp(); // nothing was added since: the checkpoint of the first key still holds
    await officer.client.revokeDevice(ada.deviceId, 'RETIRED');
    await expect(officer.client.catchUp()).rejects.toMatchObject({ code: 'LOG_UNSIGNED' });
    const adopted = await officer.client.log.adoptServerKeys();
    expect(adopted.map(({ purpose }) => purpose)).toEqual(['log', 'delivery']);
    await officer.client.catchUp();
    const alarms = await officer.client.log.alarms();
    expect(alarms.map(({ code, endedAt }) => [code, endedAt !== undefined])).toEqual([['LOG_UNSIGNED', true]]);
  } finally {
    await ministry.stop();
    await second?.stop();
    await database.drop();
    await rm(folder, { recursive: true });
  }
});
