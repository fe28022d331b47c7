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

import { ChanceryError } from '../errors.js';
import type { HeldVault, Vaults } from '../ports/platform.js';
import { disk } from './disk.js';
import { lockVault } from './lock.js';
import type { Lock } from './lock.js';

const KEY_FILE = 'vault.json';
const DATABASE_FILE = 'vault.db';

/** Folders of the disk with `vault.json`, `vault.db` and the lock's files. */
export const diskVaults: Vaults = {
  readKey(folder) {
    try {
      return Promise.resolve(readFileSync(join(folder, KEY_FILE), 'utf8'));
    } catch (cause) {
      return Promise.reject(
        new ChanceryError('VAULT_MISSING', 'There is no vault in this folder.', { field: 'vault', cause }),
      );
    }
  },
  async hold(folder) {
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    return Promise.resolve(new HeldFolder(folder, lockVault(folder)));
  },
};

class HeldFolder implements HeldVault {
  constructor(
    private readonly folder: string,
    private readonly lock: Lock,
  ) {}

  hasKey(): Promise<boolean> {
    return Promise.resolve(existsSync(join(this.folder, KEY_FILE)));
  }

  writeKey(text: string): Promise<void> {
    writeDurably(join(this.folder, KEY_FILE), text);
    return Promise.resolve();
  }

  removeKey(): Promise<void> {
    rmSync(join(this.folder, KEY_FILE), { force: true });
    return Promise.resolve();
  }

  database() {
    return Promise.resolve({ path: join(this.folder, DATABASE_FILE), disk });
  }

  removeDatabase(): Promise<void> {
    for (const suffix of ['', '-wal', '-journal']) rmSync(join(this.folder, DATABASE_FILE + suffix), { force: true });
    return Promise.resolve();
  }

  release(): Promise<void> {
    this.lock.release();
    return Promise.resolve();
  }
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
  disk.syncFolderOf(path);
}
