import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { encode } from 'cborg';

import { encodeEnvelopeHeader } from '#contracts';
import type { EnvelopeHeader, EnvelopeKind } from '#contracts';
import { createKeyPackage, extensionTypes, Group } from '#mls';
import { canonicalLabel, canonicalPolicy, genericMinistry } from '#policy';
import type { Label } from '#policy';
import { generateSigningKeyPair, randomBytes, ready, sha256, toBase64Url, utf8 } from '#primitives';
import type { SigningKeyPair } from '#primitives';
import { POWERS, ROOT_SIGNER, statementId } from '#transparency';

import { AuditMemory } from '../audit/auditMemory.js';
import type { Core } from '../core.js';
import { DirectorySync } from '../directory/sync.js';
import { newUuid } from '../identifiers.js';
import { disk } from '../node/disk.js';
import { systemTimer } from '../node/timer.js';
import type { Store } from '../ports/store.js';
import { migrate } from '../schema.js';
import type { Session } from '../session.js';
import { signStatement } from '../statements.js';
import { firstHead } from './chain.js';
import { encodeContent } from './content.js';
import { prepareCreation } from './create.js';
import type { Envelope } from './envelope.js';
import { Groups } from './groups.js';
import { readPage } from './messages.js';
import { passOver, receive } from './receive.js';
import type { Received } from './receive.js';
import { loadConversation } from './record.js';
import { readerOf } from './sync.js';
import { openStore } from '../vault/store.js';

/** Alice's device holds the vault; Bob is a member who, with the server, does what he should not. */
const label: Label = { policy: genericMinistry.id, level: 'SECRET', categories: [] };
const labelText = canonicalLabel(label);

interface Person {
  readonly id: string;
  readonly deviceId: string;
  readonly device: SigningKeyPair;
}

interface Scene {
  readonly core: Core;
  readonly store: Store;
  readonly groupId: string;
  readonly bob: Group;
  readonly carol: Person;
  /** What Alice's device is given next, from the next place on. */
  give(...payloads: readonly Uint8Array[]): Promise<Received>;
  giveCommit(payload: Uint8Array, directoryIsNew: boolean): Promise<Received>;
  /** A message of Bob; `header` overrides what an honest client would say. */
  say(text: string, header?: Partial<EnvelopeHeader>): Uint8Array;
  /** Kind and text of each line that Alice sees. */
  seen(): Promise<string[]>;
}

