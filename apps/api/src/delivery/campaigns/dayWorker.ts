import { Injectable } from '@nestjs/common';

import { DirectoryService } from '../../directory/index.js';
import { Clock } from '../../platform/clock.js';
import { Log } from '../../platform/log/log.js';
import { PubSub } from '../../platform/pubsub/index.js';
import { DirectoryFollower } from '../directoryFollower.js';
import { CampaignDays } from './campaignDays.js';

/** A campaign is counted when it begins and then about so often: the last count of a day is from its last hour. */
const COUNT_MS = 1_800_000;
const LOOK_MS = 600_000;

/** Keeps how far each campaign was, day by day, until it is ended; every instance counts, and the same day is one row. */
@Injectable()
export class DayWorker extends DirectoryFollower {
  /** When this instance counted each campaign last, in milliseconds since 1970. */
  readonly #counted = new Map<string, number>();

  constructor(
    private readonly days: CampaignDays,
    private readonly directory: DirectoryService,
    private readonly clock: Clock,
    pubsub: PubSub,
    log: Log,
  ) {
    super(pubsub, log, LOOK_MS, 'campaignDays.failed');
  }

  protected async look(): Promise<undefined> {
    const now = this.clock.now();
    for (const { id } of (await this.directory.state()).campaigns()) {
      if (now.getTime() - (this.#counted.get(id) ?? 0) < COUNT_MS) continue;
      await this.days.count(id, now);
      this.#counted.set(id, now.getTime());
    }
  }
}
