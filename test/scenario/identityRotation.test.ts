import { HistoryManifestsDocument, HistorySegmentsDocument, PublishStatementsDocument } from '#contracts';
import type { Client, ClientEvent, Timer } from '#client';
import { beginRecovery, requestIdentity, requestPairing } from '#client/node';
import { genericMinistry } from '#policy';
import { fromBase64, generateSigningKeyPair, sign, signingPublicKey, toBase64 } from '#primitives';
import { assembleStatement, draftStatement, identityProofInput } from '#transparency';

import { historyKeys } from '../../libs/client/src/history/key.js';
import { openSegment } from '../../libs/client/src/history/segment.js';
import { CHEAPEST, labelAt } from '../support/clients.js';
import type { ClientMinistry, TestClient } from '../support/clients.js';
import { startHostileMinistry } from '../support/hostileServer.js';
import type { HostileServer } from '../support/hostileServer.js';
import { sql as ask } from '../support/ministry.js';
import { newFolder, pair, vaultOptions } from '../support/pairing.js';
import { withVault } from '../support/secondDevice.js';

const MINUTE_MS = 60_000;
const DAY_MS = 86_400_000;

let ministry: ClientMinistry;
let hostile: HostileServer;
const paired: TestClient[] = [];

beforeAll(async () => {
  const policy = { ...genericMinistry, rotation: { identityDays: 1 } };
  ({ ministry, hostile } = await startHostileMinistry([{ name: 'Boris' }], { policy }));
  await ministry.officer.client.catchUp();
}, 60_000);
afterEach(() => {
  hostile.honest();
});
afterAll(async () => {
  for (const { client } of paired) await client.close();
  await ministry.stop();
});

/** A person with two devices who know each other. */
async function withTelephone(name: string): Promise<{ laptop: TestClient; telephone: TestClient }> {
  const laptop = await ministry.hire({ name });
  const telephone = await pairOne(laptop);
  await laptop.client.catchUp();
  return { laptop, telephone };
}

async function pairOne(who: TestClient): Promise<TestClient> {
  const device = await pair(ministry, who);
  paired.push(device);
  return device;
}

/** Whether a device may bring in others: it holds the identity key in force. */
async function vouches(who: TestClient): Promise<boolean> {
  const fresh = await requestPairing({ server: ministry.server.url, deviceName: 'Third' });
  try {
    await (await who.client.devices.approve(fresh.code)).refuse();
    return true;
  } catch (error) {
    if ((error as { code?: string }).code === 'PAIRING_INVALID') return false;
    throw error;
  }
}

const identityKeyOf = async ({ personId }: TestClient): Promise<string> => {
  const rows = await ask<{ key: string }>(
    ministry.server,
    `SELECT encode(identity_key, 'base64') AS key FROM person WHERE id = $1`,
    [personId],
  );
  return rows[0]?.key ?? '';
};

/** Whatever the client says of problems meanwhile. */
async function problemsOf({ client }: TestClient, act: () => Promise<unknown>): Promise<string[]> {
  const codes: string[] = [];
  const stop = await client.watch((event: ClientEvent) => {
    if (event.type === 'problem') codes.push(event.problem.code);
  });
  await act();
  await stop();
  return codes;
}

/** @param passed - milliseconds for which the program has run already */
const at = (shift: number, passed = () => 0): Timer => ({
  now: () => new Date(Date.now() + shift),
  elapsed: passed,
  after: () => () => undefined,
  pause: () => Promise.resolve(),
});

