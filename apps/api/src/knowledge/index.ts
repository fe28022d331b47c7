export { IndexKeeper } from './indexKeeper.js';
export { KnowledgeModule } from './knowledge.module.js';
export { pending as indexPending } from './outbox.js';
