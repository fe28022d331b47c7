import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { createInterface } from 'node:readline';

import type { ConversationView } from '#client';
import { unlockVault } from '#client/node';
import { KeyPackageStockDocument } from '#contracts';

import { Faults } from '../support/clientsFaults.js';
import { labelAt, PASSPHRASE, startMinistry } from '../support/clients.js';
import type { ClientMinistry, TestClient } from '../support/clients.js';
import { buildCommand, chanceryHere } from '../support/commandLine.js';
import { sql } from '../support/ministry.js';
import { addSecondDevice } from '../support/secondDevice.js';

const ROOT = join(import.meta.dirname, '..', '..');
const CHILD = join(process.env['CHANCERY_DIST'] ?? join(ROOT, 'dist'), 'test', 'support', 'moverChild.js');
const CLASSICAL = 'x25519-chacha20poly1305';
const HYBRID = 'xwing-chacha20poly1305';
const DAY_MS = 86_400_000;

let ministry: ClientMinistry;
let officer: TestClient;
let anna: TestClient;
let phone: TestClient;
let boris: TestClient;
let chen: TestClient;

beforeAll(async () => {
  ministry = await startMinistry(['Anna', 'Boris', 'Chen'].map((name) => ({ name })));
  ({ officer } = ministry);
  [anna, boris, chen] = ministry.staff as [TestClient, TestClient, TestClient];
  ({ first: anna, second: phone } = await addSecondDevice(ministry, anna));
  await caughtUp(officer, anna, phone, boris, chen);
  await fillPool();
}, 120_000);
afterAll(() => ministry.stop());

async function caughtUp(...people: readonly TestClient[]): Promise<void> {
  for (const { client } of people) await client.catchUp();
}

/** Conversations of all of them in the classical suite, as if that had been the newest when they were begun. */
const pool: string[] = [];
const POOL = 9;

async function fillPool(): Promise<void> {
  const personIds = [boris.personId, chen.personId];
  const begin = { label: labelAt('RESTRICTED'), personIds };
  for (let number = 1; number <= POOL; number++) {
    pool.push((await anna.client.createConversation({ ...begin, name: `Talk ${String(number)}` })).id);
  }
  await caughtUp(phone, boris, chen);
  await moveBack('RESTRICTED', anna, phone, boris, chen);
}

async function classical(): Promise<ConversationView> {
  const id = pool.pop();
  if (id === undefined) throw new Error('the pool is too small');
  const conversation = await anna.client.conversation(id);
  expect(conversation).toMatchObject({ suite: CLASSICAL, state: 'active', problem: undefined });
  return conversation;
}

/** To the weaker suite, which takes a campaign. */
async function moveBack(level: string, ...members: readonly TestClient[]): Promise<void> {
  const deadline = new Date(Date.now() + DAY_MS).toISOString();
  const { id: campaign } = await officer.client.campaigns.start({ levels: [level], suite: CLASSICAL, deadline });
  await caughtUp(...members);
  await officer.client.campaigns.end(campaign);
  await caughtUp(...members);
}

/** Asks until the answer is yes: servers and watchers follow on their own. */
async function until(ask: () => Promise<boolean>): Promise<void> {
  while (!(await ask())) await new Promise((resolve) => setTimeout(resolve, 50));
}

const texts = async ({ client }: TestClient, id: string): Promise<string[]> =>
  (await client.messages(id)).messages.filter(({ kind }) => kind === 'text').map(({ text }) => text);
const noticesOf = async ({ client }: TestClient, id: string): Promise<string[]> =>
  (await client.messages(id)).messages.filter(({ kind }) => kind === 'notice').map(({ text }) => text);

