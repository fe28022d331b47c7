import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { open, stat } from 'node:fs/promises';
import { basename } from 'node:path';

import type { LocalFile } from '#ingest';

/** A file on disk, with its hash. @throws the file system's error */
export async function lookAt(path: string): Promise<LocalFile> {
  const { size } = await stat(path);
  const hash = createHash('sha256');
  for await (const bytes of createReadStream(path)) hash.update(bytes as Buffer);
  const sha256 = hash.digest('hex');
  return { path, name: basename(path), size, sha256, read: (start, end) => readRange(path, start, end) };
}

async function readRange(path: string, start: number, end: number): Promise<Uint8Array> {
  const file = await open(path, 'r');
  try {
    const { buffer, bytesRead } = await file.read(new Uint8Array(end - start), 0, end - start, start);
    return buffer.subarray(0, bytesRead);
  } finally {
    await file.close();
  }
}
