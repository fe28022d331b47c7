import { Global, Module } from '@nestjs/common';
import type { DynamicModule } from '@nestjs/common';
import { TypeOrmModule } from '@nestjs/typeorm';
import type { TypeOrmModuleOptions } from '@nestjs/typeorm';

import { AppConfig } from '../../config/index.js';
import { Log } from '../log/log.js';
import { DatabaseAddress } from './databaseAddress.js';
import { quietLogger } from './quietLogger.js';

const STATEMENT_TIMEOUT_MS = 60_000;
const IDLE_TRANSACTION_TIMEOUT_MS = 30_000;
const CONNECT_TIMEOUT_MS = 10_000;

/** One pool of connections for the whole instance. The migrations have run before: see openDatabase.ts. */
@Global()
@Module({})
export class DatabaseModule {
  static at(url: string): DynamicModule {
    const address = { provide: DatabaseAddress, useValue: { url } };
    const orm = TypeOrmModule.forRootAsync({
      inject: [AppConfig, Log],
      useFactory: (config: AppConfig, log: Log) => optionsFor(url, config, log),
    });
    return { module: DatabaseModule, imports: [orm], providers: [address], exports: [address] };
  }
}

/** Options of TypeORM; the address goes to `pg` unparsed, because TypeORM's own parser drops Unix sockets. */
function optionsFor(url: string, config: AppConfig, log: Log): TypeOrmModuleOptions {
  return {
    type: 'postgres',
    poolSize: config.databasePool,
    connectTimeoutMS: CONNECT_TIMEOUT_MS,
    applicationName: 'chancery',
    extra: {
      connectionString: url,
      statement_timeout: STATEMENT_TIMEOUT_MS,
      idle_in_transaction_session_timeout: IDLE_TRANSACTION_TIMEOUT_MS,
    },
    autoLoadEntities: true,
    uuidExtension: 'pgcrypto',
    installExtensions: false,
    synchronize: false,
    logger: quietLogger(log),
    retryAttempts: 0,
  };
}
