import { rotationRule } from '#policy';
import type { CampaignRecord } from '#transparency';

import type { ConversationRecord } from '../conversation/record.js';
import type { Core } from '../core.js';
import type { Sql } from '../ports/store.js';
import { coveringCampaigns } from './campaigns.js';
import { leafChange, noteLeaf } from './leafChanges.js';

const DAY_MS = 86_400_000;

/**
 * Whether this device should change its keys in a conversation: because of the rule for its label, or of a campaign that it has
 * heard of since the last change. The members are asked for only where a campaign depends on them.
 */
export async function isRotationDue(core: Core, sql: Sql, record: ConversationRecord): Promise<boolean> {
  const last = await leafChange(sql, record.id, core.profile.deviceId);
  if (!last) return true; // from before there was rotation: whoever goes to change it calls `adoptLeaf` first, and asks again
  const { days, messages } = rotationRule(record.label, core.policy);
  const age = core.timer.now().getTime() - last.at;
  if (age >= days * DAY_MS || record.nextCounter - last.counter >= messages) return true;
  const directory = core.directory.current;
  if (!directory.campaigns().some((campaign) => asksFor(campaign, last.statement))) return false;
  const members = await core.groups.members(sql, record.id);
  return coveringCampaigns(directory, record.label, members).some((campaign) => asksFor(campaign, last.statement));
}

/** A campaign that moves conversations to another suite brings new keys by that. */
function asksFor({ suite, seq }: CampaignRecord, statement: number): boolean {
  return suite === undefined && seq > statement;
}

/**
 * A conversation from before there was rotation: its leaf counts as changed at some time within the last period, so that not all
 * conversations of a vault are due at once; and as changed before every campaign.
 */
export async function adoptLeaf(core: Core, sql: Sql, record: ConversationRecord): Promise<void> {
  const { id, label, nextCounter } = record;
  if (await leafChange(sql, id, core.profile.deviceId)) return;
  const period = rotationRule(label, core.policy).days * DAY_MS;
  const at = core.timer.now().getTime() - Math.floor(Math.random() * period);
  await noteLeaf(sql, id, core.profile.deviceId, { at, counter: nextCounter, statement: 0 });
}
