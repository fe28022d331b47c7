import { hasCode, verifyExport } from '#client';
import { encodeEnvelopeHeader } from '#contracts';
import { canonicalLabel } from '#policy';
import { randomBytes, ready, toBase64 } from '#primitives';

import { encodeContent } from '../../../libs/client/src/conversation/content.js';
import { hireAll, labelAt } from '../../support/clients.js';
import type { ClientMinistry, TestClient } from '../../support/clients.js';
import { ForkedLog } from '../../support/forkedLog.js';
import { startHostileMinistry } from '../../support/hostileServer.js';
import type { HostileServer } from '../../support/hostileServer.js';
import { turn } from '../../support/insider.js';
import { retell } from '../../support/lyingLog.js';

/** Attack 9: split view of the transparency log. The server holds its own log key, and signs two histories with it. */
describe('attack 9: two people are shown two directories', () => {
  let ministry: ClientMinistry;
  let hostile: HostileServer;
  let fork: ForkedLog;
  let ada: TestClient;
  let ben: TestClient;
  let cleo: TestClient;
  let conversation: string;

  beforeAll(async () => {
    await ready();
    ({ ministry, hostile } = await startHostileMinistry([]));
    fork = new ForkedLog(hostile);
  });
  /** Other people each time: whoever has seen a split view trusts nothing any more. */
  beforeEach(async () => {
    [ada, ben, cleo] = await hireAll(ministry, ['Ada Lima', 'Ben Ito', 'Cleo Roux']);
    await ada.client.catchUp();
    const round = { name: 'Round', label: labelAt('SECRET'), personIds: [ben.personId] };
    ({ id: conversation } = await ada.client.createConversation(round));
    for (const { client } of [ada, ben, cleo, ministry.officer]) await client.catchUp();
  });
  afterEach(() => {
    hostile.honest();
  });
  afterAll(() => ministry.stop());

  const codeOf = async (work: Promise<unknown>): Promise<string> => {
    const error: unknown = await work.then(
      () => undefined,
      (reason: unknown) => reason,
    );
    return hasCode(error, 'SPLIT_VIEW', 'LOG_ROLLED_BACK', 'LOG_FORKED') ? error.code : String(error);
  };
  /** Cleo's laptop is stolen; Ben's device is never to hear of it, though his directory goes on to grow. */
  const hideRevocationFromBen = async (): Promise<void> => {
    fork.show(
      (deviceId) => deviceId === ben.deviceId,
      (body) => body.type !== 'revokeDevice' || body.device !== cleo.deviceId,
    );
    await ministry.officer.client.revokeDevice(cleo.deviceId, 'STOLEN');
    await ministry.hire({ name: 'Dina Park' });
    await ben.client.catchUp();
    await ada.client.catchUp();
  };

  /** The server lies to Ben's device about the log alone, so it helps to export the history that it was shown. */
  const exportOf = async ({ client, deviceId }: TestClient): Promise<string> => {
    const { checkpoint: note, size } = await client.log.show();
    hostile.lie('LogCheckpoint', (exchange) =>
      exchange.deviceId === deviceId ? { data: { logCheckpoint: { size, note } } } : undefined,
    );
    return client.log.export();
  };

  test('each of them verifies, and the first message shows that there are two', async () => {
    await hideRevocationFromBen();
    const stolen = (await ben.client.people()).flatMap(({ devices }) => devices).find(({ id }) => id === cleo.deviceId);
    expect(stolen?.revoked).toBe(false);
    await ada.client.send(conversation, { text: "Do not write to Cleo's laptop." });
    expect(await codeOf(ben.client.catchUp())).toBe('SPLIT_VIEW');
    const { messages } = await ben.client.messages(conversation);
    expect(messages.at(-1)?.text).toBe("Do not write to Cleo's laptop.");
    expect(await codeOf(ben.client.send(conversation, { text: 'Understood.' }))).toBe('SPLIT_VIEW');
    const [alarm] = await ben.client.log.alarms();
    expect(alarm?.message).toContain('Ada Lima');
    expect(alarm?.shown).toContain(ada.deviceId);
    const view = await ada.client.log.show();
    expect(alarm?.shown?.split('\n').slice(0, 2)).toEqual([view.origin, String(view.size)]);
  });

  test('it shows on the other side too, and to those who watch', async () => {
    await hideRevocationFromBen();
    const problems: string[] = [];
    const stop = await ada.client.watch((event) => {
      if (event.type === 'problem') problems.push(event.problem.code);
    });
    await ben.client.send(conversation, { text: 'Is anybody there?' });
    while (!problems.includes('SPLIT_VIEW')) await new Promise((resolve) => setTimeout(resolve, 20));
    await stop();
    expect(await codeOf(ada.client.send(conversation, { text: 'Yes.' }))).toBe('SPLIT_VIEW');
  });

  test('a directory that only stands still is found out in the same way', async () => {
    const old = await fork.statements();
    const checkpoint = await fork.sign(old);
    hostile.lie('Statements', ({ deviceId }) =>
      deviceId === ben.deviceId
        ? { data: { statements: { statements: [], head: old.length, checkpoint } } }
        : undefined,
    );
    await ministry.officer.client.revokeDevice(cleo.deviceId, 'STOLEN');
    await ada.client.catchUp();
    await ben.client.catchUp();
    await ada.client.send(conversation, { text: 'The laptop is gone.' });
    expect(await codeOf(ben.client.catchUp())).toBe('SPLIT_VIEW');
    const [alarm] = await ben.client.log.alarms();
    expect(alarm?.message).toContain('keeps back');
  });

  test.each([
    ['unsigned', undefined],
    ['signed by somebody else', randomBytes(64)],
  ])('a colleague who makes up a state of the directory, %s, stops nobody', async (_, signature) => {
    const { cursor } = await ada.client.conversation(conversation);
    const insider = await turn(ben);
    const group = await insider.group(conversation);
    await insider.close();
    const checkpoint = { size: 3, root: randomBytes(32), ...(signature && { signature }) };
    const place = { counter: 0, seq: 0, head: new Uint8Array(32) };
    const label = canonicalLabel(labelAt('SECRET'));
    const header = encodeEnvelopeHeader({ label, precedence: 'ROUTINE', ...place, checkpoint });
    const content = encodeContent({ id: crypto.randomUUID(), kind: 'text', at: Date.now(), text: 'Beware!' });
    const payload = toBase64(group.encrypt(content, header));
    const acceptedAt = new Date().toISOString();
    const forged = { groupId: conversation, seq: cursor + 1, kind: 'APPLICATION', epoch: group.epoch } as const;
    retell(hostile, conversation, ada.deviceId, (honest) => [...honest, { ...forged, payload, acceptedAt }]);
    const problems: string[] = [];
    const stop = await ada.client.watch((event) => {
      if (event.type === 'problem') problems.push(event.problem.message);
    });
    await ada.client.catchUp();
    while (!problems.some((problem) => problem.includes('Ben Ito')))
      await new Promise((resolve) => setTimeout(resolve, 20));
    await stop();
    hostile.honest();
    expect((await ada.client.messages(conversation)).messages.at(-1)?.text).toBe('Beware!');
    expect(await ada.client.log.alarms()).toEqual([]);
  });

  test('two exports can be held against each other without any server', async () => {
    const common = await ben.client.log.export();
    await hideRevocationFromBen();
    const now = new Date();
    const adas = await ada.client.log.export();
    const bens = await exportOf(ben);
    const { rootFingerprint } = await ada.client.whoami();
    expect(verifyExport(adas, { now, rootFingerprint, earlier: common })).toMatchObject({ isPinned: true });
    expect(verifyExport(bens, { now, rootFingerprint, earlier: common })).toMatchObject({ isPinned: true });
    expect(() => verifyExport(adas, { now, earlier: bens })).toThrow('other statements');
  });
});
