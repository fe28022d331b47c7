import { generateKeyPairSync, sign as signWith } from 'node:crypto';

import { externalRemove, externalSendersIn, externalSendersExtension, extensionTypes } from '#mls';
import { utf8 } from '#primitives';

import { LABEL_EXTENSION, SEND, TestMember, key, labelText } from '../support/delivery.js';
import { FOUNDING_TOKEN, PUBLISH, TestMinistry, byDevice, clear, sql } from '../support/ministry.js';
import { startServer } from '../support/server.js';
import type { TestServer } from '../support/server.js';

let server: TestServer;
let ministry: TestMinistry;

beforeAll(async () => {
  server = await startServer({ environment: { CHANCERY_FOUNDING_TOKEN: FOUNDING_TOKEN } });
  ministry = await TestMinistry.found(server);
}, 120_000);
afterAll(() => server.stop());

async function member(): Promise<TestMember> {
  const made = new TestMember(ministry, await ministry.enrol());
  await made.publishKeyPackages(3);
  return made;
}

async function threeTalk(): Promise<[TestMember, TestMember, TestMember]> {
  const [anna, boris, chen] = [await member(), await member(), await member()];
  anna.startGroup();
  await anna.createGroup();
  await anna.add(boris, chen);
  return [anna, boris, chen];
}

const publish = (statement: string) => ministry.as(ministry.officer, PUBLISH, { statements: [statement] });

const revoke = ({ person }: TestMember) =>
  publish(
    byDevice({ type: 'revokeDevice', at: Date.now(), device: person.deviceId, reason: 'STOLEN' }, ministry.officer),
  );

/** The server follows its directory on its own; asked again until it has. */
async function removalsDue(groupId: string, wanted: number): Promise<void> {
  for (;;) {
    const [row] = await sql<{ removals_due: number }>(server, 'SELECT removals_due FROM mls_group WHERE id = $1', [
      groupId,
    ]);
    if (row?.removals_due === wanted) return;
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

describe('a device that is revoked', () => {
  test('leaves its groups closed to everything but the commit that removes it', async () => {
    const [anna, boris, chen] = await threeTalk();
    const early = anna.envelope(anna.message('before'));
    const [first] = await anna.send(early);
    await revoke(chen);
    await removalsDue(anna.groupId, 1);
    expect(await anna.say('not now')).toMatchObject({ code: 'REMOVAL_DUE' });
    const leaving = boris.envelope(boris.group.proposeSelfRemove());
    expect(await boris.send(leaving)).toMatchObject([{ code: 'REMOVAL_DUE' }]);
    const rotation = await anna.commit({ update: true });
    expect(rotation).toMatchObject({ code: 'REMOVAL_DUE' });
    expect(await anna.send(early)).toEqual([first]); // a retry is told its place all the same
    expect(await anna.remove(chen)).toMatchObject({ __typename: 'CommitAccepted', epoch: 2 });
    expect(await anna.say('and on')).toMatchObject({ __typename: 'EnvelopeAccepted' });
  });

  test('is not removed twice, nor when it had left before', async () => {
    const [anna, boris, chen] = await threeTalk();
    await anna.remove(chen);
    boris.receiveCommit(Buffer.from((await boris.fetch()).envelopes.at(-1)?.payload ?? '', 'base64'));
    await revoke(chen);
    await revoke(boris);
    await removalsDue(anna.groupId, 1);
    await anna.remove(boris);
    expect(await anna.say('alone')).toMatchObject({ __typename: 'EnvelopeAccepted' });
  });
});

describe('a person whose clearance is lowered', () => {
  test('has to leave the conversations above it, and no others; raised again before that, nothing happens', async () => {
    const [anna, boris] = [await member(), await member()];
    const groups = [];
    for (const level of ['RESTRICTED', 'SECRET']) {
      anna.startGroup(labelText(level));
      await anna.createGroup();
      await anna.add(boris);
      groups.push(anna.groupId);
    }
    const [low = '', high = ''] = groups;
    await publish(byDevice(clear(boris.person.personId, 'RESTRICTED'), ministry.officer));
    await removalsDue(high, 1);
    await removalsDue(low, 0);
    await publish(byDevice({ ...clear(boris.person.personId, 'SECRET'), at: Date.now() + 1 }, ministry.officer));
    await removalsDue(high, 0);
  });
});

describe('external senders', () => {
  const foreign = generateKeyPairSync('ed25519');
  const foreignKey = new Uint8Array(Buffer.from(foreign.publicKey.export({ format: 'jwk' }).x ?? '', 'base64url'));

  test('a group may name the delivery keys of the log, and nobody else', async () => {
    const anna = await member();
    anna.startGroup();
    await anna.createGroup();
    const senders = externalSendersExtension([{ signatureKey: foreignKey, identity: utf8('somebody') }]);
    const extensions = new Map([...anna.group.extensions, [extensionTypes.externalSenders, senders] as const]);
    expect(await anna.commit({ extensions })).toMatchObject({ code: 'COMMIT_INVALID' });
    const other = new Map([...anna.group.extensions, [0xf0c2, utf8('x')] as const]);
    expect(await anna.commit({ extensions: other }).catch(() => ({ code: 'UNSUPPORTED' }))).not.toMatchObject({
      __typename: 'CommitAccepted',
    });
    expect([...anna.group.extensions.keys()]).toEqual([LABEL_EXTENSION]);
    expect(externalSendersIn(anna.group.extensions)).toEqual([]);
  });

  test('a removal under a key that is not theirs is no proposal', async () => {
    const [anna, , chen] = await threeTalk();
    const remove = { groupId: anna.group.groupId, epoch: anna.group.epoch, leaf: chen.group.ownLeaf, senderIndex: 0 };
    const { toBeSigned, withSignature } = externalRemove(remove);
    const payload = withSignature(new Uint8Array(signWith(null, toBeSigned, foreign.privateKey)));
    const envelopes = [
      { groupId: anna.groupId, payload: Buffer.from(payload).toString('base64'), idempotencyKey: key() },
    ];
    expect(await anna.get('sendEnvelopes', SEND, { envelopes })).toMatchObject([{ code: 'ENVELOPE_INVALID' }]);
  });
});
