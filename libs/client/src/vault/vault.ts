import { randomBytes, ready } from '#primitives';

import { ChanceryError } from '../errors.js';
import { requireStrongPassphrase } from '../passphrase.js';
import type { HeldVault, Vaults } from '../ports/platform.js';
import type { Store } from '../ports/store.js';
import { costOf, openKey, sealKey } from '../vaultKey.js';
import type { CostOptions } from '../vaultKey.js';
import { Passkeys } from './passkeys.js';
import { openStore } from './store.js';

export interface VaultOptions extends CostOptions {
  /** Folder of the vault, of its own. */
  readonly folder: string;
  readonly passphrase: string;
}

export interface Vault {
  readonly store: Store;
  readonly passkeys: Passkeys;
  /** Closes the store and lets others in. */
  close(): Promise<void>;
  /** Closes and deletes a vault that never came to hold anything. */
  discard(): Promise<void>;
}

const PURPOSE = 'vault';

/**
 * Makes a vault. `fill` writes what has to be in it from the start; without it there is no vault, even after kill -9.
 * @throws ChanceryError VAULT_EXISTS, VAULT_BUSY, PASSPHRASE_WEAK, DISK_FULL
 */
export async function createVault(
  vaults: Vaults,
  { folder, passphrase, ...cost }: VaultOptions,
  personal: readonly string[],
  fill: (store: Store) => Promise<void>,
): Promise<Vault> {
  await ready();
  await requireStrongPassphrase(passphrase, personal);
  const held = await vaults.hold(folder);
  try {
    if (await held.hasKey())
      throw new ChanceryError('VAULT_EXISTS', 'There is a vault in this folder.', { field: 'vault' });
    await held.removeDatabase(); // what an interrupted attempt left: its key is gone
    const key = randomBytes(32);
    const sealed = sealKey(key, passphrase, PURPOSE, costOf(cost));
    const store = await openStore({ ...(await held.database()), key });
    await fill(store);
    await held.writeKey(JSON.stringify(sealed, undefined, 2));
    return vaultOf(held, store, new Passkeys(vaults, folder, held));
  } catch (error) {
    await held.release();
    throw error;
  }
}

/**
 * Opens a vault; blocks for the time of Argon2id.
 * @throws ChanceryError VAULT_MISSING, VAULT_BUSY, WRONG_PASSPHRASE, VAULT_DAMAGED
 */
export async function openVault(vaults: Vaults, folder: string, passphrase: string): Promise<Vault> {
  return openVaultWithKey(vaults, folder, await unlockVault(vaults, folder, passphrase));
}

/** The key of a vault's database. @throws ChanceryError VAULT_MISSING, WRONG_PASSPHRASE, VAULT_DAMAGED */
export async function unlockVault(vaults: Vaults, folder: string, passphrase: string): Promise<Uint8Array> {
  await ready();
  return openKey(await vaults.readKey(folder), passphrase, PURPOSE);
}

/** Opens a vault whose key is known already: by a passkey, or kept by a process that restarts. */
export async function openVaultWithKey(vaults: Vaults, folder: string, key: Uint8Array): Promise<Vault> {
  await vaults.readKey(folder);
  const held = await vaults.hold(folder);
  try {
    const store = await openStore({ ...(await held.database()), key });
    return vaultOf(held, store, new Passkeys(vaults, folder, held));
  } catch (error) {
    await held.release();
    throw error;
  }
}

function vaultOf(held: HeldVault, store: Store, passkeys: Passkeys): Vault {
  const close = async (): Promise<void> => {
    try {
      await store.close();
    } finally {
      await held.release();
    }
  };
  const discard = async (): Promise<void> => {
    await store.close();
    await held.removeKey();
    await held.removeDatabase();
    await held.release();
  };
  return { store, passkeys, close, discard };
}
