import { setTimeout as delay } from 'node:timers/promises';

import { Module } from '@nestjs/common';
import { Query, Resolver } from '@nestjs/graphql';
import pg from 'pg';

import { Role, rootFields, rulesOf } from '../../apps/api/src/access/index.js';
import { buildServerSchema, resolverClasses } from '../../apps/api/src/schema.js';
import { makeDevice, meet, openSession, requestChallenge, signIn } from '../support/devices.js';
import type { TestDevice } from '../support/devices.js';
import { listedDevices } from '../support/directory.js';
import { ask, codesOf } from '../support/graphql.js';
import { createDatabase } from '../support/postgres.js';
import { startServer } from '../support/server.js';
import type { TestServer } from '../support/server.js';
import { TestSocket } from '../support/sockets.js';

const { directory, module } = listedDevices();
let server: TestServer;

/** A device that the directory knows, of a person with the roles. */
function knownDevice(...roles: Role[]): TestDevice {
  const device = makeDevice();
  directory.add(device, ...roles);
  return device;
}

async function sql(text: string, values: unknown[] = [], url = server.databaseUrl): Promise<Record<string, unknown>[]> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    return (await client.query<Record<string, unknown>>(text, values)).rows;
  } finally {
    await client.end();
  }
}

beforeAll(async () => {
  server = await startServer({ features: [module] });
});
afterAll(() => server.stop());

describe('opening a session', () => {
  test('a device that signs the challenge gets a token that tells who it is', async () => {
    const device = knownDevice();
    const token = await signIn(server, device);
    expect(token).toMatch(/^[A-Za-z0-9_-]{43}$/);
    const answer = await ask(server, '{ whoami }', {}, token);
    expect(answer.data).toEqual({ whoami: device.deviceId });
  });

  test('a device that does not exist gets a challenge too, and no session', async () => {
    const stranger = makeDevice();
    const challenge = await requestChallenge(server, stranger.deviceId);
    expect(Object.keys(challenge).sort()).toEqual(['expiresAt', 'id', 'nonce', 'origin']);
    const answer = await openSession(server, challenge.id, stranger.deviceId, meet(stranger, challenge));
    expect(codesOf(answer)).toEqual(['CHALLENGE_INVALID']);
  });

  test('a signature by another key is refused', async () => {
    const device = knownDevice();
    const challenge = await requestChallenge(server, device.deviceId);
    const thief = { ...makeDevice(), deviceId: device.deviceId };
    expect(codesOf(await openSession(server, challenge.id, device.deviceId, meet(thief, challenge)))).toEqual([
      'CHALLENGE_INVALID',
    ]);
  });

  test('a signature that was made for a look-alike origin is refused', async () => {
    const device = knownDevice();
    const challenge = await requestChallenge(server, device.deviceId);
    const signature = meet(device, challenge, 'https://chancery.example.net');
    expect(codesOf(await openSession(server, challenge.id, device.deviceId, signature))).toEqual(['CHALLENGE_INVALID']);
  });

  test("another device's challenge is refused, and used up by the attempt", async () => {
    const [device, other] = [knownDevice(), knownDevice()];
    const challenge = await requestChallenge(server, device.deviceId);
    const foreign = await openSession(server, challenge.id, other.deviceId, meet(other, challenge));
    const own = await openSession(server, challenge.id, device.deviceId, meet(device, challenge));
    expect([codesOf(foreign), codesOf(own)]).toEqual([['CHALLENGE_INVALID'], ['CHALLENGE_INVALID']]);
  });

  test('a challenge opens one session, also when it is met twice at the same time', async () => {
    const device = knownDevice();
    const challenge = await requestChallenge(server, device.deviceId);
    const attempts = Array.from({ length: 8 }, () =>
      openSession(server, challenge.id, device.deviceId, meet(device, challenge)),
    );
    const answers = await Promise.all(attempts);
    expect(answers.filter((answer) => answer.errors.length === 0)).toHaveLength(1);
  });

  test('a challenge is void after its time', async () => {
    const device = knownDevice();
    const challenge = await requestChallenge(server, device.deviceId);
    expect(new Date(challenge.expiresAt).getTime() - Date.now()).toBeLessThanOrEqual(120_000);
    const past = new Date(Date.now() - 1);
    await sql('UPDATE access_challenge SET expires_at = $1 WHERE id = $2', [past, challenge.id]);
    const late = { ...challenge, expiresAt: past.toISOString() };
    expect(codesOf(await openSession(server, challenge.id, device.deviceId, meet(device, late)))).toEqual([
      'CHALLENGE_INVALID',
    ]);
  });

  test('a revoked device is told so only when it proves that it is that device', async () => {
    const device = knownDevice();
    directory.revoke(device.deviceId);
    const first = await requestChallenge(server, device.deviceId);
    const proven = await openSession(server, first.id, device.deviceId, meet(device, first));
    const second = await requestChallenge(server, device.deviceId);
    const unproven = await openSession(server, second.id, device.deviceId, meet(makeDevice(), second));
    expect([codesOf(proven), codesOf(unproven)]).toEqual([['DEVICE_REVOKED'], ['CHALLENGE_INVALID']]);
  });

  test('names that no device can have are refused by field', async () => {
    const answer = await ask(server, 'mutation { requestChallenge(deviceId: "Robert\'); --") { id } }');
    expect(answer.errors[0]?.extensions).toMatchObject({ code: 'BAD_INPUT', field: 'deviceId' });
  });
});

