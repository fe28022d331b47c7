export { AppConfig } from './appConfig.js';
export type { BlobStore, EmbeddingService } from './appConfig.js';
export { ConfigModule } from './config.module.js';
export { readConfig } from './readConfig.js';
export type { Environment } from './readConfig.js';
