import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { open, stat } from 'node:fs/promises';
import { basename, extname } from 'node:path';

import { hasCode } from '#client';
import type { Client } from '#client';
import { KnownOriginalsDocument } from '#contracts';

import { patiently } from './patience.js';

/** A document that was made from the same content before. */
export interface Twin {
  readonly documentId: string;
  readonly sourceId: string | null;
  readonly title: string;
}

/** A file on disk, as it was when it was looked at. */
export interface LocalFile {
  readonly path: string;
  readonly size: number;
  readonly sha256: string;
}

/** Where the files of papers are kept. */
export interface KeepOriginals {
  /** Documents of the collection that were made from these contents, by hash, as far as the importer may read them. */
  known(collectionId: string, hashes: readonly string[]): Promise<ReadonlyMap<string, Twin>>;
  /** Lays a file beside a version; false where that is not the importer's to do. Done again, it changes nothing. */
  keep(documentId: string, version: number, file: LocalFile): Promise<boolean>;
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
};

/** Keeps files through a client's session. */
export function originalsThrough(client: Pick<Client, 'execute' | 'originals'>): KeepOriginals {
  return {
    known: async (collectionId, hashes) => {
      const { knownOriginals } = await patiently(() =>
        client.execute(KnownOriginalsDocument, { collectionId, sha256: [...hashes] }),
      );
      return new Map(knownOriginals.map(({ sha256, ...twin }) => [sha256, twin]));
    },
    keep: async (documentId, version, { path, size, sha256 }) => {
      const name = basename(path)
        .replaceAll(/[\p{Cc}\\]/gu, '_')
        .slice(-255);
      const mediaType = MEDIA_TYPES[extname(path).slice(1).toLowerCase()] ?? 'application/octet-stream';
      const file = await open(path, 'r');
      try {
        await client.originals.keep({ documentId, version, name, mediaType, size, sha256 }, async (start, end) => {
          const { buffer, bytesRead } = await file.read(new Uint8Array(end - start), 0, end - start, start);
          return buffer.subarray(0, bytesRead);
        });
        return true;
      } catch (error) {
        // another has filed this version, or laid another file beside it
        if (hasCode(error, 'FORBIDDEN', 'CONFLICT')) return false;
        throw error;
      } finally {
        await file.close();
      }
    },
  };
}

/** @throws the file system's error */
export async function lookAt(path: string): Promise<LocalFile> {
  const { size } = await stat(path);
  const hash = createHash('sha256');
  for await (const bytes of createReadStream(path)) hash.update(bytes as Buffer);
  return { path, size, sha256: hash.digest('hex') };
}
