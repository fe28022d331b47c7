import { randomBytes } from 'node:crypto';

import pg from 'pg';

import { encodeReceipt } from '#contracts';
import { sign, toBase64, utf8 } from '#primitives';

import { codesOf } from '../support/graphql.js';
import { FETCH, SEND, TestMember, WELCOMES, key, labelText, toHex } from '../support/delivery.js';
import { FOUNDING_TOKEN, sql, TestMinistry } from '../support/ministry.js';
import type { NewPerson } from '../support/ministry.js';
import { startServer } from '../support/server.js';
import type { TestServer } from '../support/server.js';

const environment = { CHANCERY_FOUNDING_TOKEN: FOUNDING_TOKEN };

let server: TestServer;
let ministry: TestMinistry;

beforeAll(async () => {
  server = await startServer({ environment });
  ministry = await TestMinistry.found(server);
}, 120_000);
afterAll(() => server.stop());

async function member(options: NewPerson = {}): Promise<TestMember> {
  const made = new TestMember(ministry, await ministry.enrol(options));
  await made.publishKeyPackages(3);
  return made;
}

/** A group of this many, all of whom have joined. */
async function conversation(count: number, level = 'RESTRICTED'): Promise<[TestMember, ...TestMember[]]> {
  const [founder, ...others] = await Promise.all(Array.from({ length: count }, () => member()));
  if (!founder) throw new Error('a conversation has a founder');
  founder.startGroup(labelText(level));
  await founder.createGroup();
  if (others.length > 0) await founder.add(...others);
  return [founder, ...others];
}

describe('KeyPackages', () => {
  test('each is given out once, then the last resort again and again, and without one NO_KEY_PACKAGE', async () => {
    const [adder, device] = [await member(), new TestMember(ministry, await ministry.enrol())];
    await device.publishKeyPackages(2);
    const first = await adder.claim(device);
    const second = await adder.claim(device);
    expect(toHex(first[0] as Uint8Array)).not.toBe(toHex(second[0] as Uint8Array));
    const deviceIds = [device.person.deviceId];
    const claim = 'mutation ($deviceIds: [ID!]!) { claimKeyPackages(deviceIds: $deviceIds) { keyPackage } }';
    expect(codesOf(await adder.ask(claim, { deviceIds }))).toEqual(['NO_KEY_PACKAGE']);
    const lastResort = toBase64(device.makeKeyPackage({ lastResort: true }));
    const publish = `mutation ($lastResort: Bytes) { publishKeyPackages(keyPackages: [], lastResort: $lastResort) { available hasLastResort } }`;
    expect(await device.get('publishKeyPackages', publish, { lastResort })).toEqual({
      available: 0,
      hasLastResort: true,
    });
    for (let time = 0; time < 2; time++) {
      expect(toBase64((await adder.claim(device))[0] as Uint8Array)).toBe(lastResort);
    }
  });

  test('forty claims at once get forty different KeyPackages', async () => {
    const [adder, device] = [await member(), new TestMember(ministry, await ministry.enrol())];
    await device.publishKeyPackages(40);
    const claimed = await Promise.all(Array.from({ length: 40 }, () => adder.claim(device)));
    expect(new Set(claimed.map(([keyPackage]) => toHex(keyPackage as Uint8Array))).size).toBe(40);
  });

  test("another device's, a changed one and one that was claimed before are refused or ignored", async () => {
    const [one, other] = [await member(), await member()];
    const publish =
      'mutation ($keyPackages: [Bytes!]!) { publishKeyPackages(keyPackages: $keyPackages) { available } }';
    const codes = async (...keyPackages: Uint8Array[]) =>
      codesOf(await one.ask(publish, { keyPackages: keyPackages.map(toBase64) }));
    const changed = one.makeKeyPackage();
    changed[100] = (changed[100] ?? 0) ^ 1;
    expect(await codes(other.makeKeyPackage())).toEqual(['KEY_PACKAGE_INVALID']);
    expect(await codes(changed)).toEqual(['KEY_PACKAGE_INVALID']);
    expect(await codes(one.makeKeyPackage({ lastResort: true }))).toEqual(['KEY_PACKAGE_INVALID']);
    const [claimed] = await other.claim(one);
    expect(await codes(claimed as Uint8Array)).toEqual([]);
    expect(
      (await one.get<{ available: number }>('keyPackageStock', '{ keyPackageStock { available } }')).available,
    ).toBe(2);
  });
});

