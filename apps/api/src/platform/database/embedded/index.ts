export { OWNER, APPLICATION } from './cluster.js';
export { runningEmbedded, startEmbedded } from './launcher.js';
export type { EmbeddedPostgres } from './launcher.js';
