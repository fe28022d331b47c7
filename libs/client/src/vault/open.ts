import { MinistryDocument } from '#contracts';
import { ready } from '#primitives';

import { Client } from '../client.js';
import { prepareClaim, viewInvitation } from '../enrolment/claim.js';
import { prepareFounding } from '../enrolment/found.js';
import type { Founding } from '../enrolment/found.js';
import { parseLink } from '../enrolment/link.js';
import { sendRegistration } from '../enrolment/registration.js';
import { keepRootKey } from '../enrolment/rootKey.js';
import { offeredKeys } from '../enrolment/serverKeys.js';
import { hasCode } from '../errors.js';
import type { Platform } from '../ports/platform.js';
import type { Timer } from '../ports/timer.js';
import type { Transport } from '../ports/transport.js';
import { loadProfile } from '../profile.js';
import type { FoundOptions } from '../types.js';
import { costOf, sealKey } from '../vaultKey.js';
import { createVault, openVault, openVaultWithKey } from './vault.js';
import type { Vault, VaultOptions } from './vault.js';

export interface FoundingOptions extends VaultOptions, FoundOptions {
  /** Origin of the server, for instance `http://127.0.0.1:8080`, as its enrolment links will name it. */
  readonly server: string;
}

export interface Founded {
  readonly client: Client;
  /** JSON text: the root key, sealed under the vault's passphrase. To be kept offline; the vault holds it until it is told to forget it. */
  readonly rootKeyFile: string;
}

export interface EnrolOptions extends VaultOptions {
  readonly link: string;
  /** What people call the device, for instance "Laptop in Tashkent". */
  readonly deviceName: string;
}

export interface OpenOptions {
  readonly folder: string;
  /** Or `key`. */
  readonly passphrase?: string;
  /** What `unlockVault` gave for the passphrase: a process that opens a vault again need not compute it again. */
  readonly key?: Uint8Array;
  /** In place of the stored origin of the server. */
  readonly server?: string;
  /** In place of the one over HTTP and WebSocket. */
  readonly transport?: Transport;
  /** In place of the machine's clock. */
  readonly timer?: Timer;
}

/** Whether the server serves a ministry: else there is one to found. @throws ChanceryError SERVER_UNREACHABLE */
export async function servesMinistry(platform: Platform, server: string): Promise<boolean> {
  const { ministry } = await platform.connect(server).execute(MinistryDocument, {});
  return ministry !== null;
}

/**
 * Founds the ministry on a fresh server and makes the first officer's vault. The root key is in the vault before anything is sent, and stays
 * until `rootKey.forget` of the client: where the answer is lost, the founding goes on from there when the vault is next opened.
 * @throws ChanceryError FOUNDING_TOKEN_INVALID, ALREADY_FOUNDED, VAULT_EXISTS, PASSPHRASE_WEAK, BAD_INPUT, SERVER_UNREACHABLE …
 */
export async function foundMinistry(platform: Platform, options: FoundingOptions): Promise<Founded> {
  await ready();
  const transport = platform.connect(options.server);
  const { ministryName, officer } = options;
  const serverKeys = await offeredKeys(transport);
  const founding = prepareFounding(options, transport.origin, platform.timer.now(), serverKeys);
  let rootKeyFile = '';
  const vault = await createVault(platform.vaults, options, [ministryName, officer.personName], async (store) => {
    await founding.fill(store);
    rootKeyFile = sealRootKey(founding, options);
    await keepRootKey(store, rootKeyFile);
  });
  const client = await register(platform, vault, transport);
  try {
    await client.catchUp();
  } catch (error) {
    await client.close();
    throw error;
  }
  return { client, rootKeyFile };
}

function sealRootKey({ rootKey, rootFingerprint }: Founding, options: FoundingOptions): string {
  const { ministryName: ministry, passphrase } = options;
  const sealed = sealKey(rootKey.privateKey, passphrase, 'root', costOf(options));
  return JSON.stringify({ ministry, rootFingerprint, ...sealed }, undefined, 2);
}

/** Whom a link is for, as the server says to its holder. */
export interface InvitationView {
  readonly personName: string;
  readonly ministryName: string;
}

/** Looks at a link without using it up. @throws ChanceryError LINK_INVALID, LINK_EXPIRED, LINK_USED, ROOT_MISMATCH, SERVER_UNREACHABLE … */
export async function readInvitation(platform: Platform, text: string): Promise<InvitationView> {
  await ready();
  const link = parseLink(text);
  const { view } = await viewInvitation(platform.connect(link.origin), link);
  return { personName: view.personName, ministryName: view.ministryName };
}

/**
 * Makes a vault and claims the invitation of an enrolment link. The device can be used when an officer has completed the enrolment;
 * until then `catchUp` says UNAUTHENTICATED.
 * @throws ChanceryError LINK_INVALID, LINK_EXPIRED, LINK_USED, ROOT_MISMATCH, VAULT_EXISTS, PASSPHRASE_WEAK, SERVER_UNREACHABLE …
 */
export async function enrolDevice(platform: Platform, options: EnrolOptions): Promise<Client> {
  await ready();
  const link = parseLink(options.link);
  const transport = platform.connect(link.origin);
  const seen = await viewInvitation(transport, link);
  const { ministryName, personName } = seen.view;
  const fill = prepareClaim(link, seen, options.deviceName, platform.timer.now());
  const vault = await createVault(platform.vaults, options, [ministryName, personName], fill);
  return register(platform, vault, transport);
}

/**
 * Opens a vault; asks the server nothing. Blocks for the time of Argon2id (one to two seconds).
 * @throws ChanceryError VAULT_MISSING, VAULT_BUSY, WRONG_PASSPHRASE, VAULT_DAMAGED
 */
export async function openClient(platform: Platform, options: OpenOptions): Promise<Client> {
  await ready();
  const { folder, key, passphrase = '' } = options;
  const vault = key
    ? await openVaultWithKey(platform.vaults, folder, key)
    : await openVault(platform.vaults, folder, passphrase);
  try {
    const { server, timer } = options;
    const transport = options.transport ?? platform.connect(server ?? (await loadProfile(vault.store)).server);
    return await clientOf({ ...platform, ...(timer && { timer }) }, vault, transport);
  } catch (error) {
    await vault.close();
    throw error;
  }
}

/** What the server has surely refused leaves no vault; what it may have taken does. */
async function register(platform: Platform, vault: Vault, transport: Transport): Promise<Client> {
  try {
    await sendRegistration(vault.store, transport, false);
    return await clientOf(platform, vault, transport);
  } catch (error) {
    if (hasCode(error, 'SERVER_UNREACHABLE', 'INTERNAL')) await vault.close();
    else await vault.discard();
    throw error;
  }
}

/** The client of an open vault; it closes the vault with itself. */
export function clientOf({ timer, files }: Platform, vault: Vault, transport: Transport): Promise<Client> {
  return Client.open({
    store: vault.store,
    passkeys: vault.passkeys,
    transport,
    timer,
    files,
    onClose: () => vault.close(),
  });
}
