import { Global, Inject, Module } from '@nestjs/common';
import type { OnApplicationShutdown } from '@nestjs/common';

import { AppConfig } from '../../config/index.js';
import { DatabaseAddress } from '../database/index.js';
import { Log } from '../log/log.js';
import { NatsPubSub } from './natsPubSub.js';
import { PostgresPubSub } from './postgresPubSub.js';
import { PubSub } from './pubsub.js';

/** The one pub/sub of this instance: NATS where NATS_URL is set, else the database's LISTEN/NOTIFY. */
async function openPubSub(config: AppConfig, database: DatabaseAddress, log: Log) {
  const report = (error: unknown) => {
    log.error('pubsub.failed', error);
  };
  const pubsub =
    config.natsUrl === undefined
      ? new PostgresPubSub({ connectionString: database.url }, report)
      : new NatsPubSub(config.natsUrl, report);
  await pubsub.open();
  return pubsub;
}

@Global()
@Module({
  providers: [{ provide: PubSub, inject: [AppConfig, DatabaseAddress, Log], useFactory: openPubSub }],
  exports: [PubSub],
})
export class PubSubModule implements OnApplicationShutdown {
  constructor(@Inject(PubSub) private readonly pubsub: PostgresPubSub | NatsPubSub) {}

  /** After every module has stopped publishing, and before the database stops. */
  async onApplicationShutdown(): Promise<void> {
    await this.pubsub.close();
  }
}
