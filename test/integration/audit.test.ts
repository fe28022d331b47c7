import { randomUUID } from 'node:crypto';

import { fromBase64, sign, toBase64, verifySignature } from '#primitives';
import { AuditChain, auditHash, decodeAuditEntry } from '#transparency';
import type { AuditEntry, StatementBody } from '#transparency';

import { decodeAct, encodeChallenge, readChallenge } from '../../libs/contracts/src/index.js';
import type { AuditSeen } from '../../libs/contracts/src/index.js';
import { makeDevice, meet, openSession, requestChallenge } from '../support/devices.js';
import { ask, codesOf } from '../support/graphql.js';
import type { ClientAnswer } from '../support/graphql.js';
import { CREATE_INVITATION, PUBLISH, TestMinistry, byDevice, inHours, must, signIn, sql } from '../support/ministry.js';
import type { TestPerson } from '../support/ministry.js';
import { enrolOfficer } from '../support/officers.js';
import { startServer } from '../support/server.js';
import type { TestServer } from '../support/server.js';
import { signedAct } from '../support/signedActs.js';

const CREATE_POST = 'mutation ($input: CreatePostInput!) { createPost(input: $input) { id } }';
const ENTRIES = `query ($after: Int, $before: Int, $first: Int, $filter: AuditFilter) {
  auditEntries(after: $after, before: $before, first: $first, filter: $filter) { entries { seq payload } head { entry hash } }
}`;

interface Page {
  readonly entries: { seq: number; payload: string }[];
  readonly head: { entry: number; hash: string };
}

let server: TestServer;
let ministry: TestMinistry;

const newPost = () => ({ id: randomUUID(), name: 'Desk', kind: 'DEPARTMENT', timeZone: 'Europe/Paris' });

async function page(variables: Record<string, unknown>, who = ministry.officer): Promise<Page> {
  return must(await ministry.as(who, ENTRIES, variables))['auditEntries'] as Page;
}

/** The whole trail, followed from its beginning. */
async function trail(): Promise<AuditEntry[]> {
  const chain = new AuditChain();
  const entries: AuditEntry[] = [];
  for (;;) {
    const { entries: next } = await page({ after: chain.head.entry, first: 20 });
    if (next.length === 0) return entries;
    entries.push(...next.map(({ payload }) => chain.follow(Buffer.from(payload, 'base64'))));
  }
}

const told = ({ kind, operation, outcome }: AuditEntry) => [kind, operation, outcome].join(' ');
const of = (entries: readonly AuditEntry[], { personId }: TestPerson) =>
  entries.filter(({ person }) => person === personId).map(told);

beforeAll(async () => {
  server = await startServer({ environment: { CHANCERY_FOUNDING_TOKEN: 'founding token of the tests' } });
  ministry = await TestMinistry.found(server);
});
afterAll(() => server.stop());

