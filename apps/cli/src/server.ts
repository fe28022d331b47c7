// The only door from the command line to the server's code: `serve`, `demo` and `evaluate` run one in this process, `backup` and
// `restore` read and fill the place where one keeps its state, `index` works on it.
import { readConfig } from '../../api/src/config/index.js';
import type { Environment } from '../../api/src/config/index.js';
import { startApi, withIndexKeeper } from '../../api/src/main.js';
import type { OpenIndex, RunningApi } from '../../api/src/main.js';
import {
  openEmptyPlace,
  openPlace,
  restoreBackup,
  verifyBackup,
  writeBackup,
} from '../../api/src/platform/backup/index.js';
import type { Head, Progress } from '../../api/src/platform/backup/index.js';
import { OWNER, startEmbedded } from '../../api/src/platform/database/index.js';
import type { Demonstration } from '../../api/src/platform/web/demonstration.js';
import { launchLocalMeilisearch } from '../../api/src/platform/search/meilisearch/launch.js';

/** Starts the server as the environment says. Throws CONFIG_INVALID, DATABASE_UNAVAILABLE, PORT_TAKEN. */
export const startServer = (environment: Environment): Promise<RunningApi> => startApi(readConfig(environment));

/** A server on an embedded database that the demonstration may look into as the database's own administrator would. */
export interface OpenServer extends RunningApi {
  /** Address of the application's database for its superuser: whatever a thief of the server could read. */
  readonly administratorUrl: string;
}

/** Starts database and server on `dataFolder`; `close` stops both. */
export async function startOpenServer(
  dataFolder: string,
  environment: Environment,
  demonstration?: Demonstration,
): Promise<OpenServer> {
  const database = await startEmbedded({ dataFolder });
  try {
    const settings = { ...environment, CHANCERY_DATA_FOLDER: dataFolder, DATABASE_URL: database.url() };
    const api = await startApi(readConfig(settings), undefined, demonstration);
    const close = async (): Promise<void> => {
      await api.close();
      await database.stop();
    };
    return { ...api, administratorUrl: database.url(undefined, OWNER), close };
  } catch (error) {
    await database.stop();
    throw error;
  }
}

/** A Meilisearch for a measurement, and the settings with which a server uses it. Throws where its program is not installed. */
export async function startMeilisearch(): Promise<{ environment: Environment; close(): Promise<void> }> {
  const meilisearch = await launchLocalMeilisearch();
  const environment = { MEILISEARCH_URL: meilisearch.url, MEILISEARCH_KEY: meilisearch.key };
  return { environment, close: () => meilisearch.stop() };
}

/** A server's whole state as bytes, while it may go on working. Throws CONFIG_INVALID, DATABASE_UNAVAILABLE. */
export async function withBackup<Result>(
  environment: Environment,
  use: (bytes: AsyncIterable<Uint8Array>) => Promise<Result>,
  tell: (progress: Progress) => void,
): Promise<Result> {
  const place = await openPlace(readConfig(environment));
  try {
    return await use(writeBackup(place, tell));
  } finally {
    await place.close();
  }
}

/** Brings a server's state into an empty place. Throws PLACE_IN_USE, DATABASE_NEWER, BACKUP_DAMAGED, DATABASE_UNAVAILABLE. */
export async function restoreServer(
  environment: Environment,
  bytes: AsyncIterable<Uint8Array>,
  tell: (progress: Progress) => void,
): Promise<Restored> {
  const place = await openEmptyPlace(readConfig(environment));
  try {
    return await restoreBackup(bytes, place, tell);
  } finally {
    await place.close();
  }
}

/** Works on the search index of a server that may go on working. Throws CONFIG_INVALID, DATABASE_UNAVAILABLE. */
export const withIndex = <Result>(
  environment: Environment,
  use: (index: OpenIndex) => Promise<Result>,
): Promise<Result> => withIndexKeeper(readConfig(environment), use);

/** What a backup held. */
export type Restored = Head & Progress;

/** Reads a whole backup and checks it. Throws BACKUP_DAMAGED. */
export const verifyServerBackup: (
  bytes: AsyncIterable<Uint8Array>,
  tell: (progress: Progress) => void,
) => Promise<Restored> = verifyBackup;
