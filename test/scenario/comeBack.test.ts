import { labelAt } from '../support/clients.js';
import type { ClientMinistry, TestClient } from '../support/clients.js';
import { startHostileMinistry } from '../support/hostileServer.js';
import type { HostileServer } from '../support/hostileServer.js';

describe('a member who was removed with unsent messages', () => {
  let ministry: ClientMinistry;
  let hostile: HostileServer;
  beforeAll(async () => {
    ({ ministry, hostile } = await startHostileMinistry([{ name: 'Aziza' }, { name: 'Bruno' }, { name: 'Chen' }]));
  }, 60_000);
  afterAll(() => ministry.stop());

  test('comes back, and nobody misses messages that never were, those who joined meanwhile included', async () => {
    const [aziza, bruno, chen] = ministry.staff as [TestClient, TestClient, TestClient];
    await aziza.client.catchUp();
    const conversation = { name: 'Tariffs', label: labelAt('SECRET'), personIds: [bruno.personId] };
    const { id } = await aziza.client.createConversation(conversation);
    await bruno.client.catchUp();
    await bruno.client.send(id, { text: 'one' });
    const reach = hostile.lie('SendEnvelopes', () => {
      throw new Error('the line is dead');
    });
    for (const text of ['two', 'three']) {
      expect(await bruno.client.send(id, { text })).toMatchObject({ state: 'waiting' });
    }
    reach();
    await aziza.client.removePeople(id, [bruno.personId]);
    await bruno.client.catchUp();
    expect(await bruno.client.conversation(id)).toMatchObject({ state: 'left' });
    await aziza.client.addPeople(id, [chen.personId]);
    await chen.client.catchUp();
    await aziza.client.addPeople(id, [bruno.personId]);
    await bruno.client.catchUp();
    await bruno.client.send(id, { text: 'four' });
    expect(await read(aziza, id)).toEqual(['one', 'four']);
    expect(await read(chen, id)).toEqual(['four']);
    const refused = (await bruno.client.messages(id)).messages.filter(({ state }) => state === 'refused');
    expect(refused.map(({ text }) => text)).toEqual(['two', 'three']);
  });
});

/** Texts and notices. */
async function read({ client }: TestClient, id: string): Promise<string[]> {
  await client.catchUp();
  const { messages } = await client.messages(id);
  return messages.filter(({ kind }) => kind === 'notice' || kind === 'text').map(({ text }) => text);
}
