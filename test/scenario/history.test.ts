import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

import type { MessageView } from '#client';

import { labelAt, startMinistry } from '../support/clients.js';
import type { ClientMinistry, TestClient } from '../support/clients.js';
import { startHostileMinistry } from '../support/hostileServer.js';
import { addSecondDevice } from '../support/secondDevice.js';

const texts = (messages: readonly MessageView[]): string[] =>
  messages.filter(({ kind }) => kind === 'text').map(({ text }) => text);

async function read({ client }: TestClient, id: string): Promise<string[]> {
  return texts((await client.messages(id, { limit: 500 })).messages);
}

async function found({ client }: TestClient, query: string): Promise<string[]> {
  const { hits } = await client.search.find(query);
  return hits.map(({ message }) => message.text);
}

async function talk(members: readonly TestClient[], id: string, lines: readonly string[]): Promise<void> {
  for (const [index, text] of lines.entries()) {
    await members[index % members.length]?.client.send(id, { text });
    for (const { client } of members) await client.catchUp();
  }
}

/** Files of a folder, its folders included, that hold a word in clear; there has to be at least one file. */
function filesWith(folder: string, word: string): string[] {
  const files = readdirSync(folder, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
  expect(files.length).toBeGreaterThan(0);
  const paths = files.map(({ parentPath, name }) => join(parentPath, name));
  return paths.filter((path) => readFileSync(path).includes(word));
}

describe('sealed history', () => {
  let ministry: ClientMinistry;
  let ada: TestClient;
  let boris: TestClient;
  let chen: TestClient;

  beforeAll(async () => {
    ministry = await startMinistry([{ name: 'Ada' }, { name: 'Boris' }, { name: 'Chen' }]);
    [ada, boris, chen] = ministry.staff as [TestClient, TestClient, TestClient];
    for (const { client } of ministry.staff) await client.catchUp();
  }, 120_000);
  afterAll(() => ministry.stop());

  const start = (name: string, members: readonly TestClient[]) =>
    ada.client.createConversation({
      name,
      label: labelAt('RESTRICTED'),
      personIds: members.map(({ personId }) => personId),
    });

  test('a new device reads and finds what the person had read before, and goes on from there', async () => {
    const { id } = await start('Karsu', [boris]);
    await boris.client.catchUp();
    await talk([ada, boris], id, ['The first draft.', 'The second draft.', 'A third one, on sturgeon.']);
    await ada.client.history.backUp();
    expect(filesWith(ministry.server.dataFolder, 'sturgeon')).toEqual([]);
    expect(await ada.client.history.state()).toMatchObject({ sealed: 1, toUpload: 0, toSeal: 0, problem: undefined });

    const { first, second } = await addSecondDevice(ministry, ada);
    ada = first;
    const before = await read(ada, id);
    expect(await read(second, id)).toEqual(before);
    expect(before).toEqual(['The first draft.', 'The second draft.', 'A third one, on sturgeon.']);
    expect(await found(second, 'sturgeon')).toEqual(['A third one, on sturgeon.']);
    const restored = (await second.client.messages(id)).messages.filter(({ kind }) => kind === 'text');
    expect(restored.map(({ givenBy }) => givenBy?.own)).toEqual([true, true, true]);
    expect(restored[1]).toMatchObject({ senderPersonId: boris.personId, senderName: 'Boris', own: false });
    expect(await second.client.history.state()).toMatchObject({ toRestore: 0, toSeal: 0, problem: undefined });

    await talk([ada, boris], id, ['Later words of Ada.', 'Later words of Boris.']);
    await ada.client.history.backUp();
    await second.client.history.restore();
    expect(await read(second, id)).toEqual([...before, 'Later words of Ada.', 'Later words of Boris.']);
  }, 60_000);

  test('people who join see from their join on, until a member hands earlier messages over, which all members see', async () => {
    const { id } = await start('Border', [boris]);
    await boris.client.catchUp();
    await talk([ada, boris], id, ['Before one, on the ferry.', 'Before two.']);
    await ada.client.addPeople(id, [chen.personId]);
    await talk([ada, boris, chen], id, ['After.']);
    expect(await read(chen, id)).toEqual(['After.']);

    await expect(ada.client.handHistory(id, [ministry.officer.personId])).rejects.toMatchObject({
      code: 'NOT_A_MEMBER',
    });
    await boris.client.handHistory(id, [chen.personId]);
    for (const { client } of [ada, boris, chen]) await client.catchUp();
    expect(await read(chen, id)).toEqual(['Before one, on the ferry.', 'Before two.', 'After.']);
    expect(await found(chen, 'ferry from:ada')).toEqual(['Before one, on the ferry.']);
    const { messages } = await chen.client.messages(id);
    const [before] = messages.filter(({ kind }) => kind === 'text');
    expect(before).toMatchObject({ senderName: 'Ada', givenBy: { personName: 'Boris', own: false } });
    for (const member of [ada, boris, chen]) {
      const lines = (await member.client.messages(id)).messages.filter(({ kind }) => kind === 'history');
      expect(lines.map(({ text, senderName }) => [senderName, text])).toEqual([
        ['Boris', expect.stringMatching(/^Boris handed \d+ earlier messages over to Chen\.$/)],
      ]);
    }
    const { unread } = await chen.client.conversation(id);
    expect(unread).toBe(1);
  }, 60_000);
});

test('an upload whose answers are lost, and a restore that is cut off, go on where they stood', async () => {
  const { ministry, hostile } = await startHostileMinistry([{ name: 'Ada' }]);
  try {
    const [ada] = ministry.staff as [TestClient];
    await ada.client.catchUp();
    const { id } = await ada.client.createConversation({ name: 'Notes', label: labelAt('RESTRICTED'), personIds: [] });
    const unheard = { errors: [{ message: 'lost', extensions: { code: 'SERVER_UNREACHABLE' } }] };
    hostile.lie('AppendHistory', async ({ ask }) => {
      await ask();
      return unheard;
    });
    const lines = Array.from({ length: 12 }, (_, n) => `Note ${String(n)}.`);
    for (const text of lines) {
      await ada.client.send(id, { text });
      await expect(ada.client.history.backUp()).rejects.toMatchObject({ code: 'SERVER_UNREACHABLE' });
    }
    expect(await ada.client.history.state()).toMatchObject({ sealed: 12, toUpload: 12 });
    hostile.honest();
    await ada.client.history.backUp();
    expect(await ada.client.history.state()).toMatchObject({ sealed: 12, toUpload: 0 });

    const asked: unknown[] = [];
    let isCut = false;
    hostile.lie('HistorySegments', ({ variables, ask }) => {
      asked.push(variables['before']);
      isCut ||= asked.length > 1;
      return isCut ? unheard : ask({ ...variables, first: 8 });
    });
    const { second } = await addSecondDevice(ministry, ada); // its first catch-up is cut off after a page
    const page = texts((await second.client.messages(id)).messages);
    expect(page).toEqual(lines.slice(4));
    expect(await second.client.history.state()).toMatchObject({ toRestore: 4, problem: undefined });
    const again = await ministry.reopen(second);
    hostile.honest();
    hostile.lie('HistorySegments', ({ variables }) => {
      asked.push(variables['before']);
      return undefined;
    });
    await again.client.history.restore();
    expect(await read(again, id)).toEqual(lines);
    expect([asked[0], asked.at(-1)]).toEqual([13, 5]);
  } finally {
    await ministry.stop();
  }
}, 90_000);
