export { OWNER, APPLICATION } from './cluster.js';
export { startEmbedded } from './launcher.js';
export type { EmbeddedPostgres } from './launcher.js';
