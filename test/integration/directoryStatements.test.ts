import { randomUUID } from 'node:crypto';

import { generateSigningKeyPair } from '#primitives';

import { ask, codesOf } from '../support/graphql.js';
import {
  PUBLISH,
  STATEMENTS,
  TestMinistry,
  addDevice,
  byDevice,
  byIdentity,
  clear,
  enrol,
  fieldsOf,
  makePerson,
  must,
  replay,
  signIn,
  sql,
  startDirectory,
  statement,
} from '../support/ministry.js';
import type { TestPerson } from '../support/ministry.js';
import type { TestServer } from '../support/server.js';

const DEVICES = 'query ($name: String) { people(name: $name) { edges { node { devices { revokedAt } } } } }';

describe('statements', () => {
  let server: TestServer;
  let ministry: TestMinistry;
  let person: TestPerson;
  const publish = (who: TestPerson, ...statements: string[]) => ministry.as(who, PUBLISH, { statements });

  beforeAll(async () => {
    server = await startDirectory();
    ministry = await TestMinistry.found(server);
    person = await ministry.enrol({ name: 'Person' });
  });
  afterAll(() => server.stop());

  test('a clearance is changed by an officer and holds at once; the same again keeps its place', async () => {
    const lowered = byDevice(clear(person.personId, 'RESTRICTED'), ministry.officer);
    const { publishStatements: seqs } = must(await publish(ministry.officer, lowered));
    expect(must(await publish(ministry.officer, lowered))).toEqual({ publishStatements: seqs });
    expect(must(await ministry.as(person, '{ me { clearance { level } } }'))).toEqual({
      me: { clearance: { level: 'RESTRICTED' } },
    });
  });

  test('an old one can’t be brought back under a new signature of nobody’s', async () => {
    const old = clear(person.personId, 'TOP_SECRET');
    expect(codesOf(await publish(person, byDevice(old, person)))).toEqual(['STATEMENT_INVALID']);
    expect(codesOf(await publish(person, byDevice(old, ministry.officer)))).toEqual(['FORBIDDEN']);
    const forged = statement(old, { kind: 'device', id: ministry.officer.deviceId }, person.device);
    expect(codesOf(await publish(ministry.officer, forged))).toEqual(['STATEMENT_INVALID']);
    const { message } = (await publish(ministry.officer, forged)).errors[0]!;
    expect(message).toContain('SIGNATURE_INVALID');
  });

  test('one made for the future, for an unknown level, or of a kind that is not published is refused', async () => {
    const ahead = { ...clear(person.personId, 'SECRET'), at: Date.now() + 3_600_000 };
    expect(codesOf(await publish(ministry.officer, byDevice(ahead, ministry.officer)))).toEqual(['STATEMENT_INVALID']);
    const unknown = byDevice(clear(person.personId, 'COSMIC'), ministry.officer);
    expect(codesOf(await publish(ministry.officer, unknown))).toEqual(['STATEMENT_INVALID']);
    const ghost = byDevice(enrol(makePerson('Ghost', person.postId)), ministry.officer);
    expect(codesOf(await publish(ministry.officer, ghost))).toEqual(['STATEMENT_INVALID']);
    expect(codesOf(await publish(ministry.officer))).toEqual(['BAD_INPUT']);
    expect(codesOf(await publish(ministry.officer, 'AAAA'))).toEqual(['STATEMENT_INVALID']);
  });

  test('are recorded all together or not at all', async () => {
    const before = await replay(ministry, person);
    const second = { ...person, deviceId: randomUUID(), device: generateSigningKeyPair() };
    const taken = { ...second, deviceId: ministry.officer.deviceId };
    const answer = await publish(person, byIdentity(addDevice(second), person), byIdentity(addDevice(taken), person));
    expect([codesOf(answer), fieldsOf(answer)]).toEqual([['STATEMENT_INVALID'], ['statements.1']]);
    expect((await replay(ministry, person)).head).toBe(before.head);
    must(await publish(person, byIdentity(addDevice(second), person)));
    expect((await replay(ministry, person)).devicesOf(person.personId)).toHaveLength(2);
  });

  test('appended at the same time get places without gaps', async () => {
    const people = await Promise.all(
      Array.from({ length: 4 }, (_, i) => ministry.enrol({ name: `Person ${String(i)}` })),
    );
    const before = (await replay(ministry, person)).head;
    const cleared = people.map((someone) => byDevice(clear(someone.personId, 'RESTRICTED'), ministry.officer));
    const answers = await Promise.all(cleared.map((one) => publish(ministry.officer, one)));
    const seqs = answers.flatMap((answer) => must(answer)['publishStatements'] as number[]);
    expect(seqs.toSorted((a, b) => a - b)).toEqual(cleared.map((_, index) => before + index + 1));
    expect((await replay(ministry, person)).head).toBe(before + cleared.length);
  });

  test('a revoked device is shut out at once, and its person sees it', async () => {
    const someone = await ministry.enrol({ name: 'Loser of laptops' });
    must(await ministry.as(someone, '{ me { person { id } } }'));
    const revoke = byDevice(
      { type: 'revokeDevice', at: Date.now(), device: someone.deviceId, reason: 'LOST' },
      ministry.officer,
    );
    must(await publish(ministry.officer, revoke));
    expect(codesOf(await ministry.as(someone, '{ me { person { id } } }'))).toEqual(['DEVICE_REVOKED']);
    await expect(signIn(server, someone)).rejects.toThrow('DEVICE_REVOKED');
    const seen = must(await ministry.as(ministry.officer, DEVICES, { name: 'loser OF' })) as {
      people: { edges: { node: { devices: { revokedAt: string | null }[] } }[] };
    };
    expect(seen.people.edges[0]?.node.devices[0]?.revokedAt).toMatch(/^\d{4}-/);
    const again = byDevice(
      { type: 'revokeDevice', at: Date.now(), device: someone.deviceId, reason: 'STOLEN' },
      ministry.officer,
    );
    expect(codesOf(await publish(ministry.officer, again))).toEqual(['STATEMENT_INVALID']);
  });

  test('a person revokes an own device, but nobody else’s', async () => {
    const someone = await ministry.enrol({ name: 'Careful' });
    const of = (device: string) =>
      byDevice({ type: 'revokeDevice', at: Date.now(), device, reason: 'RETIRED' }, someone);
    expect(codesOf(await publish(someone, of(person.deviceId)))).toEqual(['STATEMENT_INVALID']);
    must(await publish(someone, of(someone.deviceId)));
    expect(codesOf(await ministry.as(someone, '{ me { person { id } } }'))).toEqual(['DEVICE_REVOKED']);
  });

  test('a second instance on the same database agrees at once', async () => {
    const second = await startDirectory({ DATABASE_URL: server.databaseUrl });
    try {
      const there = Object.create(ministry) as TestMinistry;
      Object.defineProperty(there, 'server', { value: second });
      const a = byDevice(clear(person.personId, 'CONFIDENTIAL'), ministry.officer);
      must(await publish(ministry.officer, a));
      const b = byDevice(clear(person.personId, 'SECRET'), ministry.officer);
      const [first] = must(await ask(second, PUBLISH, { statements: [b] }, await ministry.token(ministry.officer)))[
        'publishStatements'
      ] as number[];
      const c = byDevice(clear(person.personId, 'RESTRICTED'), ministry.officer);
      const [next] = must(await publish(ministry.officer, c))['publishStatements'] as number[];
      expect(next).toBe((first ?? 0) + 1);
      expect((await replay(there, person)).head).toBe(next);
    } finally {
      await second.stop();
    }
  });

  test('a server does not start on a log that was tampered with', async () => {
    const lengthen = (seq: number) =>
      sql(server, 'UPDATE statement SET payload = payload || $2 WHERE seq = $1', [seq, Buffer.of(0)]);
    await lengthen(6);
    await expect(startDirectory({ DATABASE_URL: server.databaseUrl })).rejects.toThrow('CBOR');
    await sql(server, 'UPDATE statement SET payload = substring(payload FROM 1 FOR length(payload) - 1) WHERE seq = 6');
  });

  test('the pages of the log are bounded', async () => {
    const page = (variables: object) => ministry.as(person, STATEMENTS, variables as Record<string, unknown>);
    expect(codesOf(await page({ after: -1 }))).toEqual(['BAD_INPUT']);
    expect(codesOf(await page({ after: 0, first: 0 }))).toEqual(['BAD_INPUT']);
    expect(codesOf(await page({ after: 0, first: 1001 }))).toEqual(['BAD_INPUT']);
    expect(codesOf(await ask(server, STATEMENTS, { after: 0 }))).toEqual(['UNAUTHENTICATED']);
  });
});
