import type { CampaignRecord } from '#transparency';

import { ReminderReason } from './reminder.types.js';

const DAY_MS = 86_400_000;

/** A reminder of a campaign that is given at a time by itself. */
interface DueReminder {
  readonly reason: ReminderReason;
  /** Milliseconds since 1970. */
  readonly at: number;
}

/** At half of a campaign's time, and a day before its deadline where that comes later. */
function reminderTimes({ at, deadline }: Pick<CampaignRecord, 'at' | 'deadline'>): readonly DueReminder[] {
  const half = { reason: ReminderReason.HALF_TIME, at: at + (deadline - at) / 2 };
  const last = { reason: ReminderReason.LAST_DAY, at: deadline - DAY_MS };
  return last.at > half.at ? [half, last] : [half];
}

/** The reminder that is due: of several that were missed, the last. */
export function dueReminder(
  campaign: Pick<CampaignRecord, 'at' | 'deadline'>,
  now: number,
): ReminderReason | undefined {
  if (now >= campaign.deadline) return undefined;
  return reminderTimes(campaign).findLast(({ at }) => at <= now)?.reason;
}

/** How long until the next reminder, in milliseconds; undefined when none follows. */
export function untilNext(campaign: Pick<CampaignRecord, 'at' | 'deadline'>, now: number): number | undefined {
  const next = reminderTimes(campaign).find(({ at }) => at > now);
  return next && next.at - now;
}
