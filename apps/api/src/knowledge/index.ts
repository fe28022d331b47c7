export { IndexKeeper } from './indexing/indexKeeper.js';
export { KnowledgeModule } from './knowledge.module.js';
export { pendingRoughly } from './indexing/outbox.js';
