import { randomUUID } from 'node:crypto';

import { generateSigningKeyPair, sign } from '#primitives';
import { identityProofInput } from '#transparency';
import type { RevocationReason, StatementBody } from '#transparency';

import { codesOf } from '../support/graphql.js';
import { PUBLISH, STATEMENTS, TestMinistry, byDevice, byIdentity, must, replay, signIn } from '../support/ministry.js';
import type { TestPerson } from '../support/ministry.js';
import { aDayPasses, byTwo, enrolOfficer } from '../support/officers.js';
import { startServer } from '../support/server.js';
import type { TestServer } from '../support/server.js';
import { TestSocket } from '../support/sockets.js';

const ME = '{ me { person { id roles post { id } } } }';
const INVITATIONS = '{ invitations { edges { node { id } } } }';

let server: TestServer;
let ministry: TestMinistry;
let second: TestPerson;
const sockets: TestSocket[] = [];

const publish = (who: TestPerson, ...statements: string[]) => ministry.as(who, PUBLISH, { statements });
const at = () => Date.now();
const revokePerson = (person: string, reason: RevocationReason = 'WITHDRAWN'): StatementBody => ({
  type: 'revokePerson',
  at: at(),
  person,
  reason,
});
const assign = ({ personId: person, postId: post }: TestPerson, ...roles: string[]): StatementBody => ({
  type: 'assign',
  at: at(),
  person,
  post,
  roles,
});

/** A new post, made by the first officer. */
async function post(): Promise<string> {
  const input = { id: randomUUID(), name: 'Embassy', kind: 'MISSION', country: 'PE', timeZone: 'America/Lima' };
  must(
    await ministry.as(ministry.officer, 'mutation ($input: CreatePostInput!) { createPost(input: $input) { id } }', {
      input,
    }),
  );
  return input.id;
}

/** A socket that stands. */
async function connected(person: TestPerson): Promise<TestSocket> {
  const socket = await new TestSocket(server).authenticate(await ministry.token(person));
  sockets.push(socket);
  expect(await socket.next()).toMatchObject({ type: 'connection_ack' });
  return socket;
}

beforeAll(async () => {
  server = await startServer({ environment: { CHANCERY_FOUNDING_TOKEN: 'founding token of the tests' } });
  ministry = await TestMinistry.found(server);
  second = await enrolOfficer(ministry, 'Second Officer');
});
afterEach(() => {
  for (const socket of sockets.splice(0)) socket.close();
});
afterAll(() => server.stop());

describe('a person who is revoked', () => {
  test('loses socket, session, clearance and roles at once', async () => {
    const person = await ministry.enrol({ name: 'Defector' });
    const socket = await connected(person);
    const began = performance.now();
    must(await publish(ministry.officer, byDevice(revokePerson(person.personId, 'COMPROMISED'), ministry.officer)));
    expect(codesOf(await ministry.as(person, STATEMENTS, { after: 0 }))).toEqual(['DEVICE_REVOKED']);
    expect(await socket.closed).toEqual({ code: 4401, reason: 'DEVICE_REVOKED' });
    expect(performance.now() - began).toBeLessThan(5_000);
    await expect(signIn(server, person)).rejects.toThrow('DEVICE_REVOKED');
    const query = 'query ($id: ID!) { person(id: $id) { revokedAt roles clearance { level } devices { revokedAt } } }';
    const { person: seen } = must(await ministry.as(ministry.officer, query, { id: person.personId }));
    const time = expect.stringMatching(/^\d{4}-/) as string;
    expect(seen).toEqual({ revokedAt: time, roles: [], clearance: null, devices: [{ revokedAt: time }] });
  });

  test('is not revoked again, and comes back by no device', async () => {
    const person = await ministry.enrol({ name: 'Gone' });
    must(await publish(ministry.officer, byTwo(revokePerson(person.personId), ministry.officer, second)));
    const again = await publish(ministry.officer, byTwo(revokePerson(person.personId), ministry.officer, second));
    expect(again.errors[0]?.message).toContain('PERSON_REVOKED');
    const back = await publish(ministry.officer, byDevice(assign(person, 'MEMBER'), ministry.officer));
    expect(back.errors[0]?.message).toContain('PERSON_REVOKED');
  });

  test('is revoked by an officer or by themselves, by nobody else; two at once by two officers', async () => {
    const [one, other] = [await ministry.enrol({ name: 'One' }), await ministry.enrol({ name: 'Other' })];
    for (const person of [one, other]) must(await ministry.as(person, ME));
    expect(codesOf(await publish(one, byDevice(revokePerson(other.personId), one)))).toEqual(['STATEMENT_INVALID']);
    const bodies = [revokePerson(one.personId), revokePerson(other.personId)];
    const alone = bodies.map((body) => byDevice(body, ministry.officer));
    expect(codesOf(await publish(ministry.officer, ...alone))).toEqual(['APPROVAL_NEEDED']);
    const both = bodies.map((body) => byTwo(body, ministry.officer, second));
    must(await publish(ministry.officer, ...both));
    for (const person of [one, other]) expect(codesOf(await ministry.as(person, ME))).toEqual(['DEVICE_REVOKED']);
  });

  test('is never the last security officer', async () => {
    const third = await enrolOfficer(ministry, 'Third Officer');
    const noMore = [second, third].map((officer) => byDevice(assign(officer, 'MEMBER'), ministry.officer));
    must(await publish(ministry.officer, ...noMore));
    const last = await publish(second, byDevice(revokePerson(ministry.officer.personId), second));
    expect(codesOf(last)).toEqual(['CONFLICT']);
    must(await ministry.as(ministry.officer, ME));
    must(await publish(ministry.officer, byDevice(assign(second, 'MEMBER', 'SECURITY_OFFICER'), ministry.officer)));
  });
});

