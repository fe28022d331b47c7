import 'reflect-metadata';

import type { Type } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';

import { AppModule, FEATURES } from './app.module.js';
import type { AppConfig } from './config/index.js';
import { FoundingToken } from './directory/index.js';
import { httpAdapter, setSecurityHeaders } from './platform/http.js';
import { IndexKeeper } from './knowledge/index.js';
import { openPlace } from './platform/backup/index.js';
import { migrate, openDatabase } from './platform/database/index.js';
import type { OpenDatabase } from './platform/database/index.js';
import { FrameworkLog, Log } from './platform/log/log.js';
import { PublicOrigin } from './platform/publicOrigin.js';
import { Refusal } from './platform/refusal.js';
import type { Demonstration } from './platform/web/demonstration.js';
import { serveWebClient } from './platform/web/webClient.js';

/** A server that accepts requests. */
export interface RunningApi {
  /** Where it listens, without a final slash; GraphQL is at `<url>/graphql`. */
  readonly url: string;
  readonly port: number;
  /** For the operator's eyes: what allows the founding, once and only until then. See `FoundingToken.issue`. */
  foundingToken(): Promise<string | undefined>;
  /** Finishes what is under way, then stops the server and its embedded database. Calling it twice is harmless. */
  close(): Promise<void>;
}

/**
 * Starts the server: database, migrations, features, port. Throws a Refusal: DATABASE_UNAVAILABLE, PORT_TAKEN.
 * @param demonstration for `chancery demo` alone
 */
export async function startApi(
  config: AppConfig,
  features: readonly Type[] = FEATURES,
  demonstration?: Demonstration,
): Promise<RunningApi> {
  const database = await openDatabase(config);
  try {
    const app = await createApp(config, database, features, demonstration);
    return await listen(app, config, database).catch(async (error: unknown) => {
      await app.close();
      throw error;
    });
  } catch (error) {
    await database.close();
    throw error;
  }
}

/** The operator's door to the index. */
export type OpenIndex = Pick<IndexKeeper, 'check' | 'repair' | 'rebuild'>;

/**
 * An instance without a door of its own beside the server, or in its stead: what `use` asks for is done by whichever holds the index's
 * lock. Throws DATABASE_UNAVAILABLE.
 */
export async function withIndexKeeper<Result>(
  config: AppConfig,
  use: (index: OpenIndex) => Promise<Result>,
): Promise<Result> {
  const place = await openPlace(config);
  try {
    await migrate(place.databaseUrl);
    const app = await createApp(config, { url: place.databaseUrl, close: () => place.close() }, FEATURES);
    try {
      await app.init();
      return await use(app.get(IndexKeeper, { strict: false }));
    } finally {
      await app.close();
    }
  } finally {
    await place.close();
  }
}

async function createApp(
  config: AppConfig,
  database: OpenDatabase,
  features: readonly Type[],
  demonstration?: Demonstration,
) {
  const root = AppModule.of({ config, databaseUrl: database.url, features });
  const logger = new FrameworkLog(new Log(config));
  const app = await NestFactory.create<NestFastifyApplication>(root, httpAdapter(config), {
    logger,
    abortOnError: false,
  });
  await setSecurityHeaders(app);
  await serveWebClient(app, config.webFolder, demonstration);
  return app;
}

async function listen(app: NestFastifyApplication, config: AppConfig, database: OpenDatabase): Promise<RunningApi> {
  await app.listen(config.port, config.host).catch((error: unknown) => refusePort(error, config));
  const { port } = app.getHttpServer().address() as { port: number };
  const url = `http://${config.host.includes(':') ? `[${config.host}]` : config.host}:${String(port)}`;
  app.get(PublicOrigin).listeningAt(url);
  let closing: Promise<void> | undefined;
  const close = async () => {
    await app.close();
    await database.close();
  };
  const foundingToken = () => app.get(FoundingToken).issue();
  return { url, port, foundingToken, close: () => (closing ??= close()) };
}

function refusePort(error: unknown, config: AppConfig): never {
  const { code } = error as NodeJS.ErrnoException;
  const port = String(config.port);
  if (code === 'EADDRINUSE') throw new Refusal('PORT_TAKEN', `port ${port} is in use`, { field: 'CHANCERY_PORT' });
  if (code === 'EACCES') {
    throw new Refusal('CONFIG_INVALID', `port ${port} may not be used by this account`, { field: 'CHANCERY_PORT' });
  }
  if (code === 'EADDRNOTAVAIL' || code === 'ENOTFOUND') {
    throw new Refusal('CONFIG_INVALID', 'the host is not an address of this machine', { field: 'CHANCERY_HOST' });
  }
  throw error;
}
