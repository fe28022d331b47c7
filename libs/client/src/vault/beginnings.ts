import type { Client } from '../client.js';
import type { Platform } from '../ports/platform.js';
import { requestIdentity } from './identity.js';
import type { IdentityOptions, RequestedIdentity } from './identity.js';
import { enrolDevice, foundMinistry, openClient, readInvitation, servesMinistry } from './open.js';
import type { EnrolOptions, Founded, FoundingOptions, InvitationView, OpenOptions } from './open.js';
import { NewDevice } from './pair.js';
import type { PairingOptions } from './pair.js';
import { passkeysOf, unlockByPasskey } from './passkeys.js';
import type { Passkey, PasskeySecret } from './passkeys.js';
import { RecoveringDevice } from './recover.js';
import type { RecoverOptions, ResumeOptions } from './recover.js';
import { unlockVault } from './vault.js';

/** All ways to a client on one platform. */
export interface Beginnings {
  readonly servesMinistry: (server: string) => Promise<boolean>;
  readonly foundMinistry: (options: FoundingOptions) => Promise<Founded>;
  readonly readInvitation: (link: string) => Promise<InvitationView>;
  readonly enrolDevice: (options: EnrolOptions) => Promise<Client>;
  readonly openClient: (options: OpenOptions) => Promise<Client>;
  readonly requestIdentity: (options: IdentityOptions) => Promise<RequestedIdentity>;
  readonly requestPairing: (options: PairingOptions) => Promise<NewDevice>;
  readonly beginRecovery: (options: RecoverOptions) => Promise<RecoveringDevice>;
  readonly resumeRecovery: (options: ResumeOptions) => Promise<RecoveringDevice>;
  readonly unlockVault: (folder: string, passphrase: string) => Promise<Uint8Array>;
  readonly passkeysOf: (folder: string) => Promise<Passkey[]>;
  readonly unlockByPasskey: (folder: string, secret: PasskeySecret) => Promise<Uint8Array>;
}

/** Each function is described where it is made; this only gives it its platform. */
export function beginningsOn(platform: Platform): Beginnings {
  return {
    servesMinistry: (server) => servesMinistry(platform, server),
    foundMinistry: (options) => foundMinistry(platform, options),
    readInvitation: (link) => readInvitation(platform, link),
    enrolDevice: (options) => enrolDevice(platform, options),
    openClient: (options) => openClient(platform, options),
    requestIdentity: (options) => requestIdentity(platform, options),
    requestPairing: (options) => NewDevice.request(platform, options),
    beginRecovery: (options) => RecoveringDevice.begin(platform, options),
    resumeRecovery: (options) => RecoveringDevice.resume(platform, options),
    unlockVault: (folder, passphrase) => unlockVault(platform.vaults, folder, passphrase),
    passkeysOf: (folder) => passkeysOf(platform.vaults, folder),
    unlockByPasskey: (folder, secret) => unlockByPasskey(platform.vaults, folder, secret),
  };
}
