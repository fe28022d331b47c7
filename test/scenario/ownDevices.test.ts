import { setTimeout as pause } from 'node:timers/promises';

import { openClient } from '#client/node';
import { KeyPackageStockDocument, SubmitCommitDocument } from '#contracts';
import { defaultSuite } from '#mls';
import { randomBytes, toBase64 } from '#primitives';

import { labelAt, PASSPHRASE, startMinistry } from '../support/clients.js';
import type { ClientMinistry, TestClient } from '../support/clients.js';
import { turn } from '../support/insider.js';
import { pair } from '../support/pairing.js';

let ministry: ClientMinistry;
let aziza: TestClient;
let bruno: TestClient;
let clara: TestClient;

beforeAll(async () => {
  const people = [{ name: 'Aziza Karimova' }, { name: 'Bruno Quispe' }, { name: 'Clara Osei' }];
  ministry = await startMinistry(people);
  [aziza, bruno, clara] = ministry.staff as [TestClient, TestClient, TestClient];
  for (const { client } of ministry.staff) await client.catchUp();
}, 60_000);
afterAll(() => ministry.stop());

const talk = (who: TestClient, others: readonly TestClient[], name = 'Fisheries') =>
  who.client.createConversation({ name, label: labelAt('SECRET'), personIds: others.map(({ personId }) => personId) });

const texts = async ({ client }: TestClient, id: string): Promise<string[]> =>
  (await client.messages(id)).messages.filter(({ kind }) => kind === 'text').map(({ text }) => text);

const devicesIn = async ({ client }: TestClient, id: string, { personId }: TestClient): Promise<readonly string[]> =>
  (await client.conversation(id)).members.find((member) => member.personId === personId)?.deviceIds ?? [];

test('a new device comes into the conversations of its person by the hand of the other', async () => {
  const conversations = [await talk(aziza, [bruno]), await talk(bruno, [aziza, clara]), await talk(aziza, [clara])];
  await aziza.client.catchUp();
  const phone = await pair(ministry, aziza);
  expect(await phone.client.conversations()).toEqual([]);
  const { keyPackageStock } = await phone.client.execute(KeyPackageStockDocument, {});
  const stock = keyPackageStock.suites.find(({ suite }) => suite === defaultSuite);
  expect(stock?.available).toBe(20 + 3); // a Welcome for each conversation, none by the last resort
  await aziza.client.catchUp();
  const { conversationsJoined } = await phone.client.catchUp();
  expect(conversationsJoined).toBe(3);
  const [first] = conversations;
  await bruno.client.catchUp();
  await bruno.client.send(first!.id, { text: 'to both of your devices' });
  await phone.client.catchUp();
  expect(await texts(phone, first!.id)).toEqual(['to both of your devices']);
  await phone.client.send(first!.id, { text: 'from the telephone' });
  await aziza.client.catchUp();
  expect(await texts(aziza, first!.id)).toEqual(['to both of your devices', 'from the telephone']);
  const known = await phone.client.conversations();
  expect(known.map(({ name }) => name)).toEqual(['Fisheries', 'Fisheries', 'Fisheries']);
  await phone.client.close();
});

test('a conversation that somebody begins later holds all devices of everybody', async () => {
  const phone = await pair(ministry, bruno);
  await bruno.client.catchUp();
  const { id } = await talk(bruno, [clara], 'Later');
  expect(await devicesIn(bruno, id, bruno)).toHaveLength(2);
  await phone.client.catchUp();
  await phone.client.send(id, { text: 'here too' });
  await clara.client.catchUp();
  expect(await texts(clara, id)).toEqual(['here too']);
  await phone.client.close();
});

test('a device without KeyPackages holds nobody up, and comes in when it has some', async () => {
  const { id } = await talk(clara, [bruno], 'Unhindered');
  const fresh = await pair(ministry, clara);
  await clara.client.catchUp();
  await fresh.client.catchUp();
  expect(await devicesIn(clara, id, clara)).toHaveLength(2);
  await fresh.client.close();
});

test('whoever leaves a conversation leaves with all devices, and no device brings the others back', async () => {
  const phone = await pair(ministry, aziza, 'Second telephone');
  const { id } = await talk(aziza, [bruno, clara], 'Left behind');
  await phone.client.catchUp();
  await bruno.client.catchUp();
  await phone.client.leave(id);
  await bruno.client.catchUp();
  for (const who of [aziza, phone]) {
    await who.client.catchUp();
    expect((await who.client.conversation(id)).state).toBe('left');
  }
  await bruno.client.catchUp();
  expect(await devicesIn(bruno, id, aziza)).toEqual([]);
  await phone.client.close();
});

