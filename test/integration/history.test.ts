import { randomBytes, randomUUID } from 'node:crypto';

import { encodeHistoryManifest } from '#contracts';
import { generateSigningKeyPair, ready, sha256, sign, toBase64 } from '#primitives';

import { chanceryHere } from '../support/commandLine.js';
import { labelAt, PASSPHRASE, startMinistry } from '../support/clients.js';
import type { TestClient } from '../support/clients.js';
import type { ClientAnswer } from '../support/graphql.js';
import { addDevice, byDevice, byIdentity, FOUNDING_TOKEN, must, PUBLISH, TestMinistry } from '../support/ministry.js';
import type { TestPerson } from '../support/ministry.js';
import { addSecondDevice } from '../support/secondDevice.js';
import { startServer } from '../support/server.js';

const APPEND = 'mutation ($segment: HistorySegmentInput!) { appendHistory(segment: $segment) }';
const MANIFESTS = '{ historyManifests { deviceId segments head signature } }';
const SEGMENTS = `query ($deviceId: ID!, $before: Int!, $first: Int) {
  historySegments(deviceId: $deviceId, before: $before, first: $first) { number payload }
}`;

const codeOf = ({ errors }: ClientAnswer): unknown => errors[0]?.extensions['code'];

describe('sealed history on the server', () => {
  let ministry: TestMinistry;
  let ada: TestPerson;
  let boris: TestPerson;

  beforeAll(async () => {
    await ready();
    ministry = await TestMinistry.found(
      await startServer({ environment: { CHANCERY_FOUNDING_TOKEN: FOUNDING_TOKEN } }),
    );
    ada = await ministry.enrol({ name: 'Ada' });
    boris = await ministry.enrol({ name: 'Boris' });
  }, 60_000);
  afterAll(() => ministry.server.stop());

  const segment = ({ personId, deviceId, device }: TestPerson, number: number, payload: Uint8Array) => {
    const manifest = encodeHistoryManifest({ personId, deviceId, segments: number, head: sha256(payload) });
    return { number, payload: toBase64(payload), signature: toBase64(sign(device.privateKey, manifest)) };
  };
  const append = (who: TestPerson, number: number, payload: Uint8Array): Promise<ClientAnswer> =>
    ministry.as(who, APPEND, { segment: segment(who, number, payload) });
  const read = async (who: TestPerson, deviceId: string, before = 1000, first = 8): Promise<unknown> =>
    must(await ministry.as(who, SEGMENTS, { deviceId, before, first }))['historySegments'];

  test('segments come one behind the other; the same bytes again change nothing, others are refused', async () => {
    const [one, two, other] = [randomBytes(100), randomBytes(200), randomBytes(100)];
    expect(must(await append(ada, 1, one))).toEqual({ appendHistory: 1 });
    expect(must(await append(ada, 1, one))).toEqual({ appendHistory: 1 });
    expect(codeOf(await append(ada, 1, other))).toBe('CONFLICT');
    expect(codeOf(await append(ada, 3, other))).toBe('CONFLICT');
    expect(codeOf(await append(ada, 0, other))).toBe('HISTORY_INVALID');
    expect(must(await append(ada, 2, two))).toEqual({ appendHistory: 2 });
    const forged = { ...segment(boris, 3, other), number: 3 };
    expect(codeOf(await ministry.as(ada, APPEND, { segment: forged }))).toBe('HISTORY_INVALID');
    expect(codeOf(await append(boris, 1, randomBytes(2 * 1024 * 1024 + 1)))).toBe('TOO_LARGE');
    expect(await read(ada, ada.deviceId)).toEqual([
      { number: 2, payload: two.toString('base64') },
      { number: 1, payload: one.toString('base64') },
    ]);
    expect(await read(ada, ada.deviceId, 2, 1)).toEqual([{ number: 1, payload: one.toString('base64') }]);
    expect(codeOf(await ministry.as(ada, SEGMENTS, { deviceId: ada.deviceId, before: 9, first: 65 }))).toBe(
      'BAD_INPUT',
    );
  });

  test('two attempts at one number at the same time end in one segment that is whole', async () => {
    const attempts = await Promise.all(Array.from({ length: 6 }, () => append(boris, 1, randomBytes(50_000))));
    const taken = attempts.filter((answer) => answer.errors.length === 0);
    expect(taken).toHaveLength(1);
    expect(attempts.filter((answer) => codeOf(answer) === 'CONFLICT')).toHaveLength(5);
    const { historyManifests } = must(await ministry.as(boris, MANIFESTS));
    const [manifest] = historyManifests as { head: string }[];
    const [stored] = (await read(boris, boris.deviceId)) as { payload: string }[];
    expect(toBase64(sha256(Buffer.from(stored?.payload ?? '', 'base64')))).toBe(manifest?.head);
  });

  test('a segment that comes several times at once, as bad lines have it, is refused to no copy', async () => {
    for (let number = 2; number <= 6; number += 1) {
      const bytes = randomBytes(50_000);
      const copies = await Promise.all(Array.from({ length: 6 }, () => append(boris, number, bytes)));
      expect(copies.map(({ data }) => data?.['appendHistory'])).toEqual(copies.map(() => number));
    }
  });

  test('only devices of the same person get it, and only while they are not revoked', async () => {
    expect(await read(boris, ada.deviceId)).toEqual([]);
    const phone: TestPerson = { ...ada, deviceId: randomUUID(), device: generateSigningKeyPair() };
    must(await ministry.as(ada, PUBLISH, { statements: [byIdentity(addDevice(phone), phone)] }));
    expect(await read(phone, ada.deviceId)).toHaveLength(2);
    const revoke = { type: 'revokeDevice', at: Date.now(), device: phone.deviceId, reason: 'STOLEN' } as const;
    must(await ministry.as(ada, PUBLISH, { statements: [byDevice(revoke, ada)] }));
    const { data } = await ministry.as(phone, SEGMENTS, { deviceId: ada.deviceId, before: 9 });
    expect(data?.['historySegments']).toBeUndefined();
    expect((await append(phone, 1, randomBytes(10))).data?.['appendHistory']).toBeUndefined();
  });
});

