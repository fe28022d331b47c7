import { Injectable } from '@nestjs/common';

import type { VerifiedStatement } from '#transparency';

import { AccessChanges } from '../../access/index.js';
import { PubSub } from '../../platform/pubsub/index.js';
import { DIRECTORY_GROWN_TOPIC } from './topics.js';

/** Tells all instances what new statements have changed; to be called after their transaction has committed. */
@Injectable()
export class Announcer {
  constructor(
    private readonly pubsub: PubSub,
    private readonly access: AccessChanges,
  ) {}

  async announce(fresh: readonly VerifiedStatement[]): Promise<void> {
    const newest = fresh.at(-1);
    if (!newest) return;
    for (const { body } of fresh) {
      if (body.type === 'revokeDevice') await this.access.deviceRevoked(body.device);
      if (body.type === 'clear') await this.access.personChanged(body.person);
    }
    await this.pubsub.publish(DIRECTORY_GROWN_TOPIC, String(newest.seq));
  }
}
