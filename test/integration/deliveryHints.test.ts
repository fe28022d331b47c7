import pg from 'pg';

import { ask } from '../support/graphql.js';
import { HINTS, SEND, TestMember, labelText } from '../support/delivery.js';
import type { FetchedEnvelope } from '../support/delivery.js';
import { FOUNDING_TOKEN, PUBLISH, TestMinistry, byDevice, clear, must } from '../support/ministry.js';
import { startServer } from '../support/server.js';
import type { TestServer } from '../support/server.js';
import { TestSocket } from '../support/sockets.js';

interface Hint {
  readonly groupId: string | null;
  readonly seq: number | null;
  readonly welcome: boolean;
  readonly statementHead: number | null;
  readonly envelope: FetchedEnvelope | null;
}

const environment = { CHANCERY_FOUNDING_TOKEN: FOUNDING_TOKEN };

let first: TestServer;
let second: TestServer;
let ministry: TestMinistry;
const sockets: TestSocket[] = [];

beforeAll(async () => {
  first = await startServer({ environment });
  second = await startServer({ environment: { ...environment, DATABASE_URL: first.databaseUrl } });
  ministry = await TestMinistry.found(first);
}, 120_000);
afterEach(() => {
  for (const socket of sockets.splice(0)) socket.close();
});
afterAll(async () => {
  await second.stop();
  await first.stop();
});

async function members(count: number): Promise<[TestMember, ...TestMember[]]> {
  const enrolled = Array.from({ length: count }, async () => {
    const made = new TestMember(ministry, await ministry.enrol());
    await made.publishKeyPackages(2);
    return made;
  });
  const [founder, ...others] = await Promise.all(enrolled);
  if (!founder) throw new Error('at least one');
  return [founder, ...others];
}

/** Subscribes a device on one of the instances and gives a way to wait for its hints. */
async function listen(member: TestMember, server: TestServer) {
  const socket = new TestSocket(server);
  sockets.push(socket);
  await socket.authenticate(await ministry.token(member.person));
  await socket.next();
  socket.subscribe(HINTS);
  const next = async (): Promise<Hint> => {
    const { payload, type } = await socket.next();
    if (type !== 'next') throw new Error(`no hint but ${type}: ${JSON.stringify(payload)}`);
    return (payload as { data: { hints: Hint } }).data.hints;
  };
  const until = async (wanted: (hint: Hint) => boolean): Promise<Hint> => {
    for (;;) {
      const hint = await next();
      if (wanted(hint)) return hint;
    }
  };
  return { next, until, socket };
}

/** Founds a conversation whose other members have joined. */
async function conversation(founder: TestMember, ...others: TestMember[]): Promise<void> {
  founder.startGroup(labelText('RESTRICTED'));
  await founder.createGroup();
  if (others.length > 0) await founder.add(...others);
}

const at = (seq: number) => (hint: Hint) => hint.seq === seq;
/** The last of the hints that a subscription begins with. */
const isHead = ({ statementHead }: Hint) => statementHead !== null;

test('a subscription begins with what waits: the newest place of each conversation, the Welcome, the directory', async () => {
  const [founder, other, newcomer] = (await members(3)) as [TestMember, TestMember, TestMember];
  await conversation(founder, other);
  await founder.say('waits');
  const { next } = await listen(other, second);
  expect(await next()).toEqual({
    groupId: founder.groupId,
    seq: 2,
    welcome: false,
    statementHead: null,
    envelope: null,
  });
  const { statementCount } = must(await ask(first, '{ ministry { statementCount } }'))['ministry'] as {
    statementCount: number;
  };
  expect(await next()).toMatchObject({ groupId: null, welcome: false, statementHead: statementCount });
  await founder.commit({ add: await founder.claim(newcomer) });
  const waiting = await listen(newcomer, first);
  expect(await waiting.next()).toMatchObject({ groupId: null, welcome: true });
});

test.each([
  ['the same instance', () => first],
  ['another instance', () => second],
])('a message reaches members on %s with its envelope, and nobody else', async (_, serverOf) => {
  const [founder, other, stranger] = (await members(3)) as [TestMember, TestMember, TestMember];
  await conversation(founder, other);
  const heard = await listen(other, serverOf());
  const outside = await listen(stranger, serverOf());
  for (const { until } of [heard, outside]) await until(isHead);
  await founder.say('Xayrli tong');
  const { envelope } = await heard.until(at(2));
  const { plaintext } = other.group.decrypt(Buffer.from(envelope?.payload ?? '', 'base64'));
  expect(Buffer.from(plaintext).toString()).toBe('Xayrli tong');
  expect(envelope).toEqual((await other.fetch()).envelopes[0]);
  await conversation(stranger);
  await stranger.say('my own');
  expect((await outside.until(({ groupId }) => groupId !== null)).groupId).toBe(stranger.groupId);
});