describe('groups', () => {
  test('a conversation is founded, joined, spoken in and read in one order', async () => {
    const [founder, second, third] = (await conversation(3)) as [TestMember, TestMember, TestMember];
    expect((await founder.say('Good morning')).seq).toBe(2);
    expect((await second.say('Bonjour')).seq).toBe(3);
    const { envelopes, lastSeq } = await third.fetch();
    expect(lastSeq).toBe(3);
    expect(envelopes.map(({ seq, kind, epoch }) => [seq, kind, epoch])).toEqual([
      [2, 'APPLICATION', 1],
      [3, 'APPLICATION', 1],
    ]);
    const texts = envelopes.map(({ payload }) => third.group.decrypt(Buffer.from(payload, 'base64')).plaintext);
    expect(texts.map((text) => Buffer.from(text).toString())).toEqual(['Good morning', 'Bonjour']);
    const group = await third.get(
      'group',
      'query ($id: ID!) { group(id: $id) { epoch firstSeq lastSeq members label { marking } } }',
      { id: third.groupId },
    );
    expect(group).toEqual({ epoch: 1, firstSeq: 2, lastSeq: 3, members: 3, label: { marking: 'RESTRICTED' } });
    expect(await third.get('welcomes', WELCOMES)).toEqual([]);
  });

  test('a founding that is tried again gives the same group, another group under its id is a conflict', async () => {
    const founder = await member();
    founder.startGroup();
    const again = key();
    const first = await founder.createGroup(again);
    expect(await founder.createGroup(again)).toEqual(first);
    expect(await founder.createGroup()).toMatchObject({ __typename: 'Refusal', code: 'CONFLICT' });
  });

  test('without a label, with an unknown one, or above the clearance no group is founded', async () => {
    const founder = await member({ level: 'RESTRICTED' });
    const codeFor = async (label: string | undefined) => {
      founder.startGroup(label ?? '');
      return (await founder.createGroup()).code;
    };
    expect(await codeFor(labelText('COSMIC'))).toBe('LABEL_UNKNOWN');
    expect(await codeFor('{"level":"SECRET"}')).toBe('LABEL_UNKNOWN');
    expect(await codeFor(labelText('SECRET'))).toBe('CLEARANCE_TOO_LOW');
    const input = { groupInfo: toBase64(randomBytes(300)), idempotencyKey: key() };
    const query = 'mutation ($input: CreateGroupInput!) { createGroup(input: $input) { ... on Refusal { code } } }';
    expect(await founder.get('createGroup', query, { input })).toEqual({ code: 'GROUP_INVALID' });
  });

  test('a GroupInfo of somebody else is refused', async () => {
    const [founder, thief] = [await member(), await member()];
    founder.startGroup();
    const input = { groupInfo: toBase64(founder.group.groupInfo()), idempotencyKey: key() };
    const query = 'mutation ($input: CreateGroupInput!) { createGroup(input: $input) { ... on Refusal { code } } }';
    expect(await thief.get('createGroup', query, { input })).toEqual({ code: 'GROUP_INVALID' });
  });
});