describe('all devices of a post', () => {
  test('are revoked by two officers: sockets closed, fetches refused, people still who they are', async () => {
    const mission = await post();
    const staff = [];
    for (const name of ['A', 'B', 'C']) staff.push(await ministry.enrol({ name, postId: mission }));
    const bystander = await ministry.enrol({ name: 'Bystander' });
    const open = await Promise.all([...staff, bystander].map(connected));
    const body: StatementBody = { type: 'revokePost', at: at(), post: mission, reason: 'COMPROMISED' };
    expect(codesOf(await publish(ministry.officer, byDevice(body, ministry.officer)))).toEqual(['APPROVAL_NEEDED']);
    expect(codesOf(await publish(ministry.officer, byTwo(body, ministry.officer, ministry.officer)))).toEqual([
      'STATEMENT_INVALID',
    ]);
    const began = performance.now();
    must(await publish(ministry.officer, byTwo(body, ministry.officer, second)));
    const answers = await Promise.all(staff.map((person) => ministry.as(person, STATEMENTS, { after: 0 })));
    expect(answers.flatMap(codesOf)).toEqual(staff.map(() => 'DEVICE_REVOKED'));
    const closed = await Promise.all(open.slice(0, staff.length).map((socket) => socket.closed));
    expect(closed).toEqual(staff.map(() => ({ code: 4401, reason: 'DEVICE_REVOKED' })));
    expect(performance.now() - began).toBeLessThan(5_000);
    must(await ministry.as(bystander, ME));
    const directory = await replay(ministry, bystander);
    for (const { personId, deviceId } of staff) {
      expect(directory.isRevoked(deviceId)).toBe(true);
      expect(directory.person(personId)?.revoked).toBeUndefined();
    }
  });
});

describe('an identity key', () => {
  const rotate = (person: TestPerson, key = generateSigningKeyPair()) => {
    const { publicKey: identityKey, privateKey } = key;
    const proof = sign(privateKey, identityProofInput(person.personId, identityKey));
    return { key, body: { type: 'rotateIdentity', at: at(), person: person.personId, identityKey, proof } as const };
  };
  const IDENTITY = 'query ($id: ID!) { person(id: $id) { identityKey } }';
  const keyOf = async (person: TestPerson) => {
    const { person: seen } = must(await ministry.as(ministry.officer, IDENTITY, { id: person.personId }));
    return (seen as { identityKey: string }).identityKey;
  };

  test('is replaced by its holder, whose devices go on', async () => {
    const person = await ministry.enrol({ name: 'Careful' });
    const { key, body } = rotate(person);
    must(await publish(person, byIdentity(body, person)));
    expect(await keyOf(person)).toBe(Buffer.from(key.publicKey).toString('base64'));
    must(await ministry.as(person, ME));
  });

  test('is replaced by two officers, and then the devices are out', async () => {
    const person = await ministry.enrol({ name: 'Careless' });
    must(await ministry.as(person, ME));
    const { body } = rotate(person);
    expect(codesOf(await publish(ministry.officer, byDevice(body, ministry.officer)))).toEqual(['STATEMENT_INVALID']);
    must(await publish(ministry.officer, byTwo(body, ministry.officer, second)));
    expect(codesOf(await ministry.as(person, ME))).toEqual(['DEVICE_REVOKED']);
  });
});