describe('the audit trail', () => {
  test('tells of the founding, of enrolments and of logins from the first on, without a gap', async () => {
    const person = await ministry.enrol({ name: 'Newcomer' });
    await ministry.token(person);
    const entries = await trail();
    expect(entries.slice(0, 5).map(told)).toEqual([
      'statement root DONE',
      'statement appoint DONE',
      'statement enrol DONE',
      'statement clear DONE',
      'statement addDevice DONE',
    ]);
    expect(of(entries, person)).toEqual(['statement addDevice DONE', 'login openSession DONE']);
    expect(of(entries, ministry.officer)).toContain('act createInvitation DONE');
  });

  test('holds the signature of the device under every act and login', async () => {
    const input = newPost();
    must(await ministry.as(ministry.officer, CREATE_POST, { input }));
    const entries = await trail();
    const act = entries.findLast(({ operation }) => operation === 'createPost')!;
    const key = ministry.officer.device.publicKey;
    expect(act).toMatchObject({ device: ministry.officer.deviceId, about: [input.id] });
    expect(verifySignature(key, act.signed!.input, act.signed!.signature)).toBe(true);
    expect(decodeAct(act.signed!.input)).toMatchObject({ operation: 'createPost', origin: server.url });
    const login = entries.find(({ kind, device }) => kind === 'login' && device === ministry.officer.deviceId)!;
    expect(verifySignature(key, login.signed!.input, login.signed!.signature)).toBe(true);
  });

  test('holds ids and codes, and no names', async () => {
    await ministry.enrol({ name: 'Ahaz Quillfeather' });
    const rows = await sql<{ payload: Buffer }>(server, 'SELECT payload FROM audit_entry');
    const all = Buffer.concat(rows.map(({ payload }) => payload)).toString('latin1');
    expect(all).not.toContain('Quillfeather');
    expect(all).not.toContain(await ministry.token(ministry.officer));
  });

  test('keeps its place when many act at once', async () => {
    const people = await Promise.all([1, 2, 3, 4].map((i) => ministry.enrol({ name: `Person ${String(i)}` })));
    await Promise.all([
      ...people.map((person) => signIn(server, person)),
      ...people.map(() => ministry.as(ministry.officer, CREATE_POST, { input: newPost() })),
    ]);
    const entries = await trail();
    expect(entries.map(({ seq }) => seq)).toEqual(entries.map((_, index) => index + 1));
  });

  test('is undone with an act that fails: nothing is told of what did not happen', async () => {
    const before = (await page({})).head.entry;
    const input = { ...newPost(), kind: 'MISSION' };
    expect(codesOf(await ministry.as(ministry.officer, CREATE_POST, { input }))).toEqual(['BAD_INPUT']);
    const { entries } = await page({ after: before, filter: { kind: 'ACT' } });
    expect(entries).toEqual([]);
  });

  test('is read by auditors and security officers only, newest first, in pages and by filter', async () => {
    const auditor = await ministry.enrol({ name: 'Auditor', roles: ['AUDITOR'] });
    const member = await ministry.enrol({ name: 'Member' });
    expect(codesOf(await ministry.as(member, ENTRIES))).toEqual(['FORBIDDEN']);
    const { entries, head } = await page({ first: 3 }, auditor);
    expect(entries.map(({ seq }) => seq)).toEqual([head.entry, head.entry - 1, head.entry - 2]);
    const older = await page({ first: 2, before: entries[2]!.seq }, auditor);
    expect(older.entries.map(({ seq }) => seq)).toEqual([head.entry - 3, head.entry - 4]);
    const own = await page({ filter: { personId: auditor.personId, kind: 'EXPORT' } }, auditor);
    expect(own.entries).toHaveLength(1);
    const none = await page({ filter: { since: inHours(1) } }, auditor);
    expect(none.entries).toEqual([]);
    expect(codesOf(await ministry.as(auditor, ENTRIES, { first: 1001 }))).toEqual(['BAD_INPUT']);
  });

  test('tells of refusals: the first at once, further ones as a number', async () => {
    const member = await ministry.enrol({ name: 'Curious' });
    for (let i = 0; i < 5; i++) {
      const refused = await ministry.as(member, CREATE_POST, { input: newPost() });
      expect(codesOf(refused)).toEqual(['FORBIDDEN']);
    }
    expect(of(await trail(), member).filter((what) => what.startsWith('refusal'))).toEqual([
      'refusal createPost FORBIDDEN',
    ]);
    const second = await startServer({
      environment: { DATABASE_URL: server.databaseUrl, CHANCERY_ORIGIN: server.url },
    });
    const there = { url: second.url };
    const token = await ministry.token(member);
    for (let i = 0; i < 4; i++) await ask(there, CREATE_POST, { input: newPost() }, token);
    await second.stop();
    const counted = (await trail()).filter(({ person, kind }) => person === member.personId && kind === 'refusal');
    expect(counted.map(({ count }) => count)).toEqual([undefined, undefined, 3]);
  });
});

