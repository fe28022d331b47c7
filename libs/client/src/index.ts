export { Client } from './client.js';
export { ChanceryError, hasCode } from './errors.js';
export type * from './types.js';
