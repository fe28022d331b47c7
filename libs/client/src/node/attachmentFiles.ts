import { link, mkdir, open, stat, unlink } from 'node:fs/promises';
import type { FileHandle } from 'node:fs/promises';
import { basename, extname, join } from 'node:path';

import { numberedName } from '../attachments/names.js';
import { ChanceryError } from '../errors.js';
import type { Files, Source, Target } from '../ports/files.js';
import { disk } from './disk.js';

const MOST_NAMES = 1000;
const TYPES: Readonly<Record<string, string>> = {
  '.csv': 'text/csv',
  '.docx': 'application/vnd.openxmlformats-officedocument.wordprocessingml.document',
  '.gif': 'image/gif',
  '.jpeg': 'image/jpeg',
  '.jpg': 'image/jpeg',
  '.md': 'text/markdown',
  '.mp4': 'video/mp4',
  '.odt': 'application/vnd.oasis.opendocument.text',
  '.pdf': 'application/pdf',
  '.png': 'image/png',
  '.pptx': 'application/vnd.openxmlformats-officedocument.presentationml.presentation',
  '.txt': 'text/plain',
  '.xlsx': 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet',
  '.zip': 'application/zip',
};

/** References are absolute paths. */
export const attachmentFiles: Files = {
  open: (path) => explained(path, () => openSource(path)),
  receive: (folder, transferId) => explained(folder, () => openTarget(folder, transferId)),
};

async function openSource(path: string): Promise<Source> {
  const file = await open(path, 'r');
  const stats = await file.stat();
  if (!stats.isFile()) {
    await file.close();
    throw new ChanceryError('FILE_UNREADABLE', 'This is not a file.', { field: path });
  }
  const { size, mtimeMs, ino } = stats;
  return {
    name: basename(path),
    type: TYPES[extname(path).toLowerCase()] ?? 'application/octet-stream',
    size,
    version: [size, mtimeMs, ino].join(' '),
    read: (position, length) => explained(path, () => readExactly(file, position, length)),
    close: () => file.close(),
  };
}

async function readExactly(file: FileHandle, position: number, length: number): Promise<Uint8Array> {
  const bytes = new Uint8Array(length);
  let done = 0;
  while (done < length) {
    const { bytesRead } = await file.read(bytes, done, length - done, position + done);
    if (bytesRead === 0)
      throw new ChanceryError('FILE_CHANGED', 'The file has become shorter while it was being sent.');
    done += bytesRead;
  }
  return bytes;
}

async function openTarget(folder: string, transferId: string): Promise<Target> {
  await mkdir(folder, { recursive: true });
  const draft = join(folder, `${transferId}.part`);
  const file = await openDraft(draft);
  const { size } = await file.stat();
  return {
    size,
    write: (position, bytes) => explained(draft, () => writeExactly(file, position, bytes)),
    sync: () => explained(draft, () => file.sync()),
    finish: (length, name) => explained(folder, () => finish(file, draft, length, join(folder, name))),
    settle: () => unlink(draft),
    discard: () => unlink(draft),
    close: () => file.close(),
  };
}

async function openDraft(path: string): Promise<FileHandle> {
  try {
    return await open(path, 'wx+', 0o600);
  } catch (error) {
    if (codeOf(error) !== 'EEXIST') throw error;
    return open(path, 'r+');
  }
}

async function writeExactly(file: FileHandle, position: number, bytes: Uint8Array): Promise<void> {
  let done = 0;
  while (done < bytes.length) {
    const { bytesWritten } = await file.write(bytes, done, bytes.length - done, position + done);
    done += bytesWritten;
  }
}

async function finish(file: FileHandle, draft: string, size: number, path: string): Promise<string> {
  await file.truncate(size);
  await file.sync();
  const name = await give(file, draft, path);
  disk.syncFolderOf(name);
  return name;
}

/** A link, unlike a renaming, never takes the place of a file that is there. */
async function give(file: FileHandle, draft: string, path: string): Promise<string> {
  const folder = path.slice(0, -basename(path).length);
  for (let number = 1; number <= MOST_NAMES; number++) {
    const name = folder + numberedName(basename(path), number);
    try {
      await link(draft, name);
      return name;
    } catch (error) {
      if (codeOf(error) !== 'EEXIST') throw error;
      if (await isSame(file, name)) return name; // before a crash
    }
  }
  throw new ChanceryError('FILE_UNREADABLE', 'Too many files of this name are in the folder.', { field: path });
}

async function isSame(file: FileHandle, path: string): Promise<boolean> {
  const [own, other] = await Promise.all([file.stat(), stat(path)]);
  return own.ino === other.ino && own.dev === other.dev;
}

/** In the code and words of the client. */
async function explained<Result>(path: string, work: () => Promise<Result>): Promise<Result> {
  try {
    return await work();
  } catch (error) {
    if (error instanceof ChanceryError) throw error;
    const code = codeOf(error);
    if (code === undefined) throw error; // a bug of ours, not the disk's
    if (code === 'ENOSPC' || code === 'EDQUOT')
      throw new ChanceryError('DISK_FULL', 'The disk is full.', { cause: error });
    throw new ChanceryError('FILE_UNREADABLE', `The file cannot be used (${code}).`, { field: path, cause: error });
  }
}

function codeOf(error: unknown): string | undefined {
  const { code } = error as { code?: unknown };
  return typeof code === 'string' ? code : undefined;
}