describe('an identity key', () => {
  test('is changed once its days are over, by the device itself, and the other devices are handed the new one', async () => {
    const { laptop, telephone } = await withTelephone('Anna');
    const early = await ministry.reopen(laptop, { timer: at(3 * MINUTE_MS - DAY_MS) });
    await early.client.identity.rotate();
    const first = await identityKeyOf(laptop);
    const inTime = await ministry.reopen(early);
    await inTime.client.catchUp();
    expect(await identityKeyOf(laptop)).toBe(first);
    const late = await ministry.reopen(inTime, { timer: at(8 * MINUTE_MS) });
    await late.client.catchUp();
    const second = await identityKeyOf(laptop);
    expect(second).not.toBe(first);
    await late.client.catchUp();
    expect(await identityKeyOf(laptop)).toBe(second);
    await telephone.client.catchUp();
    expect(await vouches(telephone)).toBe(true);
  });

  test('is not lost with the device that made it: the others had it before it came into force', async () => {
    const { laptop, telephone } = await withTelephone('Dora');
    const before = await identityKeyOf(laptop);
    hostile.lie('PublishStatements', async ({ deviceId, ask: pass }) => {
      if (deviceId !== laptop.deviceId) return undefined;
      await pass();
      return { errors: [{ message: 'the answer is lost', extensions: { code: 'INTERNAL' } }] };
    });
    await expect(laptop.client.identity.rotate()).rejects.toMatchObject({ code: 'INTERNAL' });
    await laptop.client.close(); // and never seen again
    hostile.honest();
    expect(await identityKeyOf(laptop)).not.toBe(before);
    await telephone.client.catchUp();
    expect(await vouches(telephone)).toBe(true);
  });

  test('is not lost either if it was handed over before the others had taken up the one before it', async () => {
    const { laptop, telephone } = await withTelephone('Darya');
    await laptop.client.identity.rotate();
    const first = await identityKeyOf(laptop);
    const lost = { errors: [{ message: 'the line is cut', extensions: { code: 'INTERNAL' } }] };
    hostile.lie('PublishStatements', ({ deviceId }) =>
      Promise.resolve(deviceId === laptop.deviceId ? lost : undefined),
    );
    await expect(laptop.client.identity.rotate()).rejects.toMatchObject({ code: 'INTERNAL' });
    await telephone.client.catchUp(); // takes up the first, with the second in hand
    expect(await identityKeyOf(laptop)).toBe(first);
    hostile.lie('PublishStatements', async ({ deviceId, ask: pass }) => {
      if (deviceId !== laptop.deviceId) return undefined;
      await pass();
      return lost;
    });
    await expect(laptop.client.identity.rotate()).rejects.toMatchObject({ code: 'INTERNAL' });
    await laptop.client.close(); // and never seen again
    hostile.honest();
    expect(await identityKeyOf(laptop)).not.toBe(first);
    await telephone.client.catchUp();
    expect(await vouches(telephone)).toBe(true);
  });

  test('that a device has changed is taken up by that device after a crash', async () => {
    const emil = await ministry.hire({ name: 'Emil' });
    hostile.lie('PublishStatements', async ({ ask: pass }) => {
      await pass();
      return { errors: [{ message: 'the answer is lost', extensions: { code: 'INTERNAL' } }] };
    });
    await expect(emil.client.identity.rotate()).rejects.toMatchObject({ code: 'INTERNAL' });
    hostile.honest();
    const changed = await identityKeyOf(emil);
    const again = await ministry.reopen(emil);
    await again.client.catchUp();
    expect(await identityKeyOf(emil)).toBe(changed);
    expect(await vouches(again)).toBe(true);
  });

  test('is changed by one device when two do it at the same time, and both hold it', async () => {
    const { laptop, telephone } = await withTelephone('Farida');
    await Promise.allSettled([laptop.client.identity.rotate(), telephone.client.identity.rotate()]);
    for (const { client } of [laptop, telephone, laptop]) await client.catchUp();
    expect(await vouches(laptop)).toBe(true);
    expect(await vouches(telephone)).toBe(true);
  });

  test('that another device has changed is taken up by one that hears of it in the middle of changing it too', async () => {
    const { laptop, telephone } = await withTelephone('Gulnara');
    let looks = 0;
    hostile.lie('KeyParcels', async ({ deviceId }) => {
      if (deviceId !== laptop.deviceId || (looks += 1) !== 2) return undefined; // the second with a new key in hand
      await telephone.client.identity.rotate();
      await laptop.client.log.serverKeys();
      return undefined;
    });
    await laptop.client.identity.rotate();
    const changed = await identityKeyOf(laptop);
    for (const { client } of [laptop, telephone]) await client.catchUp();
    expect(await identityKeyOf(laptop)).toBe(changed);
    expect(await vouches(laptop)).toBe(true);
    expect(await vouches(telephone)).toBe(true);
  });

  test('that a stranger has put in force raises an alarm on the person’s devices, once no other device hands it over', async () => {
    const { laptop, telephone } = await withTelephone('Goran');
    const old = await withVault(telephone, (sql) => sql.get("SELECT value FROM secret WHERE name = 'identityKey'"));
    const thief = await ministry.reopen(telephone);
    await rotateAlone(thief, old?.['value'] as Uint8Array);
    let passed = 0;
    const same = await ministry.reopen(laptop, { timer: at(0, () => passed) });
    expect(await problemsOf(same, () => same.client.catchUp())).toEqual([]);
    const corrected = await ministry.reopen(same, { timer: at(16 * MINUTE_MS, () => passed) });
    expect(await problemsOf(corrected, () => corrected.client.catchUp())).toEqual([]);
    passed = 3 * MINUTE_MS;
    expect(await problemsOf(corrected, () => corrected.client.catchUp())).toEqual(['IDENTITY_UNKNOWN']);
    const later = await ministry.reopen(corrected, { timer: at(24 * MINUTE_MS) });
    const codes = await problemsOf(later, async () => {
      await later.client.catchUp();
      await later.client.catchUp();
    });
    expect(codes).toEqual(['IDENTITY_UNKNOWN']);
    await expect(later.client.identity.rotate()).rejects.toMatchObject({ code: 'IDENTITY_UNKNOWN' });
  });
});