describe('commits', () => {
  test('of fifty for one epoch one is accepted, and 49 are told where the group stands', async () => {
    const [founder] = await conversation(1);
    const commits = Array.from({ length: 50 }, () => {
      const made = founder.group.commit({ update: true });
      founder.group.discard(made.staged);
      return made.commit;
    });
    const results = await Promise.all(commits.map((commit) => founder.submit(commit)));
    const accepted = results.filter((result) => result.__typename === 'CommitAccepted');
    const conflicts = results.filter((result) => result.__typename === 'CommitConflict');
    expect([accepted.length, conflicts.length]).toEqual([1, 49]);
    for (const conflict of conflicts) expect(conflict).toMatchObject({ epoch: 1, lastSeq: 1 });
    expect((await founder.fetch()).envelopes.map(({ seq, kind }) => [seq, kind])).toEqual([[1, 'COMMIT']]);
  }, 60_000);

  test('a commit that is sent again has the place that it was given', async () => {
    const [founder] = await conversation(1);
    const { commit } = founder.group.commit({ update: true });
    const again = key();
    const first = await founder.submit(commit, undefined, again);
    expect(first).toMatchObject({ __typename: 'CommitAccepted', seq: 1, epoch: 1 });
    expect(await founder.submit(commit, undefined, again)).toEqual(first);
  });

  test('nobody joins without the clearance for the label', async () => {
    const [founder, outsider] = [await member({ level: 'TOP_SECRET' }), await member({ level: 'CONFIDENTIAL' })];
    founder.startGroup(labelText('SECRET'));
    await founder.createGroup();
    const refused = await founder.add(outsider);
    expect(refused).toMatchObject({ __typename: 'Refusal', code: 'CLEARANCE_TOO_LOW' });
    expect(refused.message).toContain(outsider.person.deviceId);
    expect(await outsider.get('welcomes', WELCOMES)).toEqual([]);
  });

  test('a Welcome that is missing, superfluous or for somebody else is refused', async () => {
    const [founder, second] = [await member(), await member()];
    founder.startGroup();
    await founder.createGroup();
    const [keyPackage, other] = [...(await founder.claim(second)), ...(await founder.claim(second))];
    const add = founder.group.commit({ add: [keyPackage as Uint8Array] });
    founder.group.discard(add.staged);
    const foreign = founder.group.commit({ add: [other as Uint8Array] });
    founder.group.discard(foreign.staged);
    const update = founder.group.commit({ update: true });
    const refusal = { __typename: 'Refusal', code: 'COMMIT_INVALID', field: 'welcome' };
    expect(await founder.submit(add.commit)).toMatchObject(refusal);
    expect(await founder.submit(add.commit, foreign.welcome)).toMatchObject(refusal);
    expect(await founder.submit(update.commit, add.welcome)).toMatchObject(refusal);
    expect(await founder.submit(update.commit)).toMatchObject({ __typename: 'CommitAccepted' });
  });

  test("a commit can't change the label, speak for another member or hold rubbish", async () => {
    const [founder, second] = (await conversation(2)) as [TestMember, TestMember];
    const relabelled = new Map([[0xf0c1, utf8(labelText('UNCLASSIFIED'))]]);
    expect(await founder.commit({ extensions: relabelled })).toMatchObject({ code: 'COMMIT_INVALID' });
    const { commit, staged } = founder.group.commit({ update: true });
    founder.group.discard(staged);
    const input = { groupId: founder.groupId, commit: toBase64(commit), idempotencyKey: key() };
    const query = 'mutation ($input: CommitInput!) { submitCommit(input: $input) { ... on Refusal { code } } }';
    expect(await second.get('submitCommit', query, { input })).toEqual({ code: 'COMMIT_INVALID' });
    const forged = commit.slice();
    forged[forged.length - 1] = (forged.at(-1) ?? 0) ^ 1;
    forged[120] = (forged[120] ?? 0) ^ 1;
    expect((await founder.submit(forged)).__typename).toBe('Refusal');
  });

  test('a conversation takes changes of its membership, and no others that MLS knows', async () => {
    const [founder] = (await conversation(2)) as [TestMember, TestMember];
    const successor = { groupId: randomBytes(16), suite: 0x0003, extensions: new Map<number, Uint8Array>() };
    expect(await founder.commit({ reinit: successor })).toMatchObject({ code: 'COMMIT_INVALID', field: 'successor' });
    const id = utf8('key');
    const psks = [{ id, secret: randomBytes(32) }];
    const mixed = await founder.commit({ usePsks: [{ kind: 'external', id }], psks });
    expect(mixed).toMatchObject({ code: 'COMMIT_INVALID', field: 'commit' });
    const proposal = founder.group.proposeReinit(successor);
    expect(await founder.send(founder.envelope(proposal))).toMatchObject([{ code: 'ENVELOPE_INVALID' }]);
  });

  test('a removed device reads up to the commit that removed it, and nothing after; it sends nothing more', async () => {
    const [founder, second, third] = (await conversation(3)) as [TestMember, TestMember, TestMember];
    await founder.say('before');
    const late = third.envelope(third.message('too late'));
    const removal = await founder.remove(third);
    await founder.say('after');
    const { envelopes, lastSeq } = await third.fetch();
    expect(envelopes.map(({ seq, kind }) => [seq, kind])).toEqual([
      [2, 'APPLICATION'],
      [removal.seq, 'COMMIT'],
    ]);
    expect(lastSeq).toBe(removal.seq);
    expect(await third.send(late)).toMatchObject([{ __typename: 'Refusal', code: 'NOT_A_MEMBER' }]);
    expect(await third.get('group', 'query ($id: ID!) { group(id: $id) { id } }', { id: third.groupId })).toBeNull();
    second.receiveCommit(Buffer.from((await second.fetch(2, 1)).envelopes[0]?.payload ?? '', 'base64'));
    expect((await second.say('we two')).seq).toBe(5);
  });

  test('a device that comes back reads its two stays and nothing between them', async () => {
    const [founder, second] = (await conversation(2)) as [TestMember, TestMember];
    await founder.say('first stay');
    const removal = await founder.remove(second);
    await founder.say('while away');
    await founder.add(second);
    await founder.say('second stay');
    const { envelopes } = await second.fetch();
    expect(envelopes.map(({ seq }) => seq)).toEqual([2, removal.seq, 6]);
    expect((await second.fetch(2, 1)).envelopes.map(({ seq }) => seq)).toEqual([3]);
  });

  test('a device that wants to leave proposes it, and a later commit carries it out', async () => {
    const [founder, second] = (await conversation(2)) as [TestMember, TestMember];
    const proposal = second.group.proposeSelfRemove();
    expect(await second.send(second.envelope(proposal))).toMatchObject([{ __typename: 'EnvelopeAccepted', seq: 2 }]);
    expect(await founder.send(founder.envelope(proposal))).toMatchObject([{ code: 'ENVELOPE_INVALID' }]);
    founder.group.receiveProposal(proposal);
    expect(await founder.commit({})).toMatchObject({ __typename: 'CommitAccepted', seq: 3, epoch: 2 });
    expect((await founder.fetch()).envelopes.map(({ kind }) => kind)).toEqual(['COMMIT', 'PROPOSAL', 'COMMIT']);
    expect((await second.say('gone').catch((error: unknown) => error)) as Error).toBeDefined();
    expect(await second.send(second.envelope(proposal))).toMatchObject([{ code: 'NOT_A_MEMBER' }]);
  });
});