describe('a session', () => {
  test('is stored as the hash of its token only', async () => {
    const token = await signIn(server, knownDevice());
    const stored = JSON.stringify(
      await sql('SELECT encode(token_hash, $1) AS hash, * FROM access_session', ['base64']),
    );
    expect(stored).not.toContain(token);
    expect(stored).not.toContain(Buffer.from(token, 'base64url').toString('base64'));
    expect(stored).not.toContain(Buffer.from(token, 'base64url').toString('hex'));
  });

  test('lasts an hour', async () => {
    const device = knownDevice();
    await signIn(server, device);
    const [row] = await sql('SELECT expires_at - created_at AS life FROM access_session WHERE device_id = $1', [
      device.deviceId,
    ]);
    expect(row?.['life']).toMatchObject({ hours: 1 });
  });

  test('is needed: without one UNAUTHENTICATED, with a made-up token too', async () => {
    const made = 'A'.repeat(43);
    const answers = [
      await ask(server, '{ whoami }'),
      await ask(server, '{ whoami }', {}, made),
      await ask(server, '{ whoami }', {}, 'x'),
    ];
    expect(answers.flatMap(codesOf)).toEqual(['UNAUTHENTICATED', 'UNAUTHENTICATED', 'UNAUTHENTICATED']);
  });

  test('that has ended says SESSION_EXPIRED, and what is public still works', async () => {
    const device = knownDevice();
    const token = await signIn(server, device);
    await sql("UPDATE access_session SET expires_at = now() - interval '1 second' WHERE device_id = $1", [
      device.deviceId,
    ]);
    expect(codesOf(await ask(server, '{ whoami }', {}, token))).toEqual(['SESSION_EXPIRED']);
    expect((await ask(server, '{ ping }', {}, token)).data).toEqual({ ping: 'pong' });
  });

  test('that is renewed has a new token, and the old one is void at once', async () => {
    const token = await signIn(server, knownDevice());
    await ask(server, '{ whoami }', {}, token);
    const { data } = await ask(server, 'mutation { renewSession { token expiresAt } }', {}, token);
    const renewed = (data?.['renewSession'] as { token: string }).token;
    expect(renewed).not.toBe(token);
    expect(codesOf(await ask(server, '{ whoami }', {}, token))).toEqual(['UNAUTHENTICATED']);
    expect((await ask(server, '{ whoami }', {}, renewed)).errors).toEqual([]);
  });

  test('that is closed is void at once', async () => {
    const token = await signIn(server, knownDevice());
    await ask(server, '{ whoami }', {}, token);
    expect((await ask(server, 'mutation { closeSession }', {}, token)).data).toEqual({ closeSession: true });
    expect(codesOf(await ask(server, '{ whoami }', {}, token))).toEqual(['UNAUTHENTICATED']);
  });

  test('of a revoked device is refused at its very next request', async () => {
    const device = knownDevice();
    const token = await signIn(server, device);
    await ask(server, '{ whoami }', {}, token);
    await ask(server, 'mutation ($d: String!) { revoke(deviceId: $d) }', { d: device.deviceId });
    expect(codesOf(await ask(server, '{ whoami }', {}, token))).toEqual(['DEVICE_REVOKED']);
  });
});

