import { enrolDevice } from '#client/node';
import { createKeyPackage } from '#mls';
import { fromBase64, generateSigningKeyPair, toBase64, utf8 } from '#primitives';

import { clearanceAt, labelAt } from '../../support/clients.js';
import type { ClientMinistry, TestClient } from '../../support/clients.js';
import { startHostileMinistry } from '../../support/hostileServer.js';
import type { HostileServer } from '../../support/hostileServer.js';
import { newFolder, pair, vaultOptions } from '../../support/pairing.js';
import { refusal } from '../../support/refusal.js';

/** Attack 2: a KeyPackage or an identity key is swapped. It is refused: no chain of statements leads to it. */
let ministry: ClientMinistry;
let hostile: HostileServer;
let aziza: TestClient;
let bruno: TestClient;
let clara: TestClient;

beforeAll(async () => {
  const people = [{ name: 'Aziza Karimova' }, { name: 'Bruno Quispe' }, { name: 'Clara Osei' }];
  ({ ministry, hostile } = await startHostileMinistry(people));
  [aziza, bruno, clara] = ministry.staff as [TestClient, TestClient, TestClient];
  for (const { client } of ministry.staff) await client.catchUp();
}, 60_000);
afterEach(() => {
  hostile.honest();
});
afterAll(() => ministry.stop());

const talk = (name: string) =>
  aziza.client.createConversation({ name, label: labelAt('SECRET'), personIds: [bruno.personId] });

/** What the server gives out in the place of a device's KeyPackages. */
const giveOut = (make: (deviceId: string) => Promise<Uint8Array> | Uint8Array) =>
  hostile.lie('ClaimKeyPackages', async ({ variables }) => {
    const deviceIds = variables['deviceIds'] as string[];
    const claimKeyPackages = await Promise.all(
      deviceIds.map(async (deviceId) => ({ deviceId, keyPackage: toBase64(await make(deviceId)) })),
    );
    return { data: { claimKeyPackages } };
  });

/** The number of commits and creations that reach the real server. */
function countChanges(): { count: number } {
  const seen = { count: 0 };
  for (const operation of ['SubmitCommit', 'CreateGroup']) {
    hostile.lie(operation, () => {
      seen.count += 1;
      return undefined;
    });
  }
  return seen;
}

test('a KeyPackage under the name of a device and the key of somebody else adds nobody', async () => {
  const seen = countChanges();
  giveOut(
    (deviceId) =>
      createKeyPackage({ identity: utf8(deviceId), signatureKeyPair: generateSigningKeyPair(), lastResort: false })
        .keyPackage,
  );
  await expect(talk('Swapped')).rejects.toThrow(refusal('KEY_PACKAGE_INVALID'));
  expect(await aziza.client.conversations()).toEqual([]);
  expect(seen.count).toBe(0);
});

test('a genuine KeyPackage of another device adds nobody either', async () => {
  const seen = countChanges();
  hostile.lie('ClaimKeyPackages', async ({ ask, variables }) => {
    const { data } = await ask({ deviceIds: [clara.deviceId] });
    const [given] = data?.['claimKeyPackages'] as { keyPackage: string }[];
    const [deviceId] = variables['deviceIds'] as string[];
    return { data: { claimKeyPackages: [{ deviceId, keyPackage: given!.keyPackage }] } };
  });
  await expect(talk('Somebody else')).rejects.toThrow(refusal('KEY_PACKAGE_INVALID'));
  expect(seen.count).toBe(0);
});

test('nobody comes by a swapped KeyPackage into a conversation that is there, and those in it go on', async () => {
  const { id } = await talk('Fisheries');
  await bruno.client.catchUp();
  const phone = await pair(ministry, bruno);
  giveOut(
    (deviceId) =>
      createKeyPackage({ identity: utf8(deviceId), signatureKeyPair: generateSigningKeyPair(), lastResort: false })
        .keyPackage,
  );
  await expect(bruno.client.catchUp()).rejects.toThrow(refusal('KEY_PACKAGE_INVALID'));
  const members = (await bruno.client.conversation(id)).members.flatMap(({ deviceIds }) => deviceIds);
  expect(members.sort()).toEqual([aziza.deviceId, bruno.deviceId].sort());
  hostile.honest();
  await bruno.client.catchUp();
  await phone.client.catchUp();
  expect(await phone.client.conversations()).toHaveLength(1);
  await phone.client.close();
});

test('an identity key that is swapped in the directory is no statement of anybody', async () => {
  const dora = await ministry.hire({ name: 'Dora Lindqvist' });
  hostile.lie('Statements', async ({ ask }) => {
    const { data } = await ask();
    const page = data?.['statements'] as { statements: { payload: string }[]; head: number };
    const swapped = page.statements.map((statement) => {
      const payload = fromBase64(statement.payload);
      const at = Buffer.from(payload).indexOf('identityKey');
      if (at > 0) payload.set(generateSigningKeyPair().publicKey, at + 'identityKey'.length + 2);
      return { ...statement, payload: toBase64(payload) };
    });
    return { data: { statements: { ...page, statements: swapped } } };
  });
  await expect(clara.client.catchUp()).rejects.toThrow(refusal('STATEMENT_INVALID'));
  expect((await clara.client.people()).map(({ id }) => id)).not.toContain(dora.personId);
  await expect(clara.client.verifications.of(dora.personId)).rejects.toThrow(refusal('NOT_FOUND'));
});

test('an identity key that is swapped at the enrolment is no claim of the holder of the link', async () => {
  hostile.lie('ClaimInvitation', async ({ ask, variables }) => {
    const input = variables['input'] as Record<string, string>;
    return ask({ input: { ...input, proof: toBase64(new Uint8Array(32)) } });
  });
  const officer = ministry.officer.client;
  const [post] = await officer.posts();
  const who = { personName: 'Emil Novak', postId: post!.id, clearance: clearanceAt('SECRET') };
  const { link, invitationId } = await officer.invite(who);
  const emil = await enrolDevice({ ...vaultOptions(await newFolder()), link, deviceName: 'Laptop' });
  await expect(officer.completeEnrolments([invitationId])).rejects.toThrow(refusal('CLAIM_FORGED'));
  await officer.catchUp();
  expect((await officer.people()).map(({ name }) => name)).not.toContain('Emil Novak');
  await emil.close();
});
