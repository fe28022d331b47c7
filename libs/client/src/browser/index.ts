/**
 * Entry `#client/browser`: the client in a dedicated worker of a browser. The vault is in the origin's private file system, held by one worker
 * at a time; the server is reached by fetch and WebSocket.
 */
import { ready } from '#primitives';

import { createTransport } from '../network/transport.js';
import type { Platform } from '../ports/platform.js';
import { beginningsOn } from '../vault/beginnings.js';
import { loadEngine } from '../vault/store.js';
import { PrivateFiles } from './privateFiles.js';
import { browserTimer } from './timer.js';
import { privateVaults } from './vaults.js';

/** The person's files; the page hands them in, and takes them out. */
export const privateFiles = new PrivateFiles();

const browser: Platform = {
  vaults: privateVaults,
  timer: browserTimer,
  files: privateFiles,
  connect: (server) => createTransport(server),
};

/** Loads what every vault needs, while the person is still typing. */
export async function prepare(): Promise<void> {
  await Promise.all([ready(), loadEngine()]);
}

export const {
  servesMinistry,
  foundMinistry,
  readInvitation,
  enrolDevice,
  openClient,
  requestIdentity,
  requestPairing,
  beginRecovery,
  resumeRecovery,
  passkeysOf,
  unlockByPasskey,
} = beginningsOn(browser);
export type { NewDevice } from '../vault/pair.js';
export type { RecoveringDevice } from '../vault/recover.js';
export { wipeFiles } from './privateFiles.js';
export { hasVault, wipeVault } from './vaults.js';
