import { encodeEnvelopeHeader } from '#contracts';
import { createKeyPackage, Group } from '#mls';
import type { CreatedKeyPackage, Successor } from '#mls';
import { concatBytes, fromHex, randomBytes, toBase64, toHex, utf8 } from '#primitives';

import {
  CLAIM_KEYS,
  COMMIT,
  LABEL_EXTENSION,
  PUBLISH_KEYS,
  QUICK_SUITE,
  TestMember,
  WELCOMES,
  fromBase64,
  key,
  labelText,
} from '../support/delivery.js';
import type { TypedResult } from '../support/delivery.js';
import { FOUNDING_TOKEN, TestMinistry, sql } from '../support/ministry.js';
import { startServer } from '../support/server.js';
import type { TestServer } from '../support/server.js';

const HYBRID = 0x004d;
const LABEL = labelText('RESTRICTED');

let server: TestServer;
let ministry: TestMinistry;
let anna: TestMember;

beforeAll(async () => {
  server = await startServer({ environment: { CHANCERY_FOUNDING_TOKEN: FOUNDING_TOKEN } });
  ministry = await TestMinistry.found(server);
  anna = new TestMember(ministry, await ministry.enrol());
}, 120_000);
afterAll(() => server.stop());

/** A member with a KeyPackage of the quick suite. */
async function member(): Promise<TestMember> {
  const made = new TestMember(ministry, await ministry.enrol());
  await made.publishKeyPackages(1);
  return made;
}

/** A KeyPackage of the hybrid suite, published too. */
async function publishHybrid(who: TestMember): Promise<CreatedKeyPackage> {
  const hybrid = createKeyPackage({ suite: HYBRID, ...who.identity });
  await who.get('publishKeyPackages', PUBLISH_KEYS, { keyPackages: [toBase64(hybrid.keyPackage)] });
  return hybrid;
}

const successorOf = (groupId: string, changes: Partial<Successor> = {}): Successor => ({
  groupId: concatBytes(fromHex(groupId), randomBytes(16)),
  suite: HYBRID,
  extensions: new Map([[LABEL_EXTENSION, utf8(LABEL)]]),
  ...changes,
});

/** Closes the group of a member on this side, and makes the one that takes its place. */
function closing(founder: TestMember, target: Successor, keyPackages: readonly Uint8Array[] = []) {
  const { commit, staged } = founder.group.commit({ reinit: target });
  founder.group.apply(staged);
  return { commit, ...found(founder, keyPackages) };
}

const found = (founder: TestMember, keyPackages: readonly Uint8Array[]) =>
  founder.group.reinitialize({ keyPackages, ...founder.identity });

interface Closed {
  readonly commit: Uint8Array;
  readonly successor?: Uint8Array | undefined;
  readonly welcome?: Uint8Array | undefined;
}

function submit(who: TestMember, { commit, successor, welcome }: Closed, idempotencyKey = key()): Promise<TypedResult> {
  const encoded = { successor: successor && toBase64(successor), welcome: welcome && toBase64(welcome) };
  const input = { groupId: who.groupId, commit: toBase64(commit), ...encoded, idempotencyKey };
  return who.get('submitCommit', COMMIT, { input });
}

/** A conversation with Anna alone. */
async function alone(suite = QUICK_SUITE): Promise<TestMember> {
  const one = new TestMember(ministry, anna.person, suite);
  one.startGroup(LABEL);
  await one.createGroup();
  return one;
}

