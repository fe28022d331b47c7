export { MAX_PAYLOAD_BYTES, PubSub } from './pubsub.js';
export type { Unsubscribe } from './pubsub.js';
export { INSTANCES } from './postgresPubSub.js';
export { PubSubModule } from './pubsub.module.js';
