import { randomUUID } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { mkdir, open, readdir, rename, rm, stat } from 'node:fs/promises';
import type { FileHandle } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import type { Readable } from 'node:stream';

import { Blobs, UploadLost, checkKey, checkPiece } from './blobs.js';
import type { BlobUpload, ByteRange } from './blobs.js';

const PRIVATE_FILE = 0o600;
const PRIVATE_FOLDER = 0o700;
const READ_AHEAD_BYTES = 256 * 1024;

/**
 * Blobs as files of one folder: `<folder>/<folder of the key>/<end of the name>/<name>`, with the ending
 * `.part` while they grow.
 */
export class FileBlobs extends Blobs {
  constructor(private readonly folder: string) {
    super();
  }

  override async put(key: string, bytes: Uint8Array): Promise<void> {
    const path = await this.#prepare(key);
    const draft = `${path}.${randomUUID()}`;
    await withFile(draft, 'w', async (file) => {
      await file.writeFile(bytes);
      await file.sync();
    });
    await replace(draft, path);
  }

  override async append(key: string, upload: BlobUpload, bytes: Uint8Array): Promise<BlobUpload> {
    checkPiece(key, bytes);
    const isFirst = upload.size === 0;
    const path = partOf(isFirst ? await this.#prepare(key) : this.#path(key));
    if (!isFirst) await requireStored(path, upload);
    await withFile(path, isFirst ? 'w' : 'r+', async (file) => {
      await writeAt(file, bytes, upload.size);
      await file.sync();
    });
    if (isFirst) await syncFolder(dirname(path));
    return { ...upload, size: upload.size + bytes.length };
  }

  override async complete(key: string, upload: BlobUpload): Promise<void> {
    if (upload.size === 0) return this.put(key, new Uint8Array());
    const path = await this.#prepare(key);
    const part = partOf(path);
    const isDone = (await sizeOf(part)) === undefined && (await sizeOf(path)) === upload.size;
    if (isDone) return; // of a call that nobody heard the end of
    await requireStored(part, upload);
    await withFile(part, 'r+', async (file) => {
      await file.truncate(upload.size); // a longer piece may have been written that was never acknowledged
      await file.sync();
    });
    await replace(part, path);
  }

  override async size(key: string): Promise<number | undefined> {
    checkKey(key);
    return sizeOf(this.#path(key));
  }

  override async read(key: string, { start, end }: ByteRange): Promise<Readable> {
    checkKey(key);
    const file = await open(this.#path(key), 'r');
    const { size } = await file.stat();
    if (start < 0 || end <= start || end > size) {
      await file.close();
      throw new RangeError('the blob has no such range');
    }
    return createReadStream('', { fd: file, start, end: end - 1, highWaterMark: READ_AHEAD_BYTES });
  }

  override async remove(key: string): Promise<void> {
    checkKey(key);
    const path = this.#path(key);
    const name = basename(path);
    for (const entry of await entriesOf(dirname(path))) {
      if (entry === name || entry.startsWith(`${name}.`)) await rm(join(dirname(path), entry), { force: true });
    }
  }

  override async *keys(): AsyncGenerator<string> {
    for (const folder of await entriesOf(this.folder)) {
      for (const end of await entriesOf(join(this.folder, folder))) {
        const names = await entriesOf(join(this.folder, folder, end));
        for (const name of names) if (!name.includes('.')) yield `${folder}/${name}`; // what grows has an ending
      }
    }
  }

  #path(key: string): string {
    const [folder = '', name = ''] = key.split('/');
    return join(this.folder, folder, name.slice(-2), name);
  }

  /** The path, in a folder that is there. */
  async #prepare(key: string): Promise<string> {
    checkKey(key);
    const path = this.#path(key);
    const made = await mkdir(dirname(path), { recursive: true, mode: PRIVATE_FOLDER });
    if (made !== undefined) await syncFolders(dirname(path), dirname(made));
    return path;
  }
}

const partOf = (path: string): string => `${path}.part`;

async function withFile(path: string, flags: 'w' | 'r+', work: (file: FileHandle) => Promise<void>): Promise<void> {
  const file = await open(path, flags, PRIVATE_FILE);
  try {
    await work(file);
  } finally {
    await file.close();
  }
}

async function requireStored(path: string, { size }: BlobUpload): Promise<void> {
  if (((await sizeOf(path)) ?? 0) < size) throw new UploadLost();
}

async function writeAt(file: FileHandle, bytes: Uint8Array, position: number): Promise<void> {
  let done = 0;
  while (done < bytes.length) {
    const { bytesWritten } = await file.write(bytes, done, bytes.length - done, position + done);
    done += bytesWritten;
  }
}

async function replace(from: string, to: string): Promise<void> {
  await rename(from, to);
  await syncFolder(dirname(to));
}

/** A new or renamed file is there after a loss of power only when its folder is on the disk too. */
async function syncFolder(path: string): Promise<void> {
  const folder = await open(path, 'r');
  try {
    await folder.sync();
  } finally {
    await folder.close();
  }
}

/** From the inner one up to the outer one, both included. */
async function syncFolders(inner: string, outer: string): Promise<void> {
  await syncFolder(inner);
  if (inner !== outer) await syncFolders(dirname(inner), outer);
}

async function sizeOf(path: string): Promise<number | undefined> {
  try {
    return (await stat(path)).size;
  } catch (error) {
    if (isMissing(error)) return undefined;
    throw error;
  }
}

async function entriesOf(folder: string): Promise<string[]> {
  try {
    return await readdir(folder);
  } catch (error) {
    if (isMissing(error) || (error as NodeJS.ErrnoException).code === 'ENOTDIR') return [];
    throw error;
  }
}

function isMissing(error: unknown): boolean {
  return (error as NodeJS.ErrnoException).code === 'ENOENT';
}
