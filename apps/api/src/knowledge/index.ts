export { IndexKeeper } from './indexKeeper.js';
export { KnowledgeModule } from './knowledge.module.js';
export { pendingRoughly } from './outbox.js';