describe('roles', () => {
  test('come from statements, hold at once, and end when they say so', async () => {
    const person = await ministry.enrol({ name: 'Climber' });
    expect(codesOf(await publish(person, byDevice(assign(person, 'SECURITY_OFFICER'), person)))).toEqual([
      'STATEMENT_INVALID',
    ]);
    expect(codesOf(await ministry.as(person, INVITATIONS))).toEqual(['FORBIDDEN']);
    must(await publish(ministry.officer, byDevice(assign(person, 'REGISTRAR', 'MEMBER'), ministry.officer)));
    must(await ministry.as(person, INVITATIONS));
    expect(must(await ministry.as(person, ME))).toMatchObject({ me: { person: { roles: ['MEMBER', 'REGISTRAR'] } } });
    expect((await replay(ministry, person)).rolesOf(person.personId, new Date())).toEqual(['MEMBER', 'REGISTRAR']);
    const ended = { ...assign(person, 'REGISTRAR'), until: Date.now() - 1 } as StatementBody;
    must(await publish(ministry.officer, byDevice(ended, ministry.officer)));
    expect(codesOf(await ministry.as(person, INVITATIONS))).toEqual(['FORBIDDEN']);
  });

  test('move a person to another post', async () => {
    const mission = await post();
    const person = await ministry.enrol({ name: 'Posted' });
    must(await publish(ministry.officer, byDevice(assign({ ...person, postId: mission }, 'MEMBER'), ministry.officer)));
    expect(must(await ministry.as(person, ME))).toMatchObject({ me: { person: { post: { id: mission } } } });
  });

  test('that do not exist, or at a post that does not, are refused', async () => {
    const person = await ministry.enrol({ name: 'Nobody special' });
    for (const body of [assign(person, 'EMPEROR'), assign({ ...person, postId: randomUUID() }, 'MEMBER')]) {
      const answer = await publish(ministry.officer, byDevice(body, ministry.officer));
      expect(codesOf(answer)).toEqual(['STATEMENT_INVALID']);
    }
  });

  test('of the last security officer stay, also with an end', async () => {
    const others = byDevice(assign(second, 'MEMBER'), ministry.officer);
    must(await publish(ministry.officer, others));
    const own = assign(ministry.officer, 'SECURITY_OFFICER');
    for (const body of [
      { ...own, roles: ['MEMBER'] },
      { ...own, until: Date.now() + 60_000 },
    ] as StatementBody[]) {
      expect(codesOf(await publish(ministry.officer, byDevice(body, ministry.officer)))).toEqual(['CONFLICT']);
    }
    must(await publish(ministry.officer, byDevice(assign(second, 'MEMBER', 'SECURITY_OFFICER'), ministry.officer)));
  });
});

describe('one officer alone', () => {
  const revokeAlone = async (officer: TestPerson, person: TestPerson) =>
    codesOf(await publish(officer, byDevice(revokePerson(person.personId), officer)));
  const isRevoked = async (person: TestPerson) =>
    (await replay(ministry, ministry.officer)).person(person.personId)?.revoked !== undefined;

  test('revokes one person a day, in however many requests; the next one takes a second officer', async () => {
    const officer = await enrolOfficer(ministry, 'Lone Officer');
    await aDayPasses(ministry);
    const [one, other, third] = await Promise.all(['1', '2', '3'].map((name) => ministry.enrol({ name })));
    expect(await revokeAlone(officer, one!)).toEqual([]);
    expect(await revokeAlone(officer, other!)).toEqual(['APPROVAL_NEEDED']);
    expect(await isRevoked(other!)).toBe(false);
    must(await publish(officer, byTwo(revokePerson(other!.personId), officer, second)));
    expect(await revokeAlone(officer, third!)).toEqual(['APPROVAL_NEEDED']);
    await aDayPasses(ministry);
    expect(await revokeAlone(officer, third!)).toEqual([]);
  });

  test('revokes one, also when two requests come at the same time; the same request again changes nothing', async () => {
    const officer = await enrolOfficer(ministry, 'Hasty Officer');
    const people = await Promise.all(['1', '2', '3'].map((name) => ministry.enrol({ name })));
    const statements = people.map(({ personId }) => byDevice(revokePerson(personId), officer));
    const codes = (await Promise.all(statements.map((one) => publish(officer, one)))).map(codesOf);
    expect(codes.toSorted()).toEqual([[], ['APPROVAL_NEEDED'], ['APPROVAL_NEEDED']]);
    const done = statements[codes.findIndex(({ length }) => length === 0)]!;
    expect(codesOf(await publish(officer, done))).toEqual([]);
  });

  test('is not held up where a device was stolen, or by leaving', async () => {
    const officer = await enrolOfficer(ministry, 'Leaving Officer');
    const people = await Promise.all(['1', '2', '3'].map((name) => ministry.enrol({ name })));
    for (const { deviceId: device } of people) {
      must(await publish(officer, byDevice({ type: 'revokeDevice', at: at(), device, reason: 'STOLEN' }, officer)));
    }
    expect(await revokeAlone(officer, people[0]!)).toEqual([]);
    expect(await revokeAlone(officer, officer)).toEqual([]);
  });
});
