import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { open, readFile, stat } from 'node:fs/promises';
import { basename, extname } from 'node:path';

import { hasCode } from '#client';
import type { Client } from '#client';
import { KeepOriginalsDocument, KnownOriginalsDocument, NoteImportedFileDocument } from '#contracts';
import type { WholeOriginalInput } from '#contracts';
import type { Label } from '#policy';

import { patiently } from './patience.js';

/** A document, or several, that were made from the same content before. */
export interface Twin {
  readonly documentId: string;
  /** Name by which what was imported is known: of the paper, or of a file of several papers. */
  readonly sourceId: string | null;
  readonly title: string;
  readonly label: Label;
  /** Whether the file lies beside its document; if not, it was noted that all of it is filed. */
  readonly isKept: boolean;
}

/** A file as it was when it was looked at. */
export interface LocalFile {
  /** On disk; of a file inside another one that one's path, `#` and its name. */
  readonly path: string;
  readonly name: string;
  readonly size: number;
  /** In hex. */
  readonly sha256: string;
  /** Of a file inside another one; one on disk is read when it is sent. */
  readonly bytes?: Uint8Array;
}

/** A file by the name under which it is imported. */
interface NamedFile {
  readonly name: string;
  readonly sha256: string;
}

/** A file, and the version that it belongs beside. */
export interface WantedFile {
  readonly file: LocalFile;
  readonly documentId: string;
  readonly version: number;
}

/** What became of a file: it lies there; it is not the importer's to lay; or it is not taken, for a reason. */
type Kept = 'kept' | 'left' | { readonly reason: string };

/** Where the files of papers are kept. */
export interface KeepOriginals {
  /** Documents of the collection that were made from these contents, by hash, as far as the importer may read them. */
  known(collectionId: string, hashes: readonly string[]): Promise<ReadonlyMap<string, Twin>>;
  /** Lays files beside versions; answers in their order. Done again, it changes nothing. */
  keep(wanted: readonly WantedFile[]): Promise<readonly Kept[]>;
  /** Notes that all papers of a file are filed, where it lies beside none of them; nothing where some are another's. */
  note(collectionId: string, file: NamedFile, documentIds: readonly string[]): Promise<void>;
}

const MEDIA_TYPES: Readonly<Record<string, string>> = {
  pdf: 'application/pdf',
  doc: 'application/msword',
  docx: 'application/vnd.openxmlformats-officedocument.wordprocessingml.document',
  xlsx: 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet',
  pptx: 'application/vnd.openxmlformats-officedocument.presentationml.presentation',
  odt: 'application/vnd.oasis.opendocument.text',
  ods: 'application/vnd.oasis.opendocument.spreadsheet',
  odp: 'application/vnd.oasis.opendocument.presentation',
  rtf: 'application/rtf',
  eml: 'message/rfc822',
  msg: 'application/vnd.ms-outlook',
  html: 'text/html',
  htm: 'text/html',
  xml: 'application/xml',
  md: 'text/markdown',
  txt: 'text/plain',
  png: 'image/png',
  jpg: 'image/jpeg',
  jpeg: 'image/jpeg',
  tif: 'image/tiff',
  tiff: 'image/tiff',
};

/** Files up to this size go many in one request; larger ones by themselves, in pieces. */
const SMALL_BYTES = 256 * 1024;
/** What one request carries at most; a server takes 4 MiB, of text that is a third longer. */
const BATCH_BYTES = 2 * 1024 * 1024;
const BATCH_FILES = 50;
const LARGE_AT_ONCE = 4;

type Session = Pick<Client, 'execute' | 'originals'>;
type ReadRange = Parameters<Session['originals']['keep']>[1];

/** Keeps files through a client's session. */
export function originalsThrough(client: Session): KeepOriginals {
  return {
    known: async (collectionId, hashes) => {
      const { knownOriginals } = await patiently(() =>
        client.execute(KnownOriginalsDocument, { collectionId, sha256: [...hashes] }),
      );
      return new Map(knownOriginals.map(({ sha256, ...twin }) => [sha256, twin]));
    },
    keep: (wanted) => keepAll(client, wanted),
    note: async (collectionId, { name, sha256 }, documentIds) => {
      const input = { collectionId, name, sha256, documentIds: [...documentIds] };
      await patiently(() => client.execute(NoteImportedFileDocument, { input })).catch((error: unknown) => {
        // another has filed some of it
        if (!hasCode(error, 'NOT_FOUND', 'FORBIDDEN', 'TOO_LARGE')) throw error;
      });
    },
  };
}

