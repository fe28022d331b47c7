import { randomBytes } from '#primitives';

import type { Disk } from '../ports/disk.js';
import type { CipherEngine } from './engine.js';

/** Name of the VFS below the cipher; the cipher's own stands in front of it. */
const PLAIN_VFS = 'chancery';
export const CIPHER_VFS = `multipleciphers-${PLAIN_VFS}`;

const DISK_IS_FULL = new Set(['ENOSPC', 'EDQUOT', 'EFBIG']);
const SECTOR_BYTES = 4096;
const MAX_PATH_BYTES = 1024;
const UNIX_EPOCH_JULIAN_DAY = 2440587.5;
const DAY_MS = 86_400_000;

type Pointer = number;

interface OpenFile {
  readonly fd: number;
  readonly path: string;
  readonly disk: Disk;
  readonly deleteOnClose: boolean;
}

/**
 * SQLite's view of the disk: positioned reads and writes, real fsync. It locks nothing: the vault's lock file keeps other
 * processes out and connections lock exclusively, so that WAL needs no shared memory.
 */
export class DiskVfs {
  private readonly open = new Map<Pointer, OpenFile>();
  private readonly disks = new Map<string, Disk>();

  constructor(private readonly sqlite3: CipherEngine) {
    const { capi, vfs } = sqlite3;
    const io = new capi.sqlite3_io_methods();
    const own = new capi.sqlite3_vfs();
    Object.assign(io, { $iVersion: 1 });
    Object.assign(own, {
      $iVersion: 1,
      $szOsFile: capi.sqlite3_file.prototype.structInfo.sizeof,
      $mxPathname: MAX_PATH_BYTES,
    });
    vfs.installVfs({
      io: { struct: io, methods: this.fileMethods() },
      vfs: { struct: own, methods: this.diskMethods(io.pointer), name: PLAIN_VFS },
    });
    if (capi.sqlite3mc_vfs_create(PLAIN_VFS, 0) !== capi.SQLITE_OK) throw new Error("the cipher's VFS can't be made");
  }

  /** Says on which disk the database at `path`, and its journal, are. */
  mount(path: string, disk: Disk): void {
    this.disks.set(path, disk);
  }

  private fileMethods(): Record<string, (...parameters: never[]) => number> {
    const { capi } = this.sqlite3;
    const ok = (): number => capi.SQLITE_OK;
    return {
      xClose: (file: Pointer) => this.close(file),
      xRead: (file: Pointer, into: Pointer, count: number, at: bigint) => this.read(file, into, count, Number(at)),
      xWrite: (file: Pointer, from: Pointer, count: number, at: bigint) =>
        this.guard(capi.SQLITE_IOERR_WRITE, file, ({ disk, fd }) => {
          disk.write(fd, this.heap(from, count), Number(at));
        }),
      xTruncate: (file: Pointer, size: bigint) =>
        this.guard(capi.SQLITE_IOERR_TRUNCATE, file, ({ disk, fd }) => {
          disk.truncate(fd, Number(size));
        }),
      xSync: (file: Pointer) =>
        this.guard(capi.SQLITE_IOERR_FSYNC, file, ({ disk, fd }) => {
          disk.sync(fd);
        }),
      xFileSize: (file: Pointer, out: Pointer) =>
        this.guard(capi.SQLITE_IOERR_FSTAT, file, ({ disk, fd }) => {
          this.sqlite3.wasm.poke(out, BigInt(disk.size(fd)), 'i64');
        }),
      xLock: ok,
      xUnlock: ok,
      xCheckReservedLock: (_file: Pointer, out: Pointer) => this.put32(out, 0),
      xFileControl: () => capi.SQLITE_NOTFOUND,
      xSectorSize: () => SECTOR_BYTES,
      xDeviceCharacteristics: () => 0,
    };
  }

  private diskMethods(ioMethods: Pointer): Record<string, (...parameters: never[]) => number> {
    return {
      xOpen: (_vfs: Pointer, name: Pointer, file: Pointer, flags: number, outFlags: Pointer) =>
        this.openFile({ name, file, flags, outFlags, ioMethods }),
      xDelete: (_vfs: Pointer, name: Pointer, syncFolder: number) => this.remove(this.text(name), syncFolder !== 0),
      xAccess: (_vfs: Pointer, name: Pointer, _flags: number, out: Pointer) =>
        this.put32(out, this.diskOf(this.text(name)).exists(this.text(name)) ? 1 : 0),
      xFullPathname: (_vfs: Pointer, name: Pointer, room: number, out: Pointer) => this.copyPath(name, room, out),
      xRandomness: (_vfs: Pointer, count: number, out: Pointer) => {
        this.heap(out, count).set(randomBytes(count));
        return count;
      },
      xSleep: () => 0,
      xCurrentTime: (_vfs: Pointer, out: Pointer) => {
        this.sqlite3.wasm.poke(out, UNIX_EPOCH_JULIAN_DAY + Date.now() / DAY_MS, 'double');
        return this.sqlite3.capi.SQLITE_OK;
      },
      xGetLastError: () => 0,
    };
  }

