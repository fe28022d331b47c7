import { ChanceryError } from '../errors.js';
import type { HeldVault, Vaults } from '../ports/platform.js';
import { isNotFound, PrivateDisk, removeEntry } from './privateDisk.js';

const HOME = 'vaults';
const KEY_FILE = 'vault.json';
const DATABASE_FILE = 'vault.db';

/** Directories of the origin's private file system; one worker at a time holds each, by a lock that ends with the worker. */
export const privateVaults: Vaults = {
  async readKey(folder) {
    try {
      const directory = await directoryOf(folder, false);
      const file = await directory.getFileHandle(KEY_FILE);
      return await (await file.getFile()).text();
    } catch (cause) {
      if (!isNotFound(cause)) throw cause;
      throw new ChanceryError('VAULT_MISSING', 'There is no vault in this browser.', { field: 'vault', cause });
    }
  },
  async hold(folder) {
    const release = await take(`chancery vault ${folder}`);
    try {
      return new HeldDirectory(await directoryOf(folder, true), release);
    } catch (error) {
      release();
      throw error;
    }
  },
};

/** Whether there is a vault, and so a person whom this browser knows. */
export async function hasVault(folder: string): Promise<boolean> {
  try {
    await privateVaults.readKey(folder);
    return true;
  } catch (error) {
    if (error instanceof ChanceryError && error.code === 'VAULT_MISSING') return false;
    throw error;
  }
}

/** Removes a vault with all that was kept in it; for one that nobody holds. */
export async function wipeVault(folder: string): Promise<void> {
  const home = await homeOf();
  try {
    await home.removeEntry(folder, { recursive: true });
  } catch (error) {
    if (!isNotFound(error)) throw error;
  }
}

class HeldDirectory implements HeldVault {
  private disk: PrivateDisk | undefined;

  constructor(
    private readonly directory: FileSystemDirectoryHandle,
    private readonly letGo: () => void,
  ) {}

  async hasKey(): Promise<boolean> {
    try {
      await this.directory.getFileHandle(KEY_FILE);
      return true;
    } catch (error) {
      if (isNotFound(error)) return false;
      throw error;
    }
  }

  /** What is written takes the file's place when it is closed, as a whole. */
  async writeKey(text: string): Promise<void> {
    const file = await this.directory.getFileHandle(KEY_FILE, { create: true });
    const writable = await file.createWritable();
    await writable.write(text);
    await writable.close();
  }

  removeKey(): Promise<void> {
    return removeEntry(this.directory, KEY_FILE);
  }

  async database() {
    this.disk ??= await PrivateDisk.open(this.directory, DATABASE_FILE);
    return { path: DATABASE_FILE, disk: this.disk };
  }

  async removeDatabase(): Promise<void> {
    this.close();
    await PrivateDisk.remove(this.directory, DATABASE_FILE);
  }

  release(): Promise<void> {
    this.close();
    this.letGo();
    return Promise.resolve();
  }

  private close(): void {
    this.disk?.release();
    this.disk = undefined;
  }
}

async function homeOf(): Promise<FileSystemDirectoryHandle> {
  const root = await navigator.storage.getDirectory();
  return root.getDirectoryHandle(HOME, { create: true });
}

async function directoryOf(folder: string, create: boolean): Promise<FileSystemDirectoryHandle> {
  return (await homeOf()).getDirectoryHandle(folder, { create });
}

/** Takes a lock of the origin at once, or says that somebody else has it. Returns what gives it back. */
function take(name: string): Promise<() => void> {
  return new Promise((resolve, reject) => {
    const whileHeld = (lock: Lock | null): Promise<void> | undefined => {
      if (!lock) {
        reject(new ChanceryError('VAULT_BUSY', 'Another window uses this vault.'));
        return undefined;
      }
      return new Promise<void>((release) => {
        resolve(release);
      });
    };
    navigator.locks.request(name, { ifAvailable: true }, whileHeld).catch(reject);
  });
}
