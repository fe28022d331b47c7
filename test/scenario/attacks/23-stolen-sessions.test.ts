import { randomUUID } from 'node:crypto';

import { encodeChallenge } from '#contracts';
import { sign, toBase64 } from '#primitives';
import { decodeAuditEntry } from '#transparency';
import type { AuditEntry, StatementBody } from '#transparency';

import { openSession, requestChallenge } from '../../support/devices.js';
import type { GivenChallenge } from '../../support/devices.js';
import { ask, codesOf } from '../../support/graphql.js';
import { PUBLISH, TestMinistry, byDevice, must, sql } from '../../support/ministry.js';
import type { TestPerson } from '../../support/ministry.js';
import { startServer } from '../../support/server.js';
import type { TestServer } from '../../support/server.js';
import { TestSocket } from '../../support/sockets.js';

/** An audit trail may grow by so many entries at most, however often somebody tries. */
const MOST_ENTRIES = 12;
const PUBLIC_PER_MINUTE = 60;
const ME = '{ me { device { id } } }';
const CREATE_POST = 'mutation ($input: CreatePostInput!) { createPost(input: $input) { id } }';

let server: TestServer;
let ministry: TestMinistry;
let victim: TestPerson;

const start = (limit: number, databaseUrl?: string): Promise<TestServer> =>
  startServer({
    environment: {
      CHANCERY_FOUNDING_TOKEN: 'founding token of the tests',
      CHANCERY_LIMIT_PUBLIC_PER_MINUTE: String(limit),
      ...(databaseUrl === undefined ? {} : { DATABASE_URL: databaseUrl, CHANCERY_ORIGIN: server.url }),
    },
  });

/** The person's device meets a challenge, as if it came from that origin. */
function met({ deviceId, device }: TestPerson, challenge: GivenChallenge, origin = challenge.origin): string {
  const { id: challengeId, nonce, expiresAt } = challenge;
  const bytes = encodeChallenge({ challengeId, nonce: Buffer.from(nonce, 'base64'), origin, deviceId, expiresAt });
  return toBase64(sign(device.privateKey, bytes));
}

/** What the audit trail tells since an entry, as words. */
async function told(after: number): Promise<string[]> {
  return (await entries(after)).map(({ kind, operation, outcome }) => `${kind} ${operation} ${outcome}`);
}

async function entries(after: number): Promise<AuditEntry[]> {
  const rows = await sql<{ payload: Buffer }>(server, 'SELECT payload FROM audit_entry WHERE seq > $1 ORDER BY seq', [
    after,
  ]);
  return rows.map(({ payload }) => decodeAuditEntry(payload));
}

async function newest(): Promise<number> {
  const [row] = await sql<{ seq: number }>(server, 'SELECT max(seq) AS seq FROM audit_entry');
  return row?.seq ?? 0;
}

beforeAll(async () => {
  server = await start(100_000);
  ministry = await TestMinistry.found(server);
  victim = await ministry.enrol({ name: 'Victim' });
});
afterAll(() => server.stop());

describe('session fixation', () => {
  test('a token that somebody has chosen beforehand never becomes a session', async () => {
    const chosen = 'A'.repeat(43);
    const before = await newest();
    const token = await ministry.token(victim);
    expect(token).not.toBe(chosen);
    expect(codesOf(await ask(server, ME, {}, chosen))).toEqual(['UNAUTHENTICATED']);
    expect(await told(before)).toEqual(['login openSession DONE', 'refusal me UNAUTHENTICATED']);
  });

  test("a challenge that was asked for the attacker's device opens nothing when the victim signs it", async () => {
    const attacker = await ministry.enrol({ name: 'Attacker' });
    const challenge = await requestChallenge(server, attacker.deviceId);
    const before = await newest();
    expect(codesOf(await openSession(server, challenge.id, victim.deviceId, met(victim, challenge)))).toEqual([
      'CHALLENGE_INVALID',
    ]);
    const [entry] = await entries(before);
    expect(entry).toMatchObject({ kind: 'login', outcome: 'CHALLENGE_INVALID', device: victim.deviceId });
  });
});