  private openFile(call: {
    name: Pointer;
    file: Pointer;
    flags: number;
    outFlags: Pointer;
    ioMethods: Pointer;
  }): number {
    const { capi, wasm } = this.sqlite3;
    if (call.name === 0) return capi.SQLITE_CANTOPEN; // a nameless temporary file: temp_store=memory makes none
    const path = this.text(call.name);
    const disk = this.diskOf(path);
    const isNew = !disk.exists(path);
    try {
      const fd = disk.open(path, (call.flags & capi.SQLITE_OPEN_CREATE) !== 0);
      if (isNew) disk.syncFolderOf(path);
      const deleteOnClose = (call.flags & capi.SQLITE_OPEN_DELETEONCLOSE) !== 0;
      this.open.set(call.file, { fd, path, disk, deleteOnClose });
    } catch (error) {
      return this.resultOf(error, capi.SQLITE_CANTOPEN);
    }
    wasm.poke(call.file, call.ioMethods, '*');
    return call.outFlags === 0 ? capi.SQLITE_OK : this.put32(call.outFlags, call.flags);
  }

  private close(file: Pointer): number {
    const rc = this.guard(this.sqlite3.capi.SQLITE_IOERR_CLOSE, file, ({ disk, fd, path, deleteOnClose }) => {
      disk.close(fd);
      if (deleteOnClose) disk.remove(path);
    });
    this.open.delete(file);
    return rc;
  }

  /** SQLite asks that what lies behind the end of the file reads as zeros. */
  private read(file: Pointer, into: Pointer, count: number, at: number): number {
    const { capi } = this.sqlite3;
    let done = 0;
    const rc = this.guard(capi.SQLITE_IOERR_READ, file, ({ disk, fd }) => {
      done = disk.read(fd, this.heap(into, count), at);
    });
    if (rc !== capi.SQLITE_OK || done === count) return rc;
    this.heap(into + done, count - done).fill(0);
    return capi.SQLITE_IOERR_SHORT_READ;
  }

  private remove(path: string, syncFolder: boolean): number {
    const { capi } = this.sqlite3;
    const disk = this.diskOf(path);
    if (!disk.exists(path)) return capi.SQLITE_IOERR_DELETE_NOENT;
    try {
      disk.remove(path);
      if (syncFolder) disk.syncFolderOf(path);
      return capi.SQLITE_OK;
    } catch (error) {
      return this.resultOf(error, capi.SQLITE_IOERR_DELETE);
    }
  }

  /** A journal belongs to its database: "x-wal" and "x-journal" are on the disk of "x". */
  private diskOf(path: string): Disk {
    const disk = this.disks.get(path.replace(/-(wal|journal)$/, ''));
    if (!disk) throw new Error('a database on no disk');
    return disk;
  }

  /** Exceptions must not cross into SQLite: they become result codes here. */
  private guard(failure: number, file: Pointer, work: (open: OpenFile) => void): number {
    const open = this.open.get(file);
    if (!open) return failure;
    try {
      work(open);
      return this.sqlite3.capi.SQLITE_OK;
    } catch (error) {
      return this.resultOf(error, failure);
    }
  }

  private resultOf(error: unknown, otherwise: number): number {
    const code = error instanceof Error && 'code' in error ? error.code : undefined;
    return typeof code === 'string' && DISK_IS_FULL.has(code) ? this.sqlite3.capi.SQLITE_FULL : otherwise;
  }

  private copyPath(name: Pointer, room: number, out: Pointer): number {
    const copied = this.sqlite3.wasm.cstrncpy(out, name, room);
    return copied < room ? this.sqlite3.capi.SQLITE_OK : this.sqlite3.capi.SQLITE_CANTOPEN;
  }

  private put32(out: Pointer, value: number): number {
    this.sqlite3.wasm.poke(out, value, 'i32');
    return this.sqlite3.capi.SQLITE_OK;
  }

  private text(pointer: Pointer): string {
    return this.sqlite3.wasm.cstrToJs(pointer) ?? '';
  }

  /** Fresh at each call: the memory moves when it grows. */
  private heap(pointer: Pointer, count: number): Uint8Array {
    return this.sqlite3.wasm.heap8u().subarray(pointer, pointer + count);
  }
}