describe('a conversation that moves to another suite', () => {
  test('keeps everybody, every message and its place in the order, and goes on', async () => {
    const before = await classical();
    const { id } = before;
    const file = join(anna.folder, '..', 'quota.txt');
    await writeFile(file, 'nine');
    const sent = await anna.client.attachments.send(id, { text: 'before' }, [file]);
    await caughtUp(phone, boris, chen);
    const moved = await boris.client.moveConversation(id, HYBRID);
    expect(moved).toMatchObject({ id, suite: HYBRID, epoch: before.epoch + 1, state: 'active' });
    await boris.client.send(id, { text: 'after, by Boris' });
    await caughtUp(anna, phone);
    await phone.client.send(id, { text: 'after, by the telephone' });
    await caughtUp(anna, chen, boris);
    const all = ['before', 'after, by Boris', 'after, by the telephone'];
    for (const who of [anna, phone, boris, chen]) {
      expect(await texts(who, id)).toEqual(all);
      expect(await noticesOf(who, id)).toEqual([]);
      expect(await who.client.conversation(id)).toMatchObject({
        suite: HYBRID,
        epoch: moved.epoch,
        problem: undefined,
      });
    }
    const [saved = ''] = await chen.client.attachments.save(sent.id, { folder: join(chen.folder, '..', 'inbox') });
    expect(await readFile(saved, 'utf8')).toBe('nine');
    const { cursor } = await boris.client.conversation(id);
    const read = (await boris.client.receipts(id)).filter(({ deviceId }) => deviceId === chen.deviceId);
    expect(read).toMatchObject([{ kind: 'DELIVERED', upTo: cursor }]);
  });

  test('takes what somebody has written without a connection, who learns of the move afterwards', async () => {
    const { id } = await classical();
    const cut = new Faults(() => 0, { drop: 1, duplicate: 0, delay: 0 });
    chen = await ministry.reopen(chen, { faults: cut });
    const unsent = ['first, from the road', 'second, from the road'];
    for (const text of unsent) expect(await chen.client.send(id, { text })).toMatchObject({ state: 'waiting' });
    await boris.client.moveConversation(id, HYBRID);
    await boris.client.send(id, { text: 'meanwhile' });
    cut.heal();
    await chen.client.catchUp();
    await caughtUp(anna, phone, boris);
    for (const who of [anna, phone, boris, chen]) {
      expect(await texts(who, id)).toEqual(['meanwhile', ...unsent]);
      expect(await noticesOf(who, id)).toEqual([]);
    }
    chen = await ministry.reopen(chen);
  });

  test('and then twice more is caught up with in one go by whoever was away', async () => {
    const { id } = await classical();
    await chen.client.close();
    await anna.client.send(id, { text: 'one' });
    await boris.client.catchUp();
    await boris.client.moveConversation(id, HYBRID);
    await boris.client.send(id, { text: 'two' });
    await moveBack('RESTRICTED', anna, boris, phone);
    await caughtUp(anna);
    await anna.client.send(id, { text: 'three' });
    chen = await ministry.reopen(chen);
    await chen.client.catchUp();
    expect(await texts(chen, id)).toEqual(['one', 'two', 'three']);
    expect(await noticesOf(chen, id)).toEqual([]);
    await chen.client.send(id, { text: 'four' });
    await caughtUp(boris);
    expect(await texts(boris, id)).toEqual(['one', 'two', 'three', 'four']);
  });

  test('leaves a device behind that was revoked, and takes in one that comes later, which reads and finds what was said before', async () => {
    let dora = await ministry.hire({ name: 'Dora' });
    await caughtUp(boris, dora);
    const begin = { name: 'Archive', label: labelAt('UNCLASSIFIED'), personIds: [dora.personId] };
    const { id } = await boris.client.createConversation(begin);
    await caughtUp(dora);
    await moveBack('UNCLASSIFIED', boris, dora);
    await boris.client.send(id, { text: 'The anchovy quota is nine.' });
    const { first, second: stolen } = await addSecondDevice(ministry, dora);
    await caughtUp(first, stolen, boris);
    const devices = async (): Promise<readonly string[]> =>
      (await boris.client.conversation(id)).members.flatMap(({ deviceIds }) => deviceIds);
    expect(await devices()).toContain(stolen.deviceId);
    await officer.client.revokeDevice(stolen.deviceId, 'STOLEN');
    await boris.client.moveConversation(id, HYBRID);
    expect((await devices()).toSorted()).toEqual([boris.deviceId, dora.deviceId].toSorted());
    await boris.client.send(id, { text: 'The anchovy quota is ten.' });
    await first.client.catchUp();
    await first.client.history.backUp();
    const added = await addSecondDevice(ministry, first);
    dora = added.first;
    const later = added.second.client;
    await caughtUp(dora, added.second);
    await later.history.restore();
    await later.send(id, { text: 'So be it.' });
    await caughtUp(boris);
    const all = ['The anchovy quota is nine.', 'The anchovy quota is ten.', 'So be it.'];
    for (const who of [boris, added.second]) expect(await texts(who, id)).toEqual(all);
    expect(await later.conversation(id)).toMatchObject({ suite: HYBRID, state: 'active' });
    const { hits } = await boris.client.search.find('anchovy');
    expect(hits.map(({ message }) => message.text)).toEqual(all.slice(0, 2).toReversed());
    for (const { client } of [dora, added.second, stolen]) await client.close();
  });

  test('goes with one of two members who begin at once', async () => {
    const { id } = await classical();
    await caughtUp(phone, boris, chen);
    const everybody = [anna, phone, boris, chen];
    await Promise.all(everybody.map(({ client }) => client.moveConversation(id, HYBRID)));
    for (const who of everybody) {
      await who.client.send(id, { text: `by ${who.deviceId}` });
      expect(await who.client.conversation(id)).toMatchObject({ suite: HYBRID });
    }
    await caughtUp(...everybody);
    const { messages } = await chen.client.messages(id);
    expect(messages.filter(({ text }) => text.endsWith(`moved the conversation to ${HYBRID}.`))).toHaveLength(1);
    const [expected] = await Promise.all(everybody.map((who) => texts(who, id)));
    for (const who of everybody) expect(await texts(who, id)).toEqual(expected);
    expect(expected).toHaveLength(4);
  });

  test('is followed by those who watch, without being asked', async () => {
    const { id } = await classical();
    const heard: string[] = [];
    const stop = await anna.client.watch((event) => {
      if (event.type === 'message' && event.message.kind === 'text') heard.push(event.message.text);
    });
    await boris.client.moveConversation(id, HYBRID);
    await boris.client.send(id, { text: 'can you hear me?' });
    await until(() => Promise.resolve(heard.length > 0));
    expect(await anna.client.send(id, { text: 'yes' })).toMatchObject({ state: 'accepted' });
    await stop();
    expect(await anna.client.conversation(id)).toMatchObject({ suite: HYBRID });
    await boris.client.catchUp();
    expect(await texts(boris, id)).toEqual(['can you hear me?', 'yes']);
  });
});