describe('a stolen token', () => {
  test('decides nothing: acts need the key of the device, and so do statements', async () => {
    const stolen = await ministry.token(ministry.officer);
    const before = await newest();
    const input = { id: randomUUID(), name: 'Backdoor', kind: 'DEPARTMENT', timeZone: 'Europe/Paris' };
    expect(codesOf(await ask(server, CREATE_POST, { input }, stolen))).toEqual(['ACT_UNSIGNED']);
    const thief = { ...ministry.officer, device: victim.device };
    const { personId: person, postId: post } = victim;
    const assign: StatementBody = { type: 'assign', at: Date.now(), person, post, roles: ['SECURITY_OFFICER'] };
    const forged = await ask(server, PUBLISH, { statements: [byDevice(assign, thief)] }, stolen);
    expect(codesOf(forged)).toEqual(['STATEMENT_INVALID']);
    expect(await told(before)).toEqual([
      'refusal createPost ACT_UNSIGNED',
      'refusal publishStatements STATEMENT_INVALID',
    ]);
    expect((await entries(before)).every(({ device }) => device === ministry.officer.deviceId)).toBe(true);
  });

  test('is void when it was renewed, and the trail names whose it was', async () => {
    const person = await ministry.enrol({ name: 'Renewer' });
    const stolen = await ministry.token(person);
    must(await ask(server, 'mutation { renewSession { token } }', {}, stolen));
    const before = await newest();
    expect(codesOf(await ask(server, ME, {}, stolen))).toEqual(['UNAUTHENTICATED']);
    const socket = await new TestSocket(server).authenticate(stolen);
    expect(await socket.closed).toEqual({ code: 4401, reason: 'UNAUTHENTICATED' });
    const tried = await entries(before);
    expect(tried.map(({ operation, device }) => [operation, device])).toEqual([
      ['me', person.deviceId],
      ['connect', person.deviceId],
    ]);
  });

  test('is void when its session was closed, and when its device is revoked', async () => {
    const person = await ministry.enrol({ name: 'Leaver' });
    const first = await ministry.token(person);
    must(await ask(server, 'mutation { closeSession }', {}, first));
    expect(codesOf(await ask(server, ME, {}, first))).toEqual(['UNAUTHENTICATED']);
    const other = await ministry.enrol({ name: 'Robbed' });
    const second = await ministry.token(other);
    const revoke: StatementBody = { type: 'revokeDevice', at: Date.now(), device: other.deviceId, reason: 'STOLEN' };
    must(await ministry.as(ministry.officer, PUBLISH, { statements: [byDevice(revoke, ministry.officer)] }));
    const before = await newest();
    expect(codesOf(await ask(server, ME, {}, second))).toEqual(['DEVICE_REVOKED']);
    expect((await entries(before))[0]).toMatchObject({ outcome: 'DEVICE_REVOKED', device: other.deviceId });
  });
});

describe('brute force', () => {
  test('of tokens and of challenges is slowed down, and takes a few lines of the trail', async () => {
    const slow = await start(PUBLIC_PER_MINUTE, server.databaseUrl);
    const before = await newest();
    const guesses = Array.from({ length: 3 * PUBLIC_PER_MINUTE }, (_, i) => String(i).padStart(43, 'x'));
    const outcomes = await Promise.all(guesses.map(async (guess) => codesOf(await ask(slow, ME, {}, guess))[0]));
    expect(new Set(outcomes)).toEqual(new Set(['UNAUTHENTICATED', 'RATE_LIMITED']));
    expect(outcomes.filter((code) => code === 'UNAUTHENTICATED').length).toBeLessThanOrEqual(PUBLIC_PER_MINUTE);
    const again = await ask(slow, 'mutation ($d: ID!) { requestChallenge(deviceId: $d) { id } }', {
      d: victim.deviceId,
    });
    expect(codesOf(again)).toEqual(['RATE_LIMITED']);
    await slow.stop();
    const tried = await entries(before);
    expect(tried.length).toBeLessThanOrEqual(MOST_ENTRIES);
    const attempts = tried.filter(({ operation }) => operation === 'me').reduce((sum, { count = 1 }) => sum + count, 0);
    expect(attempts).toBe(guesses.length);
  });
});

describe('a look-alike origin', () => {
  test('gets nothing that opens a session at the real one', async () => {
    const person = await ministry.enrol({ name: 'Lured' });
    const challenge = await requestChallenge(server, person.deviceId);
    const before = await newest();
    const lured = met(person, challenge, 'https://chancery.example.net');
    expect(codesOf(await openSession(server, challenge.id, person.deviceId, lured))).toEqual(['CHALLENGE_INVALID']);
    expect(await told(before)).toEqual(['login openSession CHALLENGE_INVALID']);
  });
});
