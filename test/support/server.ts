import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import type { Type } from '@nestjs/common';

import { readConfig } from '../../apps/api/src/config/index.js';
import type { AppConfig, Environment } from '../../apps/api/src/config/index.js';
import { startApi } from '../../apps/api/src/main.js';
import { createDatabase } from './postgres.js';

export interface ServerOverrides {
  /** Environment variables, as an operator would set them. `DATABASE_URL` takes the place of a fresh database. */
  readonly environment?: Environment;
  /** Modules in place of the product's features (directory, delivery, knowledge). */
  readonly features?: readonly Type[];
}

export interface TestServer {
  /** Without a final slash; GraphQL is at `<url>/graphql`. */
  readonly url: string;
  readonly port: number;
  readonly databaseUrl: string;
  readonly dataFolder: string;
  readonly config: AppConfig;
  /** Stops the server and removes its folder and, unless it was given, its database. */
  stop(): Promise<void>;
}

/** Starts the real server on a free port of 127.0.0.1 with a fresh database in the PostgreSQL of this process. */
export async function startServer(overrides: ServerOverrides = {}): Promise<TestServer> {
  const given = overrides.environment?.['DATABASE_URL'];
  const database = given === undefined ? await createDatabase() : { url: given, drop: () => Promise.resolve() };
  const dataFolder = await mkdtemp(join(tmpdir(), 'chancery-data-'));
  const remove = async () => {
    await database.drop();
    await rm(dataFolder, { recursive: true, force: true });
  };
  try {
    const config = configFor(database.url, dataFolder, overrides.environment);
    const api = await startApi(config, overrides.features);
    const stop = () => api.close().then(remove);
    return { url: api.url, port: api.port, databaseUrl: database.url, dataFolder, config, stop };
  } catch (error) {
    await remove();
    throw error;
  }
}

function configFor(databaseUrl: string, dataFolder: string, environment: Environment = {}): AppConfig {
  return readConfig({
    NODE_ENV: 'test',
    CHANCERY_PORT: '0',
    CHANCERY_DATA_FOLDER: dataFolder,
    CHANCERY_LOG_LEVEL: process.env['CHANCERY_LOG_LEVEL'] ?? 'silent',
    CHANCERY_WEB_FOLDER: process.env['CHANCERY_WEB_FOLDER'] ?? '',
    CHANCERY_DATABASE_POOL: '8',
    CHANCERY_LIMIT_PUBLIC_PER_MINUTE: '100000',
    CHANCERY_LIMIT_DEVICE_PER_MINUTE: '1000000',
    ...environment,
    DATABASE_URL: databaseUrl,
  });
}