describe('on the command line', () => {
  test('messages are found, history is sealed, restored on another device, and handed over', async () => {
    const ministry = await startMinistry([{ name: 'Ada' }, { name: 'Boris' }, { name: 'Chen' }]);
    const run = async ({ folder }: TestClient, ...args: string[]): Promise<string> => {
      const { code, out, err } = await chanceryHere([...args, '--vault', folder], { CHANCERY_PASSPHRASE: PASSPHRASE });
      expect([code, err]).toEqual([0, '']);
      return out;
    };
    const json = async (who: TestClient, ...args: string[]): Promise<Record<string, unknown>> =>
      JSON.parse(await run(who, ...args, '--json')) as Record<string, unknown>;
    try {
      const [ada, boris, chen] = ministry.staff as [TestClient, TestClient, TestClient];
      for (const { client } of ministry.staff) await client.catchUp();
      const made = { name: 'Karsu round', label: labelAt('RESTRICTED'), personIds: [boris.personId] };
      const { id } = await ada.client.createConversation(made);
      await ada.client.send(id, { text: 'The sturgeon quota is open.' });
      await ada.client.addPeople(id, [chen.personId]);
      const { first, second } = await addSecondDevice(ministry, ada);
      for (const { client } of [first, second, boris, chen]) await client.close();

      const found = await run(ada, 'find', 'quotas', 'in:karsu');
      expect(found).toContain('The sturgeon quota is open.');
      expect(found).toContain('Karsu round');
      const hits = (await json(ada, 'find', 'sturg*'))['hits'];
      expect(hits).toMatchObject([{ text: 'The sturgeon quota is open.', matches: ['sturgeon'], senderName: 'Ada' }]);
      expect(await run(ada, 'find', 'herring')).toBe('No message on this device fits.');

      expect(await json(ada, 'history', 'backup')).toMatchObject({ sealed: 1, toUpload: 0, toSeal: 0 });
      expect(await json(second, 'history', 'restore')).toMatchObject({ toRestore: 0 });
      expect(await run(second, 'history', 'state')).toContain('0 segments of your other devices');
      expect(await run(second, 'find', 'quotas')).toContain('The sturgeon quota is open.');

      expect(await run(ada, 'history', 'hand-over', 'Karsu round', 'Chen')).toMatch(
        /^Ada handed \d+ earlier messages over to Chen\.$/,
      );
      const handed = await run(chen, 'read', id.slice(0, 8));
      expect(handed).toContain('(handed over by Ada)');
      expect(handed).toMatch(/Ada handed \d+ earlier messages over to Chen\./);
    } finally {
      await ministry.stop();
    }
  }, 60_000);
});
