import { cp } from 'node:fs/promises';

import type { Client, ConversationView, Timer } from '#client';
import { openClient } from '#client/node';
import { genericMinistry } from '#policy';
import type { SecurityPolicy } from '#policy';

import { PASSPHRASE, labelAt, startMinistry } from '../support/clients.js';
import type { ClientMinistry, TestClient } from '../support/clients.js';
import { sql } from '../support/ministry.js';

const DAY_MS = 86_400_000;
const MESSAGES = 4;
const DAYS = 3;

/** The generic policy, with few messages between rotations. */
const policy: SecurityPolicy = {
  ...genericMinistry,
  levels: genericMinistry.levels.map((level) => ({ ...level, rotation: { days: DAYS, messages: MESSAGES } })),
};

let ministry: ClientMinistry;
let officer: TestClient;
let anna: TestClient;
let boris: TestClient;
let chen: TestClient;

beforeAll(async () => {
  ministry = await startMinistry(
    ['Anna', 'Boris', 'Chen'].map((name) => ({ name })),
    { policy },
  );
  ({ officer } = ministry);
  [anna, boris, chen] = ministry.staff as [TestClient, TestClient, TestClient];
  await caughtUp(officer, anna, boris, chen);
}, 120_000);
afterAll(() => ministry.stop());

async function caughtUp(...people: readonly TestClient[]): Promise<void> {
  for (const { client } of people) await client.catchUp();
}

function conversation(level: string, ...others: readonly TestClient[]): Promise<ConversationView> {
  const personIds = others.map(({ personId }) => personId);
  return anna.client.createConversation({ name: 'Quotas', label: labelAt(level), personIds });
}

const epochOf = async (client: Client, id: string) => (await client.conversation(id)).epoch;

