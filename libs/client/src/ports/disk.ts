/**
 * The few calls that a store makes to the disk, so that a platform can bring its own and a test can let the disk fill up. All are
 * synchronous, as SQLite is. An error with the code ENOSPC, EDQUOT or EFBIG says that the disk is full.
 */
export interface Disk {
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
