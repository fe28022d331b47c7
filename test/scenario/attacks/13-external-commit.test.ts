import { randomBytes } from 'node:crypto';

import { SubmitCommitDocument } from '#contracts';
import { Group } from '#mls';
import { toBase64, utf8 } from '#primitives';

import { labelAt } from '../../support/clients.js';
import type { ClientMinistry, TestClient } from '../../support/clients.js';
import { externalCommitOfStranger, leafNodeIn } from '../../support/forgedCommits.js';
import { startHostileMinistry } from '../../support/hostileServer.js';
import type { HostileServer } from '../../support/hostileServer.js';
import { turn } from '../../support/insider.js';
import { retell } from '../../support/lyingLog.js';

/** Attack 13: a removed device comes back by an external commit, with the help of a member and of the server. */
describe('attack 13: a removed device re-enters by an external commit', () => {
  let ministry: ClientMinistry;
  let hostile: HostileServer;
  let ada: TestClient;
  let dina: TestClient;
  let clara: TestClient;
  let conversation: string;
  /** By the GroupInfo that Clara kept, and by one of the epoch after her removal. */
  let commits: { readonly kept: Uint8Array; readonly leaked: Uint8Array };

  beforeAll(async () => {
    const people = ['Ada Lima', 'Bruno Quispe', 'Clara Osei', 'Dina Park'].map((name) => ({ name }));
    ({ ministry, hostile } = await startHostileMinistry(people));
    const [one, bruno, three, four] = ministry.staff as [TestClient, TestClient, TestClient, TestClient];
    [ada, clara, dina] = [one, three, four];
    for (const { client } of ministry.staff) await client.catchUp();
    const personIds = [bruno, clara, dina].map(({ personId }) => personId);
    const round = { name: 'Round', label: labelAt('SECRET'), personIds };
    ({ id: conversation } = await ada.client.createConversation(round));
    for (const { client } of ministry.staff) await client.catchUp();

    const hers = await turn(clara);
    const { deviceKey } = hers;
    const kept = (await hers.group(conversation)).groupInfo();
    const formerLeaf = leafNodeIn(await hers.records(conversation));
    await hers.close();
    await ada.client.removePeople(conversation, [clara.personId]);
    await bruno.client.catchUp();
    await dina.client.catchUp();
    const his = await turn(bruno);
    const info = (await his.group(conversation)).groupInfo();
    await his.close();
    const identity = utf8(clara.deviceId);
    commits = {
      kept: Group.rejoin({ groupInfo: kept, identity, signatureKeyPair: deviceKey }).commit,
      leaked: externalCommitOfStranger(info, deviceKey, formerLeaf),
    };
    clara = await ministry.reopen(clara);
  }, 60_000);
  afterEach(() => {
    hostile.honest();
  });
  afterAll(() => ministry.stop());

  const submit = async ({ client }: TestClient, commit: Uint8Array): Promise<string> => {
    const idempotencyKey = randomBytes(16).toString('base64');
    const input = { groupId: conversation, commit: toBase64(commit), idempotencyKey };
    const { submitCommit } = await client.execute(SubmitCommitDocument, { input });
    return submitCommit.__typename === 'Refusal' ? submitCommit.code : submitCommit.__typename;
  };

  test('the server takes it neither from her nor from a member who lends a session', async () => {
    for (const commit of [commits.kept, commits.leaked]) {
      expect(['ENVELOPE_INVALID', 'NOT_A_MEMBER']).toContain(await submit(clara, commit));
      expect(['ENVELOPE_INVALID', 'COMMIT_INVALID', 'CommitConflict']).toContain(await submit(ada, commit));
    }
    await ada.client.catchUp();
    const { members, state } = await ada.client.conversation(conversation);
    expect(state).toBe('active');
    expect(members.map(({ personId }) => personId)).not.toContain(clara.personId);
  });

  test.each(['kept', 'leaked'] as const)(
    'a server that passes on the one by the %s GroupInfo gets nothing by it',
    async (which) => {
      const victim = which === 'kept' ? ada : dina;
      await victim.client.catchUp();
      const before = await victim.client.conversation(conversation);
      const forged = {
        groupId: conversation,
        kind: 'COMMIT',
        epoch: before.epoch,
        payload: toBase64(commits[which]),
      } as const;
      retell(hostile, conversation, victim.deviceId, (honest) => [
        ...honest,
        { ...forged, acceptedAt: new Date().toISOString() },
      ]);
      await victim.client.catchUp();
      const { state, problem, epoch, members } = await victim.client.conversation(conversation);
      expect({ state, epoch, code: problem?.code }).toEqual({
        state: 'frozen',
        epoch: before.epoch,
        code: 'CONVERSATION_FROZEN',
      });
      expect(members.map(({ personId }) => personId)).not.toContain(clara.personId);
      await expect(victim.client.send(conversation, { text: 'Who is here?' })).rejects.toMatchObject({
        code: 'CONVERSATION_FROZEN',
      });
    },
  );
});
