import { ChanceryError } from '#client';
import type { Transport } from '#client';
import {
  ApprovePairingDocument,
  EnvelopesDocument,
  PublishStatementsDocument,
  SendEnvelopesDocument,
} from '#contracts';
import type { EnvelopesQuery } from '#contracts';

import { labelAt, startMinistry } from '../support/clients.js';
import type { ClientMinistry, TestClient } from '../support/clients.js';
import { pair } from '../support/pairing.js';
import { until } from '../support/until.js';

type Pass = () => Promise<unknown>;

/** Between a device and the real server: `detour` says what becomes of each request of one kind. */
const detouring = (kind: { toString(): string }, detour: (pass: Pass) => Promise<unknown>) => ({
  between: (real: Transport): Transport => ({
    origin: real.origin,
    close: () => real.close(),
    transfer: (request, token) => real.transfer(request, token),
    hints: (handlers, token) => real.hints(handlers, token),
    execute: async (document, variables, token, act) => {
      const pass = () => real.execute(document, variables, token, act);
      if (String(document) !== String(kind)) return pass();
      return (await detour(pass)) as Awaited<ReturnType<typeof pass>>;
    },
  }),
});

const unreachable = () => new ChanceryError('SERVER_UNREACHABLE', 'The server did not answer (lost by the test).');
const refusal = (code: string) => ({ __typename: 'Refusal', code, message: 'by the test', field: null, remedy: null });