test('a device that comes in after the only other one was revoked is added by a member at the next message', async () => {
  const dora = await ministry.hire({ name: 'Dora Lindqvist' });
  await bruno.client.catchUp();
  const { id } = await talk(bruno, [dora], 'Lost and found');
  await dora.client.catchUp();
  const phone = await pair(ministry, dora, 'New laptop');
  await phone.client.revokeDevice(dora.deviceId, 'LOST');
  await bruno.client.catchUp();
  await bruno.client.send(id, { text: 'are you there?' });
  await phone.client.catchUp();
  expect(await texts(phone, id)).toEqual(['are you there?']);
  expect(await devicesIn(bruno, id, dora)).toEqual([phone.deviceId]);
  await phone.client.close();
});

test('a person who was removed does not come back with a new device', async () => {
  const emil = await ministry.hire({ name: 'Emil Novak' });
  await bruno.client.catchUp();
  const { id } = await talk(bruno, [emil, clara], 'Without Emil');
  await emil.client.catchUp();
  await bruno.client.removePeople(id, [emil.personId]);
  const phone = await pair(ministry, emil, 'Another try');
  await emil.client.catchUp();
  await bruno.client.send(id, { text: 'not for him' });
  expect(await devicesIn(bruno, id, emil)).toEqual([]);
  expect((await phone.client.catchUp()).conversationsJoined).toBe(0);
  await phone.client.close();
});

test('a device that follows the server brings a new one in by itself', async () => {
  const { id } = await talk(clara, [bruno], 'Followed');
  const stop = await clara.client.watch(() => undefined);
  const phone = await pair(ministry, clara, 'Followed telephone');
  const end = performance.now() + 30_000;
  const isIn = async (): Promise<boolean> => (await phone.client.conversations()).some((known) => known.id === id);
  while (!(await isIn()) && performance.now() < end) {
    await phone.client.catchUp();
    await pause(100);
  }
  await stop();
  expect(await isIn()).toBe(true);
  await phone.client.close();
});

test('a device that was removed from a conversation though it is sound does not come back by itself', async () => {
  const phone = await pair(ministry, bruno, 'Put aside');
  const { id } = await talk(bruno, [clara], 'Put aside');
  await phone.client.catchUp();
  await clara.client.catchUp();
  const insider = await turn(clara);
  const group = await insider.group(id);
  const leaf = group.members.find(({ identity }) => Buffer.from(identity).toString() === phone.deviceId)!;
  const { commit } = group.commit({ remove: [leaf.leafIndex] });
  await insider.close();
  const again = await openClient({ folder: clara.folder, passphrase: PASSPHRASE });
  const input = { groupId: id, commit: toBase64(commit), welcome: null, idempotencyKey: toBase64(randomBytes(16)) };
  const { submitCommit } = await again.execute(SubmitCommitDocument, { input });
  expect(submitCommit.__typename).toBe('CommitAccepted');
  await again.close();
  await bruno.client.catchUp();
  await bruno.client.send(id, { text: 'without the telephone' });
  expect(await devicesIn(bruno, id, bruno)).not.toContain(phone.deviceId);
  await phone.client.catchUp();
  expect((await phone.client.conversation(id)).state).toBe('left');
  await phone.client.close();
});

test('a new device reads what its person had read before it came, and goes on from there', async () => {
  const greta = await ministry.hire({ name: 'Greta Holm' });
  await bruno.client.catchUp();
  const { id } = await talk(bruno, [greta], 'Before and after');
  await bruno.client.send(id, { text: 'before' });
  await greta.client.catchUp();
  await greta.client.history.backUp();
  const phone = await pair(ministry, greta);
  await greta.client.catchUp();
  await phone.client.catchUp();
  await bruno.client.catchUp();
  await bruno.client.send(id, { text: 'after' });
  await phone.client.catchUp();
  await phone.client.history.restore();
  expect(await texts(phone, id)).toEqual(['before', 'after']);
  await phone.client.close();
});

test('two devices that bring in a third at the same time bring it in once', async () => {
  const hugo = await ministry.hire({ name: 'Hugo Brandt' });
  const phone = await pair(ministry, hugo);
  await bruno.client.catchUp();
  const ids: string[] = [];
  for (const name of ['One', 'Two', 'Three']) ids.push((await talk(bruno, [hugo], name)).id);
  await Promise.all([hugo, phone].map(({ client }) => client.catchUp()));
  const tablet = await pair(ministry, hugo, 'Tablet');
  await Promise.all([hugo, phone].map(({ client }) => client.catchUp()));
  expect((await tablet.client.catchUp()).conversationsJoined).toBe(3);
  await bruno.client.catchUp();
  for (const id of ids) expect((await devicesIn(bruno, id, hugo)).length).toBe(3);
  await Promise.all([phone, tablet].map(({ client }) => client.close()));
});