/** What somebody does who has the identity key, and no good intentions. */
async function rotateAlone({ client, personId: person }: TestClient, privateKey: Uint8Array): Promise<void> {
  const next = generateSigningKeyPair();
  const proof = sign(next.privateKey, identityProofInput(person, next.publicKey));
  const body = { type: 'rotateIdentity', at: Date.now(), person, identityKey: next.publicKey, proof } as const;
  const draft = draftStatement(body);
  expect(signingPublicKey(privateKey)).toHaveLength(32);
  const signature = sign(privateKey, draft.bytesToSign);
  const statement = assembleStatement(draft.body, { kind: 'person', id: person }, signature);
  await client.execute(PublishStatementsDocument, { statements: [toBase64(statement)] });
}

describe('a device that was stolen', () => {
  test('knows neither the identity key nor the history key that come after it; the other devices share both', async () => {
    const { laptop, telephone } = await withTelephone('Hana');
    const tablet = await pairOne(laptop);
    const boris = ministry.staff[0] as TestClient;
    await boris.client.catchUp();
    const about = { name: 'Quotas', label: labelAt('SECRET'), personIds: [laptop.personId] };
    const { id } = await boris.client.createConversation(about);
    await boris.client.send(id, { text: 'before the theft' });
    await laptop.client.catchUp();
    await laptop.client.history.backUp();
    const stolen = await withVault(tablet, (sql) => historyKeys(sql));
    const before = await identityKeyOf(laptop);

    await laptop.client.revokeDevice(tablet.deviceId, 'STOLEN');
    await laptop.client.catchUp();
    expect(await identityKeyOf(laptop)).not.toBe(before);
    await boris.client.catchUp();
    await boris.client.send(id, { text: 'after the theft' });
    await laptop.client.catchUp();
    await laptop.client.history.backUp();
    expect(await segmentsUnder(telephone.client, laptop, stolen)).toEqual(['before the theft', 'closed']);

    await telephone.client.catchUp();
    const third = await pairOne(telephone);
    await third.client.history.restore();
    const { messages } = await third.client.messages(id);
    const texts = messages.filter(({ kind }) => kind === 'text').map(({ text }) => text);
    expect(texts).toEqual(['before the theft', 'after the theft']);
  });
});

/** What somebody reads in a device's sealed history who has these keys, a line a segment. */
async function segmentsUnder(
  reader: Client,
  { deviceId, personId }: TestClient,
  keys: Awaited<ReturnType<typeof historyKeys>>,
): Promise<string[]> {
  const { historyManifests } = await reader.execute(HistoryManifestsDocument, {});
  const manifest = historyManifests.find((one) => one.deviceId === deviceId);
  const variables = { deviceId, before: (manifest?.segments ?? 0) + 1, first: 64 };
  const { historySegments } = await reader.execute(HistorySegmentsDocument, variables);
  let hash = fromBase64(manifest?.head ?? '');
  return historySegments
    .map(({ number, payload: text }) => {
      const payload = fromBase64(text);
      try {
        const { previous, content } = openSegment(keys, { personId, deviceId, number }, hash, payload);
        hash = previous;
        return content.records.flatMap((record) => (record.kind === 'text' ? record.text : [])).join();
      } catch (error) {
        expect(error).toMatchObject({ code: 'HISTORY_KEY_MISSING' });
        hash = previousOf(payload);
        return 'closed';
      }
    })
    .toReversed();
}