describe('answers that go astray, or come too late', () => {
  let ministry: ClientMinistry;
  let aziza: TestClient;
  let bruno: TestClient;
  let chen: TestClient;
  beforeAll(async () => {
    ministry = await startMinistry([{ name: 'Aziza' }, { name: 'Bruno' }, { name: 'Chen' }]);
    [aziza, bruno, chen] = ministry.staff as [TestClient, TestClient, TestClient];
    for (const { client } of ministry.staff) await client.catchUp();
  }, 60_000);
  afterAll(() => ministry.stop());

  const withTwo = async (): Promise<string> => {
    const conversation = { name: 'Astray', label: labelAt('SECRET'), personIds: [bruno.personId] };
    const { id } = await aziza.client.createConversation(conversation);
    await bruno.client.catchUp();
    return id;
  };
  /** Texts, and what the device remarks about the order. */
  const read = async ({ client }: TestClient, id: string): Promise<string[]> => {
    await client.catchUp();
    const { messages } = await client.messages(id);
    return messages.flatMap(({ kind, text }) => (kind === 'text' || kind === 'notice' ? [text] : []));
  };

  test('a message under way when somebody joins is encrypted again: whoever joins reads what stands behind the join, once', async () => {
    const id = await withTwo();
    let release: () => void = () => undefined;
    let arrive: () => void = () => undefined;
    const arrived = new Promise<void>((resolve) => (arrive = resolve));
    const released = new Promise<void>((resolve) => (release = resolve));
    let sendings = 0;
    const slow = detouring(SendEnvelopesDocument, async (pass) => {
      sendings += 1;
      arrive();
      await released;
      return pass();
    });
    bruno = await ministry.reopen(bruno, { faults: slow });
    await bruno.client.catchUp();
    const sent = bruno.client.send(id, { text: 'under way' });
    await arrived;
    await aziza.client.addPeople(id, [chen.personId]);
    release();
    expect(await sent).toMatchObject({ state: 'accepted' });
    expect(sendings).toBe(2);
    for (const person of [chen, aziza, bruno]) expect(await read(person, id)).toEqual(['under way']);
  });

  test('messages that the server refuses for good leave no gap in what the others count', async () => {
    const id = await withTwo();
    let answers: (readonly string[])[] = [];
    let isDown = false;
    const refusing = detouring(SendEnvelopesDocument, (pass) => {
      if (isDown) return Promise.reject(unreachable());
      const [codes, ...later] = answers;
      answers = later;
      return codes ? Promise.resolve({ sendEnvelopes: codes.map(refusal) }) : pass();
    });
    bruno = await ministry.reopen(bruno, { faults: refusing });
    await bruno.client.catchUp();
    await bruno.client.send(id, { text: 'one' });
    answers = [['LABEL_UNKNOWN']];
    expect(await bruno.client.send(id, { text: 'refused' })).toMatchObject({ state: 'refused' });
    await bruno.client.send(id, { text: 'two' });
    isDown = true;
    for (const text of ['refused too', 'three', 'four']) await bruno.client.send(id, { text });
    isDown = false;
    answers = [['LABEL_UNKNOWN', 'STALE_EPOCH', 'STALE_EPOCH']];
    await bruno.client.catchUp();
    expect(answers).toEqual([]);
    expect(await read(aziza, id)).toEqual(['one', 'two', 'three', 'four']);
  });

  test('what the server asks for while a lost place is fetched again is judged by the newest directory', async () => {
    const phone = await pair(ministry, aziza);
    await phone.client.catchUp();
    const id = await withTwo();
    await phone.client.catchUp();
    for (const text of ['one', 'two', 'three']) await aziza.client.send(id, { text });
    let isLosing = true;
    const losing = detouring(EnvelopesDocument, async (pass) => {
      const honest = (await pass()) as EnvelopesQuery;
      const { envelopes } = honest.envelopes;
      if (!isLosing || envelopes.length < 3) return honest;
      isLosing = false;
      await ministry.officer.client.revokeDevice(phone.deviceId, 'LOST');
      await until(async () =>
        ((await pass()) as EnvelopesQuery).envelopes.envelopes.some(({ kind }) => kind === 'PROPOSAL'),
      );
      return { envelopes: { ...honest.envelopes, envelopes: envelopes.toSpliced(-2, 1) } };
    });
    bruno = await ministry.reopen(bruno, { faults: losing });
    expect(await read(bruno, id)).toEqual(['one', 'two', 'three']);
    expect(isLosing).toBe(false);
    await bruno.client.send(id, { text: 'four' });
    expect(await read(aziza, id)).toEqual(['one', 'two', 'three', 'four']);
    await phone.client.close();
  });

  test('a revocation whose answer was lost is done, and may be tried again by whoever began it', async () => {
    const phone = await pair(ministry, aziza);
    await phone.client.close();
    const losing = detouring(PublishStatementsDocument, async (pass) => {
      await pass();
      throw unreachable();
    });
    const before = aziza;
    const cutOff = await ministry.reopen(aziza, { faults: losing });
    await expect(cutOff.client.revokeDevice(phone.deviceId, 'LOST')).rejects.toThrow('did not answer');
    aziza = await ministry.reopen(cutOff);
    expect(aziza.deviceId).toBe(before.deviceId);
    await aziza.client.revokeDevice(phone.deviceId, 'LOST');
    const devices = await aziza.client.devices.list();
    expect(devices.find(({ id }) => id === phone.deviceId)).toMatchObject({ revoked: true });
    const refused = { code: 'STATEMENT_INVALID' };
    await expect(aziza.client.revokeDevice(phone.deviceId, 'STOLEN')).rejects.toMatchObject(refused);
    await expect(ministry.officer.client.revokeDevice(phone.deviceId, 'LOST')).rejects.toMatchObject(refused);
  });

  test('a device that is approved while a new identity key comes into force is vouched for with that', async () => {
    let approvals = 0;
    const overtaken = detouring(ApprovePairingDocument, async (pass) => {
      approvals += 1;
      if (approvals === 1) await bruno.client.identity.rotate();
      return pass();
    });
    bruno = await ministry.reopen(bruno, { faults: overtaken });
    await bruno.client.catchUp();
    const phone = await pair(ministry, bruno);
    expect(approvals).toBe(2);
    expect((await bruno.client.devices.list()).map(({ id }) => id)).toContain(phone.deviceId);
    // the new key, not the old one, is what the new device can vouch with
    const tablet = await pair(ministry, phone);
    expect((await phone.client.devices.list()).map(({ id }) => id)).toContain(tablet.deviceId);
    for (const { client } of [phone, tablet]) await client.close();
  });
});
