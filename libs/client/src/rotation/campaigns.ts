import type { Label } from '#policy';
import { campaignCovers } from '#transparency';
import type { CampaignRecord, Directory } from '#transparency';

import { deviceIdOf } from '../conversation/admission.js';
import type { PresentedLeaf } from '../conversation/admission.js';

/** A campaign's time is its officer's, a leaf's the server's: within this time nobody is called late. Ten minutes. */
const CLOCK_TOLERANCE_MS = 600_000;

/** The campaigns under way that cover a conversation with this label and these members. */
export function coveringCampaigns(
  directory: Directory,
  { level }: Pick<Label, 'level'>,
  members: readonly PresentedLeaf[],
): CampaignRecord[] {
  const campaigns = directory.campaigns();
  if (campaigns.length === 0) return [];
  const posts = postsOf(members, directory);
  return campaigns.filter((campaign) => campaignCovers(campaign, level, posts));
}

/** The posts at which the members serve. */
export function postsOf(members: readonly PresentedLeaf[], directory: Directory): ReadonlySet<string | undefined> {
  return new Set(members.map((leaf) => postOf(leaf, directory)));
}

/**
 * Whether a leaf was surely not changed for a campaign whose deadline has passed, so that this device removes it of its own accord.
 * `changedAt`: when this device saw the leaf change, undefined where it did not.
 */
export function isOverdue(changedAt: number | undefined, campaigns: readonly CampaignRecord[], now: Date): boolean {
  if (changedAt === undefined) return false;
  return pastDeadline(campaigns, now).some(
    ({ at, suite }) => suite === undefined && changedAt < at - CLOCK_TOLERANCE_MS,
  );
}

/**
 * Whether it may be so, as far as this device can tell: reason enough to believe the server, which saw every change, and knows which devices
 * have no KeyPackage of the suite to which a conversation should have moved.
 * @param current - the conversation's suite
 */
export function mayBeOverdue(
  changedAt: number | undefined,
  campaigns: readonly CampaignRecord[],
  now: Date,
  current: number,
): boolean {
  return pastDeadline(campaigns, now).some(({ at, suite }) =>
    suite === undefined ? changedAt === undefined || changedAt < at : suite !== current,
  );
}

function pastDeadline(campaigns: readonly CampaignRecord[], now: Date): CampaignRecord[] {
  return campaigns.filter(({ deadline }) => deadline <= now.getTime());
}

function postOf({ identity }: PresentedLeaf, directory: Directory): string | undefined {
  const device = directory.device(deviceIdOf(identity) ?? '');
  return device && directory.person(device.person)?.post;
}