/** Asks again until the answer is the wanted one: servers and clocks follow on their own. */
async function until<Value>(ask: () => Promise<Value>, isWanted: (value: Value) => boolean): Promise<Value> {
  for (;;) {
    const value = await ask();
    if (isWanted(value)) return value;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

const dueIn = async (id: string): Promise<number> => {
  const rows = await sql<{ removals_due: number }>(
    ministry.server,
    'SELECT removals_due FROM mls_group WHERE id = $1',
    [id],
  );
  return rows[0]?.removals_due ?? 0;
};

const proposalsIn = (id: string) =>
  sql(ministry.server, "SELECT seq FROM envelope WHERE group_id = $1 AND kind = 'PROPOSAL' AND sender_device = ''", [
    id,
  ]);

describe('keys are changed', () => {
  test('by whoever has sent as many messages as the policy of the label allows', async () => {
    const { id } = await conversation('SECRET', boris);
    const before = await epochOf(anna.client, id);
    for (let sent = 0; sent < MESSAGES - 1; sent++) await anna.client.send(id, { text: `Message ${String(sent)}` });
    await anna.client.catchUp();
    const between = await epochOf(anna.client, id);
    for (let sent = 0; sent < MESSAGES; sent++) await anna.client.send(id, { text: `Further ${String(sent)}` });
    await anna.client.catchUp();
    expect(await epochOf(anna.client, id)).toBeGreaterThan(between);
    expect(between - before).toBeLessThanOrEqual(1);
    await caughtUp(boris);
    expect((await boris.client.messages(id)).messages.filter(({ kind }) => kind === 'text')).toHaveLength(7);
  });

  test('by a device that comes after as many days, in conversations in which it says nothing, once', async () => {
    const { id } = await conversation('SECRET', boris);
    await caughtUp(boris);
    const before = await epochOf(boris.client, id);
    const later: Timer = {
      now: () => new Date(Date.now() + (DAYS + 1) * DAY_MS),
      elapsed: () => performance.now(),
      after: () => () => undefined,
      pause: () => Promise.resolve(),
    };
    boris = await ministry.reopen(boris, { timer: later });
    await boris.client.catchUp();
    await boris.client.catchUp();
    boris = await ministry.reopen(boris);
    expect(await epochOf(boris.client, id)).toBeGreaterThan(before);
  });
});

describe('a device that was stolen', () => {
  test('is out of its conversations by a proposal of the server, and a copy of its vault is of no use', async () => {
    const { id } = await conversation('SECRET', boris, chen);
    await caughtUp(boris, chen);
    await anna.client.send(id, { text: 'Before the theft.' });
    await caughtUp(chen);
    await chen.client.close();
    const copy = `${chen.folder}-copy`;
    await cp(chen.folder, copy, { recursive: true });

    await officer.client.revokeDevice(chen.deviceId, 'STOLEN');
    await until(
      () => dueIn(id),
      (due) => due === 1,
    );
    expect(
      await until(
        () => proposalsIn(id),
        (rows) => rows.length > 0,
      ),
    ).toHaveLength(1);
    const sent = await anna.client.send(id, { text: 'After the theft.' });
    expect(sent.state).toBe('accepted');
    expect((await anna.client.conversation(id)).members.map(({ personName }) => personName)).toEqual(['Anna', 'Boris']);
    expect(await dueIn(id)).toBe(0);
    await caughtUp(boris);
    expect((await boris.client.messages(id)).messages.map(({ text }) => text)).toContain('After the theft.');

    const thief = await openClient({ folder: copy, passphrase: PASSPHRASE });
    await expect(thief.catchUp()).rejects.toMatchObject({ code: 'DEVICE_REVOKED' });
    await expect(thief.send(id, { text: 'It is me, Chen.' })).rejects.toMatchObject({ code: 'DEVICE_REVOKED' });
    expect((await thief.messages(id)).messages.map(({ text }) => text)).not.toContain('After the theft.');
    await thief.close();
  });
});

describe('a campaign', () => {
  test('is followed by every device on its own; who holds it back is named, and out after the deadline', async () => {
    const dora = await ministry.hire({ name: 'Dora' });
    await caughtUp(anna, dora);
    const { id } = await conversation('CONFIDENTIAL', boris, dora);
    await caughtUp(boris, dora);
    await dora.client.close();

    const deadline = new Date(Date.now() + 12_000).toISOString();
    const campaign = await officer.client.campaigns.start({ levels: ['CONFIDENTIAL'], deadline });
    expect(campaign).toMatchObject({ groups: 1, groupsDone: 0, members: 3, membersDone: 0 });
    await caughtUp(anna, boris);
    const { epoch } = await anna.client.conversation(id);
    await caughtUp(anna, boris, anna);
    expect((await boris.client.conversation(id)).epoch).toBeLessThanOrEqual(epoch + 1);
    expect(await officer.client.campaigns.one(campaign.id)).toMatchObject({ membersDone: 2, groupsDone: 0 });
    expect(await officer.client.campaigns.heldBackBy(campaign.id)).toMatchObject([{ personName: 'Dora', groups: 1 }]);

    await until(
      () => dueIn(id),
      (due) => due === 1,
    );
    await anna.client.send(id, { text: 'After the deadline.' });
    expect((await anna.client.conversation(id)).members.map(({ personName }) => personName)).toEqual(['Anna', 'Boris']);
    expect(await officer.client.campaigns.one(campaign.id)).toMatchObject({ groups: 1, groupsDone: 1 });
    expect(await officer.client.campaigns.heldBackBy(campaign.id)).toEqual([]);
    const late = await ministry.reopen(dora);
    await late.client.catchUp();
    expect(await late.client.conversation(id)).toMatchObject({ state: 'left' });
    await caughtUp(boris);
    expect((await boris.client.messages(id)).messages.map(({ text }) => text)).toContain('After the deadline.');
  });

  test('that was ended asks for nothing any more', async () => {
    const { id } = await conversation('RESTRICTED', boris);
    await caughtUp(boris);
    const deadline = new Date(Date.now() + DAY_MS).toISOString();
    const { id: campaignId } = await officer.client.campaigns.start({ levels: ['RESTRICTED'], deadline });
    const ended = await officer.client.campaigns.end(campaignId);
    expect(ended.endedAt).toBeDefined();
    const before = await epochOf(anna.client, id);
    await caughtUp(anna, boris, anna);
    expect(await epochOf(anna.client, id)).toBe(before);
    expect(await officer.client.campaigns.list()).toMatchObject([{ id: campaignId }, {}]);
  });

  test('is for officers to begin: others are refused, and so are a past deadline and an unknown level', async () => {
    const deadline = new Date(Date.now() + DAY_MS).toISOString();
    await expect(anna.client.campaigns.start({ deadline })).rejects.toMatchObject({ code: 'STATEMENT_INVALID' });
    await expect(anna.client.campaigns.list()).rejects.toMatchObject({ code: 'FORBIDDEN' });
    const past = officer.client.campaigns.start({ deadline: new Date(0).toISOString() });
    await expect(past).rejects.toMatchObject({ code: 'BAD_INPUT', field: 'deadline' });
    const unknown = officer.client.campaigns.start({ deadline, levels: ['COSMIC'] });
    await expect(unknown).rejects.toMatchObject({ code: 'LABEL_UNKNOWN', field: 'levels' });
  });
});
