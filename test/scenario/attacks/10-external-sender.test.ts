import { createPrivateKey, sign } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';

import { createKeyPackage, externalRemove, externalSendersIn } from '#mls';
import { generateSigningKeyPair, toBase64, utf8 } from '#primitives';

import { epochOf } from '../../../libs/mls/src/brand.js';
import { framedContentTbs } from '../../../libs/mls/src/framing.js';
import { signContent } from '../../../libs/mls/src/labels.js';
import { decodeMessageOf, encodeMessage } from '../../../libs/mls/src/message.js';
import { hireAll, labelAt } from '../../support/clients.js';
import type { ClientMinistry, TestClient } from '../../support/clients.js';
import { startHostileMinistry } from '../../support/hostileServer.js';
import type { HostileServer } from '../../support/hostileServer.js';
import { turn } from '../../support/insider.js';
import { retell } from '../../support/lyingLog.js';

/** Attack 10: the server misuses the key with which it may ask members to remove a device. */
let ministry: ClientMinistry;
let hostile: HostileServer;
let aziza: TestClient;
let bruno: TestClient;
let clara: TestClient;
let id: string;

beforeAll(async () => {
  ({ ministry, hostile } = await startHostileMinistry([]));
}, 60_000);
beforeEach(async () => {
  [aziza, bruno, clara] = await hireAll(ministry, ['Aziza Karimova', 'Bruno Quispe', 'Clara Osei']);
  await aziza.client.catchUp();
  const personIds = [bruno.personId, clara.personId];
  ({ id } = await aziza.client.createConversation({ name: 'Round', label: labelAt('SECRET'), personIds }));
  for (const { client } of [aziza, bruno, clara]) await client.catchUp();
}, 60_000);
afterEach(() => {
  hostile.honest();
});
afterAll(() => ministry.stop());

/** What an intruder on the server has: the private half of the delivery key. */
async function signAsServer(message: Uint8Array): Promise<Uint8Array> {
  const file = await readFile(join(hostile.real.dataFolder, 'server-keys.json'), 'utf8');
  const { keys } = JSON.parse(file) as { keys: { purpose: string; pkcs8: string }[] };
  const pkcs8 = Buffer.from(keys.find(({ purpose }) => purpose === 'delivery')?.pkcs8 ?? '', 'base64');
  return new Uint8Array(sign(null, message, createPrivateKey({ key: pkcs8, format: 'der', type: 'pkcs8' })));
}

/** Clara's device tells the server what it needs to know of the group, which is public anyway. */
async function groupOfClara() {
  const insider = await turn(clara);
  const group = await insider.group(id);
  await insider.close();
  expect(externalSendersIn(group.extensions)).toHaveLength(1); // the attack is possible at all
  return group;
}

/** Gives Aziza a proposal behind everything honest. */
function propose(payload: Uint8Array, epoch: number): void {
  const proposal = { groupId: id, kind: 'PROPOSAL', epoch, payload: toBase64(payload) } as const;
  retell(hostile, id, aziza.deviceId, (honest) => [...honest, { ...proposal, acceptedAt: new Date().toISOString() }]);
}

test('a removal without a reason in the directory is refused, said, and carried out by nobody', async () => {
  const group = await groupOfClara();
  const victim = group.members.find(({ identity }) => Buffer.from(identity).toString() === bruno.deviceId)!;
  const remove = { groupId: group.groupId, epoch: group.epoch, leaf: victim.leafIndex, senderIndex: 0 };
  const { toBeSigned, withSignature } = externalRemove(remove);
  propose(withSignature(await signAsServer(toBeSigned)), group.epoch);
  await aziza.client.catchUp();
  const { messages } = await aziza.client.messages(id);
  expect(messages.filter(({ kind }) => kind === 'notice')).toMatchObject([
    { problem: { code: 'COMMIT_INVALID' }, text: expect.stringContaining('remove Bruno Quispe') as string },
  ]);
  const { members, state } = await aziza.client.conversation(id);
  expect(members.map(({ personName }) => personName)).toContain('Bruno Quispe');
  expect(state).toBe('active');
});

test('it never adds: a device that the server proposes is refused', async () => {
  const group = await groupOfClara();
  const { keyPackage } = createKeyPackage({
    identity: utf8(ministry.officer.deviceId),
    signatureKeyPair: generateSigningKeyPair(),
  });
  const content = {
    groupId: group.groupId,
    epoch: epochOf(group.epoch),
    sender: { kind: 'external', index: 0 },
    authenticatedData: new Uint8Array(0),
    content: {
      kind: 'proposal',
      proposal: { kind: 'add', keyPackage: decodeMessageOf(keyPackage, 'keyPackage') },
    },
  } as const;
  // external senders sign no group context
  const toBeSigned = signContent('FramedContentTBS', framedContentTbs('publicMessage', content, {} as never));
  const auth = { signature: await signAsServer(toBeSigned), confirmationTag: undefined };
  propose(encodeMessage({ kind: 'publicMessage', body: { content, auth, membershipTag: undefined } }), group.epoch);
  const before = await aziza.client.conversation(id);
  await aziza.client.catchUp();
  const { messages } = await aziza.client.messages(id);
  expect(messages.filter(({ kind }) => kind === 'notice')).toMatchObject([
    { problem: { code: 'COMMIT_INVALID' }, text: expect.stringContaining('removals only') as string },
  ]);
  const after = await aziza.client.conversation(id);
  expect([after.members, after.epoch, after.state]).toEqual([before.members, before.epoch, 'active']);
});

test('mass removal: everybody but one is proposed, and nobody leaves', async () => {
  const group = await groupOfClara();
  const others = group.members.filter(({ identity }) => Buffer.from(identity).toString() !== aziza.deviceId);
  const proposals = await Promise.all(
    others.map(async ({ leafIndex: leaf }) => {
      const remove = { groupId: group.groupId, epoch: group.epoch, leaf, senderIndex: 0 };
      const { toBeSigned, withSignature } = externalRemove(remove);
      return toBase64(withSignature(await signAsServer(toBeSigned)));
    }),
  );
  retell(hostile, id, aziza.deviceId, (honest) => [
    ...honest,
    ...proposals.map((payload) => ({
      groupId: id,
      kind: 'PROPOSAL' as const,
      epoch: group.epoch,
      payload,
      acceptedAt: new Date().toISOString(),
    })),
  ]);
  await aziza.client.catchUp();
  expect((await aziza.client.conversation(id)).members).toHaveLength(3);
  expect((await aziza.client.messages(id)).messages.filter(({ kind }) => kind === 'notice')).toHaveLength(2);
});
