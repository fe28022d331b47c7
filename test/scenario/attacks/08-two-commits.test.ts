import { labelAt } from '../../support/clients.js';
import type { ClientMinistry, TestClient } from '../../support/clients.js';
import { startHostileMinistry } from '../../support/hostileServer.js';
import type { HostileServer } from '../../support/hostileServer.js';
import { retell } from '../../support/lyingLog.js';

/**
 * Attack 8: of two commits for one epoch each is given to one half. The halves cannot read each other from then on; they must not take that
 * for silence.
 */
let ministry: ClientMinistry;
let hostile: HostileServer;
let aziza: TestClient;
let bruno: TestClient;
let clara: TestClient;

beforeAll(async () => {
  const people = ['Aziza Karimova', 'Bruno Quispe', 'Clara Osei', 'Dina Park'].map((name) => ({ name }));
  ({ ministry, hostile } = await startHostileMinistry(people));
  [aziza, bruno, clara] = ministry.staff as [TestClient, TestClient, TestClient];
  for (const { client } of ministry.staff) await client.catchUp();
}, 60_000);
afterAll(() => ministry.stop());

const notices = async ({ client }: TestClient, id: string) =>
  (await client.messages(id)).messages.filter(({ kind }) => kind === 'notice').map(({ problem }) => problem?.code);

test('each half finds out with the next message of the other, and in words', async () => {
  const dina = ministry.staff[3] as TestClient;
  const personIds = [bruno.personId, clara.personId, dina.personId];
  const { id } = await aziza.client.createConversation({ name: 'Round', label: labelAt('SECRET'), personIds });
  for (const { client } of ministry.staff) await client.catchUp();
  const { cursor } = await clara.client.conversation(id);

  // Clara removes Dina; her half is told so, the honest order never holds it
  const forks: { payload?: string } = {};
  hostile.lie('SubmitCommit', ({ deviceId, variables }) => {
    if (deviceId !== clara.deviceId) return undefined;
    forks.payload = (variables['input'] as { commit: string }).commit;
    const taken = { __typename: 'CommitAccepted', groupId: id, seq: cursor + 1, epoch: 2 };
    return { data: { submitCommit: taken } };
  });
  await clara.client.removePeople(id, [dina.personId]);
  expect(forks.payload).toBeDefined();
  // Aziza removes Dina too; Bruno and she are told this one, at the same place
  await aziza.client.removePeople(id, [dina.personId]);
  await aziza.client.send(id, { text: 'Are we all here?' });
  await bruno.client.catchUp();
  expect(await notices(bruno, id)).toEqual([]);

  // Clara gets the order with her own commit in the place of Aziza's
  retell(hostile, id, clara.deviceId, (honest) =>
    honest.map((one) => (one.seq === cursor + 1 ? { ...one, payload: forks.payload ?? '' } : one)),
  );
  await clara.client.catchUp();
  expect(await notices(clara, id)).toContain('ENVELOPE_INVALID');
  expect((await clara.client.messages(id)).messages.map(({ text }) => text)).not.toContain('Are we all here?');

  // and what she writes can't be read by the others, who are told so at its place
  const sent: string[] = [];
  hostile.lie('SendEnvelopes', ({ deviceId, variables }) => {
    if (deviceId !== clara.deviceId) return undefined;
    const envelopes = variables['envelopes'] as { payload: string }[];
    sent.push(...envelopes.map(({ payload }) => payload));
    const results = envelopes.map((_, index) => ({
      __typename: 'EnvelopeAccepted',
      groupId: id,
      seq: cursor + 3 + index,
      acceptedAt: new Date().toISOString(),
    }));
    return { data: { sendEnvelopes: results } };
  });
  await clara.client.send(id, { text: 'Yes, all.' });
  const said = { groupId: id, kind: 'APPLICATION', epoch: 2, payload: sent[0] ?? '' } as const;
  retell(hostile, id, bruno.deviceId, (honest) => [...honest, { ...said, acceptedAt: new Date().toISOString() }]);
  await bruno.client.catchUp();
  expect(await notices(bruno, id)).toEqual(['ENVELOPE_INVALID']);
});
