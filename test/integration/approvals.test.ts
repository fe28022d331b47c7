import pg from 'pg';

import type { StatementBody } from '#transparency';

import { codesOf } from '../support/graphql.js';
import type { ClientAnswer } from '../support/graphql.js';
import { PUBLISH, TestMinistry, byDevice, inHours, must, replay, sql } from '../support/ministry.js';
import type { TestPerson } from '../support/ministry.js';
import { APPROVE, PROPOSE, REFUSE, aDayPasses, byTwo, enrolOfficer, proposal } from '../support/officers.js';
import { startServer } from '../support/server.js';
import type { TestServer } from '../support/server.js';
import { TestSocket } from '../support/sockets.js';

const ME = '{ me { person { id } } }';
const STATE = 'query ($id: ID!) { approval(id: $id) { state deciderId } }';

let server: TestServer;
let ministry: TestMinistry;
let first: TestPerson;
let second: TestPerson;

const revoke = (...people: TestPerson[]): StatementBody[] =>
  people.map(({ personId }) => ({ type: 'revokePerson', at: Date.now(), person: personId, reason: 'WITHDRAWN' }));
const propose = (who: TestPerson, variables: object): Promise<ClientAnswer> =>
  ministry.as(who, PROPOSE, variables as Record<string, unknown>);
const approve = (who: TestPerson, id: string, ...statements: string[]) => ministry.as(who, APPROVE, { id, statements });
const decider = (data: ClientAnswer['data']) =>
  [(data?.['approveAct'] as { deciderId: string } | undefined)?.deciderId].filter((id) => id !== undefined);
const two = async () => [await ministry.enrol({ name: 'One' }), await ministry.enrol({ name: 'Other' })] as const;

/** The acts, proposed by the first officer; the id of the approval. */
async function proposed(bodies: readonly StatementBody[], rest: object = {}): Promise<string> {
  const { input } = proposal(first, ...bodies);
  must(await propose(first, { input: { ...input, ...rest } }));
  return input.id;
}

async function renewed({ personId: person }: TestPerson): Promise<void> {
  const powers = ['assign', 'clear', 'enrol', 'revoke', 'witness'] as const;
  const body: StatementBody = { type: 'appoint', at: Date.now(), person, powers, mayAppoint: false };
  must(await ministry.as(first, PUBLISH, { statements: [byDevice(body, first)] }));
}

beforeAll(async () => {
  server = await startServer({ environment: { CHANCERY_FOUNDING_TOKEN: 'founding token of the tests' } });
  ministry = await TestMinistry.found(server);
  first = ministry.officer;
  second = await enrolOfficer(ministry, 'Second Officer');
});
afterAll(() => server.stop());

