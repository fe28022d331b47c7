import { createHash, randomUUID } from 'node:crypto';
import { createWriteStream } from 'node:fs';
import { rename, rm } from 'node:fs/promises';
import { finished } from 'node:stream/promises';

import yazl from 'yazl';

import { MANIFEST_PATH, manifestOf, paperFiles } from '#publish';
import type { ExportedDocument, Exporter, Format, MadeFile, ManifestDocument, ManifestFile } from '#publish';

import type { Outgoing } from './documents.js';
import { fontFiles } from './fontFiles.js';

const PRIVATE_FILE = 0o600;

/** What came of an archive. */
export interface Archived {
  readonly documents: number;
  readonly unprintable: ReadonlySet<string>;
}

interface ArchiveOptions {
  readonly collection: { readonly id: string; readonly name: string };
  readonly formats: readonly Format[];
  readonly onDocument: (count: number) => void;
}

/**
 * Writes documents into a ZIP, one after the other, and says in `manifest.json` what is in it. The file gets its name when
 * it is whole.
 */
export async function writeArchive(
  path: string,
  documents: AsyncIterable<Outgoing>,
  options: ArchiveOptions,
): Promise<Archived> {
  const draft = `${path}.${randomUUID()}.part`;
  const zip = new yazl.ZipFile();
  const file = createWriteStream(draft, { mode: PRIVATE_FILE, flags: 'wx' });
  const written = finished(zip.outputStream.pipe(file));
  written.catch(() => undefined); // waited for below; until then its error is nobody's
  try {
    const archived = await fill(zip, documents, options);
    zip.end();
    await written;
    await rename(draft, path);
    return archived;
  } catch (error) {
    file.destroy();
    await rm(draft, { force: true });
    throw error;
  }
}

async function fill(zip: yazl.ZipFile, documents: AsyncIterable<Outgoing>, options: ArchiveOptions): Promise<Archived> {
  const listed: ManifestDocument[] = [];
  const unprintable = new Set<string>();
  const labels = new Map<string, ExportedDocument['label']>();
  let by: Exporter | undefined;
  for await (const { document, exporter } of documents) {
    by = exporter;
    const made = await paperFiles(document, exporter, options.formats, fontFiles);
    for (const character of made.unprintable) unprintable.add(character);
    labels.set(document.label.marking, document.label);
    const files = made.files.map((one) => add(zip, one, exporter.stamp.at));
    const { id, title, version, label } = document;
    listed.push({ id, version: version.number, title, marking: label.marking, files });
    options.onDocument(listed.length);
  }
  if (by) {
    const manifest = manifestOf(listed, options.collection, by, [...labels.values()]);
    zip.addBuffer(Buffer.from(JSON.stringify(manifest, undefined, 2)), MANIFEST_PATH, { mtime: by.stamp.at });
  }
  return { documents: listed.length, unprintable };
}

function add(zip: yazl.ZipFile, { name, bytes }: MadeFile, mtime: Date): ManifestFile {
  const path = `documents/${name}`;
  zip.addBuffer(Buffer.from(bytes), path, { mtime });
  return { path, size: bytes.length, sha256: createHash('sha256').update(bytes).digest('hex') };
}
