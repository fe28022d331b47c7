import { randomUUID } from 'node:crypto';

import type { ClientEvent } from '#client';
import { ClaimKeyPackagesDocument } from '#contracts';
import { createKeyPackage, extensionTypes, Group } from '#mls';
import { canonicalLabel } from '#policy';
import { generateSigningKeyPair, randomBytes, sign, toBase64, toHex, utf8 } from '#primitives';
import type { SigningKeyPair } from '#primitives';
import { assembleStatement, draftStatement } from '#transparency';
import type { Signer, StatementBody } from '#transparency';

import { hireAll, labelAt } from '../../support/clients.js';
import type { ClientMinistry, TestClient } from '../../support/clients.js';
import { startHostileMinistry } from '../../support/hostileServer.js';
import type { HostileServer } from '../../support/hostileServer.js';
import { turn } from '../../support/insider.js';
import { refusal } from '../../support/refusal.js';

/** Attack 1: a ghost person or device is put into a group or into the directory. Clients refuse to encrypt, and raise an alarm. */
let ministry: ClientMinistry;
let hostile: HostileServer;
let aziza: TestClient;
let bruno: TestClient;

const ghostKey = (): SigningKeyPair => generateSigningKeyPair();

const signed = (body: StatementBody, signer: Signer, key: SigningKeyPair): string => {
  const draft = draftStatement(body);
  return toBase64(assembleStatement(draft.body, signer, sign(key.privateKey, draft.bytesToSign)));
};

/** A KeyPackage of a device that nobody has ever enrolled. */
const ghostPackage = () =>
  createKeyPackage({ identity: utf8(randomUUID()), signatureKeyPair: ghostKey(), lastResort: false });

beforeAll(async () => {
  ({ ministry, hostile } = await startHostileMinistry([{ name: 'Clara Osei' }]));
}, 60_000);
beforeEach(async () => {
  [aziza, bruno] = await hireAll(ministry, ['Aziza Karimova', 'Bruno Quispe']);
  await aziza.client.catchUp();
}, 60_000);
afterEach(() => {
  hostile.honest();
});
afterAll(() => ministry.stop());

const talk = (label = labelAt('SECRET')) =>
  aziza.client.createConversation({ name: 'Fisheries', label, personIds: [bruno.personId] });

/** Puts a statement of the server's own behind the honest ones. */
function addStatement(payload: string): void {
  hostile.lie('Statements', async ({ ask }) => {
    const { data } = await ask();
    const page = data?.['statements'] as { statements: object[]; head: number };
    const seq = page.head + 1;
    const ghost = { seq, payload, recordedAt: new Date().toISOString() };
    return { data: { statements: { statements: [...page.statements, ghost], head: seq } } };
  });
}

describe('in the directory', () => {
  test('a device that the server adds to a person is refused, and no message reaches it', async () => {
    const { id } = await talk();
    const [device, key] = [randomUUID(), ghostKey()];
    const at = Date.now();
    const body = {
      type: 'addDevice',
      at,
      person: bruno.personId,
      device,
      name: 'Ghost',
      signatureKey: key.publicKey,
    } as const;
    addStatement(signed(body, { kind: 'person', id: bruno.personId }, key));
    await expect(aziza.client.catchUp()).rejects.toThrow(refusal('STATEMENT_INVALID'));
    const people = await aziza.client.people();
    expect(people.flatMap(({ devices }) => devices).map(({ name }) => name)).not.toContain('Ghost');
    expect((await aziza.client.conversation(id)).members.flatMap(({ deviceIds }) => deviceIds)).not.toContain(device);
  });

  test('a person whom the server enrols is refused', async () => {
    const [person, key] = [randomUUID(), ghostKey()];
    const post = (await aziza.client.whoami()).postId;
    const body = { type: 'enrol', at: Date.now(), person, name: 'Ghost', post, identityKey: key.publicKey } as const;
    addStatement(signed(body, { kind: 'device', id: ministry.officer.deviceId }, key));
    await expect(aziza.client.catchUp()).rejects.toThrow(refusal('STATEMENT_INVALID'));
    expect((await aziza.client.people()).map(({ name }) => name)).not.toContain('Ghost');
  });
});

