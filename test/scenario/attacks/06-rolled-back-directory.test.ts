import { hasCode } from '#client';
import { sha256, toBase64, utf8 } from '#primitives';

import { labelAt } from '../../support/clients.js';
import type { ClientMinistry, TestClient } from '../../support/clients.js';
import { ForkedLog } from '../../support/forkedLog.js';
import { startHostileMinistry } from '../../support/hostileServer.js';
import type { HostileServer } from '../../support/hostileServer.js';

/** Attack 6: membership, policy, revocation list or log rolled back. */
describe('attack 6: the directory is rolled back', () => {
  let ministry: ClientMinistry;
  let hostile: HostileServer;
  let fork: ForkedLog;
  let ada: TestClient;
  let ben: TestClient;
  let conversation: string;

  beforeAll(async () => {
    ({ ministry, hostile } = await startHostileMinistry([{ name: 'Ada Lima' }, { name: 'Ben Ito' }]));
    fork = new ForkedLog(hostile);
    [ada, ben] = ministry.staff as [TestClient, TestClient];
    await ada.client.catchUp();
    const round = { name: 'Round', label: labelAt('SECRET'), personIds: [ben.personId] };
    ({ id: conversation } = await ada.client.createConversation(round));
    await ben.client.catchUp();
  });
  afterAll(() => ministry.stop());
  afterEach(() => {
    hostile.honest();
  });

  const refusalOf = async (work: Promise<unknown>): Promise<string> => {
    const error: unknown = await work.then(
      () => undefined,
      (reason: unknown) => reason,
    );
    return hasCode(error, 'LOG_ROLLED_BACK', 'LOG_FORKED', 'LOG_UNSIGNED') ? error.code : String(error);
  };
  const sendTo = (who: TestClient) => who.client.send(conversation, { text: 'The ships sail at noon.' });

  test('an older directory is not taken: nothing is sent until the newer one is back, and the evidence stays', async () => {
    const old = await fork.statements();
    const late = await ministry.hire({ name: 'Cleo Roux' });
    await ben.client.catchUp();
    const { size } = await ben.client.log.show();
    const checkpoint = await fork.sign(old);
    hostile.lie('Statements', ({ deviceId }) =>
      deviceId === ben.deviceId
        ? { data: { statements: { statements: [], head: old.length, checkpoint } } }
        : undefined,
    );
    expect(await refusalOf(ben.client.catchUp())).toBe('LOG_ROLLED_BACK');
    expect(await refusalOf(sendTo(ben))).toBe('LOG_ROLLED_BACK');
    const invited = { name: 'Other', label: labelAt('SECRET'), personIds: [late.personId] };
    expect(await refusalOf(ben.client.createConversation(invited))).toBe('LOG_ROLLED_BACK');
    expect((await ben.client.people()).map(({ name }) => name)).toContain('Cleo Roux');
    const reopened = await ministry.reopen(ben);
    ben = reopened;
    expect(await refusalOf(sendTo(ben))).toBe('LOG_ROLLED_BACK');
    hostile.honest();
    await ben.client.catchUp();
    expect((await sendTo(ben)).state).toBe('accepted');
    const [alarm] = await ben.client.log.alarms();
    expect(alarm).toMatchObject({ code: 'LOG_ROLLED_BACK', shown: checkpoint });
    expect(alarm?.seen?.split('\n')[1]).toBe(String(size));
    expect(alarm?.endedAt).toBeDefined();
  });

  test('what other people write is still received while nothing is sent', async () => {
    const [old] = [await fork.statements()];
    await ministry.hire({ name: 'Dina Park' });
    await ben.client.catchUp();
    const checkpoint = await fork.sign(old);
    hostile.lie('Statements', ({ deviceId }) =>
      deviceId === ben.deviceId
        ? { data: { statements: { statements: [], head: old.length, checkpoint } } }
        : undefined,
    );
    await ada.client.send(conversation, { text: 'Do you read me?' });
    expect(await refusalOf(ben.client.catchUp())).toBe('LOG_ROLLED_BACK');
    const { messages } = await ben.client.messages(conversation);
    expect(messages.map(({ text }) => text)).toContain('Do you read me?');
  });

  test('statements that the server has signed are not kept back behind an honest-looking head', async () => {
    await ben.client.catchUp();
    const head = (await fork.statements()).length;
    await ministry.hire({ name: 'Egon Berg' });
    const checkpoint = await fork.sign(await fork.statements());
    hostile.lie('Statements', ({ deviceId }) =>
      deviceId === ben.deviceId ? { data: { statements: { statements: [], head, checkpoint } } } : undefined,
    );
    expect(await refusalOf(ben.client.catchUp())).toBe('LOG_ROLLED_BACK');
    hostile.honest();
    await ben.client.catchUp();
  });

  test.each<[string, () => Promise<string | null>]>([
    ['no checkpoint', () => Promise.resolve(null)],
    ['no note', () => Promise.resolve('the log is fine')],
    ['another signature', async () => (await fork.sign(await fork.statements())).replace(/.{8}\n$/u, 'AAAAAA==\n')],
  ])('a directory with %s is no directory', async (_, note) => {
    const checkpoint = await note();
    const head = (await fork.statements()).length;
    await ben.client.catchUp();
    hostile.lie('Statements', ({ deviceId }) =>
      deviceId === ben.deviceId ? { data: { statements: { statements: [], head, checkpoint } } } : undefined,
    );
    expect(await refusalOf(ben.client.catchUp())).toBe('LOG_UNSIGNED');
    expect(await refusalOf(sendTo(ben))).toBe('LOG_UNSIGNED');
    hostile.honest();
    await ben.client.catchUp();
    expect((await sendTo(ben)).state).toBe('accepted');
  });

  test('what stands under a checkpoint that does not fit is not taken in, and freezes nothing', async () => {
    await ben.client.catchUp();
    const { size } = await ben.client.log.show();
    const gina = await ministry.hire({ name: 'Gina Moss' });
    await ada.client.catchUp();
    await ada.client.addPeople(conversation, [gina.personId]);
    hostile.lie('Statements', async ({ deviceId, ask }) => {
      if (deviceId !== ben.deviceId) return undefined;
      const { data } = await ask();
      return { data: { statements: { ...(data?.['statements'] as object), checkpoint: null } } };
    });
    expect(await refusalOf(ben.client.catchUp())).toBe('LOG_UNSIGNED');
    expect((await ben.client.log.show()).size).toBe(size);
    expect((await ben.client.conversation(conversation)).state).toBe('active');
    hostile.honest();
    await ben.client.catchUp();
    const { members, state } = await ben.client.conversation(conversation);
    expect([state, members.map(({ personName }) => personName)]).toEqual([
      'active',
      expect.arrayContaining(['Gina Moss']),
    ]);
  });

  test('a signed fork stops the device for good, until a person ends the alarm', async () => {
    await ben.client.catchUp();
    const { size, checkpoint: seen } = await ben.client.log.show();
    const shown = await fork.signRoot(size, sha256(utf8('another history')));
    hostile.lie('Statements', ({ deviceId }) =>
      deviceId === ben.deviceId
        ? { data: { statements: { statements: [], head: size, checkpoint: shown } } }
        : undefined,
    );
    expect(await refusalOf(ben.client.catchUp())).toBe('LOG_FORKED');
    hostile.honest();
    expect(await refusalOf(ben.client.catchUp())).toBe('LOG_FORKED');
    expect(await refusalOf(sendTo(ben))).toBe('LOG_FORKED');
    const alarm = (await ben.client.log.alarms()).find(({ code }) => code === 'LOG_FORKED');
    expect(alarm).toMatchObject({ seen, shown, endedAt: undefined });
    await ben.client.log.dismiss(alarm?.id ?? 0);
    await ben.client.catchUp();
    expect((await sendTo(ben)).state).toBe('accepted');
  });

  test('a conversation is not rolled back either', async () => {
    await ada.client.send(conversation, { text: 'One more for the record.' });
    await ben.client.catchUp();
    const { cursor } = await ben.client.conversation(conversation);
    hostile.lie('Groups', async ({ deviceId, ask }) => {
      const { data } = await ask();
      const groups = data?.['groups'] as { edges: { node: object }[] };
      const edges = groups.edges.map(({ node }) => ({ node: { ...node, lastSeq: cursor - 1 } }));
      return deviceId === ben.deviceId ? { data: { groups: { ...groups, edges } } } : undefined;
    });
    hostile.lie('Envelopes', ({ deviceId }) =>
      deviceId === ben.deviceId ? { data: { envelopes: { envelopes: [], lastSeq: cursor - 1 } } } : undefined,
    );
    await ben.client.catchUp();
    expect((await ben.client.conversation(conversation)).problem?.code).toBe('CONFLICT');
    await expect(sendTo(ben)).rejects.toMatchObject({ code: 'CONFLICT' });
    const { messages } = await ben.client.messages(conversation);
    expect(messages.map(({ text }) => text)).toContain('One more for the record.');
  });

  test('a statement that was changed on its way is refused, and the verified directory stays', async () => {
    await ministry.hire({ name: 'Fee Lund' });
    hostile.lie('Statements', async ({ deviceId, ask }) => {
      if (deviceId !== ben.deviceId) return undefined;
      const { data } = await ask();
      const page = data?.['statements'] as { statements: { payload: string }[] };
      const statements = page.statements.map((statement) => {
        const bytes = Buffer.from(statement.payload, 'base64');
        bytes[bytes.length - 1]! ^= 1;
        return { ...statement, payload: toBase64(bytes) };
      });
      return { data: { statements: { ...page, statements } } };
    });
    await expect(ben.client.catchUp()).rejects.toMatchObject({ code: 'STATEMENT_INVALID' });
    expect((await ben.client.people()).map(({ name }) => name)).not.toContain('Fee Lund');
  });
});
