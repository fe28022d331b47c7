import type { CampaignHolderView, CampaignView } from '#client';

import { CARELESS, OFFICER } from './cast.js';
import type { Narrator } from './narrator.js';
import { playerOf } from './stage.js';
import type { Player, Stage } from './stage.js';
import { switchOn } from './telephone.js';
import type { Telephone } from './telephone.js';

const HOURS = 48;
const HOUR_MS = 3_600_000;

/** What the officer saw of a rotation campaign, from its beginning to its end. */
export interface Rotation {
  readonly deadline: string;
  /** One view after each device that came along, the first before any. */
  readonly steps: readonly { readonly device: string; readonly view: CampaignView }[];
  /** Who held it back when everybody but the telephone in the drawer had come along. */
  readonly holders: readonly CampaignHolderView[];
  /** By how much the epoch of the conversation has grown. */
  readonly epochs: number;
}

/** The officer asks every device for new keys. They change them when they are next online; nobody has to do anything. */
export async function rotateKeys(stage: Stage, conversationId: string, telephone: Telephone): Promise<Rotation> {
  const officer = playerOf(stage, OFFICER.key);
  const { epoch } = await officer.client.conversation(conversationId);
  const deadline = new Date(Date.now() + HOURS * HOUR_MS).toISOString();
  const { id } = await officer.client.campaigns.start({ deadline });
  const steps = [await step(officer, id, `${officer.name}, who began it`)];
  for (const player of [...stage.players.values()].filter(({ key }) => key !== CARELESS && key !== OFFICER.key)) {
    await player.client.catchUp();
    steps.push(await step(officer, id, `${player.name}, ${player.device}`));
  }
  const holders = await officer.client.campaigns.heldBackBy(id);
  await comeAlong(telephone);
  steps.push(await step(officer, id, 'the telephone, out of its drawer'));
  await officer.client.catchUp();
  const after = await officer.client.conversation(conversationId);
  return { deadline, steps, holders, epochs: after.epoch - epoch };
}

async function step({ client }: Player, id: string, device: string): Promise<Rotation['steps'][number]> {
  return { device, view: await client.campaigns.one(id) };
}

async function comeAlong(telephone: Telephone): Promise<void> {
  const client = await switchOn(telephone);
  try {
    await client.catchUp();
  } finally {
    await client.close();
  }
}

const BAR = 28;

/** A line a device, with a bar that grows. */
export function showRotation(narrator: Narrator, { deadline, steps, holders, epochs }: Rotation): void {
  const { dim, green, bold, yellow } = narrator.colours;
  const widest = Math.max(...steps.map(({ device }) => device.length));
  narrator.line(`\n   every device, every conversation, until ${bold(deadline.slice(0, 16).replace('T', ' '))} UTC\n`);
  for (const [index, { device, view }] of steps.entries()) {
    if (index === steps.length - 1) narrator.line(yellow(`   held back by ${namesOf(holders)}`));
    const filled = Math.round((BAR * view.membersDone) / view.members);
    const bar = green('█'.repeat(filled)) + dim('░'.repeat(BAR - filled));
    narrator.line(`   ${device.padEnd(widest)}  ${bar} ${view.membersDone} of ${view.members}`);
  }
  narrator.line(
    dim(`\n   the conversation went on through ${epochs} epochs; none of the earlier keys opens what comes next`),
  );
}

const namesOf = (holders: readonly CampaignHolderView[]): string =>
  holders.map(({ personName, deviceName }) => `${personName} (${deviceName})`).join(', ');
