import type { Disk } from './disk.js';
import type { Files } from './files.js';
import type { Timer } from './timer.js';
import type { Transport } from './transport.js';

/** A vault that nobody else can open until it is released. */
export interface HeldVault {
  hasKey(): Promise<boolean>;
  /** Resolves when the whole text is on the disk; until then the old one is, or none. */
  writeKey(text: string): Promise<void>;
  removeKey(): Promise<void>;
  /** Where the database is, or will be. */
  database(): Promise<{ readonly path: string; readonly disk: Disk }>;
  /** Removes the database with its journal; for one that is not open. */
  removeDatabase(): Promise<void>;
  release(): Promise<void>;
}

/**
 * Where a platform keeps vaults. A vault is the sealed key (text: how the passphrase opens it) and the database (everything else,
 * encrypted), in a folder of its own: of the disk on Node, of the private file system in a browser.
 */
export interface Vaults {
  /** The sealed key. @throws ChanceryError VAULT_MISSING */
  readKey(folder: string): Promise<string>;
  /** Makes the folder where it is missing. @throws ChanceryError VAULT_BUSY */
  hold(folder: string): Promise<HeldVault>;
}

/** All that a device needs beside the engine. */
export interface Platform {
  readonly vaults: Vaults;
  readonly timer: Timer;
  readonly files: Files;
  /** @param server - origin, for instance `https://chancery.example` @throws ChanceryError BAD_INPUT */
  readonly connect: (server: string) => Transport;
}
