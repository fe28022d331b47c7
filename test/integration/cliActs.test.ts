import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { startMinistry } from '../support/clients.js';
import type { ClientMinistry, TestClient } from '../support/clients.js';
import { chanceryHere } from '../support/commandLine.js';
import { codeOf, json, run } from '../support/commandOf.js';
import { sql } from '../support/ministry.js';
import { withVault } from '../support/secondDevice.js';

let ministry: ClientMinistry;
let officer: TestClient;
let second: TestClient;
let folder: string;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'chancery-acts-'));
  ministry = await startMinistry([
    { name: 'Second Officer', level: 'TOP_SECRET', roles: ['MEMBER', 'SECURITY_OFFICER'] },
    { name: 'Anna Reyes' },
    { name: 'Boris Petrov' },
    { name: 'Chen Li' },
    { name: 'Dora Quist' },
    { name: 'Emil Roth' },
  ]);
  ({ officer } = ministry);
  [second] = ministry.staff as [TestClient];
  for (const { client } of [officer, ...ministry.staff]) await client.close();
});
afterAll(async () => {
  await ministry.stop();
  rmSync(folder, { recursive: true });
});

test('an officer is appointed, and dismissed', async () => {
  const appoint = ['officer', 'appoint', 'Second', '--power', 'revoke', '--power', 'assign', '--until', '2099-12-31'];
  expect(await json(officer, ...appoint)).toMatchObject([{ powers: ['REVOKE', 'ASSIGN'].map((p) => p.toLowerCase()) }]);
  await json(officer, 'officer', 'appoint', 'Chen', '--power', 'witness');
  expect(await json(officer, 'officer', 'dismiss', 'Chen')).toMatchObject([{ powers: [] }]);
});

test('roles are given by an officer with the power, with a post and an end', async () => {
  expect(await json(second, 'roles', 'Anna', 'member', 'planner')).toMatchObject([{ roles: ['MEMBER', 'PLANNER'] }]);
  const [moved] = await json(officer, 'roles', 'Boris', 'member', '--post', 'Lima', '--until', '2099-12-31');
  expect(moved).toMatchObject({ name: 'Boris Petrov', roles: ['MEMBER'] });
  const [titled] = await json(officer, 'roles', 'Boris', 'member', '--title', 'Consul General');
  expect(titled).toMatchObject({ title: 'Consul General', roles: ['MEMBER'] });
  expect((await run(officer, 'people')).out).toMatch(/Boris Petrov +Consul General/u);
  const [anna] = ministry.staff.slice(1) as [TestClient];
  expect(codeOf(await run(anna, 'roles', 'Anna', 'security_officer', '--json'))).toBe('STATEMENT_INVALID');
});

test('roles are listed, each by a statement, the founder’s too', async () => {
  const all = await json(officer, 'roles');
  expect(all).toHaveLength(7);
  expect(all.filter(({ signed }) => signed !== true)).toEqual([]);
  expect(await json(officer, 'roles', 'Umarova')).toMatchObject([
    { roles: ['MEMBER', 'REGISTRAR', 'SECURITY_OFFICER'], signed: true },
  ]);
  expect((await run(officer, 'roles')).err).toBe('');
});

test('a device is revoked by its name', async () => {
  const dora = ministry.staff[4] as TestClient;
  const device = ['revoke', `Laptop of ${dora.name}`, '--person', 'Dora', '--reason', 'lost'];
  const { deviceId, personId } = dora;
  expect(await json(officer, ...device)).toEqual([{ deviceId, personId, revoked: true }]);
  expect(codeOf(await run(dora, 'converse', 'list', '--json'))).toBe('DEVICE_REVOKED');
  expect(codeOf(await run(officer, 'revoke', 'device', deviceId, '--person', 'Dora', '--json'))).toBe('USAGE');
});

