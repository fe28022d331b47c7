import { Injectable } from '@nestjs/common';

import { Log } from '../../platform/log/log.js';
import { PubSub } from '../../platform/pubsub/index.js';
import { DirectoryFollower } from '../directoryFollower.js';
import { DueRemovals } from './dueRemovals.js';
import { RemovalProposals } from './removalProposals.js';

/** Looks at least this often: clearances end with time, and a notice of a revocation may be lost. */
const LOOK_MS = 5_000;
const PAGE = 100;

/** Closes the groups of whoever may not read any more, and proposes the removals. */
@Injectable()
export class RemovalWorker extends DirectoryFollower {
  constructor(
    private readonly due: DueRemovals,
    private readonly proposals: RemovalProposals,
    pubsub: PubSub,
    log: Log,
  ) {
    super(pubsub, log, LOOK_MS, 'removals.failed');
  }

  protected async look(): Promise<undefined> {
    if (await this.due.look()) await this.#proposeAll();
    return undefined;
  }

  async #proposeAll(): Promise<void> {
    let after = '';
    for (;;) {
      const groups = await this.proposals.waiting(after, PAGE);
      for (const group of groups) {
        if (this.isStopped()) return;
        await this.#propose(group);
      }
      after = groups.at(-1) ?? '';
      if (groups.length < PAGE) return;
    }
  }

  /** One group that fails does not keep the others from it; it is tried again at the next look. */
  async #propose(groupId: string): Promise<void> {
    try {
      await this.proposals.propose(groupId);
    } catch (error) {
      this.log.error('removals.proposal', error, { groupId });
    }
  }
}