describe('an administrative act', () => {
  const input = { input: newPost() };
  const refusedWith = async (act: string | undefined, variables: Record<string, unknown> = input) =>
    codesOf(await ask(server, CREATE_POST, variables, await ministry.token(ministry.officer), act));
  const signatory = ({ deviceId, device }: TestPerson) => ({
    deviceId,
    sign: (bytes: Uint8Array) => sign(device.privateKey, bytes),
  });

  test('is taken from a device that has signed it, not from whoever holds the token', async () => {
    expect(await refusedWith(undefined)).toEqual(['ACT_UNSIGNED']);
    expect(await refusedWith('1.nonsense')).toEqual(['ACT_UNSIGNED']);
    const act = signedAct(signatory(ministry.officer), server.url, CREATE_POST, input);
    expect(await refusedWith(act)).toEqual([]);
  });

  test('is that one: other variables, document, device, server or time need another signature', async () => {
    const other = await ministry.enrol({ name: 'Somebody else' });
    const officer = signatory(ministry.officer);
    const hour = 3_600_000;
    const wrong = [
      signedAct(officer, server.url, CREATE_POST, { input: newPost() }),
      signedAct(officer, server.url, `${CREATE_POST} `, input),
      signedAct(officer, server.url, CREATE_INVITATION, input),
      signedAct(officer, 'https://chancery.example.net', CREATE_POST, input),
      signedAct(signatory(other), server.url, CREATE_POST, input),
      signedAct(officer, server.url, CREATE_POST, input, Date.now() - hour),
      signedAct(officer, server.url, CREATE_POST, input, Date.now() + hour),
    ];
    for (const act of wrong) expect(await refusedWith(act)).toEqual(['ACT_UNSIGNED']);
  });

  test('is one in a request: a second one beside it is refused', async () => {
    const { officer } = ministry;
    const query = `mutation ($input: CreatePostInput!, $id: ID!) {
      createPost(input: $input) { id }
      withdrawInvitation(id: $id) { id }
    }`;
    const variables = { input: newPost(), id: randomUUID() };
    const act = signedAct(signatory(officer), server.url, query, variables);
    const answer = await ask(server, query, variables, await ministry.token(officer), act);
    expect(codesOf(answer)).toEqual(['ACT_UNSIGNED']);
    expect(answer.errors[0]?.path).toEqual(['withdrawInvitation']);
  });
});

