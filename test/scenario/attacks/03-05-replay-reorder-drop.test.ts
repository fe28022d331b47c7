import type { MessageView } from '#client';

import { labelAt } from '../../support/clients.js';
import type { ClientMinistry, TestClient } from '../../support/clients.js';
import { withHostilePair } from '../../support/hostilePair.js';
import type { HostileServer } from '../../support/hostileServer.js';
import { retell } from '../../support/lyingLog.js';
import type { GivenEnvelope, Retelling } from '../../support/lyingLog.js';

let ministry: ClientMinistry;
let hostile: HostileServer;
let aziza: TestClient;
let bruno: TestClient;
let id: string;

withHostilePair((both) => {
  ({ ministry, hostile, aziza, bruno } = both);
});

/** A new conversation with five messages by Aziza that Bruno has not seen. */
beforeEach(async () => {
  const round = { name: 'Quotas', label: labelAt('SECRET'), personIds: [bruno.personId] };
  ({ id } = await aziza.client.createConversation(round));
  await bruno.client.catchUp();
  for (const text of ['one', 'two', 'three', 'four', 'five']) await aziza.client.send(id, { text });
});

async function readBy({ client }: TestClient): Promise<readonly MessageView[]> {
  await client.catchUp();
  return (await client.messages(id)).messages;
}

const textsOf = (messages: readonly MessageView[]): string[] =>
  messages.filter(({ kind }) => kind === 'text').map(({ text }) => text);
const noticesOf = (messages: readonly MessageView[]): string[] =>
  messages.filter(({ kind }) => kind === 'notice').map(({ problem }) => problem?.code ?? '');

const told = (retelling: Retelling): Promise<readonly MessageView[]> => {
  retell(hostile, id, bruno.deviceId, retelling);
  return readBy(bruno);
};

const without = (list: readonly GivenEnvelope[], index: number): GivenEnvelope[] => list.toSpliced(index, 1);

test('the truth needs no notice', async () => {
  const messages = await told((honest) => honest);
  expect(textsOf(messages)).toEqual(['one', 'two', 'three', 'four', 'five']);
  expect(noticesOf(messages)).toEqual([]);
});

describe('attack 3: an old envelope is given again', () => {
  test('the message is shown once, and the repetition is named', async () => {
    const messages = await told((honest) => [...honest, ...honest.slice(-5, -3)]);
    expect(textsOf(messages)).toEqual(['one', 'two', 'three', 'four', 'five']);
    expect(noticesOf(messages)).toEqual(['ENVELOPE_INVALID', 'ENVELOPE_INVALID']);
  });

  test('a commit that was applied before freezes the conversation: the order is not to be trusted', async () => {
    const added = ministry.officer;
    await aziza.client.addPeople(id, [added.personId]);
    const messages = await told((honest) => [...honest, ...honest.filter(({ kind }) => kind === 'COMMIT')]);
    expect(textsOf(messages)).toEqual(['one', 'two', 'three', 'four', 'five']);
    expect(await bruno.client.conversation(id)).toMatchObject({ state: 'frozen' });
  });
});

describe('attack 4: messages are given in another order', () => {
  test('all are shown, and that the order is not that of their sender', async () => {
    const messages = await told((honest) => [...honest.slice(0, -2), ...honest.slice(-2).toReversed()]);
    expect(textsOf(messages).toSorted()).toEqual(['five', 'four', 'one', 'three', 'two']);
    expect(noticesOf(messages)).toContain('MESSAGE_GAP');
  });
});

describe('attack 5: one message is dropped', () => {
  test('the gap is shown at the next message, wherever it was', async () => {
    const messages = await told((honest) => without(honest, honest.length - 3));
    expect(textsOf(messages)).toEqual(['one', 'two', 'four', 'five']);
    expect(noticesOf(messages)).toContain('MESSAGE_GAP');
  });

  test('the last one is missed as soon as anything comes after it', async () => {
    const isDropped = (honest: readonly GivenEnvelope[]) =>
      without(
        honest,
        honest.findIndex(({ seq }) => seq === last),
      );
    const last = (await aziza.client.conversation(id)).cursor;
    expect(noticesOf(await told(isDropped))).toEqual([]);
    await aziza.client.send(id, { text: 'six' });
    const messages = await readBy(bruno);
    expect(textsOf(messages)).toEqual(['one', 'two', 'three', 'four', 'six']);
    expect(noticesOf(messages)).toContain('MESSAGE_GAP');
  });
});
