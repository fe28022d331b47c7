/**
 * Entry `#client/node`: the client on Node. The vault is a folder, locked by one process at a time; the server is reached
 * over HTTP and WebSocket.
 */
import { beginningsOn } from '../vault/beginnings.js';
import { node } from './platform.js';

export const {
  foundMinistry,
  enrolDevice,
  openClient,
  requestIdentity,
  requestPairing,
  beginRecovery,
  resumeRecovery,
  unlockVault,
} = beginningsOn(node);
export const createTransport = node.connect;
export type { EnrolOptions, Founded, FoundingOptions, OpenOptions } from '../vault/open.js';
export type { IdentityOptions, RequestedIdentity } from '../vault/identity.js';
export type { NewDevice, PairingOptions } from '../vault/pair.js';
export type { FinishOptions, RecoveringDevice, RecoverOptions, ResumeOptions } from '../vault/recover.js';
export type { VaultOptions } from '../vault/vault.js';
