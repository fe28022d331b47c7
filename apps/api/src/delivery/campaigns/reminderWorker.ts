import { Injectable } from '@nestjs/common';

import { DirectoryService } from '../../directory/index.js';
import { Clock } from '../../platform/clock.js';
import { Log } from '../../platform/log/log.js';
import { PubSub } from '../../platform/pubsub/index.js';
import { DirectoryFollower } from '../directoryFollower.js';
import type { ReminderReason } from './reminder.types.js';
import { CampaignReminders } from './reminders.service.js';
import { dueReminder, untilNext } from './reminderTimes.js';

const LOOK_MS = 60_000;

/** Gives the reminders of campaigns that are given by themselves; the database counts each once. */
@Injectable()
export class ReminderWorker extends DirectoryFollower {
  /** What this instance has seen to, so that the database is asked once. */
  readonly #given = new Set<string>();

  constructor(
    private readonly reminders: CampaignReminders,
    private readonly directory: DirectoryService,
    private readonly clock: Clock,
    pubsub: PubSub,
    log: Log,
  ) {
    super(pubsub, log, LOOK_MS, 'reminders.failed');
  }

  protected async look(): Promise<number> {
    const now = this.clock.now().getTime();
    const open = (await this.directory.state()).campaigns();
    for (const campaign of open) {
      const reason = dueReminder(campaign, now);
      if (reason) await this.#give(campaign.id, reason);
    }
    return Math.min(LOOK_MS, ...open.flatMap((campaign) => untilNext(campaign, now) ?? []));
  }

  async #give(id: string, reason: ReminderReason): Promise<void> {
    const name = `${id} ${reason}`;
    if (this.#given.has(name)) return;
    await this.reminders.automatic(id, reason);
    this.#given.add(name);
  }
}
