import type { ClientEvent } from '#client';
import type { WelcomesQuery } from '#contracts';

import { labelAt } from '../support/clients.js';
import type { ClientMinistry, TestClient } from '../support/clients.js';
import { startHostileMinistry } from '../support/hostileServer.js';
import type { HostileServer } from '../support/hostileServer.js';

const CLASSICAL = 'x25519-aes128gcm';
const DAY_MS = 86_400_000;

let ministry: ClientMinistry;
let hostile: HostileServer;
let ada: TestClient;
let ben: TestClient;
/** A conversation that Ada has moved, of which Ben has heard nothing yet. */
let first: string;

beforeAll(async () => {
  ({ ministry, hostile } = await startHostileMinistry([{ name: 'Ada' }, { name: 'Ben' }]));
  [ada, ben] = ministry.staff as [TestClient, TestClient];
  for (const { client } of [ada, ben]) await client.catchUp();
  const begin = { label: labelAt('RESTRICTED'), personIds: [ben.personId] };
  first = (await ada.client.createConversation({ ...begin, name: 'First' })).id;
  await ben.client.catchUp();
  const deadline = new Date(Date.now() + DAY_MS).toISOString();
  await ministry.officer.client.campaigns.start({ levels: ['RESTRICTED'], suite: CLASSICAL, deadline });
  await ada.client.catchUp();
  await ada.client.send(first, { text: 'in the new group' });
}, 60_000);
afterAll(() => ministry.stop());

const texts = async (id: string): Promise<string[]> =>
  (await ben.client.messages(id)).messages.flatMap(({ kind, state, text }) =>
    kind === 'text' ? [`${state}: ${text}`] : [],
  );

type Invitation = Pick<WelcomesQuery['welcomes'][number], 'groupId' | 'nextSeq'>;

/** What the server gives Ben out of the invitations that wait for him. */
function invite(choose: (waiting: readonly Invitation[]) => readonly Invitation[]): void {
  hostile.lie('Welcomes', async ({ deviceId, ask }) => {
    if (deviceId !== ben.deviceId) return undefined;
    const { data } = await ask();
    return { data: { welcomes: choose((data?.['welcomes'] ?? []) as Invitation[]) } };
  });
}

test('a server that keeps the invitation to the new group back only delays what is written meanwhile', async () => {
  invite(() => []);
  await ben.client.catchUp();
  expect(await ben.client.send(first, { text: 'are you there?' })).toMatchObject({ state: 'waiting' });
  expect(await texts(first)).toEqual(['waiting: are you there?']);
  hostile.honest();
  await ben.client.catchUp();
  expect(await texts(first)).toEqual(['accepted: in the new group', 'accepted: are you there?']);
  expect(await ben.client.conversation(first)).toMatchObject({ suite: CLASSICAL, problem: undefined });
});

test('an invitation to the successor of another conversation is not taken, and said', async () => {
  const begin = { label: labelAt('RESTRICTED'), personIds: [ben.personId] };
  const { id: second } = await ada.client.createConversation({ ...begin, name: 'Second' });
  const { id: third } = await ada.client.createConversation({ ...begin, name: 'Third' });
  await ada.client.catchUp(); // the campaign goes on: both are moved at once
  const other = new Map([
    [second, third],
    [third, second],
  ]);
  // the first invitation to each is to be added, right behind the first commit; the other is to the successor
  invite((waiting) =>
    waiting.map((one) => (one.nextSeq === 2 ? one : { ...one, groupId: other.get(one.groupId) ?? '' })),
  );
  const heard: ClientEvent[] = [];
  const stop = await ben.client.watch((event) => heard.push(event));
  await ben.client.catchUp();
  await stop();
  const problems = heard.flatMap((event) => (event.type === 'problem' ? [event] : []));
  for (const conversationId of [second, third]) {
    expect(problems).toContainEqual(expect.objectContaining({ type: 'problem', conversationId }));
    expect(await ben.client.conversation(conversationId)).toMatchObject({ problem: { code: 'GROUP_INVALID' } });
  }
  hostile.honest();
  await ben.client.catchUp();
  for (const id of [second, third]) {
    expect(await ben.client.send(id, { text: 'here' })).toMatchObject({ state: 'accepted' });
    expect(await ben.client.conversation(id)).toMatchObject({ suite: CLASSICAL, problem: undefined });
  }
});
