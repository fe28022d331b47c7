import { cp, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { jest } from '@jest/globals';

import type { Client } from '#client';
import { verifyExport } from '#client';
import { enrolDevice, openClient, unlockVault } from '#client/node';
import { DocumentDocument, SearchDocument } from '#contracts';

import { Clock } from '../../apps/api/src/platform/clock.js';
import { migrations } from '../../apps/api/src/platform/database/migrations/index.js';
import { systemTimer } from '../../libs/client/src/node/timer.js';
import { diskVaults } from '../../libs/client/src/node/vaults.js';
import { openVaultWithKey } from '../../libs/client/src/vault/vault.js';
import { CHEAPEST } from '../support/clients.js';
import type { TestClient } from '../support/clients.js';
import {
  UpgradedMinistry,
  countRows,
  firstVersionDatabase,
  keptVault,
  story,
  viewsOf,
  withDatabase,
} from '../support/firstVersion.js';
import type { FrozenConversation, Keeper } from '../support/firstVersion.js';
import { sql } from '../support/ministry.js';
import { pair } from '../support/pairing.js';
import { startServer } from '../support/server.js';

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
const MOST_INDEXING_MS = 60_000;
const { corridor, port, quota } = story.conversations;

/** What was signed in the fixture holds for a time: the story goes on an hour later, by the clocks of server, database and clients. */
function goOnAfterAnHour(): number {
  const trueNow = Date.now.bind(Date);
  const behind = trueNow() - Date.parse(story.frozenAt) - HOUR_MS;
  jest.spyOn(Date, 'now').mockImplementation(() => trueNow() - behind);
  jest.spyOn(Clock.prototype, 'now').mockImplementation(() => new Date(Date.now()));
  jest.spyOn(systemTimer, 'now').mockImplementation(() => new Date(Date.now()));
  return behind;
}

async function texts(client: Client, conversationId: string): Promise<string[]> {
  const { messages } = await client.messages(conversationId, { limit: 500 });
  return messages.filter(({ kind }) => kind === 'text').map(({ text }) => text);
}

async function found(client: Client, query: string): Promise<string[]> {
  const { hits } = await client.search.find(query);
  return hits.map(({ message }) => message.text);
}

/** Another analysis of words makes the index anew when the server starts. */
async function untilIndexed({ server }: UpgradedMinistry): Promise<void> {
  const deadline = performance.now() + MOST_INDEXING_MS;
  while ((await sql(server, 'SELECT 1 FROM index_outbox LIMIT 1')).length > 0) {
    if (performance.now() > deadline) throw new Error('the index does not catch up');
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

/** Since then an edit stands in the message that it changes, no more beside it, and is nothing that is unread. */
function withEdits(view: FrozenConversation, reader: string): FrozenConversation {
  const edited = new Map(
    view.messages.flatMap(({ replaces, text }) => (replaces === undefined ? [] : [[replaces, text]])),
  );
  const messages = view.messages
    .filter(({ replaces }) => replaces === undefined)
    .map((message) => ({ ...message, text: edited.get(message.id) ?? message.text }));
  const fromOthers = view.messages.filter(({ kind, sender }) => kind === 'text' && sender !== reader);
  const news = fromOthers.slice(fromOthers.length - view.unread);
  const unread = view.unread - news.filter(({ replaces }) => replaces !== undefined).length;
  return { ...view, messages, unread };
}

describe('a ministry of the first version', () => {
  let ministry: UpgradedMinistry;
  let rowsBefore: Record<string, number>;
  let officer: TestClient;
  let ana: TestClient;
  let bakhtiyor: TestClient;
  let chen: TestClient;
  let dina: TestClient;

  beforeAll(async () => {
    const database = await firstVersionDatabase(goOnAfterAnHour());
    rowsBefore = await countRows(database.url);
    ministry = await UpgradedMinistry.start(database);
  });
  afterAll(async () => {
    await ministry.stop();
    jest.restoreAllMocks();
  });

  test('keeps every row through the migrations', async () => {
    // What is made from the documents may be under way already, to be made anew.
    const kept = Object.entries(rowsBefore).filter(([name]) => !/^(?:search|index)_/u.test(name));
    const expected = { ...Object.fromEntries(kept), migration: migrations.length };
    expect(await countRows(ministry.server.databaseUrl)).toMatchObject(expected);
    const run = await withDatabase(ministry.server.databaseUrl, (client) =>
      client.query<{ name: string }>('SELECT name FROM migration ORDER BY id'),
    );
    expect(run.rows.map(({ name }) => name)).toEqual(migrations.map(({ name }) => name));
  });

  test('opens its vaults, and shows every message as it was, before anybody is asked', async () => {
    const open = async (keeper: Keeper): Promise<TestClient> => {
      const who = await ministry.open(keeper);
      expect({ [who.name]: await viewsOf(who.client) }).toEqual({
        [who.name]: (story.views[who.name] ?? []).map((view) => withEdits(view, who.name)),
      });
      return who;
    };
    officer = await open('officer');
    [ana, bakhtiyor] = [await open('ana'), await open('bakhtiyor')];
    [chen, dina] = [await open('chen'), await open('dina')];
  });

  test("goes on before the officer has named the server's keys, and is signed from then on", async () => {
    await officer.client.catchUp();
    expect(await officer.client.log.show()).toMatchObject({ isSigned: false, alarms: [] });
    const adopted = await officer.client.log.adoptServerKeys();
    expect(adopted.map(({ purpose }) => purpose)).toEqual(['log', 'delivery']);
    for (const { client } of [officer, ana]) await client.catchUp();
    const [here, there] = await Promise.all([officer, ana].map(({ client }) => client.log.show()));
    expect(there).toMatchObject({ isSigned: true, alarms: [], size: here?.size, root: here?.root });
    const { rootFingerprint } = await ana.client.whoami();
    const verified = verifyExport(await ana.client.log.export(), { rootFingerprint, now: new Date(Date.now()) });
    expect(verified).toMatchObject({ isPinned: true, size: here?.size, root: here?.root });
  });

  test('sends what was unsent, once, and nobody misses a message', async () => {
    for (const { client } of [bakhtiyor, ana, chen, officer]) await client.catchUp();
    for (const { client } of [bakhtiyor, ana, chen, officer]) await client.catchUp();
    const said = await texts(ana.client, port);
    expect(said.filter((text) => text === 'This one left, but no answer came.')).toHaveLength(1);
    expect(said).toEqual(expect.arrayContaining(['The two on the western pier.', 'Photographs follow by bag.']));
    for (const { client } of [bakhtiyor, chen]) expect(await texts(client, port)).toEqual(said);
    expect(await texts(officer.client, corridor)).toContain('This was written on the train and not sent.');
    for (const { client } of [bakhtiyor, ana, chen, officer]) {
      for (const { id } of await client.conversations()) {
        const { messages } = await client.messages(id, { limit: 500 });
        expect(messages.filter(({ kind, state }) => kind === 'notice' || state !== 'accepted')).toEqual([]);
      }
    }
  });

  test('carries out the removal whose answer was lost', async () => {
    expect((await officer.client.conversation(port)).state).toBe('left');
    const members = (await chen.client.conversation(port)).members.map(({ personName }) => personName);
    expect(members.toSorted()).toEqual(['Ana Duarte', 'Bakhtiyor Alimov', 'Chen Rui']);
  });

  test('brings the one who was away into the conversation that was begun meanwhile', async () => {
    expect(await texts(chen.client, quota)).toEqual(['Chen, the fisheries people ask for you. Codeword: ottershaw.']);
    const { id } = await chen.client.send(quota, { text: 'I am here, with the new program.', precedence: 'FLASH' });
    await ana.client.catchUp();
    await ana.client.send(quota, { text: 'So am I.', inReplyTo: id });
    for (const { client } of [bakhtiyor, chen]) await client.catchUp();
    expect((await texts(bakhtiyor.client, quota)).slice(-2)).toEqual(['I am here, with the new program.', 'So am I.']);
    await chen.client.markRead(quota);
    const read = (await ana.client.receipts(quota)).filter(({ kind }) => kind === 'READ');
    expect(read.map(({ personName }) => personName)).toContain('Chen Rui');
  });

  test('lets the revoked laptop read what it had read, and nothing else', async () => {
    await expect(dina.client.catchUp()).rejects.toMatchObject({ code: 'DEVICE_REVOKED' });
    expect((await texts(dina.client, corridor)).join()).not.toContain('kestrelford');
  });

  test('completes the enrolment that was under way, and honours the link that was not used yet', async () => {
    const link = story.invitation.link.replace(/^http:\/\/[^/]+/u, ministry.server.url);
    const farrukhsVault = { folder: ministry.path('farrukh'), passphrase: story.passphrase, ...CHEAPEST };
    const farrukh = ministry.keep(
      await enrolDevice({ ...farrukhsVault, link, deviceName: 'Laptop of Farrukh Saidov' }),
    );
    const elif = await ministry.open('elif');
    const completed = await officer.client.completeEnrolments();
    expect(completed.map(({ personName }) => personName).toSorted()).toEqual(['Elif Kaya', 'Farrukh Saidov']);
    for (const client of [elif.client, farrukh]) await client.catchUp();
    await ana.client.catchUp();
    await ana.client.addPeople(corridor, [elif.personId]);
    await elif.client.catchUp();
    await elif.client.send(corridor, { text: 'Thank you for waiting.' });
    await ana.client.catchUp();
    expect((await texts(ana.client, corridor)).at(-1)).toBe('Thank you for waiting.');
    expect(await texts(elif.client, corridor)).toEqual(['Thank you for waiting.']);
  });

  test('finds old messages, and restores them on a new telephone', async () => {
    expect(await found(ana.client, 'saltmarsh')).toEqual([
      'The draft treaty is with the lawyers until Friday. Codeword: saltmarsh.',
    ]);
    await ana.client.history.backUp();
    const telephone = await pair(ministry, ana);
    ministry.keep(telephone.client);
    await ana.client.catchUp();
    await telephone.client.catchUp();
    await telephone.client.history.restore();
    expect(await texts(telephone.client, corridor)).toEqual(await texts(ana.client, corridor));
    expect(await found(telephone.client, 'ottershaw')).toHaveLength(1);
    await telephone.client.send(corridor, { text: 'From the telephone.' });
    await officer.client.catchUp();
    expect((await texts(officer.client, corridor)).at(-1)).toBe('From the telephone.');
    await officer.client.revokeDevice(telephone.deviceId, 'LOST');
    await expect(telephone.client.catchUp()).rejects.toMatchObject({ code: 'DEVICE_REVOKED' });
  });

  test('changes every key of the old conversations in a campaign', async () => {
    const deadline = new Date(Date.now() + DAY_MS).toISOString();
    for (const { client } of [ana, bakhtiyor, chen]) await client.catchUp();
    const { id } = await officer.client.campaigns.start({ levels: ['CONFIDENTIAL'], deadline });
    for (const { client } of [ana, bakhtiyor, chen, ana, bakhtiyor, chen]) await client.catchUp();
    expect(await officer.client.campaigns.one(id)).toMatchObject({ groups: 2, groupsDone: 2 });
    expect(await officer.client.campaigns.heldBackBy(id)).toEqual([]);
  });

  test('sends a file in an old conversation', async () => {
    const path = ministry.path('annex.txt');
    await writeFile(path, 'The annex, on paper only.');
    const { id } = await ana.client.attachments.send(port, { text: 'The annex.' }, [path]);
    await chen.client.catchUp();
    const [saved = ''] = await chen.client.attachments.save(id, { folder: ministry.path('inbox') });
    expect(await readFile(saved, 'utf8')).toBe('The annex, on paper only.');
  });

  test('shows its papers, in each version, to those who are cleared', async () => {
    const titles = async ({ client }: TestClient): Promise<string[]> => {
      const { search } = await client.execute(SearchDocument, { input: { query: 'heronsgate', first: 5 } });
      return search.hits.map(({ document }) => document.title);
    };
    await untilIndexed(ministry);
    expect(await titles(ana)).toEqual(['Transit fees: the last concession']);
    expect(await titles(chen)).toEqual([]);
    const bodies = [1, 2].map(async (version) => {
      const { document } = await ana.client.execute(DocumentDocument, { id: story.documentId, version });
      return document?.version.body.slice(0, 'We open at four'.length);
    });
    expect(await Promise.all(bodies)).toEqual(['We open at four', 'We open at thre']);
  });

  test('keeps safety numbers that people compare', async () => {
    const [here, there] = [ana.client.verifications, chen.client.verifications];
    expect((await here.of(chen.personId)).safetyNumber).toBe((await there.of(ana.personId)).safetyNumber);
  });
});

describe('what a newer version has written', () => {
  test('is refused by the server, which changes nothing', async () => {
    const database = await firstVersionDatabase();
    const later = `INSERT INTO migration (timestamp, name) VALUES (20991231000000, 'Later20991231000000')`;
    await withDatabase(database.url, (client) => client.query(later));
    const before = await countRows(database.url);
    const starting = startServer({ environment: { DATABASE_URL: database.url } });
    await expect(starting).rejects.toMatchObject({
      code: 'DATABASE_NEWER',
      message: 'the database belongs to a newer version of Chancery',
      remedy: expect.stringContaining('Nothing was changed.') as string,
    });
    expect(await countRows(database.url)).toEqual(before);
    await database.drop();
  });

  test('is refused by the client, which changes nothing and keeps nobody out', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'chancery-newer-'));
    await cp(keptVault('elif'), folder, { recursive: true });
    const vault = await openVaultWithKey(diskVaults, folder, await unlockVault(folder, story.passphrase));
    await vault.store.read((sql) => sql.run('PRAGMA user_version = 99'));
    await vault.close();
    const before = await readFile(join(folder, 'vault.db'));
    const refusal = {
      code: 'VAULT_NEWER',
      remedy: expect.stringContaining('nothing was changed') as string,
    };
    const opening = () => openClient({ folder, passphrase: story.passphrase });
    await expect(opening()).rejects.toMatchObject(refusal);
    await expect(opening()).rejects.toMatchObject(refusal);
    expect(await readFile(join(folder, 'vault.db'))).toEqual(before);
    await rm(folder, { recursive: true });
  });
});
