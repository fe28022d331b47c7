export { launchLocalMeilisearch } from '../../apps/api/src/platform/search/meilisearch/launch.js';
export type { LocalMeilisearch } from '../../apps/api/src/platform/search/meilisearch/launch.js';