describe('what a device has seen of the trail', () => {
  const OPEN = 'mutation ($input: OpenSessionInput!) { openSession(input: $input) { token entered { seq payload } } }';
  const OWN = '{ ownNewestAct { seq payload } }';
  interface Entered {
    readonly seq: number;
    readonly payload: string;
  }

  /** Opens a session as a device that says what it has seen. */
  async function open(
    { deviceId, device }: TestPerson,
    seen?: AuditSeen,
    said: AuditSeen | null = seen ?? null,
  ): Promise<ClientAnswer> {
    const { id: challengeId, nonce, origin, expiresAt } = await requestChallenge(server, deviceId);
    const bytes = encodeChallenge({ challengeId, nonce: fromBase64(nonce), origin, deviceId, expiresAt, seen });
    const place = said && { entry: said.entry, hash: toBase64(said.hash) };
    const input = { challengeId, deviceId, signature: toBase64(sign(device.privateKey, bytes)), seen: place };
    return ask(server, OPEN, { input });
  }
  const placeOf = ({ seq: entry, payload }: Entered): AuditSeen => ({ entry, hash: auditHash(fromBase64(payload)) });
  const enteredOf = (answer: ClientAnswer) => (must(answer)['openSession'] as { entered: Entered }).entered;

  test('is its own login, and it signs that with the next one', async () => {
    const first = placeOf(enteredOf(await open(ministry.officer)));
    const second = enteredOf(await open(ministry.officer, first));
    expect(second.seq).toBeGreaterThan(first.entry);
    const { signed } = decodeAuditEntry(fromBase64(second.payload));
    expect(readChallenge(signed!.input)).toEqual({ deviceId: ministry.officer.deviceId, seen: first });
  });

  test('is refused where it is not so: nobody makes the trail look wrong, and an honest device learns that it is', async () => {
    const before = placeOf(enteredOf(await open(ministry.officer)));
    const elsewhere = { ...before, hash: new Uint8Array(32) };
    const later = { ...before, entry: before.entry + 1_000 };
    for (const wrong of [elsewhere, later])
      expect(codesOf(await open(ministry.officer, wrong))).toEqual(['AUDIT_BROKEN']);
    expect(codesOf(await open(ministry.officer, before, elsewhere))).toEqual(['CHALLENGE_INVALID']);
    expect(codesOf(await open(ministry.officer, before, null))).toEqual(['CHALLENGE_INVALID']);
    const query = { input: newPost() };
    const { deviceId, device } = ministry.officer;
    const signatory = { deviceId, sign: (bytes: Uint8Array) => sign(device.privateKey, bytes) };
    const token = await ministry.token(ministry.officer);
    const act = (seen: AuditSeen) => signedAct(signatory, server.url, CREATE_POST, query, Date.now(), seen);
    expect(codesOf(await ask(server, CREATE_POST, query, token, act(elsewhere)))).toEqual(['AUDIT_BROKEN']);
    must(await ask(server, CREATE_POST, query, token, act(before)));
    const { ownNewestAct } = must(await ask(server, OWN, {}, token)) as unknown as { ownNewestAct: Entered };
    const { signed, operation } = decodeAuditEntry(fromBase64(ownNewestAct.payload));
    expect([operation, decodeAct(signed!.input)?.seen]).toEqual(['createPost', before]);
  });

  test('is shown to the device itself only', async () => {
    const member = await ministry.enrol({ name: 'No officer' });
    expect(must(await ministry.as(member, OWN))).toEqual({ ownNewestAct: null });
  });
});

describe('a head', () => {
  const head = (entry: number, hash: string): StatementBody => ({
    type: 'auditHead',
    at: Date.now(),
    entry,
    hash: Buffer.from(hash, 'base64'),
  });
  const state = (who: TestPerson, body: StatementBody) =>
    ministry.as(who, PUBLISH, { statements: [byDevice(body, who)] });

  test('is stated by a witness, and is that of this server', async () => {
    const clerk = await enrolOfficer(ministry, 'Clerk', ['enrol']);
    const { head: newest } = await page({});
    expect(codesOf(await state(clerk, head(newest.entry, newest.hash)))).toEqual(['STATEMENT_INVALID']);
    const wrong = Buffer.alloc(32).toString('base64');
    expect(codesOf(await state(ministry.officer, head(newest.entry, wrong)))).toEqual(['STATEMENT_INVALID']);
    expect(codesOf(await state(ministry.officer, head(newest.entry + 1000, newest.hash)))).toEqual([
      'STATEMENT_INVALID',
    ]);
    must(await state(ministry.officer, head(newest.entry, newest.hash)));
    expect(told((await trail()).at(-1)!)).toBe('statement auditHead DONE');
  });
});

describe('a failed login', () => {
  test('of a device that exists is told of, with that device', async () => {
    const person = await ministry.enrol({ name: 'Attacked' });
    const thief = { ...makeDevice(), deviceId: person.deviceId };
    const challenge = await requestChallenge(server, person.deviceId);
    const answer = await openSession(server, challenge.id, person.deviceId, meet(thief, challenge));
    expect(codesOf(answer)).toEqual(['CHALLENGE_INVALID']);
    const { entries } = await page({ filter: { kind: 'LOGIN' }, first: 1 });
    expect(decodeAuditEntry(Buffer.from(entries[0]!.payload, 'base64'))).toMatchObject({
      kind: 'login',
      outcome: 'CHALLENGE_INVALID',
      device: person.deviceId,
    });
  });
});