describe('the device that moves a conversation is killed', () => {
  beforeAll(buildCommand);

  /** Lets a process of its own begin, and kills it. */
  async function killed(who: TestClient, id: string, stop: 'before' | 'after'): Promise<void> {
    await who.client.close();
    const key = Buffer.from(await unlockVault(who.folder, PASSPHRASE)).toString('hex');
    const place = { MOVER_SERVER: ministry.server.url, MOVER_FOLDER: who.folder, MOVER_KEY: key };
    const env = { ...process.env, ...place, MOVER_STOP: stop, MOVER_CONVERSATION: id, MOVER_SUITE: HYBRID };
    const child = spawn(process.execPath, [CHILD], { env, stdio: ['ignore', 'pipe', 'inherit'] });
    const ended = once(child, 'exit');
    createInterface({ input: child.stdout }).on('line', () => child.kill('SIGKILL'));
    expect(await ended).toEqual([null, 'SIGKILL']);
  }

  test('before the server has it: nothing has happened, and it is carried out when the device is back', async () => {
    const { id } = await classical();
    await killed(boris, id, 'before');
    await caughtUp(anna, chen);
    expect(await anna.client.conversation(id)).toMatchObject({ suite: CLASSICAL });
    await anna.client.send(id, { text: 'we go on' });
    boris = await ministry.reopen(boris);
    await caughtUp(boris, anna, phone, chen);
    await boris.client.send(id, { text: 'so do I' });
    await caughtUp(anna, phone, chen);
    for (const who of [anna, phone, boris, chen]) {
      expect(await who.client.conversation(id)).toMatchObject({ suite: HYBRID, state: 'active' });
      expect(await texts(who, id)).toEqual(['we go on', 'so do I']);
    }
  });

  test('before the server has it, while somebody else moves it: theirs counts', async () => {
    const { id } = await classical();
    await killed(boris, id, 'before');
    await anna.client.moveConversation(id, HYBRID);
    await anna.client.send(id, { text: 'moved without you' });
    boris = await ministry.reopen(boris);
    await boris.client.send(id, { text: 'thank you' });
    await caughtUp(anna, chen);
    for (const who of [anna, boris, chen]) expect(await texts(who, id)).toEqual(['moved without you', 'thank you']);
    expect(await boris.client.conversation(id)).toMatchObject({ suite: HYBRID, problem: undefined });
  });

  test('after the server has taken it: the others need nothing of it, and it follows its own commit', async () => {
    const { id } = await classical();
    await killed(boris, id, 'after');
    await anna.client.send(id, { text: 'we are there' });
    await caughtUp(chen, phone);
    for (const who of [anna, phone, chen]) {
      expect(await who.client.conversation(id)).toMatchObject({ suite: HYBRID, state: 'active' });
    }
    boris = await ministry.reopen(boris);
    await boris.client.catchUp();
    expect(await texts(boris, id)).toEqual(['we are there']);
    await boris.client.send(id, { text: 'here I am' });
    await caughtUp(anna);
    expect(await texts(anna, id)).toEqual(['we are there', 'here I am']);
  });
});

