import { EventEmitter, once } from 'node:events';

import type { Client, ClientEvent } from '#client';

import { labelAt, startMinistry } from '../support/clients.js';
import type { ClientMinistry } from '../support/clients.js';

describe('people come into the ministry', () => {
  let ministry: ClientMinistry;
  beforeAll(async () => {
    ministry = await startMinistry([{ name: 'Aziza Karimova' }, { name: 'Bruno Quispe' }]);
  }, 60_000);
  afterAll(() => ministry.stop());

  test('everybody sees the same verified directory', async () => {
    await ministry.officer.client.catchUp();
    for (const { client } of [ministry.officer, ...ministry.staff]) {
      await client.catchUp();
      const names = (await client.people()).map(({ name }) => name);
      expect(names).toEqual(['Officer Umarova', 'Aziza Karimova', 'Bruno Quispe']);
    }
  });

  test('who listens while catching up hears of each conversation, who watches of each message too', async () => {
    const [aziza, bruno] = ministry.staff.map(({ client }) => client) as [Client, Client];
    const personIds = [(await bruno.whoami()).personId];
    const { id: conversationId } = await aziza.createConversation({
      name: 'Talks',
      label: labelAt('SECRET'),
      personIds,
    });
    await bruno.catchUp();
    for (const text of ['first', 'second']) await aziza.send(conversationId, { text });
    const heard: ClientEvent[] = [];
    const stop = bruno.listen((event) => heard.push(event));
    await bruno.catchUp();
    expect(heard).toEqual([{ type: 'conversation', conversationId }]);
    stop();

    const events = new EventEmitter();
    const third = once(events, 'message');
    const stopWatching = await bruno.watch((event) => void events.emit(event.type, event));
    await aziza.send(conversationId, { text: 'third' });
    expect(await third).toMatchObject([{ message: { conversationId, text: 'third' } }]);
    await stopWatching();
    expect(heard).toHaveLength(1);
  });
});
