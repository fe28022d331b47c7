import { conversationOf, isSuccessorId, isWeakerSuite, suiteName } from '#contracts';
import type { Successor } from '#mls';
import { campaignCovers } from '#transparency';
import type { CampaignRecord } from '#transparency';

import { changeOnlySenders, nameStatedSenders } from '../conversation/externalSenders.js';
import type { Draft } from '../conversation/groups.js';
import type { Core } from '../core.js';
import { postsOf } from '../rotation/campaigns.js';

/** Clocks differ by as much, in milliseconds: ten minutes. */
const CLOCK_TOLERANCE_MS = 600_000;

/**
 * Why a conversation may not move to a successor (RFC 9420 section 11.2): MLS lets any member close a group in favour of any other. It has to
 * stay the same conversation with the same label, in another suite. Any member may move it to one that is not weaker; to a weaker one only
 * where a campaign in the log names it, so that no member alone can take a protection away. Who is in the successor is checked when it is
 * joined. Words that end a sentence; `unknown` where a newer directory may say otherwise.
 */
export function objectionToSuccessor(
  { directory }: Core,
  { record, group }: Draft,
  { groupId, suite, extensions }: Successor,
  at: Date,
  directoryIsNew: boolean,
): string | undefined {
  if (!isSuccessorId(groupId) || conversationOf(groupId) !== record.id) return 'it leads to another conversation';
  if (!changeOnlySenders(group.extensions, extensions)) {
    return 'it changes the label or another property of the conversation';
  }
  if (!nameStatedSenders(extensions, directory.current, at)) return 'unknown';
  if (suite === group.cipherSuite) return 'it leads to no other cipher suite';
  if (!isWeakerSuite(suite, group.cipherSuite)) return undefined;
  const posts = postsOf(group.members, directory.current);
  const isAskedFor = directory.current
    .allCampaigns()
    .some((one) => one.suite === suite && campaignCovers(one, record.label.level, posts) && wasOpen(one, at));
  if (isAskedFor) return undefined;
  if (!directoryIsNew) return 'unknown';
  return `${suiteName(suite)} is weaker than what the conversation has, and no campaign asks for it`;
}

/** Whoever was away learns of the move and of the end of the campaign at the same time. */
function wasOpen({ ended }: CampaignRecord, at: Date): boolean {
  return ended === undefined || at.getTime() < ended.at + CLOCK_TOLERANCE_MS;
}
