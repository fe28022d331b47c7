import { randomUUID } from 'node:crypto';

import type { Client } from '#client';
import { CreateCollectionDocument, FileDocumentsDocument, GrantCollectionDocument, SearchDocument } from '#contracts';
import { canonicalPolicy, genericMinistry } from '#policy';
import type { SecurityPolicy } from '#policy';
import { sha256, toBase64Url, utf8 } from '#primitives';

import { labelAt } from '../../support/clients.js';
import type { ClientMinistry, TestClient } from '../../support/clients.js';
import { startHostileMinistry } from '../../support/hostileServer.js';
import type { HostileServer } from '../../support/hostileServer.js';

const without = (level: string): SecurityPolicy => ({
  ...genericMinistry,
  levels: genericMinistry.levels.filter(({ id }) => id !== level),
});
/** What was CONFIDENTIAL is TOP SECRET from now on. */
const STRICTER: SecurityPolicy = {
  ...without('CONFIDENTIAL'),
  name: 'Stricter',
  successions: [{ policy: genericMinistry.id, levels: [{ from: 'CONFIDENTIAL', to: 'TOP_SECRET' }] }],
};
const PATIENCE_MS = 20_000;

const refusal = (code: string): Error => expect.objectContaining({ code }) as Error;

/** Attack 6: membership, policy, revocation list or log rolled back. */
describe('attack 6: the security policy', () => {
  let ministry: ClientMinistry;
  let hostile: HostileServer;
  let ada: TestClient;
  let ben: TestClient;
  let second: TestClient;
  let talks: string;

  beforeAll(async () => {
    ({ ministry, hostile } = await startHostileMinistry([
      { name: 'Second Officer', level: 'TOP_SECRET', roles: ['MEMBER', 'SECURITY_OFFICER'] },
      { name: 'Ada Lima', level: 'TOP_SECRET', roles: ['MEMBER', 'PLANNER'] },
      { name: 'Ben Ito', level: 'SECRET' },
    ]));
    [second, ada, ben] = ministry.staff as [TestClient, TestClient, TestClient];
    await ministry.officer.client.administration.appoint(second.personId, { powers: ['clear'] });
    for (const { client } of ministry.staff) await client.catchUp();
    const round = { name: 'Talks', label: labelAt('CONFIDENTIAL'), personIds: [ben.personId] };
    ({ id: talks } = await ada.client.createConversation(round));
    await ben.client.catchUp();
    await file(ada.client);
  });
  afterAll(() => ministry.stop());
  afterEach(() => {
    hostile.honest();
  });

  async function file(client: Client): Promise<void> {
    const id = randomUUID();
    const input = { id, name: 'Papers', defaultLabel: labelAt('CONFIDENTIAL') as never };
    await client.execute(CreateCollectionDocument, { input });
    await client.execute(GrantCollectionDocument, {
      input: { collectionId: id, access: 'READ', role: 'MEMBER' },
    });
    const paper = { kind: 'policy', title: 'On rivers', language: 'en', body: 'The river runs to the sea.' };
    await client.execute(FileDocumentsDocument, { collectionId: id, documents: [paper] });
  }

  async function hits({ client }: TestClient): Promise<number> {
    const { search } = await client.execute(SearchDocument, { input: { query: 'river' } });
    return search.hits.length;
  }

  async function until(done: () => Promise<boolean>): Promise<void> {
    const deadline = Date.now() + PATIENCE_MS;
    while (!(await done())) {
      if (Date.now() > deadline) throw new Error('it does not come about');
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
  }

  /** Two officers put a policy in force. */
  async function enact(policy: SecurityPolicy): Promise<void> {
    const outcome = await ministry.officer.client.administration.policies.propose(canonicalPolicy(policy));
    if (outcome.done) throw new Error('one officer was enough');
    const { approvals } = second.client.administration;
    await second.client.administration.approve(await approvals.get(outcome.approval.id));
  }

  const versionOf = (policy: SecurityPolicy, seq: number) => {
    const text = canonicalPolicy(policy);
    const node = { seq, hash: toBase64Url(sha256(utf8(text))), policy: text, inForceSince: new Date().toISOString() };
    return { data: { securityPolicies: { edges: [{ node }], pageInfo: { endCursor: null, hasNextPage: false } } } };
  };

  test('that leaves a level without a meaning is not even proposed', async () => {
    const { policies } = ministry.officer.client.administration;
    const text = canonicalPolicy(without('CONFIDENTIAL'));
    const { lost, unclear } = await policies.preview(text);
    expect(lost).toEqual([`CONFIDENTIAL of ${genericMinistry.id}`]);
    expect(unclear).toEqual([]);
    await expect(policies.propose(text)).rejects.toEqual(refusal('POLICY_INVALID'));
  });

  test('is previewed with what the person may know: documents and conversations by label', async () => {
    await until(async () => (await hits(ben)) === 1);
    const { documents, conversations } = await ada.client.administration.policies.preview(canonicalPolicy(STRICTER));
    expect(documents).toMatchObject([{ before: 'CONFIDENTIAL', after: 'TOP SECRET', count: 1, gained: 0, lost: 1 }]);
    expect(conversations).toMatchObject([{ before: 'CONFIDENTIAL', after: 'TOP SECRET', count: 1, lost: 1 }]);
    const blind = await ministry.officer.client.administration.policies.preview(canonicalPolicy(STRICTER));
    expect(blind.conversations).toEqual([]);
  });

  test('is read by the second officer in words, with the text that was signed', async () => {
    const outcome = await ministry.officer.client.administration.policies.propose(canonicalPolicy(STRICTER));
    if (outcome.done) throw new Error('one officer was enough');
    const { id } = outcome.approval;
    hostile.lie('Approval', async ({ ask }) => {
      const { data } = await ask();
      return { data: { approval: { ...(data?.['approval'] as object), policy: canonicalPolicy(genericMinistry) } } };
    });
    const { approvals } = second.client.administration;
    const swapped = await approvals.get(id);
    expect(swapped.policy).toBeUndefined();
    await expect(approvals.approve(swapped)).rejects.toEqual(refusal('STATEMENT_INVALID'));
    hostile.honest();
    const shown = await approvals.get(id);
    expect(shown.words).toEqual([
      expect.stringContaining(`Put the security policy "Stricter" (${genericMinistry.id}) in force`),
    ]);
    await expect(ministry.officer.client.administration.approve(shown)).rejects.toEqual(refusal('APPROVAL_OWN'));
    await approvals.refuse(id);
  });

  test('holds for everything at once: markings, search, conversations', async () => {
    await enact(STRICTER);
    await ada.client.catchUp();
    expect((await ada.client.policy()).name).toBe('Stricter');
    expect((await ada.client.conversation(talks)).marking).toBe('TOP SECRET');
    expect(await hits(ben)).toBe(0);
    expect(await hits(ada)).toBe(1);
    await until(async () => {
      await ada.client.catchUp();
      return (await ada.client.conversation(talks)).members.length === 1;
    });
    const stillMember = { name: 'More', label: labelAt('CONFIDENTIAL'), personIds: [ben.personId] };
    await expect(ada.client.createConversation(stillMember)).rejects.toEqual(refusal('CLEARANCE_TOO_LOW'));
    await ada.client.send(talks, { text: 'Among ourselves.' });
  });

  test('that came before is not shown to a device for the one in force: it sends nothing then', async () => {
    const round = { name: 'Round', label: labelAt('SECRET'), personIds: [ben.personId] };
    const { id } = await ada.client.createConversation(round);
    await ben.client.catchUp();
    await enact(genericMinistry);
    for (const lie of [versionOf(STRICTER, 1), versionOf({ ...genericMinistry, name: 'Another' }, 99)]) {
      hostile.lie('SecurityPolicies', ({ deviceId }) => (deviceId === ben.deviceId ? lie : undefined));
      await expect(ben.client.catchUp()).rejects.toEqual(refusal('POLICY_WITHHELD'));
      await expect(ben.client.send(id, { text: 'Hello?' })).rejects.toEqual(refusal('POLICY_WITHHELD'));
      hostile.honest();
    }
    ben = await ministry.reopen(ben);
    await ben.client.catchUp();
    expect((await ben.client.policy()).name).toBe(genericMinistry.name);
    expect((await ben.client.send(id, { text: 'Hello.' })).state).toBe('accepted');
  });

  test('is checked by a device that has just been enrolled, whatever text it was given on the way', async () => {
    await enact(STRICTER);
    const first = canonicalPolicy(genericMinistry);
    hostile.lie('Ministry', async ({ ask }) => {
      const { data } = await ask();
      return { data: { ministry: { ...(data?.['ministry'] as object), policy: first } } };
    });
    const dina = await ministry.hire({ name: 'Dina Park' });
    expect((await dina.client.policy()).name).toBe('Stricter');
    const known = await dina.client.administration.policies.list();
    expect(known.map(({ policy, inForce }) => [policy.name, inForce])).toEqual([
      ['Stricter', true],
      [genericMinistry.name, false],
      ['Stricter', false],
      [genericMinistry.name, false],
    ]);
  });
});