describe('an act that needs two', () => {
  test('waits for another officer, and holds with the second signature', async () => {
    const [one, other] = await two();
    const bodies = revoke(one, other);
    const id = await proposed(bodies);
    for (const person of [one, other]) must(await ministry.as(person, ME));
    const whole = bodies.map((body) => byTwo(body, first, second));
    expect(must(await approve(second, id, ...whole))).toEqual({
      approveAct: { id, state: 'APPROVED', deciderId: second.personId },
    });
    for (const person of [one, other]) expect(codesOf(await ministry.as(person, ME))).toEqual(['DEVICE_REVOKED']);
    expect(must(await approve(second, id, ...whole))).toMatchObject({ approveAct: { state: 'APPROVED' } });
  });

  test('is never approved by who proposed it, whatever device signs', async () => {
    const bodies = revoke(...(await two()));
    const id = await proposed(bodies);
    expect(codesOf(await approve(first, id, ...bodies.map((body) => byTwo(body, first, first))))).toEqual([
      'APPROVAL_OWN',
    ]);
    expect(codesOf(await approve(second, id, ...bodies.map((body) => byTwo(body, first, first))))).toEqual([
      'FORBIDDEN',
    ]);
  });

  test('is approved as it was proposed, in nothing more, less or different', async () => {
    const [one, other] = await two();
    const bodies = revoke(one, other);
    const id = await proposed(bodies);
    const whole = bodies.map((body) => byTwo(body, first, second));
    const different = revoke(one).map((body) => byTwo({ ...body, at: body.at + 1 }, first, second));
    for (const statements of [
      whole.slice(0, 1),
      whole.toReversed(),
      [...different, whole[1]!],
      bodies.map((body) => byDevice(body, first)),
      bodies.map((body) => byTwo(body, second, second)),
    ]) {
      expect(codesOf(await approve(second, id, ...statements))).toEqual(['STATEMENT_INVALID']);
    }
    must(await ministry.as(one, ME));
    must(await approve(second, id, ...whole));
  });

  test('is decided once: refused, withdrawn, expired and approved acts stay so', async () => {
    const decide = async (bodies: StatementBody[], by: TestPerson) => {
      const id = await proposed(bodies);
      const answer = must(await ministry.as(by, REFUSE, { id }));
      expect(codesOf(await approve(second, id, ...bodies.map((body) => byTwo(body, first, second))))).toEqual([
        'APPROVAL_CLOSED',
      ]);
      return (answer['refuseAct'] as { state: string }).state;
    };
    expect(await decide(revoke(...(await two())), second)).toBe('REFUSED');
    expect(await decide(revoke(...(await two())), first)).toBe('WITHDRAWN');
    const bodies = revoke(...(await two()));
    const id = await proposed(bodies);
    await sql(server, "UPDATE approval SET expires_at = now() - interval '1 second' WHERE id = $1", [id]);
    expect(codesOf(await approve(second, id, ...bodies.map((body) => byTwo(body, first, second))))).toEqual([
      'APPROVAL_CLOSED',
    ]);
    expect(codesOf(await ministry.as(second, REFUSE, { id }))).toEqual(['APPROVAL_CLOSED']);
  });

  test('is proposed and decided by officers who hold the power only', async () => {
    const member = await ministry.enrol({ name: 'Member' });
    const clerk = await enrolOfficer(ministry, 'Clerk', ['enrol']);
    const people = await two();
    expect(codesOf(await propose(member, proposal(member, ...revoke(...people))))).toEqual(['FORBIDDEN']);
    expect(codesOf(await propose(clerk, proposal(clerk, ...revoke(...people))))).toEqual(['STATEMENT_INVALID']);
    expect(codesOf(await propose(second, proposal(first, ...revoke(...people))))).toEqual(['FORBIDDEN']);
    const bodies = revoke(...people);
    const id = await proposed(bodies);
    const halfPower = await approve(clerk, id, ...bodies.map((body) => byTwo(body, first, clerk)));
    expect(halfPower.errors[0]?.message).toContain('POWER_MISSING');
    expect(codesOf(await ministry.as(member, '{ approvals { edges { node { id } } } }'))).toEqual(['FORBIDDEN']);
  });

  test.each<[string, object]>([
    ['BAD_INPUT', { id: 'x' }],
    ['BAD_INPUT', { statements: [] }],
    ['BAD_INPUT', { expiresAt: inHours(25) }],
    ['BAD_INPUT', { expiresAt: inHours(-1) }],
  ])('is refused as %s with %j', async (code, rest) => {
    const { input } = proposal(first, ...revoke(second));
    expect(codesOf(await propose(first, { input: { ...input, ...rest } }))).toEqual([code]);
  });

  test('is not signed by an officer of today, first or second: who appoints an accomplice waits until others have seen it', async () => {
    const accomplice = await enrolOfficer(ministry, 'Accomplice');
    const bodies = revoke(...(await two()));
    const id = await proposed(bodies);
    const by = (one: TestPerson, other: TestPerson) => bodies.map((body) => byTwo(body, one, other));
    const early = await approve(accomplice, id, ...by(first, accomplice));
    expect(codesOf(early)).toEqual(['OFFICER_TOO_NEW']);
    expect(early.errors[0]?.message).toMatch(/^Accomplice signs such acts from \d{4}-/u);
    const { input } = proposal(accomplice, ...bodies);
    must(await propose(accomplice, { input }));
    expect(codesOf(await approve(first, input.id, ...by(accomplice, first)))).toEqual(['OFFICER_TOO_NEW']);
    const straight = { statements: by(first, accomplice) };
    expect(codesOf(await ministry.as(first, PUBLISH, straight))).toEqual(['OFFICER_TOO_NEW']);
    await renewed(second); // has held the power before, and goes on to
    must(await approve(second, id, ...by(first, second)));
    await aDayPasses(ministry);
    const [later] = revoke(await ministry.enrol({ name: 'Later' }));
    must(await ministry.as(first, PUBLISH, { statements: [byTwo(later!, first, accomplice)] }));
  });

  test('is approved once, however many officers approve or refuse at the same moment', async () => {
    const third = await enrolOfficer(ministry, 'Third Officer');
    await aDayPasses(ministry);
    const [one, other] = await two();
    const bodies = revoke(one, other);
    const id = await proposed(bodies);
    const by = (officer: TestPerson) => bodies.map((body) => byTwo(body, first, officer));
    const answers = await Promise.all([
      approve(second, id, ...by(second)),
      approve(third, id, ...by(third)),
      ministry.as(first, REFUSE, { id }),
      approve(second, id, ...by(second)),
    ]);
    const state = must(await ministry.as(second, STATE, { id }))['approval'] as { state: string; deciderId: string };
    const revoked = (await replay(ministry, first)).person(one.personId)?.revoked !== undefined;
    expect(revoked).toBe(state.state === 'APPROVED');
    const told = await sql(
      server,
      'SELECT 1 FROM statement WHERE payload IN (SELECT unnest(statements) FROM approval WHERE id = $1)',
      [id],
    );
    expect(told).toEqual([]); // a half is never entered by itself
    const refused = answers.filter(({ errors }) => errors.length > 0).flatMap(codesOf);
    expect(refused.filter((code) => code !== 'APPROVAL_CLOSED' && code !== 'STATEMENT_INVALID')).toEqual([]);
    expect(refused.length).toBeGreaterThanOrEqual(2);
    const doneBy = new Set(
      answers
        .slice(0, 2)
        .concat(answers.slice(3))
        .flatMap(({ data }) => decider(data)),
    );
    expect([...doneBy]).toEqual(state.state === 'APPROVED' ? [state.deciderId] : []);
  });

  test('is not approved after its time, however late within it the second officer has signed', async () => {
    const bodies = revoke(...(await two()));
    const id = await proposed(bodies, { expiresAt: new Date(Date.now() + 1_500).toISOString() });
    const whole = bodies.map((body) => byTwo(body, first, second));
    const lock = new pg.Client({ connectionString: server.databaseUrl });
    await lock.connect();
    await lock.query('BEGIN');
    await lock.query('SELECT 1 FROM approval WHERE id = $1 FOR UPDATE', [id]);
    const waiting = approve(second, id, ...whole);
    await lock.query(
      "SELECT pg_sleep_until((SELECT expires_at + interval '50 milliseconds' FROM approval WHERE id = $1))",
      [id],
    );
    await lock.query('COMMIT');
    await lock.end();
    expect(codesOf(await waiting)).toEqual(['APPROVAL_CLOSED']);
    expect(must(await ministry.as(second, STATE, { id }))).toMatchObject({ approval: { state: 'EXPIRED' } });
  });

  test('falls with its proposer: one who is revoked, or has lost the power, decides nothing any more', async () => {
    const proposer = await enrolOfficer(ministry, 'Proposer');
    const bodies = revoke(...(await two()));
    const waiting = async () => {
      const { input } = proposal(proposer, ...bodies);
      must(await propose(proposer, { input }));
      return input.id;
    };
    const ids = [await waiting(), await waiting()] as const;
    const whole = bodies.map((body) => byTwo(body, proposer, second));
    const dismissed = {
      type: 'appoint',
      at: Date.now(),
      person: proposer.personId,
      powers: [],
      mayAppoint: false,
    } as const;
    must(await ministry.as(first, PUBLISH, { statements: [byDevice(dismissed, first)] }));
    const powerless = await approve(second, ids[0], ...whole);
    expect(powerless.errors[0]?.message).toContain('POWER_MISSING');
    must(await ministry.as(first, PUBLISH, { statements: [byTwo(revoke(proposer)[0]!, first, second)] }));
    const revoked = await approve(second, ids[1], ...whole);
    expect(revoked.errors[0]?.message).toContain('SIGNER_REVOKED');
    for (const id of ids)
      expect(must(await ministry.as(second, REFUSE, { id }))).toMatchObject({ refuseAct: { state: 'REFUSED' } });
  });

  test('falls with its second officer, whose device is revoked while the approval is on its way', async () => {
    const approver = await enrolOfficer(ministry, 'Approver');
    const bodies = revoke(...(await two()));
    const id = await proposed(bodies);
    const whole = bodies.map((body) => byTwo(body, first, approver));
    await ministry.token(approver);
    const gone: StatementBody = { type: 'revokeDevice', at: Date.now(), device: approver.deviceId, reason: 'STOLEN' };
    must(await ministry.as(first, PUBLISH, { statements: [byDevice(gone, first)] }));
    expect(codesOf(await approve(approver, id, ...whole))).toEqual(['DEVICE_REVOKED']);
    expect(codesOf(await approve(second, id, ...whole))).toEqual(['FORBIDDEN']);
    expect(must(await ministry.as(second, STATE, { id }))).toMatchObject({ approval: { state: 'OPEN' } });
  });

  test('that one officer may do alone is not proposed', async () => {
    const body: StatementBody = { type: 'revokeDevice', at: Date.now(), device: second.deviceId, reason: 'LOST' };
    expect(codesOf(await propose(first, proposal(first, body)))).toEqual(['STATEMENT_INVALID']);
  });

  test('is listed by age in pages, and hinted to officers', async () => {
    const socket = await new TestSocket(server).authenticate(await ministry.token(second));
    expect(await socket.next()).toMatchObject({ type: 'connection_ack' });
    socket.subscribe('subscription { hints { approval statementHead } }');
    const ids = [];
    for (let i = 0; i < 3; i++) ids.push(await proposed(revoke(second)));
    const heard: unknown[] = [];
    while (heard.length < 3) {
      const { payload } = (await socket.next()) as { payload: { data: { hints: { approval: string | null } } } };
      if (payload.data.hints.approval !== null) heard.push(payload.data.hints.approval);
    }
    socket.close();
    expect(heard).toEqual(ids);
    const query = `query ($after: String) { approvals(first: 2, after: $after, state: OPEN) {
      edges { node { id } } pageInfo { endCursor hasNextPage } } }`;
    type Page = { approvals: { edges: { node: { id: string } }[]; pageInfo: { endCursor: string } } };
    const pages: string[] = [];
    let after: string | null = null;
    while (pages.length < 3) {
      const { approvals } = must(await ministry.as(second, query, { after })) as unknown as Page;
      pages.push(...approvals.edges.map(({ node }) => node.id));
      after = approvals.pageInfo.endCursor;
    }
    expect(pages.slice(0, 3)).toEqual(ids.toReversed());
  });
});
