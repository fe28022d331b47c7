import type { Disk } from '../ports/disk.js';

/** What SQLite may ask for beside the database itself. */
const SUFFIXES = ['', '-wal', '-journal'] as const;

/**
 * A database and its journals in the origin's private file system. SQLite works synchronously, opening files there does not: so all
 * three are opened beforehand, and a file without a byte counts as one that is not there.
 */
export class PrivateDisk implements Disk {
  private readonly places = new Map<string, number>();

  private constructor(private readonly handles: readonly FileSystemSyncAccessHandle[]) {}

  static async open(directory: FileSystemDirectoryHandle, name: string): Promise<PrivateDisk> {
    const handles: FileSystemSyncAccessHandle[] = [];
    try {
      for (const suffix of SUFFIXES) {
        const file = await directory.getFileHandle(name + suffix, { create: true });
        handles.push(await file.createSyncAccessHandle());
      }
    } catch (error) {
      for (const handle of handles) handle.close();
      throw error;
    }
    const disk = new PrivateDisk(handles);
    for (const [place, suffix] of SUFFIXES.entries()) disk.places.set(name + suffix, place);
    return disk;
  }

  static async remove(directory: FileSystemDirectoryHandle, name: string): Promise<void> {
    for (const suffix of SUFFIXES) await removeEntry(directory, name + suffix);
  }

  /** Lets others open the files. */
  release(): void {
    for (const handle of this.handles) handle.close();
  }

  exists(path: string): boolean {
    const place = this.places.get(path);
    return place !== undefined && this.handle(place).getSize() > 0;
  }

  open(path: string, create: boolean): number {
    const place = this.places.get(path);
    if (place === undefined || !(create || this.exists(path))) throw new Error('no such file');
    return place;
  }

  close(place: number): void {
    this.handle(place).flush();
  }

  read(place: number, into: Uint8Array, position: number): number {
    return this.handle(place).read(into, { at: position });
  }

  write(place: number, from: Uint8Array, position: number): void {
    const written = whileThereIsRoom(() => this.handle(place).write(from, { at: position }));
    if (written < from.length) throw full();
  }

  truncate(place: number, size: number): void {
    whileThereIsRoom(() => {
      this.handle(place).truncate(size);
    });
  }

  size(place: number): number {
    return this.handle(place).getSize();
  }

  sync(place: number): void {
    this.handle(place).flush();
  }

  /** The browser keeps account of its files by itself. */
  syncFolderOf(): void {
    return;
  }

  remove(path: string): void {
    const place = this.places.get(path);
    if (place === undefined) return;
    this.truncate(place, 0);
    this.sync(place);
  }

  private handle(place: number): FileSystemSyncAccessHandle {
    const handle = this.handles[place];
    if (!handle) throw new Error('no such file');
    return handle;
  }
}

/** Removes a file that may not be there. */
export async function removeEntry(directory: FileSystemDirectoryHandle, name: string): Promise<void> {
  try {
    await directory.removeEntry(name);
  } catch (error) {
    if (!isNotFound(error)) throw error;
  }
}

export function isNotFound(error: unknown): boolean {
  return error instanceof DOMException && error.name === 'NotFoundError';
}

/** In the words of `Disk`. */
function whileThereIsRoom<Result>(work: () => Result): Result {
  try {
    return work();
  } catch (error) {
    throw error instanceof DOMException && error.name === 'QuotaExceededError' ? full() : error;
  }
}

function full(): Error {
  return Object.assign(new Error('the origin has used up its space'), { code: 'ENOSPC' });
}
