import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { parsePolicy, policyPresets, readStanagLabel } from '#policy';
import type { SecurityPolicy } from '#policy';

import { startMinistry } from '../support/clients.js';
import type { ClientMinistry, TestClient } from '../support/clients.js';
import { chanceryHere } from '../support/commandLine.js';
import { codeOf, json, run } from '../support/commandOf.js';

let ministry: ClientMinistry;
let officer: TestClient;
let second: TestClient;
let anna: TestClient;
let folder: string;
let documentId: string;

function write(name: string, policy: SecurityPolicy): string {
  const file = join(folder, name);
  writeFileSync(file, JSON.stringify(policy));
  return file;
}

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'chancery-policy-'));
  ministry = await startMinistry([
    { name: 'Second Officer', level: 'TOP_SECRET', roles: ['MEMBER', 'SECURITY_OFFICER'] },
    { name: 'Anna Reyes', level: 'SECRET', roles: ['MEMBER', 'PLANNER'] },
  ]);
  ({ officer } = ministry);
  [second, anna] = ministry.staff as [TestClient, TestClient];
  await officer.client.administration.appoint(second.personId, { powers: ['clear'] });
  for (const { client } of [officer, second, anna]) await client.close();
  await json(anna, 'collection', 'create', 'Papers', '--label', 'SECRET');
  await json(anna, 'collection', 'grant', 'Papers', '--person', 'Umarova', '--access', 'manage');
  const paper = join(folder, 'paper.md');
  writeFileSync(paper, '# Fishing rights\n\nThe bay is open.\n');
  const filed = await json(anna, 'import', paper, '--collection', 'Papers');
  documentId = filed.map(({ documentId: id }) => id).find((id) => typeof id === 'string') ?? '';
});
afterAll(async () => {
  await ministry.stop();
  rmSync(folder, { recursive: true });
});

test('the policies that Chancery brings are listed, whole where a program asks', async () => {
  const { out } = await chanceryHere(['policy', 'presets', '--json']);
  const presets = out.split('\n').map((line) => parsePolicy(line).id);
  expect(presets).toEqual([...policyPresets.keys()]);
  expect((await chanceryHere(['policy', 'presets'])).out).toContain('TRÈS SECRET');
});

test('a policy is shown, changed in a file, checked, proposed, approved, and listed as the one in force', async () => {
  const [shown] = await json(officer, 'policy', 'show');
  const policy = parsePolicy(JSON.stringify(shown));
  const levels = policy.levels.filter(({ id }) => id !== 'CONFIDENTIAL');
  const bare = write('bare.json', { ...policy, name: 'Four levels', levels });
  expect(await json(officer, 'policy', 'check', bare)).toMatchObject([{ lost: [`CONFIDENTIAL of ${policy.id}`] }]);
  expect(codeOf(await run(officer, 'policy', 'propose', bare, '--json'))).toBe('POLICY_INVALID');
  const successions = [{ policy: policy.id, levels: [{ from: 'CONFIDENTIAL', to: 'SECRET' }] }];
  const whole = write('whole.json', { ...policy, name: 'Four levels', levels, successions });
  expect(await json(officer, 'policy', 'check', whole)).toMatchObject([{ lost: [] }]);
  expect((await run(anna, 'policy', 'preview', whole)).out).toContain('SECRET');
  const [proposed] = await json(officer, 'policy', 'propose', whole);
  const id = String(proposed?.['id']);
  expect((await run(second, 'approvals', 'show', id)).out).toContain('Put the security policy "Four levels"');
  await run(second, 'approvals', 'approve', id);
  const listed = await json(anna, 'policy', 'list');
  expect(listed.map(({ name, inForce }) => [name, inForce])).toEqual([
    ['Four levels', true],
    [policy.name, false],
  ]);
  expect((await run(anna, 'policy', 'show')).out).toContain('Four levels');
  expect((await run(anna, 'policy', 'list')).out).toContain('in force');
});

test('another ministry’s preset can not take the place of one’s own without successions', async () => {
  const { code, err } = await run(officer, 'policy', 'propose', 'nato', '--json');
  expect([code, (JSON.parse(err) as { error: { code: string } }).error.code]).toEqual([1, 'POLICY_INVALID']);
});

test('a label is written as STANAG 4774 XML, of words and of a document', async () => {
  const { out } = await run(anna, 'label', 'show', 'secret // crypto', '--stanag', '--review-at', '2031-11-22');
  const { information, reviewAt } = readStanagLabel(out);
  expect(information).toMatchObject({ classification: 'SECRET', categories: [{ values: ['CRYPTO'] }] });
  expect(reviewAt).toEqual(new Date('2031-11-22'));
  const [shown] = await json(anna, 'label', 'show', documentId, '--stanag');
  expect(readStanagLabel(String(shown?.['stanag'])).information).toMatchObject({ classification: 'SECRET' });
  expect(await json(anna, 'label', 'show', 'SECRET')).toMatchObject([{ marking: 'SECRET', portion: '(S)' }]);
});

test('a lower label is asked for by one person and given by another', async () => {
  const ask = ['downgrade', 'request', documentId, '--to', 'RESTRICTED', '--reason', 'Published today.'];
  const [asked] = await json(anna, ...ask);
  const id = String(asked?.['id']);
  expect((await run(anna, 'downgrade', 'list')).out).toContain('Published today.');
  expect(codeOf(await run(anna, 'downgrade', 'approve', id, '--json'))).toBe('APPROVAL_OWN');
  expect(await json(officer, 'downgrade', 'list')).toMatchObject([{ id, state: 'OPEN' }]);
  expect(await json(officer, 'downgrade', 'approve', id)).toMatchObject([{ state: 'APPROVED' }]);
  expect(await json(anna, 'label', 'show', documentId)).toMatchObject([{ marking: 'RESTRICTED' }]);
  expect(await json(anna, 'downgrade', 'list')).toEqual([]);
  expect(await json(anna, 'downgrade', 'list', '--all')).toHaveLength(1);
});