test('who has not heard of the others for long sends by their own word only', async () => {
  const create = ['converse', 'create', 'Far away', '--label', 'SECRET', '--with', 'Anna', '--with', 'Emil'];
  await json(officer, ...create);
  expect(await json(officer, 'send', 'Far', 'First.')).toMatchObject([{ state: 'accepted' }]);
  await withVault(officer, (sql) => sql.run('UPDATE freshness SET since = 0'));
  expect(codeOf(await run(officer, 'send', 'Far', 'Second.', '--json'))).toBe('FRESHNESS_LIMIT');
  expect(await json(officer, 'send', 'Far', 'Second.', '--stale')).toMatchObject([{ state: 'accepted' }]);
  expect(await json(officer, 'send', 'Far', 'Third.')).toMatchObject([{ state: 'accepted' }]);
});

test('a campaign is begun, the devices that hold it back are reminded, once an hour, and it is ended', async () => {
  const deadline = new Date(Date.now() + 30 * 86_400_000).toISOString();
  const [begun] = await json(officer, 'campaign', 'start', '--deadline', deadline);
  const id = begun?.['id'] as string;
  const [reminded] = await json(officer, 'campaign', 'remind');
  expect(reminded).toMatchObject({ campaignId: id, reason: 'OFFICER', devices: expect.any(Number) as number });
  expect(codeOf(await run(officer, 'campaign', 'remind', id, '--json'))).toBe('RATE_LIMITED');
  const first = { day: '2026-01-31', groups: 4, groupsDone: 1, members: 10, membersDone: 5 };
  await sql(ministry.server, 'INSERT INTO campaign_day VALUES ($1, $2, $3, $4, $5, $6)', [id, ...Object.values(first)]);
  const { out } = await run(officer, 'campaign', 'show');
  expect(out).toContain('Reminded by an officer');
  expect(out).toContain('██████████░░░░░░░░░░ 2026-01-31: 5 of 10 devices');
  const [shown] = await json(officer, 'campaign', 'show');
  expect((shown?.['days'] as unknown[])[0]).toEqual(first);
  expect(await json(officer, 'campaign', 'end', id)).toMatchObject([{ id, endedAt: expect.any(String) as string }]);
  expect(codeOf(await run(officer, 'campaign', 'remind', '--json'))).toBe('CONFLICT');
});

test('two people are revoked: proposed by one officer, read and approved by another', async () => {
  const [proposed] = await json(officer, 'revoke', 'person', 'Boris', 'Chen', '--reason', 'compromised');
  expect(proposed).toMatchObject({ revoked: false });
  const id = proposed?.['approvalId'] as string;
  expect(codeOf(await run(officer, 'approvals', 'approve', id, '--json'))).toBe('APPROVAL_OWN');
  const [waiting] = await json(second, 'approvals', 'list');
  expect(waiting).toMatchObject({ id, proposerName: officer.name, genuine: true, own: false });
  const shown = await run(second, 'approvals', 'show', id.slice(-8));
  expect(shown.out).toContain('Revoke Boris Petrov (1 device in use) for good (compromised).');
  expect(await json(second, 'approvals', 'approve', id.slice(-8))).toMatchObject([{ state: 'APPROVED' }]);
  const boris = ministry.staff[2] as TestClient;
  expect(codeOf(await run(boris, 'converse', 'list', '--json'))).toBe('DEVICE_REVOKED');
});

test('the second person that an officer revokes on one day is proposed instead', async () => {
  expect(await json(officer, 'revoke', 'person', 'Dora')).toEqual([{ revoked: true }]);
  const [proposed] = await json(officer, 'revoke', 'person', 'Emil');
  expect(proposed).toMatchObject({ revoked: false });
  const again = await run(officer, 'revoke', 'person', 'Emil');
  expect(again.out).toContain('It holds when another officer has approved it');
  for (const { id } of (await json(second, 'approvals', 'list')) as { id: string }[]) {
    await json(second, 'approvals', 'refuse', id);
  }
});

