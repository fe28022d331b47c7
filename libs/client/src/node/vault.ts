import {
  closeSync,
  existsSync,
  fsyncSync,
  mkdirSync,
  openSync,
  readFileSync,
  renameSync,
  rmSync,
  writeSync,
} from 'node:fs';
import { join } from 'node:path';

import { randomBytes, ready } from '#primitives';

import { ChanceryError } from '../errors.js';
import { requireStrongPassphrase } from '../passphrase.js';
import type { Store } from '../ports/store.js';
import { costOf, openKey, sealKey } from '../vaultKey.js';
import type { CostOptions } from '../vaultKey.js';
import { diskFiles } from './files.js';
import { lockVault } from './lock.js';
import type { Lock } from './lock.js';
import { openStore } from './store.js';

export interface VaultOptions extends CostOptions {
  /** Folder of the vault: vault.json (how the passphrase opens it) and vault.db (everything else, encrypted). */
  readonly folder: string;
  readonly passphrase: string;
}

export interface Vault {
  readonly store: Store;
  /** Closes the store and lets others in. */
  close(): Promise<void>;
  /** Closes and deletes a vault that never came to hold anything. */
  discard(): Promise<void>;
}

const KEY_FILE = 'vault.json';
const DATABASE_FILE = 'vault.db';
const PURPOSE = 'vault';

/**
 * Makes a vault. `fill` writes what has to be in it from the start; without it there is no vault, even after kill -9.
 * @throws ChanceryError VAULT_EXISTS, VAULT_BUSY, PASSPHRASE_WEAK, DISK_FULL
 */
export async function createVault(
  { folder, passphrase, ...cost }: VaultOptions,
  personal: readonly string[],
  fill: (store: Store) => Promise<void>,
): Promise<Vault> {
  await ready();
  await requireStrongPassphrase(passphrase, personal);
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const lock = lockVault(folder);
  try {
    if (existsSync(join(folder, KEY_FILE)))
      throw new ChanceryError('VAULT_EXISTS', 'There is a vault in this folder.', { field: 'vault' });
    removeDatabase(folder); // what an interrupted attempt left: its key is gone
    const key = randomBytes(32);
    const sealed = sealKey(key, passphrase, PURPOSE, costOf(cost));
    const store = await openStore({ path: join(folder, DATABASE_FILE), key });
    await fill(store);
    writeDurably(join(folder, KEY_FILE), JSON.stringify(sealed, undefined, 2));
    return vaultOf(folder, store, lock);
  } catch (error) {
    lock.release();
    throw error;
  }
}

/**
 * Opens a vault; blocks for the time of Argon2id.
 * @throws ChanceryError VAULT_MISSING, VAULT_BUSY, WRONG_PASSPHRASE, VAULT_DAMAGED
 */
export async function openVault(folder: string, passphrase: string): Promise<Vault> {
  return openVaultWithKey(folder, await unlockVault(folder, passphrase));
}

/** The key of a vault's database. @throws ChanceryError VAULT_MISSING, WRONG_PASSPHRASE, VAULT_DAMAGED */
export async function unlockVault(folder: string, passphrase: string): Promise<Uint8Array> {
  await ready();
  return openKey(readKeyFile(folder), passphrase, PURPOSE);
}

/** Opens a vault whose key is known already: by a passkey, or kept by a process that restarts. */
export async function openVaultWithKey(folder: string, key: Uint8Array): Promise<Vault> {
  readKeyFile(folder);
  const lock = lockVault(folder);
  try {
    return vaultOf(folder, await openStore({ path: join(folder, DATABASE_FILE), key }), lock);
  } catch (error) {
    lock.release();
    throw error;
  }
}

function readKeyFile(folder: string): string {
  try {
    return readFileSync(join(folder, KEY_FILE), 'utf8');
  } catch (error) {
    throw new ChanceryError('VAULT_MISSING', 'There is no vault in this folder.', { field: 'vault', cause: error });
  }
}

function vaultOf(folder: string, store: Store, lock: Lock): Vault {
  const close = async (): Promise<void> => {
    try {
      await store.close();
    } finally {
      lock.release();
    }
  };
  const discard = async (): Promise<void> => {
    await store.close();
    rmSync(join(folder, KEY_FILE), { force: true });
    removeDatabase(folder);
    lock.release();
  };
  return { store, close, discard };
}

function removeDatabase(folder: string): void {
  for (const suffix of ['', '-wal', '-journal']) rmSync(join(folder, DATABASE_FILE + suffix), { force: true });
}

/** The file is there as a whole or not at all. */
function writeDurably(path: string, text: string): void {
  const draft = `${path}.draft`;
  const fd = openSync(draft, 'w', 0o600);
  try {
    writeSync(fd, text);
    fsyncSync(fd);
  } finally {
    closeSync(fd);
  }
  renameSync(draft, path);
  diskFiles.syncFolderOf(path);
}
