import { ready } from '#primitives';

import type { Client } from '../client.js';
import { parseIdentityLink, prepareIdentity } from '../enrolment/newIdentity.js';
import type { Platform } from '../ports/platform.js';
import { clientOf } from './open.js';
import { createVault } from './vault.js';
import type { VaultOptions } from './vault.js';

export interface IdentityOptions extends VaultOptions {
  /** Of the officers, see `Administration.identityLink`. */
  readonly link: string;
  /** What people call the new device. */
  readonly deviceName: string;
}

export interface RequestedIdentity {
  /** Waits for the officers: until they have decided, `catchUp` says UNAUTHENTICATED. */
  readonly client: Client;
  /** For the officers, by any way. */
  readonly text: string;
  /** For the officers, by voice: thirty digits in groups of five. */
  readonly number: string;
}

/**
 * Makes a vault with a new identity key for somebody whose old one is lost, or in wrong hands; two officers put it in force. What was sealed for
 * the person's other devices stays closed to it.
 * @throws ChanceryError LINK_INVALID, ROOT_MISMATCH, VAULT_EXISTS, PASSPHRASE_WEAK, SERVER_UNREACHABLE …
 */
export async function requestIdentity(platform: Platform, options: IdentityOptions): Promise<RequestedIdentity> {
  await ready();
  const link = parseIdentityLink(options.link);
  const transport = platform.connect(link.origin);
  const { text, number, fill } = await prepareIdentity(link, transport, options.deviceName, platform.timer.now());
  const vault = await createVault(platform.vaults, options, [], fill);
  return { client: await clientOf(platform, vault, transport), text, number };
}
