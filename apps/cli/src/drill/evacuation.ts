import type { DrillPerson, DrillScene } from './scene.js';
import { MeDocument } from '#contracts';

import { failureOf } from '../failure.js';

/** What an evacuation came to; times in milliseconds after the second officer's approval was acknowledged. */
export interface EvacuationBody {
  readonly mission: string;
  readonly missionId: string;
  readonly devices: number;
  readonly groups: number;
  /** RFC 3339. */
  readonly approvedAt: string;
  /** The revoked devices, each with the time until the server refused it. */
  readonly refusals: readonly { readonly deviceId: string; readonly afterMs: number }[];
  readonly lastRefusalMs: number;
  /** Until nobody of the mission was left in the last conversation. */
  readonly lastEpochMs: number;
  /** The log that the report brings along. */
  readonly log: { readonly size: number; readonly root: string };
}

const LOOK_MS = 25;

const pause = (milliseconds: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, milliseconds));

/** Two officers revoke every device of the mission; everybody else is connected and goes on as people do. */
export async function evacuate(scene: DrillScene): Promise<EvacuationBody> {
  const stops = await Promise.all(scene.others.map(({ client }) => client.watch(() => undefined)));
  const approvedAt = await approve(scene);
  const began = performance.now();
  const since = (): number => Math.round(performance.now() - began);
  const refusals = Promise.all(scene.mission.map((person) => untilRefused(person, since)));
  const lastEpochMs = await untilRemoved(scene, since);
  const refused = await refusals;
  for (const stop of stops) await stop();
  const { size, root } = await logOf(scene);
  return {
    mission: scene.missionName,
    missionId: scene.missionId,
    devices: scene.mission.length + scene.others.length + scene.officers.length,
    groups: scene.conversations.size,
    approvedAt: approvedAt.toISOString(),
    refusals: refused,
    lastRefusalMs: Math.max(0, ...refused.map(({ afterMs }) => afterMs)),
    lastEpochMs,
    log: { size, root },
  };
}

async function logOf({ officers: [{ client }] }: DrillScene): Promise<{ size: number; root: string }> {
  await client.catchUp();
  return client.log.show();
}

async function approve({ officers: [first, second], missionId }: DrillScene): Promise<Date> {
  const outcome = await first.client.administration.revokePost(missionId, 'COMPROMISED');
  if (outcome.done) throw new Error('one officer alone must not revoke a post');
  await second.client.catchUp();
  await second.client.administration.approve(await second.client.administration.approvals.get(outcome.approval.id));
  return new Date();
}

/** Asks the server for something harmless, again and again, until it refuses the device. */
async function untilRefused({ client, deviceId }: DrillPerson, since: () => number) {
  for (;;) {
    try {
      await client.execute(MeDocument, {});
    } catch (error) {
      if (failureOf(error).code === 'DEVICE_REVOKED') return { deviceId, afterMs: since() };
      throw error;
    }
    await pause(LOOK_MS);
  }
}

/** Looks into the vaults of those who began the conversations, until nobody of the mission is in any of them. */
async function untilRemoved({ conversations, mission }: DrillScene, since: () => number): Promise<number> {
  const gone = new Set(mission.map(({ personId }) => personId));
  const left = new Map(conversations);
  for (;;) {
    for (const [id, { client }] of left) {
      const { members } = await client.conversation(id);
      if (members.every(({ personId }) => !gone.has(personId))) left.delete(id);
    }
    if (left.size === 0) return since();
    await pause(LOOK_MS);
  }
}