async function keepAll(client: Session, wanted: readonly WantedFile[]): Promise<Kept[]> {
  const become = new Map<WantedFile, Kept>();
  for (const batch of batchesOf(wanted.filter(({ file }) => file.size <= SMALL_BYTES))) {
    const kept = await keepWhole(client, batch);
    for (const [at, one] of batch.entries()) {
      const outcome = kept[at];
      if (outcome !== undefined) become.set(one, outcome);
    }
  }
  const rest = wanted.filter((one) => !become.has(one));
  const some = async (): Promise<void> => {
    for (let next = rest.shift(); next; next = rest.shift()) become.set(next, await keepInPieces(client, next));
  };
  await Promise.all(Array.from({ length: LARGE_AT_ONCE }, some));
  return wanted.map((one) => become.get(one) ?? 'left');
}

function batchesOf(files: readonly WantedFile[]): WantedFile[][] {
  const batches: WantedFile[][] = [];
  let bytes = Infinity;
  for (const one of files) {
    const { size } = one.file;
    if (bytes + size > BATCH_BYTES || (batches.at(-1)?.length ?? 0) >= BATCH_FILES) {
      batches.push([]);
      bytes = 0;
    }
    batches.at(-1)?.push(one);
    bytes += size;
  }
  return batches;
}

/** Many in one request; undefined for one that goes on in pieces, or has changed on disk. */
async function keepWhole(client: Session, batch: readonly WantedFile[]): Promise<(Kept | undefined)[]> {
  const inputs: WholeOriginalInput[] = [];
  for (const { file, documentId, version } of batch) {
    const content = Buffer.from(file.bytes ?? (await readFile(file.path))).toString('base64');
    inputs.push({ documentId, version, ...nameOf(file), sha256: file.sha256, content });
  }
  const { keepOriginals } = await patiently(() => client.execute(KeepOriginalsDocument, { inputs }));
  return keepOriginals.map((answer) => {
    if (answer.__typename === 'OriginalUpload') return 'kept';
    const { code, message } = answer.refusal;
    if (code === 'CONFLICT') return undefined;
    return code === 'FORBIDDEN' ? 'left' : { reason: `${message} (${code})` };
  });
}

async function keepInPieces(client: Session, { file, documentId, version }: WantedFile): Promise<Kept> {
  const { path, size, sha256, bytes } = file;
  const input = { documentId, version, ...nameOf(file), size, sha256 };
  try {
    if (bytes) await client.originals.keep(input, (start, end) => Promise.resolve(bytes.subarray(start, end)));
    else await withRanges(path, (read) => client.originals.keep(input, read));
    return 'kept';
  } catch (error) {
    // another has filed this version, or laid another file beside it
    if (hasCode(error, 'FORBIDDEN', 'CONFLICT')) return 'left';
    if (!hasCode(error, 'QUOTA_EXCEEDED', 'TOO_LARGE', 'BAD_INPUT', 'NOT_FOUND')) throw error;
    return { reason: `${error.message} (${error.code})` };
  }
}

async function withRanges(path: string, work: (read: ReadRange) => Promise<void>): Promise<void> {
  const file = await open(path, 'r');
  try {
    await work(async (start, end) => {
      const { buffer, bytesRead } = await file.read(new Uint8Array(end - start), 0, end - start, start);
      return buffer.subarray(0, bytesRead);
    });
  } finally {
    await file.close();
  }
}

function nameOf({ name }: LocalFile): { name: string; mediaType: string } {
  const mediaType = MEDIA_TYPES[extname(name).slice(1).toLowerCase()] ?? 'application/octet-stream';
  return { name: name.replaceAll(/[\p{Cc}\\]/gu, '_').slice(-255), mediaType };
}

/** @throws the file system's error */
export async function lookAt(path: string): Promise<LocalFile> {
  const { size } = await stat(path);
  const hash = createHash('sha256');
  for await (const bytes of createReadStream(path)) hash.update(bytes as Buffer);
  return { path, name: basename(path), size, sha256: hash.digest('hex') };
}
