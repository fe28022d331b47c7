export { DirectoryModule } from './directory.module.js';
export { DirectoryService } from './directory.service.js';
export { FoundingToken } from './ministry/foundingToken.js';
export { DIRECTORY_GROWN_TOPIC } from './statements/topics.js';
