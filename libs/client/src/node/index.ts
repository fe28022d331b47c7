/**
 * Entry `#client/node`: the client on Node. The vault is a folder, locked by one process at a time; the server is reached
 * over HTTP and WebSocket.
 */
export { enrolDevice, foundMinistry, openClient } from './open.js';
export type { EnrolOptions, Founded, FoundingOptions, OpenOptions } from './open.js';
export { requestIdentity } from './identity.js';
export type { IdentityOptions, RequestedIdentity } from './identity.js';
export { NewDevice } from './pair.js';
export type { PairingOptions } from './pair.js';
export { RecoveringDevice } from './recover.js';
export type { FinishOptions, RecoverOptions, ResumeOptions } from './recover.js';
export { createTransport } from './transport.js';
export type { TransportOptions } from './transport.js';
export { unlockVault } from './vault.js';
export type { VaultOptions } from './vault.js';
