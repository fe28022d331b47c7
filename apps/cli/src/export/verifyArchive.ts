import { createHash } from 'node:crypto';
import type { Readable } from 'node:stream';

import { openPromise } from 'yauzl';
import type { Entry, ZipFile } from 'yauzl';

import { ChanceryError } from '#client';
import { checkManifest, MANIFEST_PATH, parseManifest } from '#publish';
import type { Manifest, ManifestFile, ManifestProblem } from '#publish';

/** What is said of an archive, and what is wrong with it. */
export interface VerifiedArchive {
  readonly manifest: Manifest;
  readonly files: number;
  readonly problems: readonly ManifestProblem[];
}

const MANIFEST_BYTES = 256 * 1024 * 1024;

/**
 * Reads an archive of `chancery export` file by file and compares each with the manifest.
 * @throws ChanceryError BAD_INPUT for what is no such archive, or a damaged one
 */
export async function verifyArchive(path: string): Promise<VerifiedArchive> {
  const found: ManifestFile[] = [];
  let manifest: Manifest | undefined;
  try {
    const zip = await openPromise(path, { lazyEntries: true });
    for await (const entry of entriesOf(zip)) {
      if (entry.fileName === MANIFEST_PATH) manifest = parseManifest(await textOf(zip, entry));
      else found.push(await hashed(zip, entry));
    }
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') throw error;
    throw noArchive('it is no ZIP, or a damaged one');
  }
  if (!manifest) throw noArchive('it has no manifest of an export');
  return { manifest, files: found.length, problems: checkManifest(manifest, found) };
}

async function* entriesOf(zip: ZipFile): AsyncGenerator<Entry> {
  yield* zip.eachEntry();
}

async function hashed(zip: ZipFile, entry: Entry): Promise<ManifestFile> {
  const hash = createHash('sha256');
  let size = 0;
  for await (const chunk of await bytesOf(zip, entry)) {
    hash.update(chunk as Buffer);
    size += (chunk as Buffer).length;
  }
  return { path: entry.fileName, size, sha256: hash.digest('hex') };
}

async function textOf(zip: ZipFile, entry: Entry): Promise<string> {
  if (entry.uncompressedSize > MANIFEST_BYTES) throw noArchive('its manifest is too long');
  const chunks: Buffer[] = [];
  for await (const chunk of await bytesOf(zip, entry)) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks).toString('utf8');
}

const bytesOf = (zip: ZipFile, entry: Entry): Promise<Readable> => zip.openReadStreamPromise(entry);

function noArchive(reason: string): ChanceryError {
  return new ChanceryError('BAD_INPUT', `this is no archive of an export: ${reason}`, { field: 'zip' });
}
