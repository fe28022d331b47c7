import { Global, Module } from '@nestjs/common';
import type { DynamicModule } from '@nestjs/common';

import { AppConfig } from './appConfig.js';

/** Makes the one configuration injectable everywhere as `AppConfig`. */
@Global()
@Module({})
export class ConfigModule {
  static with(config: AppConfig): DynamicModule {
    return { module: ConfigModule, providers: [{ provide: AppConfig, useValue: config }], exports: [AppConfig] };
  }
}
