import type { Client, ConversationView, MessageView } from '#client';

import { labelAt, startMinistry } from '../support/clients.js';
import type { ClientMinistry, TestClient } from '../support/clients.js';

const texts = (messages: readonly MessageView[]): string[] =>
  messages.filter(({ kind }) => kind === 'text').map(({ text }) => text);

async function read(client: Client, id: string): Promise<string[]> {
  return texts((await client.messages(id, { limit: 500 })).messages);
}

async function caughtUp(...people: readonly TestClient[]): Promise<void> {
  for (const { client } of people) await client.catchUp();
}

describe('a conversation', () => {
  let ministry: ClientMinistry;
  let aziza: TestClient;
  let bruno: TestClient;
  let others: readonly TestClient[];

  beforeAll(async () => {
    const names = ['Aziza', 'Bruno', 'Chen', 'Dilnoza', 'Emeka', 'Farida', 'Gita'];
    ministry = await startMinistry(names.map((name) => ({ name })));
    [aziza, bruno, ...others] = ministry.staff as [TestClient, TestClient, ...TestClient[]];
    await caughtUp(ministry.officer, ...ministry.staff);
  }, 120_000);
  afterAll(() => ministry.stop());

  const start = (name: string, members: readonly TestClient[]): Promise<ConversationView> =>
    aziza.client.createConversation({
      name,
      label: labelAt('RESTRICTED'),
      personIds: members.map(({ personId }) => personId),
    });

  test('two people exchange messages in both directions', async () => {
    const { id } = await start('Fishing rights', [bruno]);
    const sent = await aziza.client.send(id, { text: 'The draft is with the minister.' });
    expect(sent).toMatchObject({ state: 'accepted', own: true, kind: 'text', precedence: 'ROUTINE' });
    await caughtUp(bruno);
    expect(await bruno.client.conversations()).toMatchObject([
      { id, name: 'Fishing rights', marking: 'RESTRICTED', unread: 1, state: 'active', problem: undefined },
    ]);
    await bruno.client.send(id, { text: 'Understood.', precedence: 'PRIORITY', inReplyTo: sent.id });
    await caughtUp(aziza);
    expect(await read(aziza.client, id)).toEqual(['The draft is with the minister.', 'Understood.']);
    expect(await read(bruno.client, id)).toEqual(['The draft is with the minister.', 'Understood.']);
  });

  test('seven people read what each of them wrote, in one order', async () => {
    const { id, members } = await start('Seven', [bruno, ...others]);
    expect(members).toHaveLength(7);
    await caughtUp(...ministry.staff);
    for (const { client, name } of ministry.staff) await client.send(id, { text: `${name} is here.` });
    await caughtUp(...ministry.staff);
    const lists = await Promise.all(ministry.staff.map(({ client }) => read(client, id)));
    expect(lists[0]).toHaveLength(7);
    for (const list of lists) expect(list).toEqual(lists[0]);
  });

  test('somebody who joins later reads from then on, and learns the name', async () => {
    const [chen] = others as [TestClient];
    const { id } = await start('Late joiner', [bruno]);
    await aziza.client.send(id, { text: 'Before.' });
    await aziza.client.addPeople(id, [chen.personId]);
    await aziza.client.send(id, { text: 'After.' });
    await caughtUp(bruno, chen);
    expect(await read(chen.client, id)).toEqual(['After.']);
    expect(await chen.client.conversation(id)).toMatchObject({ name: 'Late joiner' });
    await chen.client.send(id, { text: 'Thank you.' });
    await caughtUp(aziza, bruno);
    expect(await read(bruno.client, id)).toEqual(['Before.', 'After.', 'Thank you.']);
    expect(await bruno.client.conversation(id)).toMatchObject({ problem: undefined });
    expect(await chen.client.conversation(id)).toMatchObject({ problem: undefined });
  });

  test('somebody who was removed reads nothing more, and can not send', async () => {
    const [chen] = others as [TestClient];
    const { id } = await start('Removal', [bruno, chen]);
    await caughtUp(bruno, chen);
    const { members } = await bruno.client.removePeople(id, [chen.personId]);
    expect(members.map(({ personName }) => personName)).toEqual(['Aziza', 'Bruno']);
    await bruno.client.send(id, { text: 'Among the two of us.' });
    await caughtUp(aziza, chen);
    expect(await read(aziza.client, id)).toEqual(['Among the two of us.']);
    expect(await read(chen.client, id)).toEqual([]);
    expect(await chen.client.conversation(id)).toMatchObject({ state: 'left', problem: { code: 'NOT_A_MEMBER' } });
    await expect(chen.client.send(id, { text: 'Still here?' })).rejects.toMatchObject({ code: 'NOT_A_MEMBER' });
  });

  test('somebody who was removed can be added again', async () => {
    const [chen] = others as [TestClient];
    const { id } = await start('Back again', [bruno, chen]);
    await caughtUp(chen);
    await chen.client.send(id, { text: 'One.' });
    await aziza.client.removePeople(id, [chen.personId]);
    await aziza.client.send(id, { text: 'Two.' });
    await aziza.client.addPeople(id, [chen.personId]);
    await aziza.client.send(id, { text: 'Three.' });
    await caughtUp(chen, bruno);
    await chen.client.send(id, { text: 'Four.' });
    await caughtUp(aziza, bruno);
    expect(await read(chen.client, id)).toEqual(['One.', 'Three.', 'Four.']);
    expect(await read(bruno.client, id)).toEqual(['One.', 'Two.', 'Three.', 'Four.']);
    expect(await aziza.client.conversation(id)).toMatchObject({ problem: undefined });
  });

  test('whoever leaves is gone as soon as another member is there', async () => {
    const [chen] = others as [TestClient];
    const { id } = await start('Leaving', [bruno, chen]);
    await caughtUp(bruno, chen);
    await chen.client.leave(id);
    expect(await chen.client.conversation(id)).toMatchObject({ state: 'leaving' });
    await caughtUp(bruno, aziza, chen);
    expect(await chen.client.conversation(id)).toMatchObject({ state: 'left', problem: undefined });
    expect((await aziza.client.conversation(id)).members).toHaveLength(2);
    await bruno.client.send(id, { text: 'Chen has left.' });
    await caughtUp(aziza, chen);
    expect(await read(aziza.client, id)).toEqual(['Chen has left.']);
    expect(await read(chen.client, id)).toEqual([]);
  });

  test('a new name reaches everybody, and the server never sees it', async () => {
    const { id } = await start('Working title', [bruno]);
    await aziza.client.rename(id, 'Xylograph affair');
    await caughtUp(bruno);
    expect(await bruno.client.conversation(id)).toMatchObject({ name: 'Xylograph affair' });
    await bruno.client.rename(id, 'Closed affair');
    await caughtUp(aziza);
    expect(await aziza.client.conversation(id)).toMatchObject({ name: 'Closed affair' });
  });

  test('two members who change the membership at once both succeed, one after the other', async () => {
    const [chen, dilnoza] = others as [TestClient, TestClient];
    const { id } = await start('Race', [bruno]);
    await caughtUp(bruno);
    await Promise.all([aziza.client.addPeople(id, [chen.personId]), bruno.client.addPeople(id, [dilnoza.personId])]);
    await caughtUp(aziza, bruno, chen, dilnoza);
    for (const { client } of [aziza, bruno, chen, dilnoza]) {
      expect((await client.conversation(id)).members).toHaveLength(4);
    }
    await dilnoza.client.send(id, { text: 'All four of us.' });
    await caughtUp(aziza, bruno, chen);
    for (const { client } of [aziza, bruno, chen]) expect(await read(client, id)).toEqual(['All four of us.']);
  });

  test('a member who was away catches up with 500 messages', async () => {
    const { id } = await start('Long absence', [bruno]);
    await caughtUp(bruno);
    const written = Array.from({ length: 500 }, (_, index) => `Telegram ${String(index + 1)}`);
    await Promise.all(written.map((text) => aziza.client.send(id, { text })));
    const done = await bruno.client.catchUp();
    expect(done).toMatchObject({ messages: 500, waiting: 0 });
    expect(await read(bruno.client, id)).toEqual(written);
    expect(await bruno.client.conversation(id)).toMatchObject({ unread: 500, problem: undefined });
  }, 60_000);

  test('receipts say how far each device has got', async () => {
    const { id } = await start('Receipts', [bruno]);
    const { seq = 0 } = await aziza.client.send(id, { text: 'Please confirm.' });
    await caughtUp(bruno);
    expect(await aziza.client.receipts(id)).toMatchObject([{ personName: 'Bruno', kind: 'DELIVERED', upTo: seq }]);
    await bruno.client.markRead(id);
    const kinds = (await aziza.client.receipts(id)).map(({ kind, upTo }) => ({ kind, upTo }));
    expect(kinds).toContainEqual({ kind: 'READ', upTo: seq });
    expect(await bruno.client.conversation(id)).toMatchObject({ unread: 0 });
  });

  test('only people who are cleared for the label come in, and only labels that it covers are used', async () => {
    const low = await ministry.hire({ name: 'Hugo', level: 'RESTRICTED' });
    await caughtUp(aziza);
    const secret = { name: 'Too high', label: labelAt('SECRET'), personIds: [low.personId] };
    await expect(aziza.client.createConversation(secret)).rejects.toMatchObject({ code: 'CLEARANCE_TOO_LOW' });
    const tooHigh = { name: 'Above me', label: labelAt('TOP_SECRET'), personIds: [] };
    await expect(aziza.client.createConversation(tooHigh)).rejects.toMatchObject({ code: 'CLEARANCE_TOO_LOW' });
    const unknown = { name: 'No such level', label: labelAt('COSMIC'), personIds: [] };
    await expect(aziza.client.createConversation(unknown)).rejects.toMatchObject({ code: 'LABEL_UNKNOWN' });
    const { id } = await start('Labels', [low]);
    const message = { text: 'Secret words', label: labelAt('SECRET') };
    await expect(aziza.client.send(id, message)).rejects.toMatchObject({ code: 'LABEL_TOO_HIGH' });
    const lower = await aziza.client.send(id, { text: 'Open words', label: labelAt('UNCLASSIFIED') });
    expect(lower.marking).toBe('UNCLASSIFIED');
    await caughtUp(low);
    expect((await low.client.messages(id)).messages.at(-1)).toMatchObject({
      marking: 'UNCLASSIFIED',
      problem: undefined,
    });
  });

  test('a revoked device is removed before the next message, and can not read on', async () => {
    const mole = await ministry.hire({ name: 'Igor' });
    await caughtUp(aziza);
    const { id } = await start('Revocation', [bruno, mole]);
    await caughtUp(bruno, mole);
    await aziza.client.send(id, { text: 'Igor reads this.' });
    await caughtUp(mole);
    await ministry.officer.client.revokeDevice(mole.deviceId, 'STOLEN');
    await bruno.client.catchUp();
    await bruno.client.send(id, { text: 'Igor must not read this.' });
    await caughtUp(aziza);
    expect(await read(aziza.client, id)).toEqual(['Igor reads this.', 'Igor must not read this.']);
    expect((await aziza.client.conversation(id)).members.map(({ personName }) => personName)).not.toContain('Igor');
    await expect(mole.client.catchUp()).rejects.toMatchObject({ code: 'DEVICE_REVOKED' });
    expect(await mole.client.whoami()).toMatchObject({ state: 'revoked' });
    expect(await read(mole.client, id)).toEqual(['Igor reads this.']);
  });

  test('pages go back to the beginning without a gap or a repetition', async () => {
    const { id } = await start('Pages', [bruno]);
    const written = Array.from({ length: 45 }, (_, index) => `Line ${String(index)}`);
    for (const text of written) await aziza.client.send(id, { text });
    const found: string[] = [];
    let before: number | undefined;
    do {
      const page = await aziza.client.messages(id, before === undefined ? { limit: 7 } : { limit: 7, before });
      found.unshift(...texts(page.messages));
      before = page.before;
    } while (before !== undefined);
    expect(found).toEqual(written);
    const after = await aziza.client.messages(id, { after: 0, limit: 500 });
    expect(texts(after.messages)).toEqual(written);
  });
});
