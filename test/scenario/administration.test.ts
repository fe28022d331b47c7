import { EventEmitter, once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import type { ApprovalView, Client, ClientEvent, Timer } from '#client';
import { enrolDevice, openClient } from '#client/node';

import { CHEAPEST, PASSPHRASE, clearanceAt, labelAt, startMinistry } from '../support/clients.js';
import type { ClientMinistry, TestClient } from '../support/clients.js';
import { sql } from '../support/ministry.js';

let ministry: ClientMinistry;
let officer: TestClient;
let second: TestClient;
let staff: TestClient[];

beforeAll(async () => {
  ministry = await startMinistry([
    { name: 'Second Officer', level: 'TOP_SECRET', roles: ['MEMBER', 'SECURITY_OFFICER'] },
    { name: 'Anna' },
    { name: 'Boris' },
    { name: 'Chen' },
  ]);
  officer = ministry.officer;
  const [other, ...rest] = ministry.staff;
  if (!other) throw new Error('nobody was hired');
  second = other;
  staff = rest;
  await officer.client.administration.appoint(second.personId, { powers: ['revoke', 'assign'] });
});
afterAll(() => ministry.stop());

const refusal = (code: string): Error => expect.objectContaining({ code }) as Error;
const personOf = async ({ client }: TestClient, { personId }: TestClient) =>
  (await client.people()).find(({ id }) => id === personId);

/** What a watching client is told, until the first event of a type. */
async function next<T extends ClientEvent['type']>(
  { client }: TestClient,
  type: T,
  act: () => Promise<unknown>,
): Promise<Extract<ClientEvent, { type: T }>> {
  const events = new EventEmitter();
  const stop = await client.watch((event) => void events.emit(event.type, event));
  await once(events, 'connection');
  const heard = once(events, type);
  await act();
  const [event] = (await heard) as [Extract<ClientEvent, { type: T }>];
  await stop();
  return event;
}

test('roles that an invitation promised are a statement when the enrolment is complete', async () => {
  await officer.client.catchUp();
  expect(await personOf(officer, second)).toMatchObject({ roles: ['MEMBER', 'SECURITY_OFFICER'], revoked: false });
});

test('roles are changed by a statement that every device can check', async () => {
  const [anna] = staff as [TestClient];
  await second.client.catchUp();
  await second.client.administration.assign(anna.personId, { roles: ['MEMBER', 'PLANNER', 'MEMBER'] });
  await anna.client.catchUp();
  expect((await personOf(anna, anna))?.roles).toEqual(['MEMBER', 'PLANNER']);
  const own = anna.client.administration.assign(anna.personId, { roles: ['SECURITY_OFFICER'] });
  await expect(own).rejects.toEqual(refusal('STATEMENT_INVALID'));
});

test('a title is said by a statement, from the invitation on, and stays until another one is said', async () => {
  const called = await ministry.hire({ name: 'Dora Quist', title: '  Second Secretary ' });
  const { client } = officer;
  const titleNow = async (): Promise<string | undefined> => (await personOf(called, called))?.title;
  await called.client.catchUp();
  expect(await titleNow()).toBe('Second Secretary');
  await client.administration.assign(called.personId, { roles: ['MEMBER', 'PLANNER'] });
  await called.client.catchUp();
  expect(await titleNow()).toBe('Second Secretary');
  await client.administration.assign(called.personId, { title: 'Consul', roles: ['MEMBER'] });
  await called.client.catchUp();
  expect(await titleNow()).toBe('Consul');
  const disguised = client.administration.assign(called.personId, { title: 'Con\u202esul', roles: ['MEMBER'] });
  await expect(disguised).rejects.toMatchObject({ code: 'BAD_INPUT', field: 'title' });
  await client.administration.assign(called.personId, { title: '', roles: ['MEMBER'] });
  await called.client.catchUp();
  expect(await titleNow()).toBeUndefined();
});

test('roles that end go on ending when somebody is called otherwise, until they are given for good or anew', async () => {
  const { client } = officer;
  const { personId } = await ministry.hire({ name: 'Emil Roth' });
  const untilNow = async (): Promise<string | undefined> =>
    (await client.administration.roleHolders()).find((holder) => holder.personId === personId)?.until;
  const soon = '2031-06-30T15:00:00.000Z';
  await client.administration.assign(personId, { roles: ['MEMBER', 'AUDITOR'], until: soon });
  expect(await untilNow()).toBe(soon);
  await client.administration.assign(personId, { title: 'Attaché', roles: ['MEMBER', 'AUDITOR'] });
  expect(await untilNow()).toBe(soon);
  await client.administration.assign(personId, { roles: ['MEMBER'], until: null });
  expect(await untilNow()).toBeUndefined();
  await client.administration.assign(personId, { roles: ['MEMBER', 'AUDITOR'], until: '2020-01-01T00:00:00.000Z' });
  await client.administration.assign(personId, { roles: ['MEMBER'] });
  expect(await untilNow()).toBeUndefined(); // an end that has passed is none of what is given now
});

test('two people are revoked by two officers: one is told at once, reads the act in words and signs it', async () => {
  const [anna, boris, chen] = staff as [TestClient, TestClient, TestClient];
  const { id } = await anna.client.createConversation({
    name: 'Talks',
    label: labelAt('SECRET'),
    personIds: [boris.personId, chen.personId],
  });
  const { approvalId } = await next(second, 'approval', async () => {
    const outcome = await officer.client.administration.revokePeople([boris.personId, chen.personId], 'COMPROMISED');
    expect(outcome.done).toBe(false);
  });
  const { approvals } = second.client.administration;
  const shown = await approvals.get(approvalId);
  expect(shown).toMatchObject({ own: false, genuine: true, proposerName: officer.name, state: 'OPEN' });
  expect(shown.words).toEqual([
    'Revoke Boris (1 device in use) for good (compromised).',
    'Revoke Chen (1 device in use) for good (compromised).',
  ]);
  const [own] = await officer.client.administration.approvals.list();
  await expect(officer.client.administration.approve(own as ApprovalView)).rejects.toEqual(refusal('APPROVAL_OWN'));
  await second.client.administration.approve(shown);
  await expect(boris.client.catchUp()).rejects.toEqual(refusal('DEVICE_REVOKED'));
  await anna.client.catchUp();
  const after = await anna.client.send(id, { text: 'Only for those who are left.' });
  expect(after.state).toBe('accepted');
  const { members } = await anna.client.conversation(id);
  expect(members.map(({ personId }) => personId)).toEqual([anna.personId]);
});

test('nobody has roles by the server’s word: who is enrolled without a statement has none, and older ones are named', async () => {
  const clerk = ['clear', 'enrol', 'revoke'] as const;
  await officer.client.administration.appoint(second.personId, { powers: clerk });
  await second.client.catchUp();
  const { postId } = await second.client.whoami();
  const invited = { personName: 'Dora', postId, clearance: clearanceAt('SECRET'), roles: ['MEMBER'] as const };
  const { link, invitationId, personId } = await second.client.invite(invited);
  const folder = await mkdtemp(join(tmpdir(), 'chancery-dora-'));
  const vault = { folder: join(folder, 'vault'), passphrase: PASSPHRASE, ...CHEAPEST };
  const dora = await enrolDevice({ ...vault, link, deviceName: 'Laptop' });
  expect(await second.client.completeEnrolments([invitationId])).toMatchObject([{ personId, roles: [] }]);
  await dora.close();
  await rm(folder, { recursive: true });
  const held = async () => (await officer.client.administration.roleHolders()).find((one) => one.personId === personId);
  expect(await held()).toMatchObject({ name: 'Dora', roles: [], signed: true });
  await sql(ministry.server, "INSERT INTO person_role (person_id, role) VALUES ($1, 'PLANNER')", [personId]);
  expect(await held()).toMatchObject({ roles: ['PLANNER'], signed: false });
  await officer.client.administration.assign(personId, { roles: ['MEMBER'] });
  expect(await held()).toMatchObject({ roles: ['MEMBER'], signed: true });
  await officer.client.administration.appoint(second.personId, { powers: ['revoke', 'assign'] });
});

test('an act is signed as it was shown, and not as the server has it now', async () => {
  const late = await ministry.hire({ name: 'Latecomer' });
  const later = await ministry.hire({ name: 'Later still' });
  await officer.client.administration.revokePeople([late.personId, later.personId]);
  const [shown] = await second.client.administration.approvals.list();
  const other = { ...(shown as ApprovalView), acts: (shown as ApprovalView).acts.slice(0, 1) };
  await expect(second.client.administration.approve(other)).rejects.toEqual(refusal('STATEMENT_INVALID'));
  expect((await second.client.administration.approvals.refuse(other.id)).state).toBe('REFUSED');
  await late.client.catchUp();
});

test('a person takes a new identity key, and goes on', async () => {
  const [anna] = staff as [TestClient];
  const before = await anna.client.catchUp();
  await anna.client.identity.rotate();
  await anna.client.identity.rotate();
  expect(before.statements).toBeGreaterThanOrEqual(0);
  await officer.client.catchUp();
  expect(await personOf(officer, anna)).toMatchObject({ revoked: false });
  const reopened = await ministry.reopen(anna);
  await reopened.client.catchUp();
  expect((await reopened.client.whoami()).state).toBe('enrolled');
});

test('all devices of a mission are revoked by two', async () => {
  const [clerk] = [await ministry.hire({ name: 'Clerk' })];
  const { postId } = await clerk.client.whoami();
  const outcome = await second.client.administration.revokePost(postId, 'STOLEN');
  if (outcome.done) throw new Error('one officer was enough');
  expect(outcome.approval.own).toBe(true);
  await second.client.administration.approvals.refuse(outcome.approval.id);
  expect(await officer.client.administration.approvals.list()).toEqual([]);
});

test('a witness states the head of the audit trail by itself, once a day', async () => {
  const minute = 60_000;
  await officer.client.close();
  /** What the log states as the head after a client with such a clock has done something. */
  const stated = async (shift: number, act: (client: Client) => Promise<unknown>): Promise<number> => {
    const timer: Timer = {
      now: () => new Date(Date.now() + shift),
      elapsed: () => performance.now(),
      after: () => () => undefined,
      pause: () => Promise.resolve(),
    };
    const client = await openClient({ folder: officer.folder, passphrase: PASSPHRASE, timer });
    await act(client);
    const [newest] = await client.audit.list({ kind: 'statement', limit: 1 });
    await client.close();
    return newest?.operation === 'auditHead' ? newest.seq : 0;
  };
  const catchUp = (client: Client) => client.catchUp();
  expect(await stated(0, catchUp)).toBe(0);
  const first = await stated(3 * minute - 24 * 60 * minute, (client) => client.audit.seal());
  expect(first).toBeGreaterThan(0);
  expect(await stated(0, catchUp)).toBe(first);
  expect(await stated(8 * minute, catchUp)).toBeGreaterThan(first);
});
