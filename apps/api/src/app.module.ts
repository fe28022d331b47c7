import { Module } from '@nestjs/common';
import type { DynamicModule, Type } from '@nestjs/common';

import { AccessModule } from './access/index.js';
import { ConfigModule } from './config/index.js';
import type { AppConfig } from './config/index.js';
import { DeliveryModule } from './delivery/index.js';
import { DirectoryModule } from './directory/index.js';
import { KnowledgeModule } from './knowledge/index.js';
import { BlobsModule } from './platform/blobs/index.js';
import { DatabaseModule } from './platform/database/index.js';
import { GraphqlModule } from './platform/graphql/index.js';
import { PlatformModule } from './platform/platform.module.js';
import { PubSubModule } from './platform/pubsub/index.js';
import { UpkeepModule } from './upkeep/index.js';

/** What the product is made of, beside platform and access. */
export const FEATURES: readonly Type[] = [DirectoryModule, DeliveryModule, KnowledgeModule, UpkeepModule];

export interface Parts {
  readonly config: AppConfig;
  readonly databaseUrl: string;
  readonly features: readonly Type[];
}

/** The composition root: wires what the configuration asks for, decides nothing else. */
@Module({})
export class AppModule {
  static of({ config, databaseUrl, features }: Parts): DynamicModule {
    const platform = [
      ConfigModule.with(config),
      DatabaseModule.at(databaseUrl),
      PubSubModule,
      BlobsModule,
      PlatformModule,
    ];
    return { module: AppModule, imports: [...platform, AccessModule, ...features, GraphqlModule.create()] };
  }
}
