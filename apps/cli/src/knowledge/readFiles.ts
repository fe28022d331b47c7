import { createReadStream } from 'node:fs';
import { readFile, readdir, stat } from 'node:fs/promises';
import { basename, dirname, extname, join, relative, resolve, sep } from 'node:path';

import { ChanceryError } from '#client';
import { because, DocumentReader, failedRead } from '#ingest';
import type { DocumentReaderOptions, FoundFile, LocalFile, ReadDocument, Twin } from '#ingest';
import type { SecurityPolicy } from '#policy';

import { EXTRACTION_LIMITS } from '../extraction/confinement.js';
import type { Extractor } from '../extraction/extractor.js';
import { lookAt } from './localFile.js';

const slashed = (path: string): string => path.split(sep).join('/');
const isVolume = ({ path }: FoundFile): boolean => ['.xml', '.tei'].includes(extname(path).toLowerCase());

/**
 * The files of paths: a file itself, of a folder everything below it, in the order of their names; hidden ones and links are
 * left out.
 * @throws the file system's error where a path cannot be read
 */
export async function findFiles(paths: readonly string[]): Promise<FoundFile[]> {
  const found: FoundFile[] = [];
  for (const path of paths.map((one) => resolve(one))) {
    if ((await stat(path)).isDirectory()) found.push(...(await filesBelow(path)));
    else found.push({ path, name: slashed(join(basename(dirname(path)), basename(path))) });
  }
  return found;
}

async function filesBelow(folder: string): Promise<FoundFile[]> {
  const entries = await readdir(folder, { withFileTypes: true, recursive: true });
  return entries
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))
    .filter(
      (path) =>
        !slashed(relative(folder, path))
          .split('/')
          .some((part) => part.startsWith('.')),
    )
    .sort()
    .map((path) => ({ path, name: slashed(join(basename(folder), relative(folder, path))) }));
}

const TEI_DOCUMENT = /<div\b[^>]*\btype\s*=\s*["']document["']/gu;

/** How many documents the files will come to: counted in volumes, one for every other file. */
export async function countDocuments(files: readonly FoundFile[]): Promise<number> {
  let count = 0;
  for (const file of files) {
    const isCounted = isVolume(file) && (await stat(file.path)).size <= EXTRACTION_LIMITS.fileBytes;
    const text = isCounted ? await readFile(file.path, 'utf8').catch(() => '') : '';
    count += Math.max(1, text.match(TEI_DOCUMENT)?.length ?? 0);
  }
  return count;
}

/** Reads files from disk one by one in a confined process. */
export class FileReader {
  private readonly documents: DocumentReader;
  /** Whether what lies inside is to be kept as well. */
  private readonly contents: boolean;

  constructor(
    private readonly extractor: Extractor,
    private readonly policy: SecurityPolicy,
    options: DocumentReaderOptions = {},
  ) {
    this.documents = new DocumentReader(options);
    this.contents = options.target !== undefined;
  }

  /** What there is to know of a file before it is read; undefined where it can't be read, or is larger than is taken. */
  async look({ path }: FoundFile): Promise<LocalFile | undefined> {
    try {
      const { size } = await stat(path);
      return size > EXTRACTION_LIMITS.fileBytes ? undefined : await lookAt(path);
    } catch {
      return undefined; // reading it says why
    }
  }

  /**
   * The documents of one file, then of files inside it; never throws but where the server is gone: what cannot be read comes as a
   * failure.
   * @param twin - what was made from the same content in an earlier import
   */
  async *read(file: FoundFile, looked?: LocalFile, twin?: Twin): AsyncGenerator<ReadDocument> {
    try {
      const { size } = await stat(file.path);
      if (size > EXTRACTION_LIMITS.fileBytes) {
        const mebibytes = EXTRACTION_LIMITS.fileBytes / 1024 / 1024;
        yield failedRead(file, 'refused', because('FILE_TOO_LARGE', { mebibytes }));
        return;
      }
      const { sha256 } = looked ?? (await lookAt(file.path));
      yield* this.documents.read(file, sha256, twin, () => this.extractor.read(this.requestFor(file)));
    } catch (error) {
      if (error instanceof ChanceryError) throw error;
      const detail = error instanceof Error && 'code' in error ? String(error.code) : 'unknown';
      yield failedRead(file, 'corrupt', because('DISK', { detail }));
    }
  }

  private requestFor({ path, name }: FoundFile): Parameters<Extractor['read']>[0] {
    const content = createReadStream(path) as AsyncIterable<Uint8Array>;
    return { name, volume: basename(path, extname(path)), policy: this.policy, content, contents: this.contents };
  }
}