describe('rules', () => {
  test('a permission is named when it is missing', async () => {
    const token = await signIn(server, knownDevice(Role.MEMBER));
    const answer = await ask(server, '{ mayGiveRoles }', {}, token);
    expect(answer.errors[0]).toMatchObject({
      message: 'this needs the permission directory.roles',
      extensions: { code: 'FORBIDDEN' },
    });
  });

  test('a role that is given or taken away counts from the next request on', async () => {
    const device = knownDevice(Role.MEMBER);
    const token = await signIn(server, device);
    const give = 'mutation ($p: String!, $r: Role!) { setRole(personId: $p, role: $r) }';
    const outcomes = [codesOf(await ask(server, '{ mayGiveRoles }', {}, token))];
    for (const role of [Role.SECURITY_OFFICER, Role.AUDITOR]) {
      await ask(server, give, { p: device.personId, r: role });
      outcomes.push(codesOf(await ask(server, '{ mayGiveRoles }', {}, token)));
    }
    expect(outcomes).toEqual([['FORBIDDEN'], [], ['FORBIDDEN']]);
  });

  test('a field below inherits the rule of its root, unless it has its own', async () => {
    const officer = await signIn(server, knownDevice(Role.SECURITY_OFFICER));
    const query = '{ thing { name inner { name } secret } }';
    const thing = { name: 'thing', inner: { name: 'thing' } };
    const stranger = await ask(server, query);
    expect(stranger.data).toEqual({ thing: { ...thing, secret: null } });
    expect([codesOf(stranger), stranger.errors[0]?.path]).toEqual([['UNAUTHENTICATED'], ['thing', 'secret']]);
    expect((await ask(server, query, {}, officer)).data).toEqual({
      thing: { ...thing, secret: 'for security officers' },
    });
  });

  test('every query, mutation and subscription of the product has one, and it is public for these only', async () => {
    const schema = await buildServerSchema();
    const rules = rulesOf(resolverClasses());
    expect(rootFields(schema).filter((field) => !rules.has(field))).toEqual([]);
    const open = rootFields(schema).filter((field) => rules.get(field)?.kind === 'public');
    expect(open.sort()).toEqual([
      'Mutation.claimInvitation',
      'Mutation.endPairing',
      'Mutation.enterFirstDevice',
      'Mutation.finishRecovery',
      'Mutation.foundMinistry',
      'Mutation.openSession',
      'Mutation.requestChallenge',
      'Mutation.requestRecovery',
      'Mutation.revealPairing',
      'Mutation.startPairing',
      'Query.invitation',
      'Query.ministry',
      'Query.pairing',
      'Query.recovery',
      'Query.serverKeys',
    ]);
  });

  test('a resolver without a rule does not start', async () => {
    @Resolver()
    class Unruled {
      @Query(() => String)
      forgotten(): string {
        return 'open to everybody';
      }
    }
    @Module({ providers: [Unruled] })
    class UnruledModule {}
    const start = startServer({ features: [listedDevices().module, UnruledModule] });
    await expect(start).rejects.toThrow('without a rule (@Public, @Authenticated or @Requires): Query.forgotten');
  });
});

