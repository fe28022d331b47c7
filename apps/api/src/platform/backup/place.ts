import { access } from 'node:fs/promises';
import { join } from 'node:path';

import pg from 'pg';

import type { AppConfig } from '../../config/index.js';
import { openBlobs } from '../blobs/index.js';
import type { Blobs } from '../blobs/index.js';
import { runningEmbedded, startEmbedded } from '../database/index.js';
import { Refusal } from '../refusal.js';

/** Where a server keeps its state. */
export interface Place {
  readonly databaseUrl: string;
  readonly blobs: Blobs;
  readonly keysFile: string;
}

/** A place whose database answers; `close` stops what was started for it. */
export interface OpenPlace extends Place {
  close(): Promise<void>;
}

/** The place that the settings name, be a server running on it or not. Throws DATABASE_UNAVAILABLE. */
export async function openPlace(config: AppConfig): Promise<OpenPlace> {
  const blobs = await openBlobs(config);
  const database = await reach(config);
  return { blobs, keysFile: keysFileOf(config), databaseUrl: database.url, close: () => database.close() };
}

/** A place that nobody has used yet. Throws PLACE_IN_USE, DATABASE_UNAVAILABLE; nothing is made before that is certain. */
export async function openEmptyPlace(config: AppConfig): Promise<OpenPlace> {
  const used = config.databaseUrl === undefined ? [join(config.dataFolder, 'postgres')] : [];
  for (const path of [...used, keysFileOf(config)]) {
    if (await isThere(path)) throw inUse(path);
  }
  for await (const key of (await openBlobs(config)).keys()) throw inUse(`the blob ${key}`);
  return openPlace(config);
}

export function inUse(what: string): Refusal {
  return new Refusal('PLACE_IN_USE', `there is something already: ${what}`);
}

function keysFileOf({ dataFolder, keysFile }: AppConfig): string {
  return keysFile ?? join(dataFolder, 'server-keys.json');
}

async function reach({ databaseUrl, dataFolder }: AppConfig): Promise<{ url: string; close(): Promise<void> }> {
  const running = databaseUrl ?? (await runningEmbedded(dataFolder));
  if (running !== undefined) {
    await requireAnswer(running);
    return { url: running, close: () => Promise.resolve() };
  }
  const embedded = await startEmbedded({ dataFolder });
  return { url: embedded.url(), close: () => embedded.stop() };
}

/** Names the error's code only: its text may repeat user, host and database. */
async function requireAnswer(connectionString: string): Promise<void> {
  const client = new pg.Client({ connectionString });
  client.on('error', () => undefined);
  try {
    await client.connect();
  } catch (error) {
    const { code = 'no answer' } = error as { code?: string };
    throw new Refusal('DATABASE_UNAVAILABLE', `the database cannot be reached (${code})`, { field: 'DATABASE_URL' });
  } finally {
    await client.end().catch(() => undefined);
  }
}

export async function isThere(path: string): Promise<boolean> {
  return access(path).then(
    () => true,
    () => false,
  );
}
