export { OWNER, APPLICATION } from './cluster.js';
export { startEmbedded } from './launcher.js';
export type { EmbeddedOptions, EmbeddedPostgres } from './launcher.js';