/** The process of the database in which messages wait for their group. */
async function waitingAppend(): Promise<number> {
  const query = `SELECT pid FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND query LIKE '%append_envelopes(%'`;
  for (;;) {
    const [found] = await sql<{ pid: number }>(server, query);
    if (found) return found.pid;
  }
}

describe('sending', () => {
  test('fifty at once to one conversation stand in one order without gaps', async () => {
    const members = await conversation(5);
    const senders = Array.from({ length: 50 }, (_, index) => members[index % members.length] as TestMember);
    const results = await Promise.all(senders.map((sender, index) => sender.say(`message ${String(index)}`)));
    const places = results.map(({ seq }) => seq ?? 0).toSorted((a, b) => a - b);
    expect(places).toEqual(Array.from({ length: 50 }, (_, index) => index + 2));
    const { envelopes } = await members[0].fetch(1);
    expect(envelopes.map(({ seq }) => seq)).toEqual(places);
  });

  test('what is sent again has the place that it was given, alone, beside new ones and twice in one request', async () => {
    const [founder] = await conversation(1);
    const once = founder.envelope(founder.message('once'));
    const [first] = await founder.send(once);
    expect(await founder.send(once)).toEqual([first]);
    const another = founder.envelope(founder.message('another'));
    const results = await founder.send(once, another, another, once);
    expect(results.map(({ seq }) => seq)).toEqual([1, 2, 2, 1]);
    expect((await founder.fetch()).lastSeq).toBe(2);
  });

  test('none passes another that stands before it in the request, even where the database fails in between', async () => {
    const [founder] = await conversation(1);
    const both = ['first', 'second'].map((text) => founder.envelope(founder.message(text)));
    const holder = new pg.Client({ connectionString: server.databaseUrl });
    await holder.connect();
    await holder.query('BEGIN');
    await holder.query('SELECT 1 FROM mls_group WHERE id = $1 FOR UPDATE', [founder.groupId]);
    const failing = founder.ask(SEND, { envelopes: both });
    await sql(server, 'SELECT pg_cancel_backend($1)', [await waitingAppend()]);
    await holder.query('ROLLBACK');
    await holder.end();
    expect(codesOf(await failing)).not.toEqual([]);
    expect((await founder.send(...both)).map(({ seq }) => seq)).toEqual([1, 2]);
  });

  test('a key of a message is no key of a commit, and the other way round', async () => {
    const [founder] = await conversation(1);
    const [said, committed] = [key(), key()];
    await founder.send(founder.envelope(founder.message('said'), { idempotencyKey: said }));
    expect(await founder.commit({ update: true }, said)).toMatchObject({ code: 'ENVELOPE_INVALID' });
    expect(await founder.commit({ update: true }, committed)).toMatchObject({ __typename: 'CommitAccepted' });
    const again = founder.envelope(founder.message('again'), { idempotencyKey: committed });
    expect(await founder.send(again)).toMatchObject([{ code: 'ENVELOPE_INVALID', field: 'idempotencyKey' }]);
    expect((await founder.fetch()).lastSeq).toBe(2);
  });

  test('a refused envelope leaves the others of the request alone', async () => {
    const [founder] = await conversation(1);
    const [other] = await conversation(1);
    const good = () => founder.envelope(founder.message('good'));
    const results = await founder.send(
      good(),
      founder.envelope(founder.message('too high', { label: labelText('SECRET') })),
      founder.envelope(founder.message('unknown', { label: labelText('COSMIC') })),
      founder.envelope(founder.group.encrypt(utf8('no header'), utf8('anything'))),
      founder.envelope(founder.message('elsewhere'), { groupId: other.groupId }),
      other.envelope(other.message('not mine')),
      founder.envelope(randomBytes(100)),
      founder.envelope(founder.group.commit({ update: true }).commit),
      { ...good(), idempotencyKey: randomBytes(8).toString('base64') },
      { ...good(), groupId: toHex(randomBytes(16)) },
      good(),
    );
    expect(results.map(({ code, seq }) => code ?? seq)).toEqual([
      1,
      'LABEL_TOO_HIGH',
      'LABEL_UNKNOWN',
      'ENVELOPE_INVALID',
      'ENVELOPE_INVALID',
      'NOT_A_MEMBER',
      'ENVELOPE_INVALID',
      'ENVELOPE_INVALID',
      'ENVELOPE_INVALID',
      'ENVELOPE_INVALID',
      2,
    ]);
  });

  test('a message of five epochs ago is taken, one of six epochs ago is stale', async () => {
    const [founder] = await conversation(1);
    const [old, older] = [founder.message('old'), founder.message('older')];
    for (let epoch = 1; epoch <= 5; epoch++) await founder.commit({ update: true });
    expect(await founder.send(founder.envelope(old))).toMatchObject([{ __typename: 'EnvelopeAccepted', seq: 6 }]);
    await founder.commit({ update: true });
    const [stale] = await founder.send(founder.envelope(older));
    expect(stale).toMatchObject({ code: 'STALE_EPOCH', field: 'payload' });
    expect(stale?.message).toBe('made in epoch 0, the conversation is in 6');
  });

  test('a message from before the newest join is stale, unless it has its place already', async () => {
    const [founder] = await conversation(1);
    const placed = founder.envelope(founder.message('placed'));
    const late = founder.envelope(founder.message('late'));
    await founder.send(placed);
    await founder.add(await member());
    expect(await founder.send(late, placed)).toMatchObject([{ code: 'STALE_EPOCH', field: 'payload' }, { seq: 1 }]);
    const behind = founder.envelope(founder.message('behind'));
    await founder.commit({ update: true });
    expect(await founder.send(behind)).toMatchObject([{ __typename: 'EnvelopeAccepted', seq: 4 }]);
  });

  test('too large, too many, not base64 and pages out of bounds are refused by name', async () => {
    const [founder] = await conversation(1);
    const huge = founder.envelope(randomBytes(1024 * 1024 + 1));
    const [refused] = await founder.send(huge);
    expect(refused).toMatchObject({ code: 'TOO_LARGE', field: 'payload' });
    expect(refused?.message).toContain('1048576');
    const { groupId } = founder;
    const many = Array.from({ length: 101 }, () => ({ groupId, payload: 'AAAA', idempotencyKey: key() }));
    expect(codesOf(await founder.ask(SEND, { envelopes: many }))).toEqual(['TOO_LARGE']);
    for (const payload of ['A', 'AAAA*', 'AA==AA==', 'AAAA\n', 'AB==', '-_-_']) {
      const envelopes = [{ groupId, payload, idempotencyKey: key() }];
      expect(codesOf(await founder.ask(SEND, { envelopes }))).toEqual(['BAD_BASE64']);
    }
    expect(codesOf(await founder.ask(FETCH, { groupId, after: 0, first: 501 }))).toEqual(['BAD_INPUT']);
    expect(codesOf(await founder.ask(FETCH, { groupId, after: -1, first: 1 }))).toEqual(['BAD_INPUT']);
  });

  test('who is not a member can neither fetch nor learn whether a conversation exists', async () => {
    const [[founder], stranger] = [await conversation(1), await member()];
    const codes = async (groupId: string) => codesOf(await stranger.ask(FETCH, { groupId, after: 0, first: 1 }));
    expect(await codes(founder.groupId)).toEqual(['NOT_A_MEMBER']);
    expect(await codes(toHex(randomBytes(16)))).toEqual(['NOT_A_MEMBER']);
  });

  test('a conversation of 1,200 envelopes is read page by page, each once', async () => {
    const [founder] = await conversation(1);
    for (let batch = 0; batch < 12; batch++) {
      await founder.send(...Array.from({ length: 100 }, () => founder.envelope(founder.message('x'))));
    }
    const seen: number[] = [];
    for (let after = 0; after < 1200; after = seen.at(-1) ?? 0) {
      seen.push(...(await founder.fetch(after, 500)).envelopes.map(({ seq }) => seq));
    }
    expect(seen).toEqual(Array.from({ length: 1200 }, (_, index) => index + 1));
  }, 60_000);
});

