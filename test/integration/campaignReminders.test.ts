import { randomUUID } from 'node:crypto';

import { jest } from '@jest/globals';

import type { ClientEvent } from '#client';

import { labelAt } from '../support/clients.js';
import type { ClientMinistry, TestClient } from '../support/clients.js';
import { startHostileMinistry } from '../support/hostileServer.js';
import type { HostileServer } from '../support/hostileServer.js';
import { sql } from '../support/ministry.js';
import { MovedClock } from '../support/movedClock.js';
import { until } from '../support/until.js';

const HOUR_MS = 3_600_000;

let ministry: ClientMinistry;
let hostile: HostileServer;
let officer: TestClient;
let anna: TestClient;
let boris: TestClient;

beforeAll(async () => {
  ({ ministry, hostile } = await startHostileMinistry([{ name: 'Anna' }, { name: 'Boris' }]));
  ({ officer } = ministry);
  [anna, boris] = ministry.staff as [TestClient, TestClient];
  for (const { client } of [officer, anna, boris]) await client.catchUp();
  await conversation('SECRET');
  // Boris' device can change its keys nowhere: the server takes no commit of his
  hostile.lie('SubmitCommit', ({ deviceId }) => {
    if (deviceId !== boris.deviceId) return undefined;
    return { errors: [{ message: 'not now', extensions: { code: 'DATABASE_UNAVAILABLE' } }] };
  });
}, 60_000);
afterAll(() => ministry.stop());

async function conversation(level: string): Promise<void> {
  await anna.client.createConversation({ name: 'Quotas', label: labelAt(level), personIds: [boris.personId] });
  await boris.client.catchUp();
}

const inHours = (hours: number): string => new Date(Date.now() + hours * HOUR_MS).toISOString();

/** A campaign that Boris' device holds back. */
async function heldBack(deadline: string): Promise<string> {
  const { id } = await officer.client.campaigns.start({ deadline });
  await anna.client.catchUp();
  expect(await officer.client.campaigns.heldBackBy(id)).toMatchObject([{ deviceId: boris.deviceId }]);
  return id;
}

/** The campaigns of which a watching device is reminded, until there is one. */
function reminder({ client }: TestClient): { heard: Promise<string>; stop: () => Promise<void> } {
  let stop: Promise<() => Promise<void>> | undefined;
  const heard = new Promise<string>((resolve, reject) => {
    stop = client.watch((event: ClientEvent) => {
      if (event.type === 'campaign') resolve(event.campaignId);
    });
    stop.catch(reject);
  });
  return { heard, stop: async () => (await stop)?.() };
}

test('an officer reminds the devices that hold a campaign back, once an hour, and sees when that was', async () => {
  const id = await heldBack(inHours(24 * 7));
  const watching = reminder(boris);
  const given = await officer.client.campaigns.remind(id);
  expect(given).toMatchObject({ reason: 'OFFICER', devices: 1 });
  expect(await watching.heard).toBe(id);
  await watching.stop();
  await expect(officer.client.campaigns.remind(id)).rejects.toMatchObject({ code: 'RATE_LIMITED' });
  expect((await officer.client.campaigns.one(id)).reminders).toEqual([given]);
  await expect(anna.client.campaigns.remind(id)).rejects.toMatchObject({ code: 'FORBIDDEN' });
  await expect(officer.client.campaigns.remind(randomUUID())).rejects.toMatchObject({ code: 'NOT_FOUND' });
  const trail = await officer.client.audit.list({ kind: 'act', limit: 5 });
  expect(trail.map(({ operation }) => operation)).toContain('remindCampaign');
  await officer.client.campaigns.end(id);
  await expect(officer.client.campaigns.remind(id)).rejects.toMatchObject({ code: 'CONFLICT' });
});

test('a device that was not there is reminded when it comes, and one that holds nothing back is not', async () => {
  const id = await heldBack(inHours(24 * 7));
  await officer.client.campaigns.remind(id);
  const [late, other] = [reminder(boris), reminder(anna)];
  expect(await late.heard).toBe(id);
  const told = await Promise.race([other.heard, late.stop().then(() => 'nothing')]);
  expect(told).toBe('nothing');
  await other.stop();
  await officer.client.campaigns.end(id);
});

test('half of the time and the last day remind by themselves, once each, however many instances look', async () => {
  const id = await heldBack(new Date(Date.now() + 6_000).toISOString());
  const watching = reminder(boris);
  expect(await watching.heard).toBe(id);
  await watching.stop();
  expect((await officer.client.campaigns.one(id)).reminders).toMatchObject([{ reason: 'HALF_TIME', devices: 1 }]);
  const twice = sql(ministry.server, `INSERT INTO campaign_reminder VALUES ($1, 99, 'HALF_TIME', now(), 1)`, [id]);
  await expect(twice).rejects.toThrow('campaign_reminder_once');
  await officer.client.campaigns.end(id);
});

test('the way of a campaign is counted when it begins and day by day, for officers alone', async () => {
  const id = await heldBack(inHours(24 * 7));
  const days = async ({ client }: TestClient): Promise<number[][]> =>
    (await client.campaigns.days(id)).map(({ members, membersDone }) => [membersDone, members]);
  await until(async () => (await days(officer)).length === 1);
  await expect(days(anna)).rejects.toMatchObject({ code: 'FORBIDDEN' });
  await expect(officer.client.campaigns.days(randomUUID())).rejects.toMatchObject({ code: 'NOT_FOUND' });
  const clock = new MovedClock();
  clock.pass(1);
  const later = await ministry.reopen(officer, { timer: clock.timer });
  await later.client.campaigns.start({ deadline: inHours(24 * 7) }); // the directory grows, and is looked at
  await until(async () => (await days(later)).length === 2);
  const [first, second] = await days(later);
  expect([first?.[1], second]).toEqual([2, [1, 2]]); // Boris' device has not changed its keys
  jest.restoreAllMocks();
});
