import { readFile, readdir, stat } from 'node:fs/promises';
import { basename, dirname, extname, join, relative, resolve, sep } from 'node:path';

import { readMarkdown, readPlainText, readTei } from '#ingest';
import type { PaperDraft, Problem } from '#ingest';
import type { SecurityPolicy } from '#policy';

/** A file that is to be read. `name` is stable: the same file has it wherever its folder lies. */
export interface FoundFile {
  readonly path: string;
  readonly name: string;
}

/** A paper of a file, or what stood in the way of one. */
export interface ReadDocument {
  readonly path: string;
  readonly sourceId: string;
  readonly paper?: PaperDraft;
  readonly problems: readonly Problem[];
}

const SUPPORTED = new Set(['.xml', '.tei', '.md', '.markdown', '.txt']);
export const isSupported = ({ path }: FoundFile): boolean => SUPPORTED.has(extname(path).toLowerCase());

const slashed = (path: string): string => path.split(sep).join('/');

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

/** UTF-8, or what older programs on Windows wrote where it is no UTF-8; UTF-16 with its mark. */
function decoded(bytes: Buffer): string {
  if (bytes[0] === 0xff && bytes[1] === 0xfe) return new TextDecoder('utf-16le').decode(bytes);
  if (bytes[0] === 0xfe && bytes[1] === 0xff) return new TextDecoder('utf-16be').decode(bytes);
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    return new TextDecoder('windows-1252').decode(bytes);
  }
}

function* papersOf(file: FoundFile, text: string, policy: SecurityPolicy): Generator<ReadDocument> {
  const { path, name } = file;
  const extension = extname(path).toLowerCase();
  if (extension === '.xml' || extension === '.tei') {
    const volume = basename(path, extname(path));
    for (const { documentId: sourceId, ...read } of readTei(text, { name: volume, policy }))
      yield { path, sourceId, ...read };
  } else {
    const read = extension === '.txt' ? readPlainText(text, { name, policy }) : readMarkdown(text, { name, policy });
    yield { path, sourceId: read.paper.sourceId, ...read };
  }
}

const TEI_DOCUMENT = /<div\b[^>]*\btype\s*=\s*["']document["']/gu;

/** How many documents the files will come to: counted in volumes, one for every other file. */
export async function countDocuments(files: readonly FoundFile[]): Promise<number> {
  let count = 0;
  for (const file of files) {
    const isVolume = ['.xml', '.tei'].includes(extname(file.path).toLowerCase());
    const text = isVolume ? await readFile(file.path, 'utf8').catch(() => '') : '';
    count += isVolume ? Math.max(1, text.match(TEI_DOCUMENT)?.length ?? 0) : 1;
  }
  return count;
}

const message = (error: unknown): string => (error instanceof Error ? error.message : 'unknown');

/** Reads the documents of one file, one after the other; never throws: what cannot be read comes as a problem. */
export async function* readDocuments(file: FoundFile, policy: SecurityPolicy): AsyncGenerator<ReadDocument> {
  try {
    yield* papersOf(file, decoded(await readFile(file.path)), policy);
  } catch (error) {
    yield { path: file.path, sourceId: file.name, problems: [{ documentId: file.name, reason: message(error) }] };
  }
}