describe('receipts', () => {
  const PUT = 'mutation ($receipts: [ReceiptInput!]!) { putReceipts(receipts: $receipts) }';
  const RECEIPTS = 'query ($groupId: ID!) { receipts(groupId: $groupId) { deviceId kind upTo signature } }';

  function receipt(from: Pick<TestMember, 'groupId' | 'person'>, kind: 'DELIVERED' | 'READ', upTo: number) {
    const { groupId, person } = from;
    const signed = encodeReceipt({ groupId, deviceId: person.deviceId, kind, upTo });
    return { groupId, kind, upTo, signature: toBase64(sign(person.device.privateKey, signed)) };
  }

  test('they move forward only, and members see them with their signatures', async () => {
    const [founder, second] = (await conversation(2)) as [TestMember, TestMember];
    await founder.say('a');
    await founder.say('b');
    const put = (...receipts: unknown[]) => second.get('putReceipts', PUT, { receipts });
    expect(await put(receipt(second, 'DELIVERED', 3), receipt(second, 'READ', 2))).toBe(2);
    expect(await put(receipt(second, 'DELIVERED', 2))).toBe(0);
    expect(await put(receipt(second, 'READ', 2), receipt(second, 'READ', 3))).toBe(1);
    const seen = await founder.get<{ kind: string; upTo: number }[]>('receipts', RECEIPTS, {
      groupId: founder.groupId,
    });
    expect(seen.map(({ kind, upTo }) => [kind, upTo])).toEqual([
      ['DELIVERED', 3],
      ['READ', 3],
    ]);
    expect(seen[1]).toMatchObject(receipt(second, 'READ', 3).signature ? { deviceId: second.person.deviceId } : {});
  });

  test('a forged one, one beyond the end and one for a foreign group are refused', async () => {
    const [founder, second] = (await conversation(2)) as [TestMember, TestMember];
    const stranger = await member();
    const codes = async (from: TestMember, given: unknown) => codesOf(await from.ask(PUT, { receipts: [given] }));
    expect(await codes(second, receipt(founder, 'READ', 1))).toEqual(['RECEIPT_INVALID']);
    expect(await codes(second, { ...receipt(second, 'READ', 1), kind: 'DELIVERED' })).toEqual(['RECEIPT_INVALID']);
    expect(await codes(second, receipt(second, 'READ', 99))).toEqual(['RECEIPT_INVALID']);
    const foreign = receipt({ groupId: founder.groupId, person: stranger.person }, 'READ', 1);
    expect(await codes(stranger, foreign)).toEqual(['NOT_A_MEMBER']);
    expect(codesOf(await stranger.ask(RECEIPTS, { groupId: founder.groupId }))).toEqual(['NOT_A_MEMBER']);
  });
});
