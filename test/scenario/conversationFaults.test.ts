import type { ClientEvent } from '#client';

import { labelAt, startMinistry } from '../support/clients.js';
import type { ClientMinistry, TestClient } from '../support/clients.js';
import { Faults } from '../support/clientsFaults.js';
import { randomFrom, seedOf } from '../support/clientsRandom.js';

describe('a conversation over a bad line', () => {
  let ministry: ClientMinistry;
  beforeAll(async () => {
    ministry = await startMinistry([{ name: 'Aziza' }, { name: 'Bruno' }, { name: 'Chen' }]);
  }, 120_000);
  afterAll(() => ministry.stop());

  const history = async ({ client }: TestClient, id: string): Promise<string[]> =>
    (await client.messages(id, { limit: 500 })).messages.map(({ seq, kind, text }) => `${String(seq)} ${kind} ${text}`);

  test('lost, doubled, late and reordered requests and hints change nothing in what everybody reads', async () => {
    const random = randomFrom(seedOf('faults'));
    const faults = new Faults(random, { drop: 0.08, duplicate: 0.1, delay: 0.25 });
    const id = await beginWithTwo(ministry);
    const staff: TestClient[] = [];
    for (const person of ministry.staff) staff.push(await ministry.reopen(person, { faults }));
    const [aziza, , chen] = staff as [TestClient, TestClient, TestClient];
    await untilAnswered(() => aziza.client.addPeople(id, [chen.personId]));
    await untilAnswered(() => chen.client.catchUp());
    const problems: ClientEvent[] = [];
    const listen = (event: ClientEvent): void => {
      if (event.type === 'problem') problems.push(event);
    };
    const stops = await Promise.all(staff.map(({ client }) => untilAnswered(() => client.watch(listen))));
    const texts = staff.flatMap(({ name }) => Array.from({ length: 40 }, (_, index) => `${name} ${String(index)}`));
    await Promise.all(
      staff.map(async ({ client, name }) => {
        for (const text of texts.filter((each) => each.startsWith(`${name} `))) await client.send(id, { text });
      }),
    );
    faults.heal();
    expect(faults.count).toBeGreaterThan(100);
    for (const stop of stops) await stop();
    for (let round = 0; round < 2; round++) for (const { client } of staff) await client.catchUp();
    const histories = await Promise.all(staff.map((person) => history(person, id)));
    const read = histories[0]?.filter((line) => line.includes(' text ')).map((line) => line.replace(/^\d+ text /, ''));
    expect(read?.toSorted()).toEqual(texts.toSorted());
    for (const list of histories.slice(1)) expect(list).toEqual(histories[0]?.slice(-list.length));
    expect(histories.flat().filter((line) => line.includes(' notice '))).toEqual([]);
    expect(problems).toEqual([]);
    for (const { name } of staff) {
      const own = read?.filter((text) => text.startsWith(`${name} `));
      expect(own).toEqual(texts.filter((text) => text.startsWith(`${name} `)));
    }
  }, 120_000);
});

/** Over a good line: Aziza and Bruno are in a conversation. */
async function beginWithTwo({ staff }: ClientMinistry): Promise<string> {
  const [aziza, bruno] = staff as [TestClient, TestClient];
  await aziza.client.catchUp();
  const conversation = { name: 'Bad line', label: labelAt('SECRET'), personIds: [bruno.personId] };
  const { id } = await aziza.client.createConversation(conversation);
  await bruno.client.catchUp();
  return id;
}

/** People try again when the server does not answer. */
async function untilAnswered<Result>(work: () => Promise<Result>): Promise<Result> {
  for (let attempt = 0; ; attempt++) {
    try {
      return await work();
    } catch (error) {
      const isLost = error instanceof Error && 'code' in error && error.code === 'SERVER_UNREACHABLE';
      if (!isLost || attempt > 50) throw error;
    }
  }
}