/** The hash of the segment before, which stands outside of what is sealed: 32 bytes behind their length. */
function previousOf(segment: Uint8Array): Uint8Array {
  const start = Buffer.from(segment).indexOf(Buffer.from([0x58, 0x20])) + 2;
  return segment.subarray(start, start + 32);
}

describe('a recovery code', () => {
  test('leads to the new keys after they have changed, and goes on to when somebody has come back by it', async () => {
    const { laptop, telephone } = await withTelephone('Ivan');
    const code = await laptop.client.recovery.renew(CHEAPEST);
    await laptop.client.catchUp();
    await telephone.client.catchUp();
    await telephone.client.identity.rotate();
    const first = await comeBack(code);
    expect(await first.devices.list()).toHaveLength(3);
    await first.catchUp();
    await first.close();
    const second = await comeBack(code);
    await second.catchUp();
    expect((await second.devices.list()).filter(({ revoked }) => !revoked)).toMatchObject([{ own: true }]);
    await second.close();
  });

  test('that only a stolen device could renew is told to be outdated', async () => {
    const { laptop, telephone } = await withTelephone('Jana');
    await telephone.client.recovery.renew(CHEAPEST);
    await telephone.client.catchUp();
    await laptop.client.catchUp();
    await laptop.client.revokeDevice(telephone.deviceId, 'STOLEN');
    expect(await problemsOf(laptop, () => laptop.client.catchUp())).toEqual(['RECOVERY_OUTDATED']);
    await laptop.client.recovery.renew(CHEAPEST);
    const again = await ministry.reopen(laptop);
    expect(await problemsOf(again, () => again.client.catchUp())).toEqual([]);
  });
});

describe('somebody whose identity key is in wrong hands', () => {
  test('gets another by two officers who compare it; all devices are out, and whoever has verified them compares anew', async () => {
    const officer = ministry.officer.client;
    const second = await ministry.hire({ name: 'Second', level: 'TOP_SECRET', roles: ['MEMBER', 'SECURITY_OFFICER'] });
    await officer.administration.appoint(second.personId, { powers: ['enrol', 'revoke'] });
    const karim = await ministry.hire({ name: 'Karim' });
    const boris = ministry.staff[0] as TestClient;
    await boris.client.catchUp();
    await boris.client.verifications.confirm(karim.personId);

    const link = await officer.administration.identityLink(karim.personId);
    const asked = await requestIdentity({ ...vaultOptions(await newFolder()), link, deviceName: 'New laptop' });
    paired.push({ ...karim, client: asked.client });
    await expect(asked.client.catchUp()).rejects.toMatchObject({ code: 'UNAUTHENTICATED' });
    const other = officer.administration.rotateIdentity(boris.personId, asked.text);
    await expect(other).rejects.toMatchObject({ code: 'BAD_INPUT', field: 'request' });
    const outcome = await officer.administration.rotateIdentity(karim.personId, asked.text);
    expect(outcome.done).toBe(false);
    const [shown] = await second.client.administration.approvals.list();
    expect(shown?.words.join()).toContain(asked.number);
    await expect(asked.client.catchUp()).rejects.toMatchObject({ code: 'UNAUTHENTICATED' });
    await second.client.administration.approve(shown!);

    await asked.client.catchUp();
    expect(await asked.client.whoami()).toMatchObject({
      personId: karim.personId,
      personName: 'Karim',
      state: 'enrolled',
    });
    await expect(karim.client.catchUp()).rejects.toMatchObject({ code: 'DEVICE_REVOKED' });
    await boris.client.catchUp();
    expect((await boris.client.verifications.of(karim.personId)).state).toBe('changed');
    const again = await requestIdentity({ ...vaultOptions(await newFolder()), link, deviceName: 'A thief’s' });
    paired.push({ ...karim, client: again.client });
    await expect(again.client.catchUp()).rejects.toMatchObject({ code: 'UNAUTHENTICATED' });
  });
});

async function comeBack(code: string): Promise<Client> {
  const options = { ...vaultOptions(await newFolder()), server: ministry.server.url, code, deviceName: 'New laptop' };
  const recovering = await beginRecovery(options);
  const { recovery } = ministry.officer.client;
  for (const { id, number } of await recovery.requests()) if (number === recovering.number) await recovery.approve(id);
  const client = await recovering.finish();
  if (!client) throw new Error('nobody came back');
  return client;
}