describe('a group that is closed in favour of a successor', () => {
  test('goes on as the same conversation, with its order, its members and their Welcome', async () => {
    const [boris, chen] = [await member(), await member()];
    const founder = await alone();
    await founder.add(boris, chen);
    const [forBoris, forChen] = [await publishHybrid(boris), await publishHybrid(chen)];
    await founder.say('before');
    const { groupId } = founder;
    const old = boris.envelope(boris.message('made before, sent after'));
    const target = successorOf(groupId);
    const made = closing(founder, target, [forBoris.keyPackage, forChen.keyPackage]);
    const whole = { commit: made.commit, welcome: made.welcome, successor: made.group.groupInfo() };

    const refusals = [
      await submit(founder, { ...whole, successor: undefined }),
      await submit(founder, { ...whole, successor: Group.create({ ...target, ...founder.identity }).groupInfo() }),
      await submit(founder, { ...whole, welcome: undefined }),
    ];
    expect(refusals.map(({ code, field }) => [code, field])).toEqual([
      ['COMMIT_INVALID', 'successor'],
      ['COMMIT_INVALID', 'successor'],
      ['COMMIT_INVALID', 'welcome'],
    ]);
    const unpublished = [boris, chen].map((one) => createKeyPackage({ suite: HYBRID, ...one.identity }).keyPackage);
    const other = found(founder, unpublished);
    const foreign = { ...whole, successor: other.group.groupInfo(), welcome: other.welcome };
    expect(await submit(founder, foreign)).toMatchObject({ code: 'COMMIT_INVALID', field: 'welcome' });

    const retry = key();
    const taken = await submit(founder, whole, retry);
    expect(taken).toMatchObject({ __typename: 'CommitAccepted', seq: 3, epoch: 2 });
    expect(await submit(founder, whole, retry)).toEqual(taken);
    expect(await boris.send(old)).toMatchObject([{ code: 'STALE_EPOCH' }]);
    const proposal = boris.envelope(boris.group.proposeUpdate());
    expect(await boris.send(proposal)).toMatchObject([{ code: 'STALE_EPOCH' }]);
    expect(await boris.commit({ update: true })).toMatchObject({ __typename: 'CommitConflict', epoch: 2 });

    const successor = await follow(boris, forBoris, made.commit);
    const payload = successor.encrypt(utf8('after'), header());
    const [accepted] = await boris.send({ groupId, payload: toBase64(payload), idempotencyKey: key() });
    expect(accepted).toMatchObject({ __typename: 'EnvelopeAccepted', seq: 4 });
    expect(made.group.decrypt(payload).plaintext).toEqual(utf8('after'));
    const { envelopes } = await chen.fetch(1);
    expect(envelopes.map(({ kind, epoch }) => [kind, epoch])).toEqual([
      ['APPLICATION', 1],
      ['COMMIT', 1],
      ['APPLICATION', 2],
    ]);
    expect(await generations(groupId)).toEqual([
      { mls_id: toHex(target.groupId), predecessor: groupId, epoch_base: 1, cipher_suite: HYBRID, seq: 3 },
    ]);
  });

  test('is one whose newcomers are claimed for its suite', async () => {
    const one = await member();
    const hybrid = await publishHybrid(one);
    const claim = CLAIM_KEYS.replace('!) {', '!, $suite: Int) {').replace('deviceIds)', 'deviceIds, suite: $suite)');
    const variables = { deviceIds: [one.person.deviceId] };
    const stock = async () =>
      one.get('keyPackageStock', '{ keyPackageStock { available suites { suite available } } }');
    expect(await stock()).toMatchObject({ available: 2, suites: [{ suite: QUICK_SUITE }, { suite: HYBRID }] });
    expect(await anna.ask(claim, { ...variables, suite: 1 })).toMatchObject({
      errors: [{ extensions: { code: 'NO_KEY_PACKAGE' } }],
    });
    // without a suite: the default one, as clients that know no other expect
    const [any] = await anna.get<{ keyPackage: string }[]>('claimKeyPackages', claim, variables);
    expect(fromBase64(any!.keyPackage)).toEqual(hybrid.keyPackage);
    await anna.get('claimKeyPackages', claim, { ...variables, suite: QUICK_SUITE });
    expect(await stock()).toMatchObject({ available: 0, suites: [] });
  });
});

describe('a group is not closed', () => {
  const cases: [string, (groupId: string) => Partial<Successor>][] = [
    ['in favour of another conversation', () => ({ groupId: randomBytes(32) })],
    ['under an id that a new conversation could have', () => ({ groupId: randomBytes(16) })],
    ['under another label', () => ({ extensions: new Map([[LABEL_EXTENSION, utf8(labelText('UNCLASSIFIED'))]]) })],
    ['without a label', () => ({ extensions: new Map() })],
    ['to stay in its suite', () => ({ suite: QUICK_SUITE })],
  ];

  test.each(cases)('%s', async (_, changes) => {
    const founder = await alone();
    const { commit, group, welcome } = closing(founder, successorOf(founder.groupId, changes(founder.groupId)));
    const result = await submit(founder, { commit, welcome, successor: group.groupInfo() });
    expect(result).toMatchObject({ code: 'COMMIT_INVALID', field: 'successor' });
    expect(await generations(founder.groupId)).toEqual([]);
  });

  test('in favour of a weaker suite that no campaign asks for', async () => {
    const founder = await alone(HYBRID);
    const target = successorOf(founder.groupId, { suite: QUICK_SUITE });
    const { commit, group, welcome } = closing(founder, target);
    const result = await submit(founder, { commit, welcome, successor: group.groupInfo() });
    expect(result).toMatchObject({ code: 'COMMIT_INVALID', field: 'successor' });
  });

  test('by a proposal that somebody else would have to commit', async () => {
    const founder = await alone();
    const proposal = founder.envelope(founder.group.proposeReinit(successorOf(founder.groupId)));
    expect(await founder.send(proposal)).toMatchObject([{ code: 'ENVELOPE_INVALID' }]);
  });
});

test('a message for a successor that nobody has announced is for another conversation', async () => {
  const founder = await alone();
  const { group } = closing(founder, successorOf(founder.groupId));
  const payload = toBase64(group.encrypt(utf8('hello'), header()));
  const [result] = await founder.send({ groupId: founder.groupId, payload, idempotencyKey: key() });
  expect(result).toMatchObject({ code: 'ENVELOPE_INVALID' });
});

/** The member applies the commit and joins the successor by its Welcome. */
async function follow(who: TestMember, { keyPackage, secrets }: CreatedKeyPackage, commit: Uint8Array): Promise<Group> {
  who.receiveCommit(commit);
  const [waiting] = await who.get<{ welcome: string; nextSeq: number }[]>('welcomes', WELCOMES);
  expect(waiting?.nextSeq).toBe(4);
  const welcome = fromBase64(waiting!.welcome);
  const own = { keyPackage, keyPackageSecrets: secrets, signatureKeyPair: who.person.device };
  return Group.join({ welcome, ...own, from: who.group });
}

const header = (): Uint8Array =>
  encodeEnvelopeHeader({ label: LABEL, precedence: 'ROUTINE', counter: 0, seq: 0, head: new Uint8Array(32) });

const generations = (groupId: string) =>
  sql(
    server,
    'SELECT mls_id, predecessor, epoch_base, cipher_suite, seq FROM group_generation WHERE group_id = $1 ORDER BY seq',
    [groupId],
  );
