import pg from 'pg';

import type { AppConfig } from '../../config/index.js';
import { Refusal } from '../refusal.js';
import { startEmbedded } from './embedded/index.js';
import { migrate } from './migrate.js';

/** A database that answers; `close` stops it when it is ours. */
export interface OpenDatabase {
  readonly url: string;
  close(): Promise<void>;
}

const CONNECT_TIMEOUT_MS = 10_000;

/** Starts the embedded database, or checks that the configured one answers; brings it up to date. Throws DATABASE_UNAVAILABLE. */
export async function openDatabase(config: AppConfig): Promise<OpenDatabase> {
  const database = await reachDatabase(config);
  try {
    await migrate(database.url);
    return database;
  } catch (error) {
    await database.close();
    throw error;
  }
}

async function reachDatabase(config: AppConfig): Promise<OpenDatabase> {
  if (config.databaseUrl !== undefined) {
    await requireAnswer(config.databaseUrl);
    return { url: config.databaseUrl, close: () => Promise.resolve() };
  }
  const embedded = await startEmbedded({ dataFolder: config.dataFolder });
  return { url: embedded.url(), close: () => embedded.stop() };
}

async function requireAnswer(url: string): Promise<void> {
  const client = new pg.Client({ connectionString: url, connectionTimeoutMillis: CONNECT_TIMEOUT_MS });
  client.on('error', () => undefined);
  try {
    await client.connect();
    await client.query('SELECT 1');
  } catch (error) {
    throw unavailable(error);
  } finally {
    await client.end().catch(() => undefined);
  }
}

/** Names the error's code only: its text may repeat user, host and database. */
function unavailable(error: unknown): Refusal {
  const { code } = error as { code?: string };
  const reason = code ?? (error instanceof AggregateError ? 'ECONNREFUSED' : 'no answer');
  return new Refusal('DATABASE_UNAVAILABLE', `the database cannot be reached (${reason})`, { field: 'DATABASE_URL' });
}
