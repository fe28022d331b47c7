import { createHash, randomUUID } from 'node:crypto';
import { open, rename, rm, stat } from 'node:fs/promises';
import { join, resolve } from 'node:path';

import { ChanceryError } from '#client';
import type { Client } from '#client';
import { DocumentOriginalDocument } from '#contracts';
import type { DocumentOriginalQuery } from '#contracts';

type Original = NonNullable<NonNullable<DocumentOriginalQuery['document']>['version']['original']>;

/** Where the file is, and what it was. */
export interface SavedOriginal {
  readonly path: string;
  readonly name: string;
  readonly size: number;
  readonly sha256: string;
}

const PRIVATE_FILE = 0o600;

/**
 * Fetches the file that a version was made from. It gets its name when all of it has been compared with its hash.
 * @throws ChanceryError NOT_FOUND where there is none that the reader may have, FILE_CHANGED where the server's bytes differ
 */
export async function saveOriginal(
  client: Client,
  wanted: { readonly id: string; readonly version: number | null },
  out: string,
  onProgress: (done: number, original: Original) => void,
): Promise<SavedOriginal> {
  const { document } = await client.execute(DocumentOriginalDocument, wanted);
  const original = document?.version.original;
  if (!original)
    throw new ChanceryError('NOT_FOUND', 'there is no such document, or it keeps no file', { field: 'document' });
  const path = await placeFor(out, original.name);
  const draft = `${path}.${randomUUID()}.part`;
  try {
    await fetchInto(draft, client, original, onProgress);
    await rename(draft, path);
  } finally {
    await rm(draft, { force: true });
  }
  return { path, name: original.name, size: original.size, sha256: original.sha256 };
}

async function fetchInto(
  path: string,
  client: Client,
  original: Original,
  onProgress: (done: number, original: Original) => void,
): Promise<void> {
  const file = await open(path, 'wx', PRIVATE_FILE);
  const hash = createHash('sha256');
  let done = 0;
  try {
    for await (const bytes of client.originals.fetch(original)) {
      await file.writeFile(bytes);
      hash.update(bytes);
      done += bytes.length;
      onProgress(done, original);
    }
  } finally {
    await file.close();
  }
  if (hash.digest('hex') === original.sha256) return;
  throw new ChanceryError('ATTACHMENT_FORGED', 'What the server gave is not the file that was filed.');
}

/** Into a folder under its own name, without whatever could lead elsewhere. */
async function placeFor(out: string, name: string): Promise<string> {
  const path = resolve(out);
  const isFolder = (await stat(path).catch(() => undefined))?.isDirectory() ?? false;
  const own = name.replaceAll(/[\p{Cc}\p{Cf}/\\:<>"|?*]/gu, '_').replace(/^\.+/u, '_');
  return isFolder ? join(path, own) : path;
}
