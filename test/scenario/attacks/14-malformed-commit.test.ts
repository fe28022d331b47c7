import { randomBytes } from 'node:crypto';

import { SubmitCommitDocument } from '#contracts';
import { toBase64 } from '#primitives';

import { labelAt, startMinistry } from '../../support/clients.js';
import type { ClientMinistry, TestClient } from '../../support/clients.js';
import { commitAllButOneCanProcess, leafIn } from '../../support/forgedCommits.js';
import { turn } from '../../support/insider.js';

/** Attack 14: a member makes a commit that the server has to take, and that only some of the others can process. */
describe('attack 14: a malformed commit that only some can process', () => {
  let ministry: ClientMinistry;
  let ada: TestClient;
  let bruno: TestClient;
  let clara: TestClient;
  let dina: TestClient;

  beforeAll(async () => {
    ministry = await startMinistry(['Ada Lima', 'Bruno Quispe', 'Clara Osei', 'Dina Park'].map((name) => ({ name })));
    [ada, bruno, clara, dina] = ministry.staff as [TestClient, TestClient, TestClient, TestClient];
    await caughtUp(ada, bruno, clara, dina);
  }, 60_000);
  afterAll(() => ministry.stop());

  async function caughtUp(...people: readonly TestClient[]): Promise<void> {
    for (const { client } of people) await client.catchUp();
  }

  /** Dina comes in later than the others: she is encrypted to on her own. */
  async function conversation(...others: readonly TestClient[]): Promise<string> {
    const personIds = others.map(({ personId }) => personId);
    const { id } = await ada.client.createConversation({ name: 'Round', label: labelAt('SECRET'), personIds });
    await ada.client.send(id, { text: 'Before Dina came.' });
    await ada.client.addPeople(id, [dina.personId]);
    await caughtUp(ada, ...others, dina, ada);
    return id;
  }

  /** A member's device makes a commit that Dina's can't process, and the real server takes it; it is of no use afterwards. */
  async function strike(id: string, member: TestClient): Promise<void> {
    const insider = await turn(member);
    const records = await insider.records(id);
    const commit = commitAllButOneCanProcess(records, insider.deviceKey, leafIn(records, dina.deviceId));
    await insider.close();
    const { client } = await ministry.reopen(member);
    const input = { groupId: id, commit: toBase64(commit), idempotencyKey: randomBytes(16).toString('base64') };
    const { submitCommit } = await client.execute(SubmitCommitDocument, { input });
    expect(submitCommit.__typename).toBe('CommitAccepted');
  }

  const words = async ({ client }: TestClient, id: string) =>
    (await client.messages(id)).messages.filter(({ kind }) => kind === 'text').map(({ text }) => text);
  const said = async ({ client }: TestClient, id: string) =>
    (await client.messages(id)).messages.map(({ text }) => text);

  test('whom it leaves behind says so, is brought back by the next member, and nobody loses a message', async () => {
    const id = await conversation(bruno, clara);
    await dina.client.send(id, { text: 'All is well.' });
    await caughtUp(ada, clara);
    await strike(id, bruno);
    await caughtUp(ada, clara);
    await ada.client.send(id, { text: 'The ships sail at noon.' });

    // Dina does not know yet, and writes in the epoch that she is in; then she knows, and what she writes waits
    expect(await dina.client.send(id, { text: 'Which ships?' })).toMatchObject({ state: 'accepted' });
    await dina.client.catchUp();
    expect(await dina.client.send(id, { text: 'And when?' })).toMatchObject({ state: 'waiting' });
    expect(await dina.client.conversation(id)).toMatchObject({ state: 'stuck', problem: { code: 'RESYNC_NEEDED' } });
    await dina.client.catchUp();
    await dina.client.catchUp();
    await clara.client.send(id, { text: 'Three of them.' });

    const before = (await ada.client.conversation(id)).epoch;
    await Promise.all([ada.client.catchUp(), clara.client.catchUp()]);
    await caughtUp(dina, ada, clara, dina);
    expect((await ada.client.conversation(id)).epoch).toBe(before + 1);
    expect(await said(ada, id)).toContain(
      'A device of Dina Park could not follow a change of the membership; another member brings it back.',
    );

    expect(await dina.client.conversation(id)).toMatchObject({ state: 'active', name: 'Round', problem: undefined });
    const all = ['All is well.', 'The ships sail at noon.', 'Which ships?', 'Three of them.', 'And when?'];
    expect(await words(dina, id)).toEqual(all);
    for (const one of [ada, clara]) expect(await words(one, id)).toEqual(['Before Dina came.', ...all]);
    const { messages } = await dina.client.messages(id);
    const [given] = messages.filter(({ text }) => text === 'The ships sail at noon.');
    expect(given?.givenBy?.personName).toMatch(/Ada Lima|Clara Osei/u);
    await dina.client.send(id, { text: 'Understood.' });
    await caughtUp(ada, clara);
    for (const one of [ada, clara]) expect((await words(one, id)).at(-1)).toBe('Understood.');
  }, 60_000);

  test('the vault is opened again in between, and a revoked device is not brought back', async () => {
    const id = await conversation(clara);
    await strike(id, clara);
    await caughtUp(dina);
    dina = await ministry.reopen(dina);
    await caughtUp(dina);
    await ministry.officer.client.revokeDevice(dina.deviceId, 'STOLEN');
    await caughtUp(ada);
    await ada.client.send(id, { text: 'Without her.' });
    const members = (await ada.client.conversation(id)).members.map(({ personName }) => personName);
    expect(members.sort()).toEqual(['Ada Lima', 'Clara Osei']);
    expect((await words(ada, id)).at(-1)).toBe('Without her.');
  }, 60_000);
});
