import { encodeEnvelopeHeader } from '#contracts';
import { canonicalLabel } from '#policy';
import { toBase64 } from '#primitives';

import { encodeContent } from '../../../libs/client/src/conversation/content.js';
import { labelAt } from '../../support/clients.js';
import type { ClientMinistry, TestClient } from '../../support/clients.js';
import { startHostileMinistry } from '../../support/hostileServer.js';
import type { HostileServer } from '../../support/hostileServer.js';
import { turn } from '../../support/insider.js';
import { retell } from '../../support/lyingLog.js';

/** Attack 15: a member, with the help of the server, changes what somebody else has written. */
let ministry: ClientMinistry;
let hostile: HostileServer;
let aziza: TestClient;
let bruno: TestClient;
let clara: TestClient;

beforeAll(async () => {
  const people = ['Aziza Karimova', 'Bruno Quispe', 'Clara Osei'].map((name) => ({ name }));
  ({ ministry, hostile } = await startHostileMinistry(people));
  [aziza, bruno, clara] = ministry.staff as [TestClient, TestClient, TestClient];
  for (const { client } of ministry.staff) await client.catchUp();
}, 60_000);
afterAll(() => ministry.stop());

test('an edit in the place of a message of another author is refused, and the message stays as it was', async () => {
  const personIds = [bruno.personId, clara.personId];
  const { id } = await aziza.client.createConversation({ name: 'Round', label: labelAt('SECRET'), personIds });
  for (const { client } of [bruno, clara]) await client.catchUp();
  const original = await aziza.client.send(id, { text: 'We will not sign.' });
  for (const { client } of [bruno, clara]) await client.catchUp();
  const { cursor } = await clara.client.conversation(id);

  const insider = await turn(clara);
  const group = await insider.group(id);
  await insider.close();
  const at = Date.now();
  const forged = encodeContent({
    id: crypto.randomUUID(),
    kind: 'text',
    at,
    text: 'We will sign.',
    replaces: original.id,
  });
  const header = encodeEnvelopeHeader({
    label: canonicalLabel(labelAt('SECRET')),
    precedence: 'ROUTINE',
    counter: 0,
    seq: 0,
    head: new Uint8Array(32),
  });
  const envelope = {
    groupId: id,
    seq: cursor + 1,
    kind: 'APPLICATION',
    epoch: group.epoch,
    payload: toBase64(group.encrypt(forged, header)),
    acceptedAt: new Date(at).toISOString(),
  } as const;
  retell(hostile, id, bruno.deviceId, (honest) => [...honest, envelope]);
  await bruno.client.catchUp();

  const { messages } = await bruno.client.messages(id);
  expect(messages.find(({ id: message }) => message === original.id)).toMatchObject({ text: 'We will not sign.' });
  const edit = messages.find(({ text }) => text === 'We will sign.');
  expect(edit).toMatchObject({ senderName: 'Clara Osei', replaces: undefined, problem: { code: 'FORBIDDEN' } });
});
