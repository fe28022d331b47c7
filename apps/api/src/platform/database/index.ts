export { DatabaseAddress } from './databaseAddress.js';
export { DatabaseModule } from './database.module.js';
export { APPLICATION, OWNER, runningEmbedded, startEmbedded } from './embedded/index.js';
export type { EmbeddedPostgres } from './embedded/index.js';
export { migrate } from './migrate.js';
export { openDatabase } from './openDatabase.js';
export type { OpenDatabase } from './openDatabase.js';
export { prepared } from './prepared.js';
