import type { MessageView } from '#client';

import { hireAll, labelAt, startMinistry } from '../support/clients.js';
import type { ClientMinistry, TestClient } from '../support/clients.js';
import { addSecondDevice } from '../support/secondDevice.js';

/** What a person sees of a conversation: words, how often they were changed, signs, acknowledgements. */
async function seen({ client }: TestClient, id: string): Promise<string[]> {
  const { messages } = await client.messages(id);
  return messages.filter(({ kind }) => kind === 'text').map(wordsOf);
}

function wordsOf({ text, edits, reactions, acknowledgements, quote }: MessageView): string {
  const signs = reactions.map(({ sign, people }) => `${sign} ${people.map(({ personName }) => personName).join('+')}`);
  const noted = acknowledgements.map(({ personName }) => `noted by ${personName}`);
  const changed = edits > 0 ? [`changed ${String(edits)}`] : [];
  return [text, ...(quote ? [`to ${quote.text}`] : []), ...changed, ...signs, ...noted].join(' | ');
}

describe('answers, changes and reactions', () => {
  let ministry: ClientMinistry;
  let anna: TestClient;
  let bruno: TestClient;
  let chen: TestClient;
  let id: string;

  beforeAll(async () => {
    ministry = await startMinistry([]);
    [anna, bruno, chen] = await hireAll(ministry, ['Anna', 'Bruno', 'Chen']);
    await anna.client.catchUp();
    const personIds = [bruno.personId, chen.personId];
    ({ id } = await anna.client.createConversation({ name: 'Transit', label: labelAt('SECRET'), personIds }));
    await everybody();
  }, 120_000);
  afterAll(() => ministry.stop());

  async function everybody(): Promise<void> {
    for (const { client } of [anna, bruno, chen]) await client.catchUp();
  }

  test('reach everybody, whoever was away, and only the author changes words', async () => {
    const first = await anna.client.send(id, { text: 'We land at six.', precedence: 'FLASH' });
    await bruno.client.catchUp();
    await bruno.client.send(id, { text: '@Anna: where?', inReplyTo: first.id, mentions: [anna.personId] });
    await bruno.client.react(id, first.id, '👍');
    await bruno.client.acknowledge(id, first.id);
    await anna.client.edit(id, first.id, { text: 'We land at seven.' });
    expect(await chen.client.conversationSummaries(10)).toMatchObject([{ unread: 0 }]);
    await expect(bruno.client.edit(id, first.id, { text: 'Never.' })).rejects.toMatchObject({ code: 'FORBIDDEN' });
    await expect(bruno.client.react(id, first.id, 'yes')).rejects.toMatchObject({ code: 'BAD_INPUT' });
    await bruno.client.send(id, { text: 'We land in Lima.', replaces: first.id }); // what no client of ours would offer

    await everybody(); // Chen was away all the time
    const expected = [
      'We land at seven. | changed 1 | 👍 Bruno | noted by Bruno',
      '@Anna: where? | to We land at seven.',
      'We land in Lima.',
    ];
    for (const who of [anna, bruno, chen]) expect(await seen(who, id)).toEqual(expected);
    expect(await chen.client.conversationSummaries(10)).toMatchObject([
      { unread: 3, unacknowledged: 1, urgency: 'FLASH', isMentioned: false },
    ]);
    expect(await anna.client.conversationSummaries(10)).toMatchObject([{ unacknowledged: 0, isMentioned: true }]);
    await chen.client.acknowledge(id, first.id);
    expect(await chen.client.conversationSummaries(10)).toMatchObject([{ unacknowledged: 0 }]);
  });

  test('are found by their newest words, where they stand', async () => {
    const { hits } = await chen.client.search.find('seven');
    expect(hits.map(({ message }) => [message.text, message.edits])).toEqual([['We land at seven.', 1]]);
    expect((await chen.client.search.find('six')).hits).toEqual([]);
    const place = hits[0]?.message.seq;
    const { messages } = await chen.client.messages(id, { after: (place ?? 1) - 1, limit: 1 });
    expect(messages[0]?.text).toBe('We land at seven.');
  });

  test('survive a restart, and a sign that is taken back is gone for everybody', async () => {
    const [first] = (await bruno.client.messages(id)).messages.filter(({ kind }) => kind === 'text');
    bruno = await ministry.reopen(bruno);
    await bruno.client.catchUp();
    await bruno.client.react(id, first!.id, '👍', true);
    await everybody();
    for (const who of [anna, bruno, chen]) {
      expect((await seen(who, id))[0]).toBe('We land at seven. | changed 1 | noted by Bruno | noted by Chen');
    }
    const versions = await anna.client.versions(id, first!.id);
    expect(versions.map(({ text }) => text)).toEqual(['We land at six.', 'We land at seven.']);
  });

  test('come to a second device with the sealed history', async () => {
    const before = await seen(chen, id);
    await chen.client.history.backUp();
    const { first, second } = await addSecondDevice(ministry, chen);
    chen = first;
    await second.client.history.restore();
    expect(await seen(second, id)).toEqual(before);
  });

  test('a newcomer gets them with the messages that a member hands over', async () => {
    const [dora] = await hireAll(ministry, ['Dora']);
    await anna.client.catchUp();
    await anna.client.addPeople(id, [dora.personId]);
    await dora.client.catchUp();
    await anna.client.handHistory(id, [dora.personId]);
    await dora.client.catchUp();
    expect((await seen(dora, id)).slice(0, 3)).toEqual((await seen(anna, id)).slice(0, 3));
  });
});
