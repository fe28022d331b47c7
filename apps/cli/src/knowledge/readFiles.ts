import { createReadStream } from 'node:fs';
import { readFile, readdir, stat } from 'node:fs/promises';
import { basename, dirname, extname, join, relative, resolve, sep } from 'node:path';

import type { FailureKind, PaperDraft, Problem } from '#ingest';
import type { SecurityPolicy } from '#policy';

import { EXTRACTION_LIMITS } from '../extraction/confinement.js';
import type { Extractor } from '../extraction/extractor.js';
import { lookAt } from './originals.js';
import type { LocalFile, Twin } from './originals.js';

/** A file that is to be read. `name` is stable: the same file has it wherever its folder lies. */
export interface FoundFile {
  readonly path: string;
  readonly name: string;
}

/** A paper of a file, or what stood in the way of one. A file inside a file has the path of the outer one, `#` and its name. */
export interface ReadDocument {
  readonly path: string;
  /** Path of the outermost file. */
  readonly file: string;
  readonly sourceId: string;
  readonly paper?: PaperDraft;
  /** The document that was made from this very file before, which was therefore not read again. */
  readonly filedAs?: string;
  /** Why there is no paper. `duplicate`: another file has the same content. */
  readonly failure?: FailureKind | 'duplicate';
  readonly problems: readonly Problem[];
}

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

/** Reads files one by one in a confined process, and remembers what it has read: the same content is not read twice. */
export class FileReader {
  /** Where each content was first, by its hash. */
  private readonly known = new Map<string, string>();

  constructor(
    private readonly extractor: Extractor,
    private readonly policy: SecurityPolicy,
    /** Whether files are read that are filed already. */
    private readonly again = true,
  ) {}

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
   * The documents of one file, then of files inside it; never throws: what cannot be read comes as a failure.
   * @param twin - a document that was made from the same content in an earlier import
   */
  async *read(file: FoundFile, looked?: LocalFile, twin?: Twin): AsyncGenerator<ReadDocument> {
    try {
      const { size } = await stat(file.path);
      if (size > EXTRACTION_LIMITS.fileBytes) {
        const most = EXTRACTION_LIMITS.fileBytes / 1024 / 1024;
        yield failed(file, 'refused', `it is larger than ${most} MiB`);
      } else yield* this.documents(file, (looked ?? (await lookAt(file.path))).sha256, twin);
    } catch (error) {
      const code = error instanceof Error && 'code' in error ? String(error.code) : 'unknown';
      yield failed(file, 'corrupt', `the file cannot be read from disk (${code})`);
    }
  }

  private async *documents(file: FoundFile, hash: string, filed: Twin | undefined): AsyncGenerator<ReadDocument> {
    const before = this.known.get(hash);
    if (before !== undefined) {
      yield failed(file, 'duplicate', `the same content as ${before}`);
      return;
    }
    // its file lies there because everything in it was filed: what has become of that since stays as it is
    if (filed?.sourceId === file.name && !this.again) {
      this.known.set(hash, file.name);
      yield { path: file.path, file: file.path, sourceId: file.name, filedAs: filed.documentId, problems: [] };
      return;
    }
    // the same file again is no duplicate of itself; a text may bring a name of its own, which only reading it tells
    if (filed && filed.sourceId !== file.name && !isMarkdown(file)) {
      this.known.set(hash, filed.sourceId ?? filed.title);
      yield failed(file, 'duplicate', sameAs(filed));
      return;
    }
    const content = createReadStream(file.path) as AsyncIterable<Uint8Array>;
    const volume = basename(file.path, extname(file.path));
    for await (const document of this.extractor.read({ name: file.name, volume, policy: this.policy, content })) {
      const { inside, digest, ...read } = document;
      const path = [file.path, ...inside].join('#');
      const twin = digest === undefined ? undefined : this.known.get(digest);
      const key = inside.length === 0 ? hash : digest;
      if (key !== undefined && read.paper !== undefined && twin === undefined) this.known.set(key, read.sourceId);
      const isFiled = filed !== undefined && inside.length === 0 && filed.sourceId !== read.sourceId;
      if (isFiled) yield failed({ path, name: read.sourceId }, 'duplicate', sameAs(filed));
      else if (twin === undefined) yield { path, file: file.path, ...read };
      else
        yield { ...failed({ path, name: read.sourceId }, 'duplicate', `the same content as ${twin}`), file: file.path };
    }
  }
}

const isMarkdown = ({ path }: FoundFile): boolean => ['.md', '.markdown'].includes(extname(path).toLowerCase());
const sameAs = ({ title, documentId }: Twin): string =>
  `the same content as “${title}” (${documentId}), which is filed already`;

function failed({ path, name }: FoundFile, failure: FailureKind | 'duplicate', reason: string): ReadDocument {
  return { path, file: path, sourceId: name, failure, problems: [{ documentId: name, reason }] };
}