describe('what a device is given in the order of a group', () => {
  let folder: string;
  let scene: Scene;

  beforeAll(() => ready());
  beforeEach(async () => {
    folder = mkdtempSync(join(tmpdir(), 'chancery-receive-'));
    scene = await setScene(join(folder, 'vault.db'));
  });
  afterEach(async () => {
    await scene.store.close();
    rmSync(folder, { recursive: true });
  });

  const frozen = async (): Promise<unknown> => scene.store.read((sql) => loadConversation(sql, scene.groupId));

  test('an honest exchange is shown as it is', async () => {
    await scene.give(scene.say('One.'), scene.say('Two.'));
    expect(await scene.seen()).toEqual(['membership Alice added Bob.', 'text One.', 'text Two.']);
  });

  test('a device that no directory knows freezes the conversation', async () => {
    const ghost = generateSigningKeyPair();
    const commit = addDevice(scene.bob, newUuid(new Date()), ghost);
    expect(await scene.giveCommit(commit, false)).toMatchObject({ stopped: 'directory' });
    expect(await scene.giveCommit(commit, true)).toMatchObject({ stopped: 'ended', to: 1 });
    expect(await frozen()).toMatchObject({ state: 'frozen', problem: { code: 'CONVERSATION_FROZEN' }, cursor: 1 });
    expect((await scene.seen()).at(-1)).toMatch(/^notice A change of the membership at place 2 was refused/);
    expect(await scene.giveCommit(commit, true)).toMatchObject({ stopped: 'ended', to: 1 });
  });

  test("a known person's device under another key freezes the conversation", async () => {
    const commit = addDevice(scene.bob, scene.carol.deviceId, generateSigningKeyPair());
    expect(await scene.giveCommit(commit, false)).toMatchObject({ stopped: 'ended' });
    expect(await frozen()).toMatchObject({ state: 'frozen' });
  });

  test('a known device under its own key comes in', async () => {
    const commit = addDevice(scene.bob, scene.carol.deviceId, scene.carol.device);
    expect(await scene.giveCommit(commit, false)).toMatchObject({ stopped: undefined });
    expect((await scene.seen()).at(-1)).toBe('membership Bob added Carol.');
  });

  test('nobody changes the label', async () => {
    const lower = canonicalLabel({ ...label, level: 'UNCLASSIFIED' });
    const { commit } = scene.bob.commit({ extensions: new Map([[extensionTypes.chanceryLabel, utf8(lower)]]) });
    expect(await scene.giveCommit(commit, false)).toMatchObject({ stopped: 'ended' });
    expect(await frozen()).toMatchObject({ state: 'frozen' });
  });

  test('nobody closes the conversation in favour of another group', async () => {
    const { commit } = scene.bob.commit({ reinit: successor() });
    expect(await scene.giveCommit(commit, false)).toMatchObject({ stopped: 'ended' });
    expect(await frozen()).toMatchObject({ state: 'frozen' });
  });

  test.each([
    ['leads to another conversation', { groupId: randomBytes(32) }],
    ['changes the label', { extensions: new Map([[0xf0c1, utf8('{"level":"UNCLASSIFIED"}')]]) }],
    ['leads to no other cipher suite', { suite: 0x004d }],
    ['weaker than what the conversation has, and no campaign asks for it', {}],
  ])('nobody moves it to a successor that is none: it %s', async (reason, changes) => {
    const groupId = new Uint8Array([...scene.bob.groupId, ...randomBytes(16)]);
    const { extensions } = scene.bob;
    const { commit } = scene.bob.commit({ reinit: { groupId, suite: 0x0003, extensions, ...changes } });
    expect(await scene.giveCommit(commit, true)).toMatchObject({ stopped: 'ended' });
    expect(await frozen()).toMatchObject({ state: 'frozen' });
    expect((await scene.seen()).at(-1)).toContain(reason);
  });

  test('a weaker suite waits for a directory that may know of a campaign for it', async () => {
    const groupId = new Uint8Array([...scene.bob.groupId, ...randomBytes(16)]);
    const { extensions } = scene.bob;
    const { commit } = scene.bob.commit({ reinit: { groupId, suite: 0x0003, extensions } });
    expect(await scene.giveCommit(commit, false)).toMatchObject({ stopped: 'directory' });
    expect(await frozen()).toMatchObject({ state: 'active' });
  });

  test('a proposal to do more than change the membership is not taken, and the conversation goes on', async () => {
    const proposal = envelope(scene, 2, 'PROPOSAL', scene.bob.proposeReinit(successor()));
    await receive(scene.core, scene.groupId, [proposal], { directoryIsNew: true });
    expect((await scene.seen()).at(-1)).toMatch(/^notice A proposal at place 2 was not taken/);
    expect(await frozen()).toMatchObject({ state: 'active', proposals: 0 });
  });

  test('a commit that is none freezes the conversation', async () => {
    expect(await scene.giveCommit(new Uint8Array([1, 2, 3]), false)).toMatchObject({ stopped: 'ended' });
  });

  test('a message that is dropped is missed at the next one', async () => {
    const [first, , third] = [scene.say('One.'), scene.say('Two.'), scene.say('Three.')];
    await scene.give(first, third);
    expect((await scene.seen()).slice(1)).toEqual([
      'text One.',
      'notice A message by Bob is missing before this one.',
      'text Three.',
    ]);
    expect(await frozen()).toMatchObject({ problem: { code: 'MESSAGE_GAP' } });
  });

  test('an envelope that is replayed is shown once', async () => {
    const [first, second] = [scene.say('One.'), scene.say('Two.')];
    await scene.give(first, second, first);
    const lines = await scene.seen();
    expect(lines.filter((line) => line === 'text One.')).toHaveLength(1);
    expect(lines.at(-1)).toMatch(/^notice An earlier message was given again/);
  });

  test('messages in another order are all shown, and the order is said to be wrong', async () => {
    const [first, second] = [scene.say('One.'), scene.say('Two.')];
    await scene.give(second, first);
    expect((await scene.seen()).slice(1)).toEqual([
      'notice A message by Bob is missing before this one.',
      'text Two.',
      'notice A message by Bob comes late, out of its order.',
      'text One.',
    ]);
  });

  test('two devices that were given different orders find out at the next message', async () => {
    await scene.give(scene.say('One.'));
    await scene.give(scene.say('Two.', { seq: 2, head: sha256(utf8('another history')) }));
    expect((await scene.seen()).at(-2)).toMatch(/^notice Bob and this device were given different messages/);
    expect(await frozen()).toMatchObject({ problem: { code: 'MESSAGE_GAP' } });
  });

  test('places that the server leaves out are asked for again, then said to be missing', async () => {
    const late: Envelope = { ...envelope(scene, 4, 'APPLICATION', scene.say('Late.')) };
    expect(await receive(scene.core, scene.groupId, [late], { directoryIsNew: false })).toMatchObject({
      stopped: 'gap',
    });
    await passOver(scene.core, scene.groupId, late);
    await receive(scene.core, scene.groupId, [late], { directoryIsNew: true });
    expect((await scene.seen()).slice(1)).toEqual([
      'notice Messages 2 to 3 are missing: the server does not give them out.',
      'text Late.',
    ]);
  });

  test('a label that the conversation does not cover is shown as a fault of the message', async () => {
    await scene.give(scene.say('Higher.', { label: canonicalLabel({ ...label, level: 'TOP_SECRET' }) }));
    const { messages } = await scene.store.read((sql) => readPage(sql, scene.groupId, {}, readerOf(scene.core)));
    expect(messages.at(-1)).toMatchObject({ text: 'Higher.', marking: 'SECRET', problem: { code: 'LABEL_TOO_HIGH' } });
  });

  test('content of a newer client is kept and shown as such', async () => {
    const content = encode({ v: 1, id: newUuid(new Date()), kind: 'poll', at: 5, options: ['yes', 'no'] });
    await scene.give(encrypt(scene.bob, content, 0));
    expect((await scene.seen()).at(-1)).toBe('unknown This message needs a newer client.');
  });

  test('garbage is one notice, and what follows it is read', async () => {
    await scene.give(new Uint8Array([0, 1, 2, 3]), scene.say('Still here.'));
    const lines = await scene.seen();
    expect(lines.at(-2)).toMatch(/^notice Message 2 can't be read/);
    expect(lines.at(-1)).toBe('text Still here.');
  });

  test('a message of this device that its vault never wrote means that the vault is an older copy', async () => {
    const { core, groupId, store } = scene;
    const records = 'SELECT group_id, key, value FROM group_record WHERE group_id = ?';
    const copy = await store.read((sql) => sql.all(records, [groupId]));
    const content = encodeContent({ id: newUuid(new Date()), kind: 'text', text: 'Forgotten.', at: 1 });
    core.groups.confirmNewest(groupId);
    const forgotten = await core.groups.change(groupId, ({ group }) => Promise.resolve(encrypt(group, content, 0)));
    await store.transaction(async (sql) => {
      await sql.run('DELETE FROM group_record');
      for (const row of copy) await sql.run('INSERT INTO group_record VALUES (?, ?, ?)', Object.values(row));
    });
    core.groups.forget(groupId);
    await expect(scene.give(forgotten)).rejects.toMatchObject({ code: 'VAULT_ROLLED_BACK' });
    expect(await scene.seen()).toEqual(['membership Alice added Bob.']);
  });
});

const successor = () => ({ groupId: randomBytes(16), suite: 0x0003, extensions: new Map<number, Uint8Array>() });

function envelope({ groupId }: Pick<Scene, 'groupId'>, seq: number, kind: EnvelopeKind, payload: Uint8Array): Envelope {
  return { groupId, seq, kind, payload, acceptedAt: new Date().toISOString() };
}

function encrypt(group: Group, content: Uint8Array, counter: number, header: Partial<EnvelopeHeader> = {}): Uint8Array {
  const groupId = Buffer.from(group.groupId).toString('hex');
  const seen = { seq: 0, head: firstHead(groupId) };
  return group.encrypt(
    content,
    encodeEnvelopeHeader({ label: labelText, precedence: 'ROUTINE', counter, ...seen, ...header }),
  );
}

function addDevice(group: Group, deviceId: string, signatureKeyPair: SigningKeyPair): Uint8Array {
  const { keyPackage } = createKeyPackage({ identity: utf8(deviceId), signatureKeyPair });
  return group.commit({ add: [keyPackage] }).commit;
}

async function setScene(path: string): Promise<Scene> {
  const store = await openStore({ disk, path, key: new Uint8Array(32).fill(5) });
  await migrate(store);
  const [alice, bobPerson, carol] = [newPerson(), newPerson(), newPerson()];
  const fingerprint = await fillDirectory(store, { Alice: alice, Bob: bobPerson, Carol: carol });
  const core = await coreOf(store, alice, fingerprint);
  const { groupId } = await prepareCreation(core, '', label, []);
  const { keyPackage, secrets } = createKeyPackage({
    identity: utf8(bobPerson.deviceId),
    signatureKeyPair: bobPerson.device,
  });
  const { commit, welcome } = await core.groups.change(groupId, ({ group }) =>
    Promise.resolve(group.commit({ add: [keyPackage] })),
  );
  if (!welcome) throw new Error('a commit that adds has a Welcome');
  const bob = Group.join({ welcome, keyPackage, keyPackageSecrets: secrets, signatureKeyPair: bobPerson.device });
  let place = 0;
  let counter = 0;
  const giveAs = async (
    kind: EnvelopeKind,
    payloads: readonly Uint8Array[],
    directoryIsNew: boolean,
  ): Promise<Received> => {
    const envelopes = payloads.map((payload, index) => envelope({ groupId }, place + 1 + index, kind, payload));
    const received = await receive(core, groupId, envelopes, { directoryIsNew });
    place = received.to;
    return received;
  };
  await giveAs('COMMIT', [commit], false);
  const say = (text: string, header: Partial<EnvelopeHeader> = {}): Uint8Array => {
    const content = encodeContent({ id: newUuid(new Date()), kind: 'text', text, at: Date.now() });
    return encrypt(bob, content, counter++, header);
  };
  const seen = async (): Promise<string[]> => {
    const { messages } = await store.read((sql) => readPage(sql, groupId, {}, readerOf(core)));
    return messages.map(({ kind, text }) => `${kind} ${text}`);
  };
  return {
    core,
    store,
    groupId,
    bob,
    carol,
    say,
    seen,
    give: (...payloads) => giveAs('APPLICATION', payloads, false),
    giveCommit: (payload, directoryIsNew) => giveAs('COMMIT', [payload], directoryIsNew),
  };
}

function newPerson(): Person {
  return { id: newUuid(new Date()), deviceId: newUuid(new Date()), device: generateSigningKeyPair() };
}

/** Root, an officer who is all three powers at once, and each person with a clearance and a device. */
async function fillDirectory(store: Store, people: Record<string, Person>): Promise<string> {
  const at = Date.now();
  const [root, officerKey] = [generateSigningKeyPair(), generateSigningKeyPair()];
  const [ministry, officer, post] = [newUuid(new Date()), newUuid(new Date()), newUuid(new Date())];
  const policyHash = sha256(utf8(canonicalPolicy(genericMinistry)));
  const byOfficer = { kind: 'person', id: officer } as const;
  const { publicKey: rootKey } = root;
  const { publicKey: identityKey } = officerKey;
  const statements = [
    signStatement({ type: 'root', at, ministry, name: 'Ministry', rootKey, policyHash }, ROOT_SIGNER, root),
    signStatement(
      { type: 'appoint', at, person: officer, powers: POWERS, mayAppoint: true, identityKey },
      ROOT_SIGNER,
      root,
    ),
  ];
  for (const [name, { id: person, deviceId, device }] of Object.entries(people)) {
    const own = generateSigningKeyPair();
    const added = { type: 'addDevice', at, person, device: deviceId, name, signatureKey: device.publicKey } as const;
    statements.push(
      signStatement({ type: 'enrol', at, person, name, post, identityKey: own.publicKey }, byOfficer, officerKey),
      signStatement({ type: 'clear', at, person, ...label }, byOfficer, officerKey),
      signStatement(added, { kind: 'person', id: person }, own),
    );
  }
  await store.transaction(async (sql) => {
    for (const [index, payload] of statements.entries())
      await sql.run('INSERT INTO statement VALUES (?, ?)', [index + 1, payload]);
  });
  return toBase64Url(statementId(statements[0] ?? new Uint8Array()));
}

async function coreOf(store: Store, { id, deviceId, device }: Person, rootFingerprint: string): Promise<Core> {
  return {
    store,
    timer: systemTimer,
    deviceKey: device,
    policy: genericMinistry,
    directory: await DirectorySync.load(store, rootFingerprint, systemTimer),
    groups: new Groups(store, device),
    // nothing here asks the server
    session: {} as Session,
    auditMemory: new AuditMemory(store, deviceId, () => undefined),
    profile: {
      server: 'http://127.0.0.1',
      ministryName: 'Ministry',
      policy: canonicalPolicy(genericMinistry),
      rootFingerprint,
      personId: id,
      personName: 'Alice',
      postId: '',
      deviceId,
      deviceName: 'Laptop',
      state: 'enrolled',
    },
    onDelay: () => undefined,
    emit: () => undefined,
    isWatched: () => false,
  };
}