describe('a campaign for a suite', () => {
  const deadline = (ms = DAY_MS): string => new Date(Date.now() + ms).toISOString();

  test('is carried out by the members on their own, and waits for a device that cannot follow', async () => {
    const personIds = [boris.personId, chen.personId];
    const { id } = await anna.client.createConversation({
      name: 'Campaign',
      label: labelAt('CONFIDENTIAL'),
      personIds,
    });
    await caughtUp(phone, boris, chen);
    await sql(ministry.server, 'DELETE FROM key_package WHERE device_id = $1 AND cipher_suite = 3', [chen.deviceId]);
    const campaign = await officer.client.campaigns.start({
      levels: ['CONFIDENTIAL'],
      suite: CLASSICAL,
      deadline: deadline(),
    });
    expect(campaign).toMatchObject({ suite: CLASSICAL, groups: 1, groupsDone: 0, members: 4, membersDone: 0 });
    expect(await officer.client.campaigns.heldBackBy(campaign.id)).toMatchObject([{ personName: 'Chen', groups: 1 }]);
    await caughtUp(anna);
    expect(await anna.client.conversation(id)).toMatchObject({ suite: HYBRID, state: 'active' });
    await chen.client.catchUp();
    const { keyPackageStock } = await chen.client.execute(KeyPackageStockDocument, {});
    expect(keyPackageStock.suites.map(({ suite }) => suite)).toEqual([1, 3, 77]);
    expect(await officer.client.campaigns.heldBackBy(campaign.id)).toEqual([]);
    anna = await ministry.reopen(anna); // it would look again after a minute
    await caughtUp(anna, phone, boris, chen);
    for (const who of [anna, phone, boris, chen]) {
      expect(await who.client.conversation(id)).toMatchObject({ suite: CLASSICAL, state: 'active' });
    }
    expect(await officer.client.campaigns.one(campaign.id)).toMatchObject({ groupsDone: 1, membersDone: 4 });
    await officer.client.campaigns.end(campaign.id);
  });

  test('takes whoever cannot follow out of the conversation at its deadline, and goes on without', async () => {
    const emil = await ministry.hire({ name: 'Emil' });
    await caughtUp(anna, emil);
    const personIds = [boris.personId, emil.personId];
    const { id } = await anna.client.createConversation({ name: 'Late', label: labelAt('SECRET'), personIds });
    await caughtUp(phone, boris, emil);
    await emil.client.close();
    await sql(ministry.server, 'DELETE FROM key_package WHERE device_id = $1 AND cipher_suite = 3', [emil.deviceId]);
    await officer.client.campaigns.start({ levels: ['SECRET'], suite: CLASSICAL, deadline: deadline(4_000) });
    await caughtUp(anna);
    expect(await anna.client.conversation(id)).toMatchObject({ suite: HYBRID });
    await until(async () => {
      const query = 'SELECT removals_due FROM mls_group WHERE id = $1';
      return (await sql<{ removals_due: number }>(ministry.server, query, [id]))[0]?.removals_due === 1;
    });
    anna = await ministry.reopen(anna);
    await caughtUp(anna, boris);
    await anna.client.catchUp();
    const moved = await anna.client.conversation(id);
    expect(moved.members.map(({ personName }) => personName)).toEqual(['Anna', 'Boris']);
    expect(moved).toMatchObject({ suite: CLASSICAL, state: 'active' });
  });
});

describe('a suite that is weaker', () => {
  test('or unknown is not for members to choose', async () => {
    const personIds = [boris.personId];
    const { id } = await anna.client.createConversation({ name: 'Kept', label: labelAt('RESTRICTED'), personIds });
    for (const suite of [CLASSICAL, 'rot13']) {
      await expect(anna.client.moveConversation(id, suite)).rejects.toMatchObject({
        code: 'BAD_INPUT',
        field: 'suite',
      });
    }
    expect(await anna.client.conversation(id)).toMatchObject({ suite: HYBRID });
  });
});

test('on the command line the suite is shown, and chosen', async () => {
  const { id, name } = await classical();
  await Promise.all([anna, officer].map(({ client }) => client.close()));
  const run = async ({ folder }: TestClient, ...args: string[]): Promise<string> => {
    const { code, out, err } = await chanceryHere([...args, '--vault', folder], { CHANCERY_PASSPHRASE: PASSPHRASE });
    expect({ code, err }).toEqual({ code: 0, err: '' });
    return out;
  };
  const moved: unknown = JSON.parse(await run(anna, 'converse', 'move', id, '--suite', HYBRID, '--json'));
  expect(moved).toMatchObject({ id, suite: HYBRID });
  expect(await run(anna, 'converse', 'list')).toMatch(new RegExp(`${name} .*${HYBRID}`));
  const scope = ['--suite', CLASSICAL, '--level', 'TOP_SECRET', '--deadline', '2099-12-31'];
  expect(await run(officer, 'campaign', 'start', ...scope)).toContain(
    `0 of 0 devices in conversations are in ${CLASSICAL}`,
  );
});
