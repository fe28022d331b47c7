import {
  closeSync,
  existsSync,
  fstatSync,
  fsyncSync,
  ftruncateSync,
  openSync,
  readSync,
  unlinkSync,
  writeSync,
} from 'node:fs';
import { dirname } from 'node:path';

/** The few calls that a store makes to the disk, so that a test can let the disk fill up. All are synchronous, as SQLite is. */
export interface Files {
  exists(path: string): boolean;
  /** Opens for reading and writing; creates the file when asked to. */
  open(path: string, create: boolean): number;
  close(fd: number): void;
  /** Bytes read, fewer than asked for at the end of the file. */
  read(fd: number, into: Uint8Array, position: number): number;
  write(fd: number, from: Uint8Array, position: number): void;
  truncate(fd: number, size: number): void;
  size(fd: number): number;
  /** Returns when the file's bytes are on the disk. */
  sync(fd: number): void;
  /** Returns when the folder's entries are on the disk. */
  syncFolderOf(path: string): void;
  remove(path: string): void;
}

export const diskFiles: Files = {
  exists: existsSync,
  open: (path, create) => openSync(path, create && !existsSync(path) ? 'wx+' : 'r+', 0o600),
  close: closeSync,
  read(fd, into, position) {
    let done = 0;
    while (done < into.length) {
      const count = readSync(fd, into, done, into.length - done, position + done);
      if (count === 0) break;
      done += count;
    }
    return done;
  },
  write(fd, from, position) {
    let done = 0;
    while (done < from.length) done += writeSync(fd, from, done, from.length - done, position + done);
  },
  truncate: ftruncateSync,
  size: (fd) => fstatSync(fd).size,
  sync: fsyncSync,
  syncFolderOf(path) {
    if (process.platform === 'win32') return; // folders can't be opened there; NTFS journals its entries
    const fd = openSync(dirname(path), 'r');
    try {
      fsyncSync(fd);
    } finally {
      closeSync(fd);
    }
  },
  remove: unlinkSync,
};