describe('in a group', () => {
  test('a device that a member smuggles in with the help of the server freezes the conversation, with an alarm', async () => {
    const { id } = await talk();
    await bruno.client.catchUp();
    const insider = await turn(bruno);
    const group = await insider.group(id);
    const { commit } = group.commit({ add: [ghostPackage().keyPackage] });
    await insider.close();
    const { cursor } = await aziza.client.conversation(id);
    const forged = {
      groupId: id,
      seq: cursor + 1,
      kind: 'COMMIT',
      epoch: group.epoch,
      acceptedAt: new Date().toISOString(),
    };
    hostile.lie('Envelopes', ({ deviceId }) =>
      deviceId === aziza.deviceId
        ? { data: { envelopes: { envelopes: [{ ...forged, payload: toBase64(commit) }], lastSeq: cursor + 1 } } }
        : undefined,
    );
    hostile.lie('Groups', async ({ ask }) => {
      const { data } = await ask();
      const page = data?.['groups'] as { edges: { node: { lastSeq: number } }[] };
      const edges = page.edges.map(({ node }) => ({ node: { ...node, lastSeq: cursor + 1 } }));
      return { data: { groups: { ...page, edges } } };
    });
    const events: ClientEvent[] = [];
    const stop = await aziza.client.watch((event) => events.push(event));
    await aziza.client.catchUp();
    await stop();
    const { state, problem } = await aziza.client.conversation(id);
    expect(state).toBe('frozen');
    expect(problem?.code).toBe('CONVERSATION_FROZEN');
    expect(events).toContainEqual(expect.objectContaining({ type: 'problem', conversationId: id }));
    await expect(aziza.client.send(id, { text: 'for the ghost' })).rejects.toThrow(refusal('CONVERSATION_FROZEN'));
  });

  test('a device that is there already when one is invited freezes the conversation', async () => {
    const insider = await turn(bruno);
    const label = canonicalLabel(labelAt('SECRET'));
    const group = Group.create({
      groupId: randomBytes(16),
      identity: utf8(bruno.deviceId),
      signatureKeyPair: insider.deviceKey,
      extensions: new Map([[extensionTypes.chanceryLabel, utf8(label)]]),
    });
    await insider.close();
    const keyPackage = await packageOf(aziza);
    const { welcome } = group.commit({ add: [keyPackage, ghostPackage().keyPackage] });
    const groupId = toHex(group.groupId);
    const given = { id: randomUUID(), groupId, welcome: toBase64(welcome!), nextSeq: 2 };
    let isGiven = false;
    hostile.lie('Welcomes', ({ deviceId }) => {
      if (deviceId !== aziza.deviceId || isGiven) return undefined;
      isGiven = true;
      return { data: { welcomes: [given] } };
    });
    hostile.lie('ConfirmWelcomes', () => ({ data: { confirmWelcomes: 1 } }));
    await aziza.client.catchUp();
    expect(await aziza.client.conversation(groupId)).toMatchObject({
      state: 'frozen',
      problem: { code: 'CONVERSATION_FROZEN' },
    });
    await expect(aziza.client.send(groupId, { text: 'hello' })).rejects.toThrow(refusal('CONVERSATION_FROZEN'));
  });
});

/** A KeyPackage that a device has really published, claimed by a third person. */
async function packageOf({ deviceId }: TestClient): Promise<Uint8Array> {
  const { claimKeyPackages } = await ministry.staff[0]!.client.execute(ClaimKeyPackagesDocument, {
    deviceIds: [deviceId],
  });
  return Buffer.from(claimKeyPackages[0]!.keyPackage, 'base64');
}