test('the devices of a mission wait for two, and the act is withdrawn', async () => {
  const proposed = await run(second, 'revoke', 'mission', 'Lima', '--reason', 'stolen');
  expect(proposed.out).toMatch(/waiting .*\nRevoke all \d devices? of \d (person|people) at Embassy in Lima/u);
  const [{ id } = { id: '' }] = (await json(second, 'approvals', 'list')) as { id: string }[];
  expect(await json(second, 'approvals', 'refuse', id)).toMatchObject([{ state: 'WITHDRAWN' }]);
});

test('somebody whose identity key is stolen gets another by two officers, on a new device', async () => {
  await json(officer, 'officer', 'appoint', 'Second', '--power', 'revoke', '--power', 'assign', '--power', 'enrol');
  const emil = ministry.staff[5] as TestClient;
  const [{ link } = { link: '' }] = (await json(officer, 'identity', 'rotate', '--person', 'Emil')) as {
    link: string;
  }[];
  const fresh: TestClient = { ...emil, folder: join(folder, 'fresh') };
  const [asked] = (await json(fresh, 'identity', 'request', link)) as { text: string; number: string }[];
  const proposed = await run(officer, 'identity', 'rotate', '--person', 'Emil', '--request', asked?.text ?? '');
  expect(proposed.out).toContain(asked?.number);
  expect(codeOf(await run(fresh, 'converse', 'list', '--json'))).toBe('UNAUTHENTICATED');
  const [{ id } = { id: '' }] = (await json(second, 'approvals', 'list')) as { id: string }[];
  await json(second, 'approvals', 'approve', id);
  expect(await json(fresh, 'converse', 'list')).toEqual([]);
  expect(codeOf(await run(emil, 'converse', 'list', '--json'))).toBe('DEVICE_REVOKED');
});

test('an identity key is replaced', async () => {
  const anna = ministry.staff[1] as TestClient;
  const rotated = { personId: anna.personId, rotated: true, recoveryOutdated: false };
  expect(await json(anna, 'identity', 'rotate')).toEqual([rotated]);
  await json(anna, 'identity', 'rotate');
});

test('the audit trail is listed, sealed, exported, and verified without server and vault', async () => {
  const [newest] = await json(officer, 'audit', 'list', '--kind', 'statement', '--limit', '1');
  expect(newest).toMatchObject({ kind: 'statement', operation: 'rotateIdentity', personName: 'Anna Reyes' });
  expect(await run(officer, 'audit', 'list', '--person', 'Anna', '--limit', '5')).toMatchObject({ code: 0 });
  const [sealed] = await json(officer, 'audit', 'seal');
  const [trail, log] = [join(folder, 'audit.jsonl'), join(folder, 'log.json')];
  await json(officer, 'audit', 'export', '--out', trail);
  await json(officer, 'log', 'export', '--out', log);
  const verify = (file: string) => chanceryHere(['audit', 'verify', file, '--log', log, '--json']);
  const good = await verify(trail);
  expect(JSON.parse(good.out)).toMatchObject({ sealedUpTo: sealed?.['entry'], heads: 1, problems: [] });
  const [{ seen }] = (await json(second, 'audit', 'seen')) as [{ seen: string }];
  expect(seen).toMatch(/^\d+:[A-Za-z0-9+/]{43}=$/u);
  const held = await chanceryHere(['audit', 'verify', trail, '--log', log, '--seen', seen, '--json']);
  expect(held.code).toBe(0);
  const wrong = `1${seen.slice(seen.indexOf(':'))}`;
  expect(codeOf(await chanceryHere(['audit', 'verify', trail, '--log', log, '--seen', wrong, '--json']))).toBe(
    'AUDIT_BROKEN',
  );
  const lines = readFileSync(trail, 'utf8').split('\n');
  const cut = join(folder, 'cut.jsonl');
  writeFileSync(cut, lines.toSpliced(3, 1).join('\n'));
  const bad = await verify(cut);
  expect([bad.code, codeOf(bad)]).toEqual([1, 'AUDIT_BROKEN']);
  expect(codeOf(await run(second, 'audit', 'seal', '--json'))).toBe('STATEMENT_INVALID');
});