describe('a socket', () => {
  const sockets: TestSocket[] = [];
  const connect = async (token?: string, at = server) => {
    const socket = new TestSocket(at);
    sockets.push(socket);
    return socket.authenticate(token);
  };
  afterEach(() => {
    for (const socket of sockets.splice(0)) socket.close();
  });

  test('of a device with a session hears what it subscribed to', async () => {
    const socket = await connect(await signIn(server, knownDevice()));
    expect(await socket.next()).toMatchObject({ type: 'connection_ack' });
    socket.subscribe('subscription { words }');
    const heard = socket.next();
    const say = setInterval(() => void ask(server, 'mutation { say(word: "hello") }'), 50);
    expect(await heard).toMatchObject({ type: 'next', id: '1', payload: { data: { words: 'hello' } } });
    clearInterval(say);
  });

  test('without a session is closed with the reason', async () => {
    expect(await (await connect()).closed).toEqual({ code: 4401, reason: 'UNAUTHENTICATED' });
    expect(await (await connect('A'.repeat(43))).closed).toEqual({ code: 4401, reason: 'UNAUTHENTICATED' });
  });

  test('of a revoked device is closed within five seconds', async () => {
    const device = knownDevice();
    const socket = await connect(await signIn(server, device));
    await socket.next();
    await ask(server, 'mutation ($d: String!) { revoke(deviceId: $d) }', { d: device.deviceId });
    expect(await within(5_000, socket.closed)).toEqual({ code: 4401, reason: 'DEVICE_REVOKED' });
  });

  test('of a device whose revocation nobody announced is closed within five seconds', async () => {
    const device = knownDevice();
    const socket = await connect(await signIn(server, device));
    await socket.next();
    directory.revoke(device.deviceId);
    expect(await within(5_000, socket.closed)).toEqual({ code: 4401, reason: 'DEVICE_REVOKED' });
  });

  test('is closed within five seconds when its session has expired', async () => {
    const device = knownDevice();
    const socket = await connect(await signIn(server, device));
    await socket.next();
    await sql("UPDATE access_session SET expires_at = now() - interval '1 second' WHERE device_id = $1", [
      device.deviceId,
    ]);
    expect(await within(5_000, socket.closed)).toEqual({ code: 4401, reason: 'SESSION_EXPIRED' });
  });

  test('is closed when its session is closed, and outlives a renewal', async () => {
    const token = await signIn(server, knownDevice());
    const socket = await connect(token);
    await socket.next();
    const { data } = await ask(server, 'mutation { renewSession { token } }', {}, token);
    const renewed = (data?.['renewSession'] as { token: string }).token;
    socket.send({ type: 'ping' });
    expect(await socket.next()).toMatchObject({ type: 'pong' });
    await ask(server, 'mutation { closeSession }', {}, renewed);
    expect(await within(5_000, socket.closed)).toEqual({ code: 4401, reason: 'UNAUTHENTICATED' });
  });

  test('of a person whose roles change has to connect again', async () => {
    const device = knownDevice();
    const socket = await connect(await signIn(server, device));
    await socket.next();
    const give = 'mutation ($p: String!) { setRole(personId: $p, role: AUDITOR) }';
    await ask(server, give, { p: device.personId });
    expect(await within(5_000, socket.closed)).toEqual({ code: 4403, reason: 'PERSON_CHANGED' });
  });
});

describe('two instances on one database', () => {
  let other: TestServer;

  beforeAll(async () => {
    const environment = { DATABASE_URL: server.databaseUrl, CHANCERY_ORIGIN: server.url };
    other = await startServer({ environment, features: [listedDevices(directory).module] });
  });
  afterAll(() => other.stop());

  test('a session of one is a session of the other', async () => {
    const device = knownDevice();
    const token = await signIn(server, device);
    expect((await ask(other, '{ whoami }', {}, token)).data).toEqual({ whoami: device.deviceId });
  });

  test('a device that one revokes is refused by the other, and its socket there closes', async () => {
    const device = knownDevice();
    const token = await signIn(server, device);
    const socket = await new TestSocket(other).authenticate(token);
    await socket.next();
    await ask(other, '{ whoami }', {}, token);
    await ask(server, 'mutation ($d: String!) { revoke(deviceId: $d) }', { d: device.deviceId });
    expect(await within(5_000, socket.closed)).toEqual({ code: 4401, reason: 'DEVICE_REVOKED' });
    expect(codesOf(await ask(other, '{ whoami }', {}, token))).toEqual(['DEVICE_REVOKED']);
  });

  test('several may boot at once on an empty database: each migration runs once', async () => {
    const database = await createDatabase();
    const environment = { DATABASE_URL: database.url };
    const boots = Array.from({ length: 3 }, () => startServer({ environment, features: [listedDevices().module] }));
    const instances = await Promise.all(boots);
    const runs = await sql('SELECT name, count(*)::int AS runs FROM migration GROUP BY name', [], database.url);
    await Promise.all(instances.map((instance) => instance.stop()));
    await database.drop();
    expect(runs.length).toBeGreaterThan(0);
    expect(runs.filter((row) => row['runs'] !== 1)).toEqual([]);
  });
});

/** Fails, with words, when something takes longer than it may. */
async function within<T>(milliseconds: number, work: Promise<T>): Promise<T> {
  const late = new AbortController();
  const deadline = delay(milliseconds, undefined, { signal: late.signal }).then(() => {
    throw new Error(`not within ${String(milliseconds)} ms`);
  });
  try {
    return await Promise.race([work, deadline]);
  } finally {
    late.abort();
    deadline.catch(() => undefined);
  }
}
