import { labelAt, startMinistry } from '../support/clients.js';
import type { ClientMinistry, TestClient } from '../support/clients.js';
import { pair } from '../support/pairing.js';
import { refusal } from '../support/refusal.js';

let ministry: ClientMinistry;
let aziza: TestClient;
let bruno: TestClient;
let clara: TestClient;

beforeAll(async () => {
  ministry = await startMinistry([{ name: 'Aziza Karimova' }, { name: 'Bruno Quispe' }, { name: 'Clara Osei' }]);
  [aziza, bruno, clara] = ministry.staff as [TestClient, TestClient, TestClient];
  for (const { client } of ministry.staff) await client.catchUp();
}, 60_000);
afterAll(() => ministry.stop());

const talk = (who: TestClient, others: readonly TestClient[]) =>
  who.client.createConversation({
    name: 'Fisheries',
    label: labelAt('SECRET'),
    personIds: others.map(({ personId }) => personId),
  });

/** A device is stolen, and revoked; the identity key that was on it gives way to another. */
async function loseATelephone(who: TestClient): Promise<void> {
  const telephone = await pair(ministry, who);
  await telephone.client.close();
  await who.client.revokeDevice(telephone.deviceId, 'STOLEN');
  await who.client.catchUp();
}

describe('a safety number', () => {
  test('is the same sixty digits on both sides, and another for everybody else', async () => {
    const seen = await aziza.client.verifications.of(bruno.personId);
    expect(seen.safetyNumber).toMatch(/^(\d{5} ){11}\d{5}$/);
    expect((await bruno.client.verifications.of(aziza.personId)).safetyNumber).toBe(seen.safetyNumber);
    expect((await clara.client.verifications.of(aziza.personId)).safetyNumber).not.toBe(seen.safetyNumber);
    expect(seen).toMatchObject({ state: 'unverified', personName: 'Bruno Quispe' });
  });

  test('is compared by what one screen shows the other', async () => {
    const { text } = await aziza.client.verifications.of(bruno.personId);
    const compared = await bruno.client.verifications.compare(text);
    expect(compared).toMatchObject({ personId: aziza.personId, state: 'verified' });
    const swapped = (await clara.client.verifications.of(bruno.personId)).text.replace(clara.personId, aziza.personId);
    await expect(bruno.client.verifications.compare(swapped)).rejects.toThrow(refusal('IDENTITY_CHANGED'));
    await expect(clara.client.verifications.compare(text)).rejects.toThrow(refusal('BAD_INPUT', 'text'));
    await expect(bruno.client.verifications.compare('hello')).rejects.toThrow(refusal('BAD_INPUT', 'text'));
  });

  test('is nothing that one has with oneself', async () => {
    await expect(aziza.client.verifications.of(aziza.personId)).rejects.toThrow(refusal('NOT_FOUND', 'person'));
  });
});

describe('a verified person with another identity key', () => {
  test('stays verified when their devices have changed it, each key signing the next', async () => {
    const { id } = await talk(clara, [aziza]);
    await clara.client.verifications.confirm(aziza.personId);
    const { safetyNumber } = await clara.client.verifications.of(aziza.personId);
    for (let times = 0; times < 2; times++) await aziza.client.identity.rotate();
    await clara.client.catchUp();
    const seen = await clara.client.verifications.of(aziza.personId);
    expect(seen.state).toBe('verified');
    expect(seen.safetyNumber).not.toBe(safetyNumber);
    expect((await clara.client.send(id, { text: 'as before' })).state).toBe('accepted');
  });

  test('stops what would be sent to them, until they are verified again', async () => {
    const { id } = await talk(aziza, [bruno, clara]);
    const apart = await talk(aziza, [clara]);
    await aziza.client.verifications.confirm(bruno.personId);
    const alarms: string[] = [];
    const stop = await aziza.client.watch((event) => {
      if (event.type === 'problem') alarms.push(event.problem.code);
    });
    await loseATelephone(bruno);
    await aziza.client.catchUp();
    await aziza.client.catchUp();
    await stop();
    expect(alarms).toEqual(['IDENTITY_CHANGED']);
    expect((await aziza.client.verifications.of(bruno.personId)).state).toBe('changed');
    const listed = (await aziza.client.people()).map(({ name, verification }) => [name, verification]);
    expect(listed).toContainEqual(['Bruno Quispe', 'changed']);
    expect(listed).toContainEqual(['Clara Osei', 'unverified']);
    expect((await aziza.client.conversation(id)).problem?.code).toBe('IDENTITY_CHANGED');
    await expect(aziza.client.send(id, { text: 'secret' })).rejects.toThrow(refusal('IDENTITY_CHANGED'));
    await expect(talk(aziza, [bruno])).rejects.toThrow(refusal('IDENTITY_CHANGED', 'personIds'));
    await expect(aziza.client.addPeople(apart.id, [bruno.personId])).rejects.toThrow(refusal('IDENTITY_CHANGED'));
    expect((await aziza.client.messages(id)).messages.filter(({ kind }) => kind === 'text')).toEqual([]);
    expect((await aziza.client.send(apart.id, { text: 'others are not concerned' })).state).toBe('accepted');

    await aziza.client.verifications.confirm(bruno.personId);
    expect((await aziza.client.send(id, { text: 'secret' })).state).toBe('accepted');
    expect((await aziza.client.conversation(id)).problem).toBeUndefined();
  });

  test('stops a message too that was written before this device knew', async () => {
    const { id } = await talk(clara, [bruno]);
    await clara.client.verifications.confirm(bruno.personId);
    await loseATelephone(bruno);
    const later = await ministry.reopen(clara); // nothing of the directory is fresh in a program that has just begun
    const { state } = await later.client.send(id, { text: 'written too early' });
    expect(state).toBe('waiting');
    await bruno.client.catchUp();
    expect((await bruno.client.messages(id)).messages.filter(({ kind }) => kind === 'text')).toEqual([]);
    await later.client.verifications.forget(bruno.personId);
    await later.client.catchUp();
    await bruno.client.catchUp();
    const texts = (await bruno.client.messages(id)).messages.filter(({ kind }) => kind === 'text');
    expect(texts.map(({ text }) => text)).toEqual(['written too early']);
  });
});
