// The only door from the command line to the server's code: `serve`, `demo` and `evaluate` run one in this process.
import { readConfig } from '../../api/src/config/index.js';
import type { Environment } from '../../api/src/config/index.js';
import { startApi } from '../../api/src/main.js';
import type { RunningApi } from '../../api/src/main.js';
import { OWNER, startEmbedded } from '../../api/src/platform/database/index.js';
import { launchLocalMeilisearch } from '../../api/src/platform/search/meilisearch/launch.js';

/** Starts the server as the environment says. Throws CONFIG_INVALID, DATABASE_UNAVAILABLE, PORT_TAKEN. */
export const startServer = (environment: Environment): Promise<RunningApi> => startApi(readConfig(environment));

/** A server on an embedded database that the demonstration may look into as the database's own administrator would. */
export interface OpenServer extends RunningApi {
  /** Address of the application's database for its superuser: whatever a thief of the server could read. */
  readonly administratorUrl: string;
}

/** Starts database and server on `dataFolder`; `close` stops both. */
export async function startOpenServer(dataFolder: string, environment: Environment): Promise<OpenServer> {
  const database = await startEmbedded({ dataFolder });
  try {
    const settings = { ...environment, CHANCERY_DATA_FOLDER: dataFolder, DATABASE_URL: database.url() };
    const api = await startServer(settings);
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
