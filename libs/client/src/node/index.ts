/**
 * Entry `#client/node`: the client on Node. The vault is a folder, locked by one process at a time; the server is reached
 * over HTTP and WebSocket.
 */
export { enrolDevice, foundMinistry, openClient } from './open.js';
export type { EnrolOptions, Founded, FoundingOptions, OpenOptions } from './open.js';
export { createTransport } from './transport.js';
export type { TransportOptions } from './transport.js';
export { unlockVault } from './vault.js';
export type { VaultOptions } from './vault.js';
