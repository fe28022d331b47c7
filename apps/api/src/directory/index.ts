export { DirectoryModule } from './directory.module.js';
export { DirectoryService } from './directory.service.js';
export type { Colleague, Standing } from './directory.service.js';
export { ServerKeys } from './serverKeys/serverKeys.js';
export type { PolicyInForce } from './ministry/policies.js';
export { FoundingToken } from './ministry/foundingToken.js';
export { APPROVALS_CHANGED_TOPIC, DIRECTORY_GROWN_TOPIC } from './statements/topics.js';
