export { Client } from './client.js';
export { ChanceryError, hasCode } from './errors.js';
export type { ClientPorts } from './client.js';
export type { Row, Sql, SqlValue, Store } from './ports/store.js';
export type { Timer } from './ports/timer.js';
export type { Hint, HintHandlers, HintSubscription, Transport } from './ports/transport.js';
export type * from './types.js';