test('an envelope that is too large to ride along is named only', async () => {
  const [founder, other] = (await members(2)) as [TestMember, TestMember];
  await conversation(founder, other);
  const [here, there] = [await listen(other, first), await listen(other, second)];
  await here.next();
  await there.next();
  await founder.say('long '.repeat(8_000));
  for (const heard of [here, there]) expect((await heard.until(at(2))).envelope).toBeNull();
});

test.each([
  ['the same instance', () => first],
  ['another instance', () => second],
])(
  'on %s an added device hears of its Welcome and then of messages, a removed one of its removal and then nothing',
  async (_, serverOf) => {
    const [founder, leaver, newcomer] = (await members(3)) as [TestMember, TestMember, TestMember];
    await conversation(founder, leaver);
    const [left, joined] = [await listen(leaver, serverOf()), await listen(newcomer, serverOf())];
    for (const { until } of [left, joined]) await until(isHead);
    await founder.commit({ add: await founder.claim(newcomer) });
    await joined.until(({ welcome }) => welcome);
    await left.until(at(2));
    await newcomer.join();
    await founder.say('to three');
    expect((await joined.until(at(3))).envelope?.seq).toBe(3);
    const removal = await founder.remove(leaver);
    expect((await left.until(at(4))).envelope?.kind).toBe('COMMIT');
    await founder.say('to two');
    expect((await joined.until(at(5))).envelope?.seq).toBe(5);
    expect(removal.seq).toBe(4);
    // a hint that the removed device does get, to show that the one before it did not come
    await conversation(leaver);
    await leaver.say('alone');
    expect((await left.next()).groupId).toBe(leaver.groupId);
  },
);

test('what two instances append at once is one order on both', async () => {
  const [one, two] = (await members(2)) as [TestMember, TestMember];
  await conversation(one, two);
  const heard = [await listen(one, first), await listen(two, second)] as const;
  const send = async (member: TestMember, server: TestServer) => {
    const token = await ministry.token(member.person);
    const envelopes = [member.envelope(member.message('x'))];
    return must(await ask(server, SEND, { envelopes }, token))['sendEnvelopes'] as { seq: number }[];
  };
  const sends = Array.from({ length: 60 }, (_, index) => {
    return index % 2 === 0 ? send(one, index % 4 === 0 ? first : second) : send(two, index % 4 === 1 ? first : second);
  });
  const places = (await Promise.all(sends)).map(([place]) => place?.seq ?? 0).toSorted((a, b) => a - b);
  expect(places).toEqual(Array.from({ length: 60 }, (_, index) => index + 2));
  for (const { until } of heard) {
    const seen = new Set<number>();
    await until(({ seq }) => {
      seen.add(seq ?? 0);
      return places.every((place) => seen.has(place));
    });
  }
});

test('when the connection for hints is killed, it heals, and nobody misses what was sent meanwhile', async () => {
  const [founder, other] = (await members(2)) as [TestMember, TestMember];
  await conversation(founder, other);
  const heard = await listen(other, second);
  await heard.until(isHead);
  const client = new pg.Client({ connectionString: first.databaseUrl });
  await client.connect();
  await client.query(
    "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'chancery pubsub' AND datname = current_database()",
  );
  await client.end();
  await founder.say('while nobody listens');
  await heard.until(at(2));
  await founder.say('when all is well again');
  expect((await heard.until(({ seq, envelope }) => seq === 3 && envelope !== null)).envelope?.seq).toBe(3);
});

test('every subscriber hears that the directory has grown', async () => {
  const [someone, other] = (await members(2)) as [TestMember, TestMember];
  const [here, there] = [await listen(someone, first), await listen(someone, second)];
  for (const { until } of [here, there]) await until(isHead);
  const statements = [byDevice(clear(other.person.personId, 'CONFIDENTIAL'), ministry.officer)];
  const [seq] = must(await ministry.as(ministry.officer, PUBLISH, { statements }))['publishStatements'] as number[];
  for (const { until } of [here, there]) await until(({ statementHead }) => statementHead === seq);
});
