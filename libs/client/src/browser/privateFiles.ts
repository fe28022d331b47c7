import { fromBase64Url, hkdfSha256, randomBytes, toBase64Url, utf8 } from '#primitives';

import { ChanceryError } from '../errors.js';
import type { Files, NamedFiles, Source, Target } from '../ports/files.js';
import { isNotFound, removeEntry } from './privateDisk.js';
import { SealedFile } from './sealedFile.js';

const DIRECTORY = 'files';
const COPY_BYTES = 1024 * 1024;

/** What a reference says: it stands in the vault only, so that the key of a file is as safe as the vault. */
interface Reference {
  readonly id: string;
  readonly key: Uint8Array;
  readonly name: string;
  readonly type: string;
}

/** A file that several read at once: a browser opens it once only. */
interface Shared {
  readonly file: SealedFile;
  users: number;
}

/**
 * Files that come into the browser by the person's hand, or from a conversation, and wait in the origin's private file system, sealed. A
 * reference is a text; it means the same after a reload.
 */
export class PrivateFiles implements Files {
  private readonly opened = new Map<string, Promise<Shared>>();
  /** Ids of the files that this worker has had in hand: some may be named nowhere yet. */
  private readonly handled = new Set<string>();

  /**
   * Seals a file that the person has chosen. Returns its reference; nothing stays of one that is not taken to its end.
   * @param told - hears how many bytes are sealed; what it throws ends it
   * @throws ChanceryError DISK_FULL, FILE_UNREADABLE
   */
  async take(blob: Blob, name: string, told: (done: number) => void = () => undefined): Promise<string> {
    const reference = { id: toBase64Url(randomBytes(16)), key: randomBytes(32), name, type: blob.type };
    const shared = await this.share(reference);
    let isWhole = true;
    try {
      for (let at = 0; at < blob.size; at += COPY_BYTES) {
        told(at);
        const bytes = await bytesOf(blob.slice(at, at + COPY_BYTES));
        explained(() => {
          shared.file.write(at, bytes);
        });
      }
      shared.file.sync();
      return write(reference);
    } catch (error) {
      isWhole = false;
      throw error;
    } finally {
      await this.release(reference.id);
      if (!isWhole) await removeEntry(await directory(), reference.id); // it may be full of what there was no room for
    }
  }

  /** A folder of its own for what is received together. */
  newFolder(): string {
    return toBase64Url(randomBytes(32));
  }

  async forget(reference: string): Promise<void> {
    await removeEntry(await directory(), read(reference).id);
  }

  async clear({ references, receiving }: NamedFiles): Promise<void> {
    const named = new Set([...references.map(idIn), ...receiving.map(receivedId)]);
    const folder = await directory();
    const ids: string[] = [];
    for await (const id of folder.keys()) ids.push(id);
    for (const id of ids) if (!named.has(id) && !this.handled.has(id)) await removeIfLet(folder, id);
  }

  async open(reference: string): Promise<Source> {
    const { id, key, name, type } = read(reference);
    const { file } = await this.share({ id, key });
    const { size } = file;
    return {
      name,
      type: type || 'application/octet-stream',
      size,
      version: `${id} ${String(size)}`, // nobody else writes to it
      read: (position, length) => Promise.resolve(file.read(position, length)),
      close: () => this.release(id),
    };
  }

  async receive(folder: string, transferId: string): Promise<Target> {
    const key = hkdfSha256(fromBase64Url(folder), new Uint8Array(0), utf8(`chancery received file ${transferId}`), 32);
    const id = receivedId(transferId);
    const { file } = await this.share({ id, key });
    return {
      size: file.size,
      write: (position, bytes) =>
        settled(() => {
          file.write(position, bytes);
        }),
      sync: () =>
        settled(() => {
          file.sync();
        }),
      finish: (size, name) =>
        settled(() => {
          file.truncate(size);
          file.sync();
          return write({ id, key, name, type: '' });
        }),
      discard: () =>
        settled(() => {
          file.truncate(0);
        }),
      close: () => this.release(id),
    };
  }

  private async share({ id, key }: Pick<Reference, 'id' | 'key'>): Promise<Shared> {
    this.handled.add(id);
    const known = this.opened.get(id);
    const opening = known ?? openFile(id, key);
    this.opened.set(id, opening);
    try {
      const shared = await opening;
      shared.users += 1;
      return shared;
    } catch (error) {
      this.opened.delete(id);
      throw error;
    }
  }

  private async release(id: string): Promise<void> {
    const shared = await this.opened.get(id);
    if (!shared) return;
    shared.users -= 1;
    if (shared.users > 0) return;
    this.opened.delete(id);
    shared.file.close();
  }
}

const receivedId = (transferId: string): string => toBase64Url(utf8(transferId));

/** What the browser does not let go of now, because the worker before this one is just ending, goes at the next start. */
async function removeIfLet(folder: FileSystemDirectoryHandle, id: string): Promise<void> {
  try {
    await removeEntry(folder, id);
  } catch (error) {
    if (!(error instanceof DOMException)) throw error;
  }
}

async function openFile(id: string, key: Uint8Array): Promise<Shared> {
  const file = await (await directory()).getFileHandle(id, { create: true });
  return { file: new SealedFile(await file.createSyncAccessHandle(), key), users: 0 };
}

async function directory(): Promise<FileSystemDirectoryHandle> {
  const root = await navigator.storage.getDirectory();
  return root.getDirectoryHandle(DIRECTORY, { create: true });
}

/** Removes every file, for instance with the vault whose references they belong to. */
export async function wipeFiles(): Promise<void> {
  const root = await navigator.storage.getDirectory();
  try {
    await root.removeEntry(DIRECTORY, { recursive: true });
  } catch (error) {
    if (!isNotFound(error)) throw error;
  }
}

function write({ id, key, name, type }: Reference): string {
  return [id, toBase64Url(key), encodeURIComponent(type), encodeURIComponent(name)].join('/');
}

/** Also of a reference that says nothing else. */
const idIn = (reference: string): string => reference.split('/', 1)[0] ?? '';

function read(reference: string): Reference {
  const [id, key, type, name] = reference.split('/');
  if (id === undefined || key === undefined || type === undefined || name === undefined)
    throw new ChanceryError('FILE_UNREADABLE', 'This is not a file of this browser.', { field: 'file' });
  return { id, key: fromBase64Url(key), type: decodeURIComponent(type), name: decodeURIComponent(name) };
}

/** A file that was moved or changed since it was chosen, or a folder, can't be read. */
async function bytesOf(part: Blob): Promise<Uint8Array> {
  try {
    return new Uint8Array(await part.arrayBuffer());
  } catch (error) {
    throw new ChanceryError('FILE_UNREADABLE', 'The browser cannot read the file.', { field: 'file', cause: error });
  }
}

/** In the code and words of the client. */
function explained<Result>(work: () => Result): Result {
  try {
    return work();
  } catch (error) {
    if (error instanceof DOMException && error.name === 'QuotaExceededError')
      throw new ChanceryError('DISK_FULL', 'The browser gives no more room.', { cause: error });
    throw error;
  }
}

async function settled<Result>(work: () => Result): Promise<Result> {
  return await Promise.resolve(explained(work));
}
